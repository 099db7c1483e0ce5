"""Instances with a role in the tax account, and what is stolen from them."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from rehearsal.emulator.clients import Session
from rehearsal.emulator.server import Emulator
from tests.actors import role, trust
from tests.emulated import IMAGE, REGION, TAX, client, control

ROLE, PROFILE = "worker", "worker-profile"
ALSO_PEOPLE = {"Service": "ec2.amazonaws.com", "AWS": f"arn:aws:iam::{TAX}:root"}


def profile(emulator: Emulator, *statements: dict[str, Any]) -> str:
    """A role that EC2 and its own account may assume, in a profile; the profile's ARN."""
    iam = client(emulator, TAX, "iam")
    role(emulator.world.clients.account(TAX), ROLE, *statements, trusting=trust(**ALSO_PEOPLE))
    made = iam.create_instance_profile(InstanceProfileName=PROFILE)["InstanceProfile"]
    iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName=ROLE)
    return str(made["Arn"])


def instance_with(emulator: Emulator, *statements: dict[str, Any]) -> dict[str, Any]:
    """An instance with that profile, which is made once."""
    iam, ec2 = client(emulator, TAX, "iam"), client(emulator, TAX, "ec2")
    try:
        iam.get_instance_profile(InstanceProfileName=PROFILE)
    except ClientError:
        profile(emulator, *statements)
    chosen = {"Name": PROFILE}
    [made] = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, IamInstanceProfile=chosen)[
        "Instances"
    ]
    return described(emulator, made["InstanceId"])


def described(emulator: Emulator, instance: str) -> dict[str, Any]:
    """The instance as EC2 describes it."""
    ec2 = client(emulator, TAX, "ec2")
    [seen] = ec2.describe_instances(InstanceIds=[instance])["Reservations"]
    found: dict[str, Any] = seen["Instances"][0]
    return found


def arn_of(instance: str) -> str:
    """An instance's ARN."""
    return f"arn:aws:ec2:{REGION}:{TAX}:instance/{instance}"


def asked(emulator: Emulator, instance: str) -> tuple[int, Any]:
    """What an instance's metadata answers."""
    place = {"account": TAX, "region": REGION}
    return control(emulator, "POST", "instance-credentials", {**place, "instance": instance})


def stolen(emulator: Emulator, instance: str) -> Session:
    """A session with the credentials of an instance."""
    status, keys = asked(emulator, instance)
    assert status == 200, keys
    return emulator.world.clients.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )
