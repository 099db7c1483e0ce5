"""What Security Hub's operations on findings ask of IAM.

(AWS's service authorization reference; AWS docs: finding-update-batchupdatefindings for the keys
``securityhub:ASFFSyntaxPath/FIELD``.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehearsal.emulator.actions.need import Call, Context, Need, Rule

PATH = "securityhub:asffsyntaxpath"


def _hub(call: Call) -> Iterator[Need]:
    yield Need(action=call.action, resource=call.arn("hub/default"))


def _update(call: Call) -> Iterator[Need]:
    """The hub, with a key for each field that the call sets, as a whole and in its parts."""
    context: Context = {}
    for name, value in call.params.items():
        if name != "FindingIdentifiers" and value is not None:
            context |= _fields(f"{PATH}/{name.lower()}", value)
    yield Need(
        action=call.action,
        resource=call.arn("hub/default"),
        context=context,
        known=frozenset({f"{PATH}/"}),
    )


def _fields(path: str, value: Any) -> Context:
    if isinstance(value, dict):
        parts: Context = {}
        for key, part in value.items():
            parts |= _fields(f"{path}.{key.lower()}", part)
        return {path: tuple(v for values in parts.values() for v in values), **parts}
    if isinstance(value, list | tuple):
        return {path: tuple(str(item) for item in value)}
    return {path: (str(value),)}


def _import(call: Call) -> Iterator[Need]:
    """The product of each finding, with the account that it is about."""
    for finding in call.params.get("Findings", ()):
        target = str(finding.get("AwsAccountId", ""))
        yield Need(
            action=call.action,
            resource=finding.get("ProductArn"),
            owner=call.account,
            context={"securityhub:targetaccount": (target,)} if target else {},
            known=frozenset({"securityhub:targetaccount"}),
        )


SECURITYHUB_RULES: dict[str, Rule] = {
    "BatchImportFindings": _import,
    "BatchUpdateFindings": _update,
    "GetFindings": _hub,
}
