"""GuardDuty's findings: filed by a rehearsal, kept by the detector, sent as events, read by id.

A finding is kept in EventBridge's camel case; the API's JSON has the same names but for the
sample's mark, so what is sent and what is read can only differ where AWS differs (trap 1.4).
"""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable
from typing import Any

from rehearsal.emulator.guardduty.criteria import selected
from rehearsal.emulator.guardduty.delegation import Delegation
from rehearsal.emulator.guardduty.detectors import Detector, Detectors, Place, stamp
from rehearsal.emulator.guardduty.filters import Filters
from rehearsal.emulator.guardduty.shape import as_modelled, complaint
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World

Finding = dict[str, Any]
Receiver = Callable[[Place, Finding], None]

LARGEST_EVENT = 256 * 1024
"""Bytes of an event (AWS docs: eb-putevents)."""

EITHER_ROLE = frozenset(
    {
        "UnauthorizedAccess:EC2/SSHBruteForce",
        "UnauthorizedAccess:EC2/RDPBruteForce",
        "Impact:EC2/WinRMBruteForce",
    }
)


class RefusedError(ValueError):
    """What GuardDuty could not have found; the text says why, for whoever filed it."""


class Findings:
    """The operations on findings, and the way in for a rehearsal."""

    def __init__(
        self, world: World, detectors: Detectors, delegation: Delegation, filters: Filters
    ) -> None:
        self._world = world
        self._detectors = detectors
        self._delegation = delegation
        self._filters = filters
        self.on_sending: Receiver = lambda _place, _finding: None
        """Security Hub's integration: who takes what is sent, besides the buses."""

    def get_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Findings by id, archived ones too; unknown ids are left out (botocore: guardduty)."""
        detector = self._detectors.owned(caller, parameters["DetectorId"])
        wanted = parameters["FindingIds"]
        if len(wanted) > 50:
            raise Fault("BadRequestException", "The request is rejected: more than 50 finding ids.")
        found = [detector.findings[one] for one in wanted if one in detector.findings]
        return {"Findings": [as_modelled(self._as_read(finding)) for finding in found]}

    def list_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Ids of the caller's own findings, in one page, of all or of one instance's."""
        detector = self._detectors.owned(caller, parameters["DetectorId"])
        return {"FindingIds": selected(parameters, detector.findings)}

    def archive_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Archive findings by hand, a member's too; a member cannot (trap 1.15).

        An id that neither the caller nor a member has is refused: what AWS does then is not known.
        """
        self._detectors.owned(caller, parameters["DetectorId"])
        if self._delegation.administrator_of(caller):
            raise Fault(
                "BadRequestException",
                "The request is rejected because a member account cannot archive findings.",
            )
        readable = self._administered(caller)
        if unknown := [one for one in parameters["FindingIds"] if one not in readable]:
            raise NotEmulatedError(f"ArchiveFindings of unknown findings: {unknown}")
        for one in parameters["FindingIds"]:
            readable[one]["service"]["archived"] = True
        return {}

    def _administered(self, caller: Caller) -> dict[str, Finding]:
        """The caller's findings and, for an administrator, those of its members in the region."""
        return {
            identifier: finding
            for place, detector in self._detectors.all()
            if place == caller or self._delegation.administrator_of(place) == caller
            for identifier, finding in detector.findings.items()
        }

    def file(self, place: Place, finding: object) -> Finding:
        """Let GuardDuty find something, or find it again; returns the finding as sent.

        Raises RefusedError for what could not be a finding of that place.
        """
        if not isinstance(finding, dict):
            raise RefusedError("a finding is a JSON object")
        if size := _too_large(finding):
            raise RefusedError(
                f"the finding has {size} bytes; an event has at most {LARGEST_EVENT}"
            )
        if why := complaint(finding):
            raise RefusedError(f"GuardDuty has no finding of this shape: {why}")
        detector = self._detectors.at(place)
        if detector is None or not detector.enabled:
            raise RefusedError(
                f"account {place.account} has no active GuardDuty detector in {place.region}"
            )
        known = self._known(detector, finding)
        filed = self._update(known, finding) if known else self._new(finding)
        self._place(filed, place, detector)
        detector.findings[filed["id"]] = filed
        if self._world.bites("1.15") and self._filters.archive(place, filed):
            filed["service"]["archived"] = True  # and nobody is told (trap 1.15)
        else:
            self._send(place, filed)
        return copy.deepcopy(filed)

    def _known(self, detector: Detector, finding: Finding) -> Finding | None:
        """The finding that this is another occurrence of (trap 1.5)."""
        if not self._world.bites("1.5"):
            return None
        if "id" in finding:
            return detector.findings.get(finding["id"])
        for known in detector.findings.values():
            same = known["type"] == finding["type"] and _about(known) == _about(finding)
            if same and not known["service"]["archived"]:
                return known
        return None

    def _update(self, known: Finding, finding: Finding) -> Finding:
        """The same id and first sighting, one more count, a later last sighting."""
        now = stamp(self._world.clock.now())
        service = finding.get("service") or {}
        return {
            **known,
            **finding,
            "id": known["id"],
            "createdAt": known["createdAt"],
            "updatedAt": finding.get("updatedAt", now),
            "service": {
                **known["service"],
                **service,
                "count": known["service"]["count"] + 1,
                "eventFirstSeen": known["service"]["eventFirstSeen"],
                "eventLastSeen": service.get("eventLastSeen", now),
            },
        }

    def _new(self, finding: Finding) -> Finding:
        now = stamp(self._world.clock.now())
        service = {"count": 1, "archived": False} | copy.deepcopy(finding.get("service") or {})
        service.setdefault("eventFirstSeen", now)
        service.setdefault("eventLastSeen", service["eventFirstSeen"])
        if (role := _role(finding["type"])) and self._world.bites("1.3"):
            service.setdefault("resourceRole", role)
        defaults = {
            "id": uuid.uuid4().hex,
            "createdAt": now,
            "updatedAt": now,
            "title": finding["type"],
            "description": finding["type"],
            "severity": 5,
            "resource": {},
        }
        return defaults | copy.deepcopy(finding) | {"service": service}

    def _place(self, finding: Finding, place: Place, detector: Detector) -> None:
        """What GuardDuty says of itself is not the filer's to choose."""
        finding |= {
            "schemaVersion": "2.0",
            "partition": "aws",
            "accountId": place.account,
            "region": place.region,
            "arn": place.arn("guardduty", f"detector/{detector.id}/finding/{finding['id']}"),
        }
        finding["service"] |= {"serviceName": "guardduty", "detectorId": detector.id}

    def _send(self, place: Place, finding: Finding) -> None:
        """To the account's own bus and to its administrator's, same region (trap 1.1)."""
        buses = [place]
        administrator = self._delegation.administrator_of(place)
        if administrator and self._world.bites("1.1"):
            buses.append(administrator)
        for bus in buses:
            event = {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "GuardDuty Finding",
                "source": "aws.guardduty",
                "account": bus.account,
                "time": self._world.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": bus.region,
                "resources": [],
                "detail": copy.deepcopy(finding),
            }
            self._world.relay.publish(bus.account, bus.region, "default", event)
        self.on_sending(place, finding)

    def _as_read(self, finding: Finding) -> Finding:
        """The API hides what else is known in one string of JSON (trap 1.4)."""
        read = copy.deepcopy(finding)
        additional = read["service"].get("additionalInfo")
        if isinstance(additional, dict) and self._world.bites("1.4"):
            known = {
                key: value for key, value in additional.items() if key not in ("type", "value")
            }
            read["service"]["additionalInfo"] = {
                "type": additional.get("type", "default"),
                "value": additional.get("value") or json.dumps(known, separators=(",", ":")),
            }
        return read


def _too_large(finding: Finding) -> int:
    size = len(json.dumps(finding).encode())
    return size if size > LARGEST_EVENT else 0


def _role(finding_type: str) -> str | None:
    """The role that GuardDuty gives a type, however little it means (trap 1.3).

    None where it depends on the sighting, or where it is left empty, as Runtime Monitoring does.
    """
    if finding_type in EITHER_ROLE or ":Runtime/" in finding_type:
        return None
    return "ACTOR" if finding_type in ("Recon:EC2/Portscan", "Impact:EC2/PortSweep") else "TARGET"


def _about(finding: Finding) -> str:
    """What a finding is about: the resource's own id, or else everything said of it."""
    resource = finding.get("resource") or {}
    identifiers = (
        ("instanceDetails", "instanceId"),
        ("accessKeyDetails", "principalId"),
        ("lambdaDetails", "functionArn"),
        ("eksClusterDetails", "arn"),
        ("rdsDbInstanceDetails", "dbInstanceArn"),
    )
    for details, identifier in identifiers:
        if value := (resource.get(details) or {}).get(identifier):
            return f"{details} {value}"
    return json.dumps(resource, sort_keys=True)
