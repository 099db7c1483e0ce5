"""The policy pack on what roles may do: named actions on named resources, and no way to more."""

from __future__ import annotations

from typing import Any

import pytest

from policy.rule import Seen
from tests.ruled import HERE, OUR_ROLE, ROLE_POLICY, expect, holding, said


def may(*actions: str, on: str = HERE("iam", "role/any"), **condition: Any) -> Seen:
    found = {"Action": [*actions], "Resource": on}
    return holding(ROLE_POLICY, {**found, "Condition": condition} if condition else found)


DENY = "arn:aws:iam::222222222222:policy/containment-deny-instance"
PASSED: dict[str, Any] = {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}
OUR_TAGS: dict[str, Any] = {"ForAllValues:StringEquals": {"aws:TagKeys": ["containment:denied-1"]}}
THERE: dict[str, Any] = {"Null": {"aws:TagKeys": "false"}}


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        (may("iam:PutRolePolicy"), "iam:PutRolePolicy writes an identity"),
        (may("IAM:createaccesskey"), "IAM:createaccesskey writes an identity"),
        (may("iam:CreatePolicyVersion", "iam:ListRoles"), "iam:CreatePolicyVersion writes"),
        (may("iam:GetRole", "iam:ListRoles"), None),
        (may("iam:AttachRolePolicy"), "iam:AttachRolePolicy of any policy"),
        (may("iam:AttachUserPolicy", ArnEquals={"iam:PolicyARN": DENY}), None),
        (may("iam:AttachRolePolicy", ArnEqualsIfExists={"iam:PolicyARN": DENY}), "of any policy"),
        (may("iam:AttachRolePolicy", ArnNotEquals={"iam:PolicyARN": DENY}), "of any policy"),
        (
            may(
                "iam:AttachRolePolicy",
                ArnEquals={"iam:PolicyARN": [DENY, DENY.replace("deny", "may")]},
            ),
            "containment-may-instance",
        ),
        (may("iam:PassRole", on=OUR_ROLE), "iam:PassRole to any service"),
        (may("iam:PassRole", on=OUR_ROLE, **PASSED), None),
        (may("iam:PassRole", on="arn:aws:iam::222222222222:role/*", **PASSED), "no role of ours"),
        (may("iam:TagRole", **OUR_TAGS), "iam:TagRole with keys other than"),
        (may("iam:TagRole", **OUR_TAGS, **THERE), None),
        (may("iam:UntagRole", **THERE), "iam:UntagRole with keys other than"),
        (holding(ROLE_POLICY, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}), None),
    ],
)
def test_identities_are_written_by_denying_only(grant: Seen, told: str | None) -> None:
    expect(said("identity-unwritten", grant), told)


@pytest.mark.parametrize(
    ("rule", "grant", "told"),
    [
        ("actions-named", may("ec2:Describe*"), "ec2:Describe* names no action"),
        ("actions-named", may("*"), "* names no action"),
        ("actions-named", holding(ROLE_POLICY, {"NotAction": "iam:*"}), "NotAction allows"),
        ("actions-named", may("ec2:DescribeInstances", on="*"), None),
        ("resources-named", may("ec2:DescribeInstances", on="*"), None),
        ("resources-named", may("ec2:RunInstances", on="*"), "ec2:RunInstances takes a narrower"),
        ("resources-named", may("ec2:RunInstances", on=HERE("ec2", "instance/*")), None),
        ("resources-named", may("ec2:RunInstances", on="arn:aws:*"), "than arn:aws:*"),
        (
            "starts-named",
            may("ssm:StartAutomationExecution", on=HERE("ssm", "document/AWS-StopEC2Instance")),
            "document/AWS-StopEC2Instance",
        ),
        (
            "starts-named",
            may("ssm:StartAutomationExecution", on="arn:aws:ssm:*:*:document/containment-any"),
            "no document of ours in one account",
        ),
        (
            "starts-named",
            may("ssm:StartAutomationExecution", on=HERE("ssm", "automation-execution/*")),
            None,
        ),
    ],
)
def test_grants_are_named(rule: str, grant: Seen, told: str | None) -> None:
    expect(said(rule, grant), told)
