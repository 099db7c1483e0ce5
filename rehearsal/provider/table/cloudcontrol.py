"""Cloud Control: a resource of whatever type, as one JSON document (botocore: cloudcontrol model).

As the AWS provider does it (terraform-provider-aws: cloudcontrol): changes are sent as a patch, one
of a property that cannot be changed takes a new resource, and what AWS has is an output. Drift from
the desired state is not looked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from rehearsal.emulator.cloudcontrol import patches, schemas
from rehearsal.provider.codecs import Document
from rehearsal.provider.kinds import BEFORE, Call, Kind, Property, Scope

Caller = Callable[[Call], dict[str, Any]]

STATUS = Call("get_resource_request_status", RequestToken="{@ProgressEvent.RequestToken}")
READ = Call("get_resource", TypeName="{typeName}", Identifier="{@ProgressEvent.Identifier}")


class RequestFailedError(RuntimeError):
    """Cloud Control accepted a request and could not do it; the text is AWS's."""


def _done(call: Caller, scope: Scope) -> None:
    event = call(STATUS)["ProgressEvent"]
    if event["OperationStatus"] != "SUCCESS":
        raise RequestFailedError(
            f"{event['Operation']} {event['TypeName']}: {event['OperationStatus']}: "
            f"{event.get('ErrorCode')}: {event.get('StatusMessage')}"
        )


def _settled(call: Caller, scope: Scope) -> None:
    _done(call, scope)
    call(READ)


def _patched(call: Caller, scope: Scope) -> None:
    before, after = (json.loads(one["desiredState"]) for one in (scope[BEFORE], scope))
    patch = patches.difference(before, after)
    call(
        Call(
            "update_resource",
            TypeName="{typeName}",
            Identifier="{id}",
            PatchDocument=lambda _: json.dumps(patch),
        )
    )
    _settled(call, scope)


def _deleted(call: Caller, scope: Scope) -> None:
    call(Call("delete_resource", TypeName="{typeName}", Identifier="{id}"))
    try:
        _done(call, scope)
    except RequestFailedError as failed:
        if ": NotFound: " not in str(failed):
            raise


def _fixed(old: Any, new: Any) -> bool:
    """Whether a desired state differs in what cannot be changed."""
    try:
        before, after = json.loads(old), json.loads(new)
    except (TypeError, ValueError):
        return False  # a preview does not know it yet
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return bool(changed & _create_only())


@cache
def _create_only() -> frozenset[str]:
    """Of all types that are emulated: a name means the same in each."""
    return frozenset(
        name
        for kind in (
            "SlackChannelConfiguration",
            "MicrosoftTeamsChannelConfiguration",
            "CustomAction",
        )
        for name in schemas.named(schemas.of_type(f"AWS::Chatbot::{kind}"), "createOnlyProperties")
    )


KINDS: dict[str, Kind] = {
    "aws:cloudcontrol/resource:Resource": Kind(
        service="cloudcontrol",
        create=Call("create_resource"),
        read=Call("get_resource", TypeName="{typeName}", Identifier="{id}"),
        delete=_deleted,
        settle=_settled,
        id="{@ProgressEvent.Identifier}",
        properties={
            "typeName": Property(to="TypeName", read="TypeName", change="replace"),
            "desiredState": Property(
                to="DesiredState", codec=Document(), change=_patched, replaces=_fixed
            ),
            "roleArn": Property(to="RoleArn", change="replace"),
            "typeVersionId": Property(to="TypeVersionId", change="replace"),
            # The provider's own copy of the type's schema, against which it checks the state.
            "schema": Property(change=lambda call, scope: None),
        },
        outputs={"properties": "{@ResourceDescription.Properties}"},
        identity=(),
    ),
}
