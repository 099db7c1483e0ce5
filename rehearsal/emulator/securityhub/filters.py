"""What GetFindings chooses from: filters by name, and pages.

Values of one filter are alternatives, its negatives must all hold, and filters must all hold
(botocore: securityhub model, StringFilter). Filters that are not here are an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.emulator.wire import Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError

Finding = dict[str, Any]

FIELDS: dict[str, Callable[[Finding], list[Any]]] = {
    "Id": lambda finding: [finding["Id"]],
    "ProductName": lambda finding: [finding.get("ProductName")],
    "ProductArn": lambda finding: [finding["ProductArn"]],
    "AwsAccountId": lambda finding: [finding["AwsAccountId"]],
    "Region": lambda finding: [finding.get("Region")],
    "Type": lambda finding: finding.get("Types") or [],
    "WorkflowStatus": lambda finding: [(finding.get("Workflow") or {}).get("Status")],
    "RecordState": lambda finding: [finding.get("RecordState")],
    "ResourceId": lambda finding: [resource["Id"] for resource in finding["Resources"]],
}
COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda text, value: text == value,
    "PREFIX": lambda text, value: text.startswith(value),
    "NOT_EQUALS": lambda text, value: text != value,
}


def chosen(findings: list[Finding], parameters: Parameters) -> list[Finding]:
    """The findings that pass every filter."""
    if parameters.get("SortCriteria"):
        raise NotEmulatedError("SortCriteria of GetFindings are not emulated.")
    filters = {name: by for name, by in (parameters.get("Filters") or {}).items() if by}
    if unknown := sorted(set(filters) - set(FIELDS)):
        raise NotEmulatedError(f"GetFindings by {unknown} is not emulated.")
    if len(filters) > 10 or any(len(by) > 20 for by in filters.values()):
        raise _invalid("At most 10 filters with 20 values each are taken")
    return [
        finding
        for finding in findings
        if all(_passes(FIELDS[name](finding), by) for name, by in filters.items())
    ]


def _passes(texts: list[Any], by: list[dict[str, str]]) -> bool:
    alternatives, negatives = [], []
    for one in by:
        comparison = one.get("Comparison") or ""
        if comparison not in COMPARISONS:
            raise NotEmulatedError(f"GetFindings' comparison {comparison} is not emulated.")
        compare, value = COMPARISONS[comparison], one.get("Value") or ""
        known = [str(text) for text in texts if text is not None]
        if comparison.startswith("NOT_"):
            negatives.append(all(compare(text, value) for text in known))
        else:
            alternatives.append(any(compare(text, value) for text in known))
    return all(negatives) and (any(alternatives) or not alternatives)


def page(findings: list[Finding], parameters: Parameters) -> Parameters:
    """One page, and the token of the next if there is one."""
    size = parameters.get("MaxResults") or 100
    token = parameters.get("NextToken") or "0"
    if not 1 <= size <= 100 or not token.isdecimal():
        raise _invalid("MaxResults is between 1 and 100, NextToken one that was given")
    start = int(token)
    more = len(findings) > start + size
    return {
        "Findings": findings[start : start + size],
        **({"NextToken": str(start + size)} if more else {}),
    }


def _invalid(why: str) -> Fault:
    return Fault("InvalidInputException", why)
