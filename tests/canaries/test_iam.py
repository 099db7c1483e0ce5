"""Canaries of IAM's traps: missing principals, late changes, limits, sessions that outlive."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow, document, iam_acts
from tests.canaries import canary
from tests.emulated import TAX, client, group
from tests.profiles import instance_with, stolen

ACCOUNT = "333333333333"


@canary("6.4")
def test_a_policy_that_names_a_missing_role_is_refused(emulator: Callable[..., Emulator]) -> None:
    clients = emulator().world.clients.account(ACCOUNT)
    nobody = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/nobody"}
    everybody = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    iam, sqs = clients.client("iam"), clients.client("sqs")

    def policy(principal: dict[str, str], action: str) -> str:
        statement = {"Effect": "Allow", "Principal": principal, "Action": action}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    trust, queue = policy(nobody, "sts:AssumeRole"), policy(nobody, "sqs:SendMessage")
    iam.create_role(RoleName="fine", AssumeRolePolicyDocument=policy(everybody, "sts:AssumeRole"))
    refusals = []
    attempts: list[Callable[[], Any]] = [
        lambda: iam.create_role(RoleName="r", AssumeRolePolicyDocument=trust),
        lambda: iam.update_assume_role_policy(RoleName="fine", PolicyDocument=trust),
        lambda: sqs.create_queue(QueueName="q", Attributes={"Policy": queue}),
    ]
    for attempt in attempts:
        try:
            attempt()
        except ClientError as error:
            refusals.append(error.response["Error"]["Code"])
    assert refusals == [
        "MalformedPolicyDocument",
        "MalformedPolicyDocument",
        "InvalidAttributeValue",
    ]


@canary("2.8")
def test_credentials_of_an_instance_outlive_its_network_and_the_instance(
    emulator: Callable[..., Emulator],
) -> None:
    running = emulator()
    made = instance_with(running, allow("dynamodb:ListTables"))
    thief = stolen(running, made["InstanceId"]).client("dynamodb")
    ec2 = client(running, TAX, "ec2")
    ec2.modify_network_interface_attribute(
        NetworkInterfaceId=made["NetworkInterfaces"][0]["NetworkInterfaceId"],
        Groups=[group(running, "quarantine", made["VpcId"])],
    )
    for end in (lambda **_: None, ec2.stop_instances, ec2.terminate_instances):
        end(InstanceIds=[made["InstanceId"]])
        try:
            assert thief.list_tables()["TableNames"] == []
        except ClientError as refused:
            raise AssertionError("the session ended with its instance") from refused


@canary("3.15")
def test_a_policy_that_was_taken_away_counts_for_a_while(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    tables = acting(running, allow("dynamodb:*")).client("dynamodb")
    iam = client(running, TAX, "iam")
    iam.delete_role_policy(RoleName="runner", PolicyName="inline")
    assert iam.list_role_policies(RoleName="runner")["PolicyNames"] == [], "read back at once"
    running.world.clock.sleep(running.world.timing.iam_delay - 1)
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append(tables.list_tables()["TableNames"])
        except ClientError as refused:
            outcomes.append(refused.response["Error"]["Code"])
        iam_acts(running)
    assert outcomes == [[], "AccessDeniedException"]


@canary("3.5")
def test_an_eleventh_policy_cannot_be_attached(emulator: Callable[..., Emulator]) -> None:
    running = emulator()
    acting(running)
    iam = client(running, TAX, "iam")
    deny = document({"Effect": "Deny", "Action": "*", "Resource": "*"})
    attached: list[str] = []
    refused = ""
    while not refused and len(attached) < 20:
        made = iam.create_policy(PolicyName=f"deny-{len(attached)}", PolicyDocument=deny)
        try:
            iam.attach_role_policy(RoleName="runner", PolicyArn=made["Policy"]["Arn"])
            attached.append(made["Policy"]["Arn"])
        except ClientError as error:
            refused = error.response["Error"]["Code"]
    assert (len(attached), refused) == (10, "LimitExceeded")
    iam.attach_role_policy(RoleName="runner", PolicyArn=attached[0])  # attached already: no error
