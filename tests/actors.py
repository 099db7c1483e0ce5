"""Roles and sessions in an emulated account, made through boto3, for tests about permissions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.clients import Session
from rehearsal.emulator.server import Emulator

TAX, LAND = "333333333333", "444444444444"
START = Callable[..., Emulator]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "*", **parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource} | parts


def trust(**principal: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def role(deployer: Session, name: str, *statements: dict[str, Any], **options: Any) -> str:
    """Make a role that its own account may assume, with one inline policy."""
    iam = deployer.client("iam")
    account = deployer.client("sts").get_caller_identity()["Account"]
    trusting = options.pop("trusting", trust(AWS=f"arn:aws:iam::{account}:root"))
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting, **options)
    if statements:
        iam.put_role_policy(
            RoleName=name, PolicyName="inline", PolicyDocument=document(*statements)
        )
    return str(made["Role"]["Arn"])


def session(running: Emulator, deployer: Session, arn: str, **options: Any) -> Session:
    given = deployer.client("sts").assume_role(RoleArn=arn, RoleSessionName="run", **options)
    keys = given["Credentials"]
    return running.world.clients.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )


def acting(running: Emulator, *statements: dict[str, Any], name: str = "runner") -> Session:
    """A session of a role in the tax account that may do what these statements say."""
    deployer = running.world.clients.account(TAX)
    return session(running, deployer, role(deployer, name, *statements))


def iam_acts(running: Emulator) -> None:
    """Let what was written about a role count (trap 3.15)."""
    running.world.clock.sleep(running.world.timing.iam_delay)


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]
