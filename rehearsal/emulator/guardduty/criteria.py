"""Which findings ``ListFindings`` names: all, or those about one instance.

Every other criterion, condition and order is an error: nobody here can say what GuardDuty would do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rehearsal.emulator.wire import Parameters
from rehearsal.emulator.world import NotEmulatedError

OF_AN_INSTANCE = "resource.instanceDetails.instanceId"
"""What a criterion calls it (botocore: guardduty model, ListFindings)."""


def selected(parameters: Parameters, findings: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Ids of the findings that a request asks for, oldest first, in one page."""
    if parameters.get("SortCriteria"):
        raise NotEmulatedError("ListFindings with SortCriteria is not emulated")
    criterion = (parameters.get("FindingCriteria") or {}).get("Criterion") or {}
    if not criterion:
        return list(findings)
    condition = criterion.get(OF_AN_INSTANCE) or {}
    if set(criterion) != {OF_AN_INSTANCE} or set(condition) != {"Equals"}:
        raise NotEmulatedError(f"ListFindings by {criterion} is not emulated: ask by an instance")
    return [one for one, found in findings.items() if _instance(found) in condition["Equals"]]


def _instance(finding: Mapping[str, Any]) -> str | None:
    details = (finding.get("resource") or {}).get("instanceDetails") or {}
    instance = details.get("instanceId")
    return str(instance) if instance else None
