"""Which IAM actions, on which resources and under which keys, an AWS call asks for.

A service that is not here is not authorised at all, and so not emulated: the names of its actions
could only be guessed. An operation without a rule asks for the action of its name on a resource
that is not known, which suffices where the deciding statements speak of every resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from rehearsal.emulator.actions import (
    data,
    ec2,
    hub,
    identity,
    incidents,
    messages,
    s3,
    scaling,
    systems,
)
from rehearsal.emulator.actions.need import Call, Need, Rule
from rehearsal.emulator.world import NotEmulatedError

__all__ = ["PREFIXES", "Call", "Need", "needs"]


def _unknown_resource(call: Call) -> Iterator[Need]:
    yield Need(action=call.action)


def _everywhere(call: Call) -> Iterator[Need]:
    yield Need(action=call.action, resource="*")


def _not_emulated(call: Call) -> Iterator[Need]:
    raise NotEmulatedError(f"The operation {call.action} is not emulated.")


_NO_RULES: Mapping[str, Rule] = {}
_SERVICES: dict[str, tuple[Mapping[str, Rule], Callable[[Call], Iterator[Need]]]] = {
    "account": (_NO_RULES, _unknown_resource),
    "autoscaling": (scaling.RULES, scaling.otherwise),
    "chatbot": (_NO_RULES, _unknown_resource),
    "cloudformation": (_NO_RULES, _unknown_resource),
    "cloudtrail": ({"LookupEvents": _everywhere}, _not_emulated),
    "cloudwatch": (_NO_RULES, messages.metrics),
    "dynamodb": (data.DYNAMODB_RULES, data.table),
    "ec2": (ec2.RULES, ec2.otherwise),
    "events": (messages.EVENTS_RULES, messages.rule),
    "guardduty": (_NO_RULES, data.guardduty),
    "iam": (_NO_RULES, identity.by_parameters),
    "kms": (_NO_RULES, data.key),
    "logs": (_NO_RULES, messages.log_group),
    "organizations": (_NO_RULES, _unknown_resource),
    "s3": (s3.S3_RULES, s3.unknown),
    "securityhub": (hub.SECURITYHUB_RULES, _unknown_resource),
    "servicequotas": (_NO_RULES, _unknown_resource),
    "sns": (_NO_RULES, messages.topic),
    "sqs": (_NO_RULES, messages.queue),
    "ssm": ({"StartAutomationExecution": systems.start_automation}, systems.systems_manager),
    "ssm-contacts": (_NO_RULES, incidents.contacts),
    "ssm-incidents": (_NO_RULES, incidents.incidents),
    "sts": (identity.STS_RULES, _unknown_resource),
    "tag": (_NO_RULES, _unknown_resource),
}

# Cloud Control's actions are CloudFormation's (AWS docs: cloudcontrol-api security).
_NAMES = {
    "tag": "resourcegroupstaggingapi",
    "cloudformation": "cloudcontrol",
    "servicequotas": "service-quotas",
}
PREFIXES = {_NAMES.get(prefix, prefix): prefix for prefix in _SERVICES}
"""moto's name of a service, or botocore's where moto lacks it → the prefix of its IAM actions."""


def needs(call: Call) -> list[Need]:
    """Everything that must be allowed before a call is answered."""
    rules, otherwise = _SERVICES[call.service]
    return list(rules.get(call.operation, otherwise)(call))
