"""OpsItems that tests make."""

from __future__ import annotations

import json
from typing import Any

INSTANCE = "arn:aws:ec2:eu-west-1:333333333333:instance/i-0123456789abcdef0"


def item(**more: Any) -> dict[str, Any]:
    """What CreateOpsItem needs, with operational data."""
    data = more.pop("data", None)
    return {
        "Title": "A machine mines",
        "Description": "It was isolated.",
        "Source": "containment",
        **({"OperationalData": data} if data else {}),
        **more,
    }


def deduplicated(string: str, *resources: str) -> dict[str, Any]:
    """Operational data with a deduplication string and related resources."""
    related = json.dumps([{"arn": arn} for arn in resources])
    return {
        "/aws/dedup": searchable(json.dumps({"dedupString": string})),
        **({"/aws/resources": searchable(related)} if resources else {}),
    }


def searchable(value: str) -> dict[str, str]:
    """A value that lists may search."""
    return {"Type": "SearchableString", "Value": value}
