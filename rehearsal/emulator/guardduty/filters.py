"""GuardDuty's saved filters: a filter that archives is a suppression rule.

What it matches is archived as it is found, and neither EventBridge nor Security Hub hears of it
(trap 1.15; 2023 docs: findings_suppression-rule). In an organisation the administrator's filters
suppress its members' findings, and members have none of their own. Criteria that are not understood
here are refused when the filter is made, not passed over when a finding comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.emulator.guardduty.delegation import Delegation
from rehearsal.emulator.guardduty.detectors import Detector, Detectors, Place, stamp
from rehearsal.emulator.wire import Caller, Fault, Parameters, page
from rehearsal.emulator.world import NotEmulatedError, World

FIELDS = frozenset(
    {
        *("accountId", "region", "severity", "type"),
        *("resource.instanceDetails.instanceId", "resource.instanceDetails.imageId"),
        *("resource.resourceType", "service.resourceRole"),
    }
)
"""Fields of a criterion that are emulated, by their paths in a finding (botocore: guardduty)."""

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": lambda value, asked: str(value) in asked,
    "NotEquals": lambda value, asked: str(value) not in asked,
    "GreaterThan": lambda value, asked: value > asked,
    "GreaterThanOrEqual": lambda value, asked: value >= asked,
    "LessThan": lambda value, asked: value < asked,
    "LessThanOrEqual": lambda value, asked: value <= asked,
}
_OLD = {
    "Eq": "Equals",
    "Neq": "NotEquals",
    "Gt": "GreaterThan",
    "Gte": "GreaterThanOrEqual",
    "Lt": "LessThan",
    "Lte": "LessThanOrEqual",
}
"""Names that the model still takes and has deprecated."""


class Filters:
    """The operations on filters, and what they do to a finding."""

    def __init__(self, world: World, detectors: Detectors, delegation: Delegation) -> None:
        self._world = world
        self._detectors = detectors
        self._delegation = delegation

    def archive(self, place: Place, finding: Mapping[str, Any]) -> bool:
        """Whether a filter of the place, or of its administrator, suppresses a finding."""
        whose = self._delegation.administrator_of(place) or place
        detector = self._detectors.at(whose)
        return detector is not None and any(
            each["Action"] == "ARCHIVE" and _matches(each["FindingCriteria"], finding)
            for each in detector.filters.values()
        )

    def create_filter(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Save criteria under a name, to look with (NOOP) or to suppress with (ARCHIVE)."""
        detector = self._changeable(caller, parameters)
        name = parameters["Name"]
        if name in detector.filters:
            raise _rejected(f"a filter with the name {name} already exists")
        now = stamp(self._world.clock.now())
        detector.filters[name] = {
            "Name": name,
            "Description": parameters.get("Description") or "",
            "Action": parameters.get("Action") or "NOOP",
            "Rank": parameters.get("Rank") or 1,
            "FindingCriteria": _understood(parameters["FindingCriteria"]),
            "Tags": parameters.get("Tags") or {},
            "CreatedAt": now,
            "UpdatedAt": now,
        }
        return {"Name": name}

    def get_filter(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One filter."""
        detector = self._detectors.owned(caller, parameters["DetectorId"])
        return dict(_named(detector, parameters["FilterName"]))

    def list_filters(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Names of the caller's filters."""
        detector = self._detectors.owned(caller, parameters["DetectorId"])
        return page("FilterNames", list(detector.filters), parameters)

    def update_filter(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change what is named; everything else stays."""
        held = _named(self._changeable(caller, parameters), parameters["FilterName"])
        if parameters.get("FindingCriteria"):
            held["FindingCriteria"] = _understood(parameters["FindingCriteria"])
        for part in ("Description", "Action", "Rank"):
            if parameters.get(part) is not None:
                held[part] = parameters[part]
        held["UpdatedAt"] = stamp(self._world.clock.now())
        return {"Name": held["Name"]}

    def delete_filter(self, caller: Caller, parameters: Parameters) -> Parameters:
        """What it has suppressed stays archived."""
        detector = self._changeable(caller, parameters)
        del detector.filters[_named(detector, parameters["FilterName"])["Name"]]
        return {}

    def _changeable(self, caller: Caller, parameters: Parameters) -> Detector:
        detector = self._detectors.owned(caller, parameters["DetectorId"])
        if self._delegation.administrator_of(caller):
            raise _rejected("a member account has no filters of its own")
        return detector


def _named(detector: Detector, name: str) -> dict[str, Any]:
    if name not in detector.filters:
        raise _rejected(f"there is no filter with the name {name}")
    return detector.filters[name]


def _understood(criteria: Parameters) -> Parameters:
    """The criteria, under the names that are not deprecated; NotEmulatedError for others."""
    criterion: Parameters = criteria.get("Criterion") or {}
    if unknown := sorted(criterion.keys() - FIELDS):
        raise NotEmulatedError(f"GuardDuty's criteria on {', '.join(unknown)} are not emulated.")
    kept: Parameters = {}
    for field, asked in criterion.items():
        named = {_OLD.get(name, name): v for name, v in asked.items() if v not in (None, [])}
        if strange := sorted(named.keys() - _OPERATORS.keys()):
            raise NotEmulatedError(f"GuardDuty's {', '.join(strange)} on {field} is not emulated.")
        kept[field] = named
    return {"Criterion": kept}


def _matches(criteria: Parameters, finding: Mapping[str, Any]) -> bool:
    return all(
        _OPERATORS[operator](_value(finding, field), asked)
        for field, conditions in criteria["Criterion"].items()
        for operator, asked in conditions.items()
    )


def _value(finding: Mapping[str, Any], field: str) -> Any:
    value: Any = finding
    for part in field.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _rejected(why: str) -> Fault:
    return Fault("BadRequestException", f"The request is rejected because {why}.")
