"""What a runbook's role may do: all of it said, none of it wider than it has to be."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest

from runbooks import RUNBOOKS, Action, Runbook

ACCOUNT, SECURITY = "333333333333", "222222222222"
VALUES = {
    "partition": "aws",
    "account": ACCOUNT,
    "home_region": "eu-west-1",
    "security_account": SECURITY,
    "evidence_bucket": "evidence",
    "exemptions_bucket": "exemptions",
    "never_touch": [f"arn:aws:iam::{ACCOUNT}:role/Deployer"],
    "forensic_account": "999999999999",
}
OPERATIONS = {"ReEncryptFrom": "ReEncrypt", "ReEncryptTo": "ReEncrypt"}
"""Actions that are halves of an operation (AWS docs: list_awskeymanagementservice)."""
# Actions that take no narrower resource (AWS docs: list_amazonec2, list_amazonec2autoscaling,
# list_amazonguardduty).
UNNARROWED = ("autoscaling:Describe", "ec2:Describe", "guardduty:GetFindings")
SLOTS = {f"containment:denied-{number}" for number in range(1, 6)}
DENY = f"arn:aws:iam::{ACCOUNT}:policy/containment-deny-instance"
# What may be written about a role, and the condition that keeps it to our own (trap 2.7).
ON_ROLES = {
    "iam:TagRole": "tags",
    "iam:UntagRole": "tags",
    "iam:AttachRolePolicy": "policy",
    "iam:DetachRolePolicy": "policy",
}
READS = ("iam:Get", "iam:List")
BOTH = [
    pytest.param(runbook, action, id=f"{runbook.name}-{action}")
    for runbook in RUNBOOKS.values()
    for action in runbook.actions
]
both = pytest.mark.parametrize(("runbook", "action"), BOTH)


def policy_of(runbook: Runbook, action: Action) -> list[dict[str, Any]]:
    """The statements of the action's role."""
    statements: list[dict[str, Any]] = runbook.policy(action, VALUES)["Statement"]
    return statements


@pytest.mark.parametrize("runbook", RUNBOOKS.values(), ids=lambda each: each.name)
def test_every_permission_says_why_what_and_on_which_resource(runbook: Runbook) -> None:
    assert list(runbook.permissions) == list(runbook.actions)
    for entries in runbook.permissions.values():
        for entry in entries:
            assert entry.keys() - {"Condition", "Effect", "Where"} == {"Why", "Action", "Resource"}
            assert entry.get("Where", "forensic_account") == "forensic_account"
            assert entry.get("Effect", "Deny") == "Deny"
            assert len(entry["Why"]) > 10
            assert entry["Action"] == sorted(set(entry["Action"])) != []


@both
def test_a_policy_has_no_wildcard_action_and_a_star_only_where_aws_has_nothing_narrower(
    runbook: Runbook, action: Action
) -> None:
    for statement in policy_of(runbook, action):
        assert statement["Effect"] in ("Allow", "Deny")
        assert statement.keys().isdisjoint({"Why", "NotAction", "NotResource", "Principal"})
        assert [each for each in statement["Action"] if "*" in each] == []
        listed = statement["Resource"]
        for resource in [listed] if isinstance(listed, str) else listed:
            if resource == "*":
                assert all(each.startswith(UNNARROWED) for each in statement["Action"])
            else:
                _, partition, service, _, account, _ = resource.split(":", 5)
                assert partition == "aws"
                assert account in {"", ACCOUNT} or (account, service) == (SECURITY, "kms")
                named = ("arn:aws:ec2:*::snapshot/*", "arn:aws:s3:::e")
                assert account or resource.startswith(named)
                assert {each.partition(":")[0] for each in statement["Action"]} == {service}


@both
def test_a_policy_writes_no_identity_but_our_own_tags_and_deny_and_hands_none_on(
    runbook: Runbook, action: Action
) -> None:
    for statement in policy_of(runbook, action):
        services = {each.partition(":")[0] for each in statement["Action"]}
        assert services.isdisjoint({"sts", "organizations", "sso", "sso-admin", "cognito-idp"})
        for each in statement["Action"]:
            if not each.startswith("iam:") or each.startswith(READS):
                continue
            if statement["Effect"] == "Deny":
                assert statement["Resource"] == VALUES["never_touch"]
            elif ON_ROLES[each] == "tags":
                named = statement["Condition"]
                assert set(named["ForAllValues:StringEquals"]["aws:TagKeys"]) == SLOTS
                assert named["Null"] == {"aws:TagKeys": "false"}
            else:
                assert statement["Condition"] == {"ArnEquals": {"iam:PolicyARN": DENY}}


@both
def test_what_is_written_about_a_role_is_denied_for_those_that_are_never_touched(
    runbook: Runbook, action: Action
) -> None:
    by_effect: dict[str, set[str]] = {"Allow": set(), "Deny": set()}
    for statement in policy_of(runbook, action):
        by_effect[statement["Effect"]] |= ON_ROLES.keys() & set(statement["Action"])
    assert by_effect["Allow"] == by_effect["Deny"]


@both
def test_every_permission_is_an_operation_that_botocore_knows(
    runbook: Runbook, action: Action
) -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    for statement in policy_of(runbook, action):
        for each in statement["Action"]:
            service, _, operation = each.partition(":")
            operation = OPERATIONS.get(operation, operation)
            assert operation in loader.load_service_model(service, "service-2")["operations"]


def test_what_a_forensic_account_needs_is_granted_only_where_there_is_one() -> None:
    runbook = RUNBOOKS["isolate_instance"]
    without = runbook.policy("Preserve", {**VALUES, "forensic_account": ""})["Statement"]
    more = [each for each in policy_of(runbook, "Preserve") if each not in without]
    assert {action for each in more for action in each["Action"]} == {
        *("ec2:CopySnapshot", "ec2:CreateTags", "ec2:DescribeSnapshots"),
        *("ec2:ModifySnapshotAttribute", "kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey"),
        *("kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"),
    }
    assert "snapshots" not in json.dumps(without)
    assert "999999999999" in json.dumps(more)
    for action in ("Contain", "Release", "Watch"):
        assert (
            policy_of(runbook, action)
            == runbook.policy(action, {**VALUES, "forensic_account": ""})["Statement"]
        )
    with pytest.raises(KeyError, match="forensic_account"):
        runbook.policy("Preserve", {k: v for k, v in VALUES.items() if k != "forensic_account"})


def test_a_policy_names_the_partition_the_account_and_the_home_region() -> None:
    runbook = RUNBOOKS["isolate_instance"]
    values = {
        **VALUES,
        "partition": "aws-us-gov",
        "home_region": "us-gov-west-1",
        "never_touch": [f"arn:aws-us-gov:iam::{ACCOUNT}:role/Deployer"],
    }
    text = json.dumps(runbook.policy("Contain", values))
    assert "${" not in text
    assert "arn:aws:" not in text
    assert f"arn:aws-us-gov:kms:us-gov-west-1:{SECURITY}:key/*" in text
    assert f"arn:aws-us-gov:s3:::evidence/{ACCOUNT}/*" in text
    assert f"arn:aws-us-gov:dynamodb:us-gov-west-1:{ACCOUNT}:table/containment-state" in text
