"""What an OpsItem may hold: sizes, names, and the three keys of operational data that AWS knows.

(botocore: ssm model, CreateOpsItemRequest; AWS docs: OpsCenter-manually-create-OpsItems.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.emulator.wire import Fault

DEDUPLICATION = "/aws/dedup"
RESOURCES = "/aws/resources"
AUTOMATIONS = "/aws/automations"
KNOWN = (DEDUPLICATION, RESOURCES, AUTOMATIONS)

RESERVED = tuple(
    f"{slash}{word}" for slash in ("", "/") for word in ("amazon", "aws", "amzn", "ssm")
)
"""What another key may not begin with."""
FOREIGN = ("aws", "amazon", "amzn")
"""What the name of a source may not contain."""

LONGEST = {"Title": 1_024, "Description": 2_048, "Source": 128, "Category": 64, "Severity": 64}
VALUE_BYTES = 20 * 1_024
TYPES = ("SearchableString", "String")

Data = Mapping[str, Mapping[str, str]]


def invalid(parameter: str, why: str) -> Fault:
    """AWS's OpsItemInvalidParameterException."""
    fault = Fault("OpsItemInvalidParameterException", f"{parameter}: {why}")
    fault.ParameterNames = [parameter]
    return fault


def check(request: Mapping[str, Any], data: Data) -> None:
    """Raise a Fault for what AWS does not take."""
    for name, most in LONGEST.items():
        if len(request.get(name, "")) > most:
            raise invalid(name, f"{len(request[name])} characters are more than {most}.")
    for word in FOREIGN:
        if word in request.get("Source", "").lower():
            raise invalid("Source", f"the name contains {word}.")
    if not 1 <= request.get("Priority", 1) <= 5:
        raise invalid("Priority", f"{request['Priority']} is not from 1 to 5.")
    for key, value in data.items():
        _check(key, value)


def _check(key: str, value: Mapping[str, str]) -> None:
    text = value.get("Value", "")
    if key not in KNOWN and key.lower().startswith(RESERVED):
        raise invalid("OperationalData", f"the key {key} begins with a reserved word.")
    if len(key) > 128 or len(text.encode()) > VALUE_BYTES:
        raise invalid("OperationalData", f"{key[:128]} is longer than AWS takes.")
    if value.get("Type", TYPES[0]) not in TYPES:
        raise invalid("OperationalData", f"the type {value['Type']} is none of {TYPES}.")
    if key in KNOWN and not _fits(key, text):
        raise invalid("OperationalData", f"{key} is not what AWS reads there: {text[:100]}")


def _fits(key: str, text: str) -> bool:
    try:
        held = json.loads(text)
    except ValueError:
        return False
    if key == DEDUPLICATION:
        return isinstance(held, dict) and isinstance(held.get("dedupString"), str)
    wanted = "arn" if key == RESOURCES else "automationId"
    return isinstance(held, list) and all(isinstance(e, dict) and wanted in e for e in held)


def resources(data: Data) -> list[str]:
    """ARNs of the related resources."""
    return [entry["arn"] for entry in json.loads(data.get(RESOURCES, {}).get("Value", "[]"))]


def automations(data: Data) -> list[str]:
    """Ids of the runbooks that are suggested."""
    held = json.loads(data.get(AUTOMATIONS, {}).get("Value", "[]"))
    return [entry["automationId"] for entry in held]


def duplicate_key(source: str, data: Data) -> object | None:
    """String, source and resources; upper and lower case are the same.

    (2023 AWS docs: OpsCenter-working-deduplication-strings.)
    """
    if DEDUPLICATION not in data:
        return None
    string = json.loads(data[DEDUPLICATION]["Value"])["dedupString"]
    return (string.lower(), source, tuple(sorted(resources(data))))
