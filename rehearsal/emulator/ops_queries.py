"""Which OpsItems a list shows, and what of them (botocore: ssm model, DescribeOpsItemsRequest)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from rehearsal.emulator import ops_data
from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError

PAGE = 50
LONGEST_TITLE = 100
"""Characters of a title that Equal compares."""

Item = Mapping[str, Any]
Texts = list[str]

SUMMARY = (
    "OpsItemId",
    "OpsItemType",
    "Title",
    "Source",
    "Status",
    "Priority",
    "Category",
    "Severity",
    "CreatedBy",
    "CreatedTime",
    "LastModifiedBy",
    "LastModifiedTime",
)

OPERATORS: Mapping[str, tuple[str, ...]] = {
    "Status": ("Equal",),
    "OpsItemId": ("Equal",),
    "Priority": ("Equal",),
    "Category": ("Equal",),
    "Severity": ("Equal",),
    "Source": ("Equal", "Contains"),
    "Title": ("Equal", "Contains"),
    "OperationalData": ("Equal",),
    "OperationalDataKey": ("Equal",),
    "OperationalDataValue": ("Equal", "Contains"),
    "ResourceId": ("Contains",),
    "AutomationId": ("Equal",),
    "CreatedTime": ("GreaterThan", "LessThan"),
    "LastModifiedTime": ("GreaterThan", "LessThan"),
}
"""Filter → what it compares by; of Category and Severity the model does not say."""


def summary(item: Item) -> dict[str, Any]:
    """``OpsItemSummary``: of the operational data only what is searchable."""
    shown = {name: item[name] for name in SUMMARY if name in item}
    return {**shown, "OperationalData": _searchable(item)}


def holds(wanted: Mapping[str, Any], item: Item) -> bool:
    """Whether an item passes one filter: any of its values suffices."""
    key, operator, values = wanted["Key"], wanted["Operator"], wanted["Values"]
    if key not in OPERATORS:
        raise NotEmulatedError(f"The filter {key} of OpsItems is not emulated.")
    if operator not in OPERATORS[key]:
        raise Fault("ValidationException", f"The filter {key} does not take {operator}.")
    if key in ("CreatedTime", "LastModifiedTime"):
        later = operator == "GreaterThan"
        return any((item[key] > _time(v)) if later else (item[key] < _time(v)) for v in values)
    if key == "OperationalData":
        return any(_pair(value) in _pairs(item) for value in values)
    if key == "Title" and operator == "Equal":
        if any(len(value) > LONGEST_TITLE for value in values):
            raise Fault("ValidationException", "The filter value exceeds the length limit.")
        return item["Title"][:LONGEST_TITLE] in values
    held = TEXTS[key](item) if key in TEXTS else [str(item.get(key, ""))]
    if operator == "Contains":
        return any(value in text for value in values for text in held)
    return any(value in held for value in values)


def _searchable(item: Item) -> dict[str, Any]:
    data: Mapping[str, Any] = item["OperationalData"]
    return {k: v for k, v in data.items() if v.get("Type") == "SearchableString"}


def _pairs(item: Item) -> set[tuple[str, str]]:
    return {(key, value.get("Value", "")) for key, value in _searchable(item).items()}


def _pair(text: str) -> tuple[str, str]:
    try:
        wanted = json.loads(text)
        return wanted["key"], wanted["value"]
    except (ValueError, KeyError, TypeError) as unreadable:
        message = f'{text} is not of the form {{"key": …, "value": …}}.'
        raise Fault("ValidationException", message) from unreadable


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as unreadable:
        raise Fault("ValidationException", f"{text} is no date and time.") from unreadable
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


TEXTS: Mapping[str, Callable[[Item], Texts]] = {
    "OperationalDataKey": lambda item: list(_searchable(item)),
    "OperationalDataValue": lambda item: [value for _, value in _pairs(item)],
    "ResourceId": lambda item: ops_data.resources(item["OperationalData"]),
    "AutomationId": lambda item: ops_data.automations(item["OperationalData"]),
}
