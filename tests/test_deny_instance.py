"""The pre-made policy that denies everything to the instances that its role's tags name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from names import DENIED_SLOTS, DENIED_TAG, DENY_INSTANCE
from rehearsal.clock import VirtualClock
from rehearsal.emulator.clients import Session
from rehearsal.emulator.iam.evaluate import (
    Policies,
    Policy,
    Request,
    UnknownPolicyElementError,
    evaluate,
)
from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow, iam_acts, refused, session
from tests.declared import declared
from tests.emulated import TAX, client
from tests.profiles import ROLE, arn_of, instance_with, stolen
from tests.stacks import ALONE

TEXT = declared(ALONE).one("Policy", name=DENY_INSTANCE).inputs["policy"]
ARN = "arn:aws:ec2:eu-west-1:333333333333:instance/i-0123456789abcdef0"
FIRST = {f"aws:principaltag/{DENIED_TAG}1": (ARN,)}


@pytest.fixture
def running() -> Iterator[Emulator]:
    """An emulator in which the policy is there, and attached to the role of every instance."""
    with Emulator(VirtualClock()) as one:
        instance_with(one, allow("*"))
        iam = client(one, TAX, "iam")
        made = iam.create_policy(PolicyName=DENY_INSTANCE, PolicyDocument=TEXT)["Policy"]
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=made["Arn"])
        iam_acts(one)
        yield one


def name_in_slots(running: Emulator, *values: str) -> None:
    """Name instances in the tags of their role, and let that count."""
    tags = [
        {"Key": f"{DENIED_TAG}{slot}", "Value": value} for slot, value in enumerate(values, start=1)
    ]
    client(running, TAX, "iam").tag_role(RoleName=ROLE, Tags=tags)
    iam_acts(running)


def goes_on(one: Session) -> bool:
    """Whether a session may do what its role allows; False only for an explicit deny."""
    try:
        one.client("dynamodb").list_tables()
    except ClientError as error:
        if "with an explicit deny in an identity-based policy" in str(error):
            return False
        raise
    return True


def test_attached_to_an_untagged_role_it_refuses_nobody(running: Emulator) -> None:
    one = instance_with(running)["InstanceId"]
    assert goes_on(stolen(running, one))
    client(running, TAX, "iam").tag_role(RoleName=ROLE, Tags=[{"Key": "team", "Value": "tax"}])
    iam_acts(running)
    assert goes_on(stolen(running, one))


def test_a_named_instance_is_refused_everything_and_everybody_else_goes_on(
    running: Emulator,
) -> None:
    one, sibling = (instance_with(running)["InstanceId"] for _ in range(2))
    deployer = running.world.clients.account(TAX)
    person = session(running, deployer, f"arn:aws:iam::{TAX}:role/{ROLE}")
    before = stolen(running, one)
    assert goes_on(before)
    client(running, TAX, "iam").tag_role(
        RoleName=ROLE, Tags=[{"Key": f"{DENIED_TAG}1", "Value": arn_of(one)}]
    )
    assert goes_on(before), "IAM acts late (trap 3.15)"
    iam_acts(running)
    assert not goes_on(before)
    assert not goes_on(stolen(running, one)), "what its metadata hands out now"
    for service, call in (("ec2", "describe_instances"), ("sqs", "list_queues")):
        refused(getattr(before.client(service), call))
    assert goes_on(stolen(running, sibling))
    assert goes_on(person)
    client(running, TAX, "iam").untag_role(RoleName=ROLE, TagKeys=[f"{DENIED_TAG}1"])
    iam_acts(running)
    assert goes_on(before)


def test_an_instance_goes_on_whose_arn_is_only_the_beginning_of_a_named_one(
    running: Emulator,
) -> None:
    one = instance_with(running)["InstanceId"]
    name_in_slots(running, f"{arn_of(one)}0", arn_of(one)[:-1], f"{arn_of(one)[:-1]}*")
    assert goes_on(stolen(running, one))
    name_in_slots(running, arn_of(one))
    assert not goes_on(stolen(running, one))


def test_every_slot_names_one_and_a_sixth_instance_goes_on(running: Emulator) -> None:
    named = [instance_with(running)["InstanceId"] for _ in range(DENIED_SLOTS)]
    sixth = instance_with(running)["InstanceId"]
    name_in_slots(running, *(arn_of(each) for each in [*named, sixth]))
    assert [goes_on(stolen(running, each)) for each in [*named, sixth]] == [False] * 5 + [True]


def test_the_last_slot_alone_suffices(running: Emulator) -> None:
    one = instance_with(running)["InstanceId"]
    tag = [{"Key": f"{DENIED_TAG}{DENIED_SLOTS}", "Value": arn_of(one)}]
    client(running, TAX, "iam").tag_role(RoleName=ROLE, Tags=tag)
    iam_acts(running)
    assert not goes_on(stolen(running, one))


def test_a_role_can_be_limited_to_this_policy_and_these_tags(running: Emulator) -> None:
    role = f"arn:aws:iam::{TAX}:role/{ROLE}"
    denial = f"arn:aws:iam::{TAX}:policy/{DENY_INSTANCE}"
    writes = ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    only_this = {"ArnEquals": {"iam:PolicyARN": denial}}
    only_these = {"ForAllValues:StringLike": {"aws:TagKeys": f"{DENIED_TAG}*"}}
    answering = acting(
        running,
        allow(writes, role, Condition=only_this),
        allow(["iam:TagRole", "iam:UntagRole"], role, Condition=only_these),
    ).client("iam")
    other = client(running, TAX, "iam").create_policy(PolicyName="other", PolicyDocument=TEXT)
    answering.detach_role_policy(RoleName=ROLE, PolicyArn=denial)
    answering.attach_role_policy(RoleName=ROLE, PolicyArn=denial)
    answering.tag_role(RoleName=ROLE, Tags=[{"Key": f"{DENIED_TAG}1", "Value": "x"}])
    answering.untag_role(RoleName=ROLE, TagKeys=[f"{DENIED_TAG}1"])
    tags = [{"Key": f"{DENIED_TAG}1", "Value": "x"}, {"Key": "team", "Value": "x"}]
    for refusal in (
        lambda: answering.attach_role_policy(RoleName=ROLE, PolicyArn=other["Policy"]["Arn"]),
        lambda: answering.attach_role_policy(RoleName="runner", PolicyArn=denial),
        lambda: answering.tag_role(RoleName=ROLE, Tags=tags),
        lambda: answering.untag_role(RoleName=ROLE, TagKeys=["team"]),
    ):
        assert refused(refusal)[0] == "AccessDenied"


def verdict(text: str, context: Mapping[str, tuple[str, ...]]) -> bool:
    asked = Request(
        principal=f"arn:aws:sts::{TAX}:assumed-role/{ROLE}/i-0123456789abcdef0",
        action="dynamodb:ListTables",
        resource="*",
        context={"ec2:sourceinstancearn": (ARN,), **context},
    )
    everything: dict[str, Any] = {"Version": "2012-10-17", "Statement": [allow("*")]}
    policies = Policies(identity=[Policy.parse(everything), Policy.parse(text)])
    return evaluate(asked, policies).allowed


def test_without_a_default_an_empty_slot_might_void_the_statement() -> None:
    bare = TEXT.replace(", 'none'", "")
    assert bare != TEXT
    assert not verdict(TEXT, FIRST)
    with pytest.raises(UnknownPolicyElementError, match="denied-2, which has no value"):
        verdict(bare, FIRST)
    assert verdict(bare, {}), "no slot has a value: nothing is compared"


def test_under_an_arn_operator_the_comparison_might_never_hold() -> None:
    by_arn = TEXT.replace("StringEquals", "ArnEquals")
    with pytest.raises(UnknownPolicyElementError, match="under an Arn operator"):
        verdict(by_arn, FIRST)
