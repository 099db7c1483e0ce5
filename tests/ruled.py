"""One rule of the policy pack asked about one resource, or about a few."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from policy.rule import Broken, Provider, Seen, Stack, Unjudged
from tests.judged import BY_NAME

HERE = "arn:aws:{}:eu-west-1:222222222222:{}".format
OUR_ROLE = "arn:aws:iam::222222222222:role/containment-isolate-instance"
ROLE_POLICY, ROLE = "aws:iam/rolePolicy:RolePolicy", "aws:iam/role:Role"
QUEUE_POLICY, KEY = "aws:sqs/queuePolicy:QueuePolicy", "aws:kms/key:Key"
OURS = Provider(
    urn="urn:pulumi:dev::containment::pulumi:providers:aws::security",
    name="security",
    inputs={"allowedAccountIds": '["222222222222"]'},
)


def seen(kind: str, urn: str = "one", /, **inputs: Any) -> Seen:
    """A resource of an account of ours, with these inputs; ``fed_by`` says where they come from."""
    fed_by = inputs.pop("fed_by", {})
    return Seen(
        urn=urn,
        type=kind,
        name=urn,
        inputs={"region": "eu-west-1", **inputs},
        provider=OURS,
        fed_by=fed_by,
    )


def holding(kind: str, *statements: Mapping[str, Any]) -> Seen:
    """A policy of these statements, which allow unless they say another effect."""
    whole = {"Statement": [{"Effect": "Allow", **each} for each in statements]}
    key = "assumeRolePolicy" if kind == ROLE else "policy"
    return seen(kind, **{key: json.dumps(whole)})


def verdicts(rule: str, *resources: Seen, **config: Any) -> list[Broken | Unjudged]:
    """All that a rule says."""
    asked = BY_NAME[rule]
    if asked.whole:
        return [*asked.whole(Stack(resources=resources, config=config))]
    assert asked.each
    return [verdict for each in resources for verdict in asked.each(each)]


def said(rule: str, *resources: Seen, **config: Any) -> list[str]:
    """What it says is broken."""
    found = verdicts(rule, *resources, **config)
    return [verdict.says for verdict in found if isinstance(verdict, Broken)]


def expect(found: list[str], told: str | None) -> None:
    """Nothing, or one thing with that in it."""
    if told is None:
        assert found == []
    else:
        assert len(found) == 1, found
        assert told in found[0]
