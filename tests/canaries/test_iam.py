"""The canary of IAM's trap: a policy that names a role which does not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary

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
