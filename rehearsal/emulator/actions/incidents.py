"""What Incident Manager's and its contacts' operations ask of IAM.

(Source: AWS's service authorization reference; that StartIncident is asked of the plan alone is
UNVERIFIED.) Who hands a role to a response plan must be allowed to pass it; who names a contact in
a plan, a rotation or a response plan must be allowed to associate it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import REQUEST_TAGS, Call, Need, requested_tags

INCIDENTS = "ssm-incidents.amazonaws.com"

_NAMED = (
    *("responsePlanArn", "incidentRecordArn", "arn", "resourceArn"),
    *("PageId", "EngagementId", "ContactChannelId", "RotationId", "ContactId"),
    *("ContactArn", "ResourceARN"),
)
"""Parameters that name the resource; an operation with two of them is asked about the first."""


def incidents(call: Call) -> Iterator[Need]:
    """The plan, incident or replication set, and each role that a plan gets."""
    resource = _named(call)
    if call.operation == "CreateResponsePlan":
        resource = f"arn:aws:ssm-incidents::{call.account}:response-plan/{call.params['name']}"
    tags = [{"Key": k, "Value": v} for k, v in (call.params.get("tags") or {}).items()]
    yield _need(call, resource, tags)
    for action in call.params.get("actions") or ():
        if role := (action.get("ssmAutomation") or {}).get("roleArn"):
            yield pass_role(role, INCIDENTS)


def contacts(call: Call) -> Iterator[Need]:
    """The contact, channel, rotation, engagement or page, and each contact that is named in one."""
    params = call.params
    resource = _named(call)
    if call.operation == "CreateContact":
        resource = call.arn(f"contact/{params['Alias']}")
    yield _need(call, resource, params.get("Tags"))
    stages = (params.get("Plan") or {}).get("Stages") or ()
    targets = [target for stage in stages for target in stage.get("Targets") or ()]
    named = [(target.get("ContactTargetInfo") or {}).get("ContactId") for target in targets]
    for contact in dict.fromkeys([*named, *(params.get("ContactIds") or ())]):
        if contact:
            yield Need(action="ssm-contacts:AssociateContact", resource=contact)


def _named(call: Call) -> str | None:
    """What a call names; where it names nothing, every resource of a list or None."""
    found = [call.params[name] for name in _NAMED if call.params.get(name)]
    if found:
        return str(found[0])
    anywhere = call.operation.startswith("List") or call.operation.startswith("CreateR")
    return "*" if anywhere else None


def _need(call: Call, resource: str | None, tags: Any) -> Need:
    return Need(
        action=call.action,
        resource=resource,
        context=requested_tags(tags),
        known=REQUEST_TAGS,
    )
