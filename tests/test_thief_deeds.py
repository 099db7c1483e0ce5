"""The deeds that a thief tries: none that nobody could do, none that AWS does not know."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from rehearsal.emulator.actions import Call, needs
from rehearsal.thief.roles import UnexplainedError, roles_of
from rehearsal.thief.tables import ROLE_LIMIT
from runbooks import DOCUMENT_LIMIT
from tests.declared import Graph, declared
from tests.thieves import SECURITY, TAX, administrator, deed, plain, thief_in, who_can

# Actions that are no operation of their own (AWS docs: list_identityandaccessmanagement, list_s3).
NO_OPERATION = {
    "iam:PassRole",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObjectVersion",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:PutBucketObjectLockConfiguration",
}
LIMITS = {
    "RolePolicy": ("policy", ROLE_LIMIT),
    "Role": ("assumeRolePolicy", 2_048),
    "Policy": ("policy", 6_144),
    "BucketPolicy": ("policy", 20 * 1_024),
    "Key": ("policy", 32 * 1_024),
    "Document": ("content", DOCUMENT_LIMIT),
}
"""Type → input, bytes (AWS docs: reference_iam-quotas, bucket-policies, kms resource-limits)."""


def test_an_administrator_would_manage_every_way_that_is_tried_but_what_others_refuse() -> None:
    """So a no in the table is the role's, and not of a deed that nobody could do."""
    here = thief_in(SECURITY)
    found = administrator(SECURITY, "Admin")
    refused = {
        (each.name, way.told)
        for each in here.deeds()
        for way in each.ways
        if not all(here.decides(found, need).allowed for need in way.needs)
    }
    assuming = "assume another role, where its trust lets the account in"
    assert refused == {
        (assuming, "the Contain role"),  # whose trust lets in Systems Manager only
        (assuming, "the starter"),  # EventBridge only
        # The responder lets in the response's two roles only.
        ("contain or release without anybody's approval", "in its own account, by the responder"),
        ("contain or release without anybody's approval", "in another account, by the responder"),
        # A bus without a policy is its own account's.
        ("put a false record into the ledger", "as another account, by its local bus"),
    }


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("contain or release without anybody's approval", {"respond-to-incident"}),
        ("answer for people what a run asks", {"approver"}),
        (
            "keep people from being called",
            {"respond-to-incident", "respond-to-incident-escalate"},
        ),
        ("change who is called", set()),
    ],
)
def test_the_worst_that_the_page_begins_with_is_true_and_is_all(name: str, who: set[str]) -> None:
    assert set(who_can(name, SECURITY)) == who
    assert who_can(name, TAX) == {}


def test_every_deed_asks_for_actions_that_aws_knows() -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    services = {"ebs": "ebs", "securityhub": "securityhub", "autoscaling": "autoscaling"}
    for each in thief_in(TAX).deeds():
        for need in (need for way in each.ways for need in way.needs):
            service, _, operation = need.action.partition(":")
            if need.action not in NO_OPERATION:
                model = loader.load_service_model(services.get(service, service), "service-2")
                assert operation in model["operations"], need.action


@pytest.mark.parametrize(
    ("name", "told", "service", "operation", "params"),
    [
        (
            "tag a role with other keys than ours",
            "another key beside ours",
            "iam",
            "TagRole",
            {
                "RoleName": "some-application",
                "Tags": [
                    {"Key": "containment:denied-1", "Value": "i"},
                    {"Key": "team", "Value": "i"},
                ],
            },
        ),
        (
            "take another policy off a role",
            "any policy",
            "iam",
            "DetachRolePolicy",
            {
                "RoleName": "some-application",
                "PolicyArn": f"arn:aws:iam::{TAX}:policy/any",
            },
        ),
        (
            "run code on an instance",
            "its user data",
            "ec2",
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "UserData": {"Value": "eA=="}},
        ),
        (
            "take off or set the protections of an instance",
            "against a stop",
            "ec2",
            "ModifyInstanceAttribute",
            {"InstanceId": "i-1", "DisableApiStop": {"Value": False}},
        ),
        (
            "put an interface into a group that is open to all, out of quarantine or into it",
            "any interface of the account, any group",
            "ec2",
            "ModifyNetworkInterfaceAttribute",
            {"NetworkInterfaceId": "eni-1", "Groups": ["sg-1"]},
        ),
        (
            "make a security group",
            "with our tag",
            "ec2",
            "CreateSecurityGroup",
            {
                "GroupName": "g",
                "VpcId": "vpc-1",
                "TagSpecifications": [
                    {
                        "ResourceType": "security-group",
                        "Tags": [{"Key": "containment:managed", "Value": "isolate_instance"}],
                    }
                ],
            },
        ),
        (
            "start a document",
            "another of the account",
            "ssm",
            "StartAutomationExecution",
            {"DocumentName": "any"},
        ),
        (
            "read a disk, or carry it out of the account",
            "share a snapshot",
            "ec2",
            "ModifySnapshotAttribute",
            {"SnapshotId": "snap-1", "Attribute": "createVolumePermission"},
        ),
    ],
)
def test_a_deed_asks_iam_what_the_emulated_service_would_ask(
    name: str, told: str, service: str, operation: str, params: dict[str, Any]
) -> None:
    """The context of a deed is a part of it: of keys that no policy here reads it may be silent."""
    call = Call(
        service=service, operation=operation, params=params, account=TAX, region="eu-west-1"
    )
    (way,) = [each for each in deed(name).ways if each.told == told]
    asked = {(need.action, need.resource) for need in way.needs}
    assert asked == {(need.action, need.resource) for need in needs(call)}
    for mine, theirs in zip(way.needs, needs(call), strict=True):
        assert mine.context.items() <= theirs.context.items()


def test_a_permission_without_a_reason_and_a_policy_of_another_kind_are_errors() -> None:
    graph = plain(declared("dev"))

    def changed(kind: str, name: str, **inputs: Any) -> list[dict[str, Any]]:
        return [
            {**e, "inputs": {**e["inputs"], **inputs}}
            if e["type"].endswith(f":{kind}") and name in (e["inputs"].get("role"), e["name"])
            else e
            for e in graph
        ]

    policy = '{"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
    with pytest.raises(UnexplainedError, match=r"why containment-starter may s3:GetObject"):
        roles_of(changed("RolePolicy", "containment-starter", policy=policy), TAX)
    managed = {"managedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
    with pytest.raises(UnexplainedError, match="managedPolicyArns"):
        roles_of(changed("Role", "tax-access-starter", **managed), TAX)
    attachment = {"type": "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "name": "more"}
    with pytest.raises(UnexplainedError, match="more"):
        roles_of([*graph, {**graph[0], **attachment}], TAX)


def test_every_policy_and_document_is_within_aws_limits(graph: Graph) -> None:
    for kind, (key, limit) in LIMITS.items():
        for each in graph.of(kind):
            assert len(each.inputs[key].encode()) <= limit, each.urn
    by_role = [(p.account, p.inputs["role"]) for p in graph.of("RolePolicy")]
    assert len(by_role) == len(set(by_role))  # one inline policy each: the limit is on their sum
