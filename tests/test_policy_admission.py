"""The policy pack on who is let in: under conditions that a request without them fails."""

from __future__ import annotations

from typing import Any

import pytest

from policy.statements import required
from tests.ruled import HERE, KEY, OUR_ROLE, QUEUE_POLICY, ROLE, expect, holding, said

BUS_POLICY = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
OF_ACCOUNT: dict[str, Any] = {"StringEquals": {"aws:PrincipalAccount": "222222222222"}}
SERVICE = {"Service": "events.amazonaws.com"}
ORGANIZED: dict[str, Any] = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}


def let_in(whom: Any, action: str = "sqs:SendMessage", **condition: Any) -> dict[str, Any]:
    return {"Principal": whom, "Action": action, "Resource": "*", "Condition": condition}


RULE: dict[str, Any] = {"ArnLike": {"aws:SourceArn": HERE("events", "rule/containment-*")}}
FORWARDERS: dict[str, Any] = {
    "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/containment-forwarder"}
}
ROOT, OTHER = "arn:aws:iam::222222222222:root", "arn:aws:iam::999999999999:root"


@pytest.mark.parametrize(
    ("kind", "statement", "told"),
    [
        (QUEUE_POLICY, let_in(SERVICE), "for whomever it speaks"),
        (QUEUE_POLICY, let_in(SERVICE, **RULE), None),
        (QUEUE_POLICY, let_in(SERVICE, "sqs:*", **RULE), "sqs:* lets in to whatever AWS adds"),
        (
            QUEUE_POLICY,
            let_in(SERVICE, ArnLike={"aws:SourceArn": "arn:aws:events:*:*:rule/containment-*"}),
            "for any account",
        ),
        (
            QUEUE_POLICY,
            let_in(
                SERVICE,
                ArnLike={"aws:SourceArn": "arn:aws:events:*:*:rule/containment-*"},
                StringEquals={"aws:SourceAccount": "222222222222"},
            ),
            None,
        ),
        (QUEUE_POLICY, let_in(SERVICE, StringLike={"aws:SourceAccount": "*"}), "for whomever"),
        (QUEUE_POLICY, let_in("*"), "everybody is let in"),
        (QUEUE_POLICY, {**let_in("*"), "Effect": "Deny"}, None),
        (BUS_POLICY, let_in({"AWS": "*"}, **FORWARDERS), "no condition on aws:principalorgid"),
        (BUS_POLICY, let_in({"AWS": "*"}, **ORGANIZED), "no condition on aws:principalarn"),
        (BUS_POLICY, let_in({"AWS": "*"}, **FORWARDERS, **ORGANIZED), None),
        (BUS_POLICY, let_in({"AWS": "555555555555"}), "no condition is on the caller"),
        (BUS_POLICY, let_in({"AWS": OUR_ROLE}, **ORGANIZED), "has to exist when the policy"),
        (BUS_POLICY, {**let_in(SERVICE, **RULE), "NotPrincipal": ROOT}, "NotPrincipal lets in"),
        (BUS_POLICY, let_in({"Federated": "cognito"}, **ORGANIZED), "Federated cognito is nobody"),
    ],
)
def test_who_is_let_in_is_let_in_under_a_condition(
    kind: str, statement: Any, told: str | None
) -> None:
    expect(said("admissions-conditioned", holding(kind, statement)), told)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (let_in(SERVICE, "sts:AssumeRole"), "for whomever it speaks"),
        (let_in(SERVICE, "sts:AssumeRole", **RULE), None),
        (let_in({"AWS": OTHER}, "sts:AssumeRole"), "no condition is on the caller"),
        (let_in({"AWS": OTHER}, "sts:AssumeRole", **ORGANIZED), None),
        (let_in({"AWS": ROOT}, "sts:AssumeRole", **OF_ACCOUNT), None),
        (let_in({"AWS": OTHER}, "sts:AssumeRole", **OF_ACCOUNT), "no condition is on the caller"),
        (let_in("*", "sts:AssumeRole", **ORGANIZED, **FORWARDERS), "AWS * may take the role"),
        (let_in({"AWS": OUR_ROLE}, "sts:AssumeRole", **ORGANIZED), "has to exist"),
    ],
)
def test_a_role_is_taken_under_a_condition(statement: Any, told: str | None) -> None:
    expect(said("trusts-conditioned", holding(ROLE, statement)), told)


THROUGH_EC2: dict[str, Any] = {"StringLike": {"kms:ViaService": "ec2.eu-west-1.*"}}
OF_TOPIC: dict[str, Any] = {
    "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": HERE("sns", "any")}
}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (let_in({"AWS": ROOT}, "kms:*"), None),
        (let_in({"AWS": OTHER}, "kms:*", **THROUGH_EC2), "kms:* for others"),
        (let_in({"AWS": OTHER}, "kms:Decrypt"), "is let in without a condition"),
        (let_in({"AWS": OTHER}, "kms:Decrypt", **THROUGH_EC2), None),
        (let_in({"AWS": "*"}, "kms:Decrypt", **THROUGH_EC2), "everybody is let in"),
        (let_in(SERVICE, "kms:Decrypt"), "for whomever it speaks"),
        (let_in(SERVICE, "kms:Decrypt", **OF_TOPIC), None),
    ],
)
def test_a_key_is_its_accounts_and_others_use_it_under_a_condition(
    statement: Any, told: str | None
) -> None:
    expect(said("keys-conditioned", holding(KEY, statement)), told)


@pytest.mark.parametrize(
    ("condition", "counts"),
    [
        ({"StringEquals": {"aws:SourceAccount": "2"}}, True),
        ({"StringLike": {"AWS:sourceaccount": ["1", "2"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:SourceAccount": ["2"]}}, True),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "2"}}, False),
        ({"ForAllValues:StringEquals": {"aws:SourceAccount": "2"}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": "2"}}, False),
        ({"StringLike": {"aws:SourceAccount": ["2", "*"]}}, False),
        ({"Null": {"aws:SourceAccount": "false"}}, False),
    ],
)
def test_a_condition_counts_where_a_request_without_the_key_fails_it(
    condition: Any, *, counts: bool
) -> None:
    assert ("aws:sourceaccount" in required({"Condition": condition})) == counts
