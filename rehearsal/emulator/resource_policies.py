"""The policies that resources carry, read from moto's state, and those that AWS refuses to store.

Known are roles (their trust), queues, topics, buses, buckets and keys. A policy whose ``Principal``
names a role or user that does not exist is refused when it is written (trap 6.4). Not emulated:
that the name is stored as a unique id, so that a role deleted and made again no longer matches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from rehearsal.emulator.iam.policy import MalformedPolicyError, Policy
from rehearsal.emulator.iam.text import segments
from rehearsal.emulator.principals import PARTITION, find_role
from rehearsal.emulator.world import NotEmulatedError

Refusal = tuple[str, str]
"""Error code and message."""


def policy_of(arn: str) -> Policy | None:
    """The policy that a resource carries; None where it has none, or is of a kind that has none."""
    parts = segments(arn)
    if len(parts) != 6:
        return None
    text = (
        _of_bucket(parts[5])
        if parts[2] == "s3"
        else _text(parts[2], parts[4], parts[3], parts[5], arn)
    )
    return Policy.parse(text, f"the policy of {arn}") if text else None


def _text(service: str, account: str, region: str, name: str, arn: str) -> Any:
    if service == "iam":
        role = find_role(arn) if name.startswith("role/") else None
        return role.assume_role_policy_document if role is not None else None
    if service == "sqs":
        queue = sqs_backends[account][region].queues.get(name)
        return queue.policy if queue is not None else None
    if service == "sns":
        topic = sns_backends[account][region].topics.get(arn)
        return topic.policy if topic is not None else None
    if service == "events" and name.startswith("event-bus/"):
        bus = events_backends[account][region].event_buses.get(name.removeprefix("event-bus/"))
        return bus.policy if bus is not None else None
    if service == "kms" and name.startswith("key/"):
        key = kms_backends[account][region].keys.get(name.removeprefix("key/"))
        return key.policy if key is not None else None
    return None


def _of_bucket(name: str) -> Any:
    """Of a bucket, or of the bucket that an object is in: their ARNs name no account."""
    bucket = name.partition("/")[0]
    at, owner = s3_backends.bucket_accounts.get(bucket, (PARTITION, ""))
    held = s3_backends[owner][at].buckets.get(bucket) if owner else None
    return held.policy.decode() if held is not None and held.policy else None


_WRITES: dict[tuple[str, str], tuple[str, ...]] = {
    ("iam", "CreateRole"): ("AssumeRolePolicyDocument",),
    ("iam", "UpdateAssumeRolePolicy"): ("PolicyDocument",),
    **{
        ("iam", operation): ("PolicyDocument",)
        for operation in (
            *("PutRolePolicy", "PutUserPolicy", "PutGroupPolicy"),
            *("CreatePolicy", "CreatePolicyVersion"),
        )
    },
    ("sqs", "CreateQueue"): ("Attributes", "Policy"),
    ("sqs", "SetQueueAttributes"): ("Attributes", "Policy"),
    ("sns", "CreateTopic"): ("Attributes", "Policy"),
    ("sns", "SetTopicAttributes"): ("AttributeValue",),
    ("events", "PutPermission"): ("Policy",),
    ("sts", "AssumeRole"): ("Policy",),
    ("organizations", "CreatePolicy"): ("Content",),
    ("logs", "PutResourcePolicy"): ("policyDocument",),
    ("kms", "CreateKey"): ("Policy",),
    ("s3", "PutBucketPolicy"): ("Policy",),
    ("kms", "PutKeyPolicy"): ("Policy",),
}
"""Operation → where in its parameters a policy is."""

_REFUSALS: dict[str, Refusal] = {
    "iam": ("MalformedPolicyDocument", "Invalid principal in policy: {}"),
    "sts": ("MalformedPolicyDocument", "Invalid principal in policy: {}"),
    "organizations": ("MalformedPolicyDocumentException", "Invalid principal in policy: {}"),
    "logs": ("InvalidParameterException", "Invalid principal in policy: {}"),
    "sqs": ("InvalidAttributeValue", "Invalid value for the parameter Policy: principal {}"),
    "sns": ("InvalidParameter", "Invalid parameter: Policy Error: PrincipalNotFound {}"),
    "events": ("ValidationException", "Invalid principal in policy: {}"),
    "s3": ("MalformedPolicy", "Invalid principal in policy: {}"),
    "kms": (
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals: {}",
    ),
}


def refused_write(
    service: str, operation: str, params: Mapping[str, Any], *, principals: bool
) -> Refusal | None:
    """Why AWS would not store the policy in a call, if there is one and it would not.

    Raises UnknownPolicyElementError for a policy that the evaluator could not read later.
    """
    if operation == "SetTopicAttributes" and params.get("AttributeName") != "Policy":
        return None
    if service == "organizations" and params.get("Type") == "RESOURCE_CONTROL_POLICY":
        raise NotEmulatedError("resource control policies are not evaluated")
    if service == "organizations" and params.get("Type") != "SERVICE_CONTROL_POLICY":
        return None
    value: Any = params
    for step in _WRITES.get((service, operation), ("",)):
        value = (value or {}).get(step)
    if not value:
        return None
    try:
        policy = Policy.parse(value)
    except MalformedPolicyError as malformed:
        return _REFUSALS[service][0], str(malformed)
    missing = next((name for name in _named(policy) if not _exists(name)), None)
    if missing is None or not principals:
        return None
    code, message = _REFUSALS[service]
    return code, message.format(f'"AWS":"{missing}"')


def _named(policy: Policy) -> list[str]:
    blocks = [s.principals.named for s in policy.statements if s.principals]
    return [text for block in blocks for kind, texts in block if kind == "AWS" for text in texts]


def _exists(name: str) -> bool:
    """Accounts are taken to exist; roles, users and sessions of roles must."""
    if name == "*" or (name.isdigit() and len(name) == 12):
        return True
    parts = segments(name)
    if len(parts) != 6:
        return False
    account, kind = parts[4], parts[5].split("/")[0]
    if kind == "role":
        return find_role(name) is not None
    users, roles = iam_backends[account][PARTITION].users, iam_backends[account][PARTITION].roles
    if kind == "user":
        return any(user.arn == name for user in list(users.values()))
    if kind == "assumed-role":
        return any(role.name == parts[5].split("/")[1] for role in list(roles.values()))
    return parts[5] == "root"
