"""GuardDuty's detectors: one per account and region, made by its owner or by the organisation."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.emulator.guardduty import features
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World

Place = Caller
"""Here an account and a region are a place, whoever calls."""


@dataclass(kw_only=True)
class Detector:
    """A detector and the findings that were raised by it."""

    id: str
    created: datetime
    updated: datetime
    enabled: bool = True
    frequency: str = "SIX_HOURS"
    plans: features.Plans
    tags: dict[str, str] = field(default_factory=dict)
    filters: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name, as the API tells them."""
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, in EventBridge's camel case, which is that of the API's JSON too."""


class Detectors:
    """The operations on detectors, and the detectors themselves for GuardDuty's other parts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._held: dict[Place, list[Detector]] = {}
        self.on_creation: Callable[[Place], None] = lambda _: None
        self.deletable: Callable[[Place], None] = lambda _: None

    def at(self, place: Place) -> Detector | None:
        """The place's detector, if GuardDuty is on there."""
        return next(iter(self._held.get(place, [])), None)

    def watches(self, place: Place) -> bool:
        """Whether GuardDuty reads a place's logs; of DNS, flows and CloudTrail it reads all."""
        detector = self.at(place)
        return detector is not None and detector.enabled

    def all(self) -> list[tuple[Place, Detector]]:
        """Every detector and its place."""
        return [(place, one) for place, held in self._held.items() for one in held]

    def make(self, place: Place) -> Detector:
        """The place's detector, new if there is none."""
        now = self._world.clock.now()
        detector = Detector(
            id=uuid.uuid4().hex, created=now, updated=now, plans=features.at_first(now)
        )
        self._held.setdefault(place, []).append(detector)
        return detector

    def owned(self, place: Place, detector_id: str) -> Detector:
        """The place's detector of that id; a Fault if it is another's or nobody's."""
        for detector in self._held.get(place, []):
            if detector.id == detector_id:
                return detector
        raise Fault(
            "BadRequestException",
            "The request is rejected because the input detectorId is not owned by the current "
            "account.",
        )

    def create_detector(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch GuardDuty on; a second detector is refused, whoever made the first (trap 1.18)."""
        _no_data_sources(parameters)
        if self.at(caller) and self._world.bites("1.18"):
            raise Fault(
                "BadRequestException",
                "The request is rejected because a detector already exists for the current "
                "account.",
            )
        detector = self.make(caller)
        detector.enabled = parameters["Enable"]
        detector.frequency = parameters.get("FindingPublishingFrequency") or detector.frequency
        detector.tags = dict(parameters.get("Tags") or {})
        features.change(detector.plans, parameters.get("Features") or [], detector.created)
        self.on_creation(caller)
        return {"DetectorId": detector.id}

    def get_detector(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A detector with its protection plans."""
        detector = self.owned(caller, parameters["DetectorId"])
        on = {"Status": "ENABLED"}
        always = [
            {"Name": name, "UpdatedAt": detector.created, **on} for name in features.ALWAYS_ON
        ]
        return {
            "CreatedAt": stamp(detector.created),
            "UpdatedAt": stamp(detector.updated),
            "FindingPublishingFrequency": detector.frequency,
            "ServiceRole": f"arn:aws:iam::{caller.account}:role/aws-service-role/"
            "guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
            "Status": "ENABLED" if detector.enabled else "DISABLED",
            "DataSources": {
                "CloudTrail": on,
                "DNSLogs": on,
                "FlowLogs": on,
                "S3Logs": {"Status": detector.plans["S3_DATA_EVENTS"]["Status"]},
            },
            "Tags": detector.tags,
            "Features": always + list(detector.plans.values()),
        }

    def update_detector(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change what is named; everything else stays."""
        _no_data_sources(parameters)
        detector = self.owned(caller, parameters["DetectorId"])
        now = self._world.clock.now()
        features.change(detector.plans, parameters.get("Features") or [], now)
        if parameters.get("Enable") is not None:
            detector.enabled = parameters["Enable"]
        detector.frequency = parameters.get("FindingPublishingFrequency") or detector.frequency
        detector.updated = now
        return {}

    def delete_detector(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Switch GuardDuty off; its findings go with it."""
        detector = self.owned(caller, parameters["DetectorId"])
        self.deletable(caller)
        self._held[caller].remove(detector)
        return {}

    def list_detectors(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The ids of the caller's detectors: one, or none."""
        return {"DetectorIds": [detector.id for detector in self._held.get(caller, [])]}

    def tag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add tags to a detector."""
        self._tagged(caller, parameters).tags.update(parameters["Tags"])
        return {}

    def untag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take tags off a detector."""
        tags = self._tagged(caller, parameters).tags
        for key in parameters["TagKeys"]:
            tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A detector's tags."""
        return {"Tags": self._tagged(caller, parameters).tags}

    def _tagged(self, caller: Caller, parameters: Parameters) -> Detector:
        kind, _, name = parameters["ResourceArn"].split(":", 5)[5].partition("/")
        if kind != "detector" or "/" in name:
            raise NotEmulatedError(f"Tags of {parameters['ResourceArn']} are not emulated.")
        return self.owned(caller, name)


def stamp(moment: datetime) -> str:
    """A moment as GuardDuty writes it: ISO 8601 with milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _no_data_sources(parameters: Parameters) -> None:
    if parameters.get("DataSources"):
        raise NotEmulatedError("GuardDuty's DataSources are not emulated: use Features.")
