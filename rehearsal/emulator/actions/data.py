"""What DynamoDB's, GuardDuty's and KMS's operations ask of IAM.

(Source: AWS's service authorization reference.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.kms.models import kms_backends

from rehearsal.emulator.actions.keys import arn_of, needed
from rehearsal.emulator.actions.need import REQUEST_TAGS, Call, Need, Rule, requested_tags
from rehearsal.emulator.world import NotEmulatedError

_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}


def table(call: Call) -> Iterator[Need]:
    """The table that is named, with ``dynamodb:LeadingKeys`` where the call names an item."""
    name = call.params.get("TableName")
    item = call.params.get("Key") or call.params.get("Item")
    if not name:
        yield Need(action=call.action, resource="*" if call.operation == "ListTables" else None)
    elif item:
        yield _item(call, call.action, name, item)
    else:
        yield Need(
            action=call.action,
            resource=_table_arn(call, name),
            context=requested_tags(call.params.get("Tags")),
            known=REQUEST_TAGS,
        )


def _transaction(call: Call) -> Iterator[Need]:
    for entry in call.params.get("TransactItems", ()):
        for kind, part in entry.items():
            item = part.get("Key") or part["Item"]
            yield _item(call, f"dynamodb:{_TRANSACTED[kind]}", part["TableName"], item)


def _statement(call: Call) -> Iterator[Need]:
    raise NotEmulatedError(f"{call.action} is not emulated: its IAM actions are those of PartiQL")


def _item(call: Call, action: str, name: str, item: Mapping[str, Any]) -> Need:
    arn = _table_arn(call, name)
    region, account, short = arn.split(":")[3], arn.split(":")[4], arn.rsplit("/", 1)[-1]
    found = dynamodb_backends[account][region].tables.get(short)
    value = item.get(found.hash_key_attr) if found is not None else None
    leading = next(iter(value.values())) if isinstance(value, Mapping) else None
    return Need(
        action=action,
        resource=arn,
        context={"dynamodb:leadingkeys": (str(leading),)} if leading is not None else {},
        known=frozenset({"dynamodb:leadingkeys"}) if leading is not None else frozenset(),
    )


def _table_arn(call: Call, name: str) -> str:
    return name if name.startswith("arn:") else call.arn(f"table/{name}")


DYNAMODB_RULES: dict[str, Rule] = {
    "TransactWriteItems": _transaction,
    "TransactGetItems": _transaction,
    **dict.fromkeys(
        ("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"), _statement
    ),
}


def guardduty(call: Call) -> Iterator[Need]:
    """GuardDuty's findings and detectors are no resources of IAM; of filters we know less."""
    subject = call.operation.lower()
    named = any(word in subject for word in ("filter", "ipset", "intelset", "publishing", "tag"))
    yield Need(action=call.action, resource=None if named else "*")


def key(call: Call) -> Iterator[Need]:
    """The key that a call names by id, ARN or alias; keys of other accounts by ARN only."""
    given = call.params.get("KeyId") or call.params.get("TargetKeyId")
    if not given:
        anywhere = call.operation in ("CreateKey", "ListKeys", "ListAliases")
        yield Need(action=call.action, resource="*" if anywhere else None)
    elif given.startswith("arn:") and ":key/" in given:
        yield needed(call, call.action, given)
    else:
        found = arn_of(call, given)
        # Who names no key of theirs is told that it is not found, and not that they may not.
        there = found.rpartition("/")[2] in kms_backends[call.account][call.region].keys
        yield needed(call, call.action, found) if there else Need(action=call.action)
