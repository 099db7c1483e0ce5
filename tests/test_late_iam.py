"""IAM acts late on what is written about a role in use (trap 3.15), and at once on a new one."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.iam.models import iam_backends

from operations.ground import IAM_DELAY
from rehearsal.emulator.world import Timing
from tests.actors import START, acting, allow, document, iam_acts, refused, role, session
from tests.emulated import TAX, client
from tests.profiles import ROLE, instance_with, stolen

DENY: dict[str, Any] = {"Effect": "Deny", "Action": "*", "Resource": "*"}
TABLES = allow("dynamodb:ListTables")


def test_what_is_written_about_a_role_in_use_counts_in_the_order_it_was_written(
    emulator: START,
) -> None:
    running = emulator()
    iam = client(running, TAX, "iam")
    tables = acting(running, TABLES).client("dynamodb").list_tables
    delay = running.world.timing.iam_delay
    assert delay < IAM_DELAY, "a scenario has to wait longer than the emulator takes"
    arn = iam.create_policy(PolicyName="deny", PolicyDocument=document(DENY))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="runner", PolicyArn=arn)
    running.world.clock.sleep(delay / 2)
    iam.detach_role_policy(RoleName="runner", PolicyArn=arn)
    assert iam.list_attached_role_policies(RoleName="runner")["AttachedPolicies"] == []
    assert tables()["TableNames"] == []
    running.world.clock.sleep(delay / 2)
    assert "explicit deny" in refused(tables)[1], "attached; that it is off again is not known yet"
    running.world.clock.sleep(delay / 2)
    assert tables()["TableNames"] == []


@pytest.mark.parametrize("on_create", [True, False])
def test_a_tag_of_a_role_counts_late_and_in_open_sessions(emulator: START, on_create: bool) -> None:
    running = emulator()
    iam = client(running, TAX, "iam")
    only = {"StringEquals": {"aws:PrincipalTag/team": "tax"}}
    tags = [{"Key": "team", "Value": "tax"}]
    given: dict[str, Any] = {"Tags": tags} if on_create else {}
    deployer = running.world.clients.account(TAX)
    open_already = session(
        running, deployer, role(deployer, "r", {**TABLES, "Condition": only}, **given)
    ).client("dynamodb")
    if on_create:
        iam.untag_role(RoleName="r", TagKeys=["team"])
    else:
        iam.tag_role(RoleName="r", Tags=tags)
    found = []
    for _ in range(2):
        try:
            found.append(bool(open_already.list_tables()))
        except ClientError:
            found.append(False)
        iam_acts(running)
    assert found == [on_create, not on_create]


def test_a_new_version_of_a_policy_and_a_boundary_count_late(emulator: START) -> None:
    running = emulator()
    iam = client(running, TAX, "iam")
    tables = acting(running).client("dynamodb").list_tables
    nothing = {**TABLES, "Action": "sqs:ListQueues"}
    arn = iam.create_policy(PolicyName="p", PolicyDocument=document(nothing))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="runner", PolicyArn=arn)
    iam_acts(running)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(TABLES), SetAsDefault=True)
    assert refused(tables)[0] == "AccessDeniedException"
    iam_acts(running)
    assert tables()["TableNames"] == []
    none = iam.create_policy(PolicyName="none", PolicyDocument=document(nothing))["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="runner", PermissionsBoundary=none)
    assert tables()["TableNames"] == []
    iam_acts(running)
    assert "no permissions boundary" in refused(tables)[1]


def test_what_is_written_about_a_role_that_nobody_used_counts_at_once(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    arn = role(deployer, "fresh", TABLES)
    deployer.client("iam").delete_role_policy(RoleName="fresh", PolicyName="inline")
    fresh = session(running, deployer, arn).client("dynamodb")
    assert refused(fresh.list_tables)[0] == "AccessDeniedException"


def test_a_role_in_an_instances_profile_is_in_use_before_anybody_looks(emulator: START) -> None:
    running = emulator(timing=Timing(iam_delay=60))
    made = instance_with(running, TABLES)["InstanceId"]
    client(running, TAX, "iam").delete_role_policy(RoleName=ROLE, PolicyName="inline")
    tables = stolen(running, made).client("dynamodb").list_tables
    assert tables()["TableNames"] == []
    iam_acts(running)
    assert refused(tables)[0] == "AccessDeniedException"


def test_a_policy_that_is_attached_twice_is_attached_once_and_not_deleted_meanwhile(
    emulator: START,
) -> None:
    running = emulator()
    acting(running)
    iam = client(running, TAX, "iam")
    arn = iam.create_policy(PolicyName="deny", PolicyDocument=document(DENY))["Policy"]["Arn"]
    for _ in range(2):
        iam.attach_role_policy(RoleName="runner", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert refused(lambda: iam.delete_policy(PolicyArn=arn))[0] == "DeleteConflict"
    iam.detach_role_policy(RoleName="runner", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    assert refused(lambda: iam.get_policy(PolicyArn=arn))[0] == "NoSuchEntity"


def test_roles_may_be_made_while_all_are_looked_through(emulator: START) -> None:
    running = emulator()
    iam = client(running, TAX, "iam")
    role(running.world.clients.account(TAX), "first", TABLES)
    made = 0
    for held in iam_backends[TAX]["aws"].get_roles():
        # What another request does, in the middle of this one.
        iam.create_role(RoleName=f"beside-{held.name}"[:64], AssumeRolePolicyDocument=document())
        made += 1
    assert made > 0
    assert f"beside-{held.name}"[:64] in {each["RoleName"] for each in iam.list_roles()["Roles"]}
