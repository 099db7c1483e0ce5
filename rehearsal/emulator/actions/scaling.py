"""What Auto Scaling's operations ask of IAM (source: AWS's service authorization reference).

A group's ARN holds a random id, so that a policy names it by ``autoScalingGroup:*:…`` or by tags.
Describe has no resource. Whoever makes a group with a launch template must be allowed what the
template does (AWS docs: ec2-auto-scaling-launch-template-permissions).
"""

from __future__ import annotations

from collections.abc import Iterator

from moto.autoscaling.models import autoscaling_backends

from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import (
    REQUEST_TAGS,
    RESOURCE_TAGS,
    Call,
    Need,
    Rule,
    requested_tags,
    resource_tags,
)

_KNOWN = RESOURCE_TAGS | {"autoscaling:resourcetag/"}


def otherwise(call: Call) -> Iterator[Need]:
    """The group that a call names, with its tags; of one that is not there, no tags."""
    if call.operation.startswith("Describe"):
        yield Need(action=call.action, resource="*")
        return
    name = call.params.get("AutoScalingGroupName") or _group_of(call)
    if not name:
        yield Need(action=call.action)
        return
    group = autoscaling_backends[call.account][call.region].autoscaling_groups.get(name)
    tags = {str(t["Key"]): str(t.get("Value", "")) for t in (group.tags if group else ())}
    yield Need(
        action=call.action,
        resource=group.arn if group else call.arn(_named(name)),
        context=resource_tags(tags) | resource_tags(tags, "autoscaling"),
        known=_KNOWN,
    )


def _named(name: str) -> str:
    return f"autoScalingGroup:*:autoScalingGroupName/{name}"


def _group_of(call: Call) -> str | None:
    """The group of the instance that a call names instead."""
    wanted = call.params.get("InstanceId")
    groups = autoscaling_backends[call.account][call.region].autoscaling_groups if wanted else {}
    return next(
        (
            str(group.name)
            for group in list(groups.values())
            if any(member.instance_id == wanted for member in group.instance_states)
        ),
        None,
    )


def _create(call: Call) -> Iterator[Need]:
    context = requested_tags(call.params.get("Tags"))
    arn = call.arn(_named(call.params["AutoScalingGroupName"]))
    yield Need(action=call.action, resource=arn, context=context, known=REQUEST_TAGS)
    if context:
        yield Need(
            action="autoscaling:CreateOrUpdateTags",
            resource=arn,
            context=context,
            known=REQUEST_TAGS,
        )
    if call.params.get("LaunchTemplate"):
        yield Need(action="ec2:RunInstances")
        yield pass_role(None, "ec2.amazonaws.com")  # whether the template has one is not looked up


RULES: dict[str, Rule] = {"CreateAutoScalingGroup": _create}
