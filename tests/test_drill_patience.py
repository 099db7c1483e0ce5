"""What EC2 refuses for a moment is tried again for a while; whatever else it refuses is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.drilling.patience import AGAIN, PAUSE, PatientEntry
from operations.entry import DEPLOYER
from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, TAX, refused

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000", "AWS_SECRET_ACCESS_KEY": "anything"}


@pytest.fixture
def bare(emulator: Callable[..., Emulator], monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An organisation into which nothing is deployed."""
    running = emulator()
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": running.endpoint}.items():
        monkeypatch.setenv(name, value)
    return running


@pytest.fixture
def entry(bare: Emulator) -> PatientEntry:
    return PatientEntry(TAX, role=DEPLOYER, region=REGION)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how long botocore would have slept between attempts."""
    slept: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", slept.append)
    return slept


def test_what_ec2_does_not_know_yet_is_asked_again_for_a_while(
    entry: PatientEntry, pauses: list[float]
) -> None:
    code = refused(entry.client("ec2").describe_subnets, SubnetIds=["subnet-0123456789abcdef0"])
    assert (code, pauses) == ("InvalidSubnetID.NotFound", [PAUSE] * AGAIN)


def test_what_something_still_holds_is_let_go_as_soon_as_nothing_does(
    entry: PatientEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    ec2 = entry.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_security_group(GroupName="a", Description="holds the VPC", VpcId=vpc)
    slept: list[float] = []

    def pause(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            ec2.delete_security_group(GroupId=made["GroupId"])

    monkeypatch.setattr("botocore.endpoint.time.sleep", pause)
    ec2.delete_vpc(VpcId=vpc)
    assert slept == [PAUSE] * 2


def test_what_does_not_pass_is_an_answer_at_once(entry: PatientEntry, pauses: list[float]) -> None:
    code = refused(entry.client("ec2").create_vpc, CidrBlock="10.7.0.0/8")
    assert (code, pauses) == ("InvalidVpc.Range", [])


def test_another_service_is_not_concerned(entry: PatientEntry, pauses: list[float]) -> None:
    code = refused(entry.client("iam").get_role, RoleName="nobody")
    assert (code, pauses) == ("NoSuchEntity", [])


def test_where_nothing_is_deployed_the_verb_says_so_and_makes_nothing(bare: Emulator) -> None:
    answered = CliRunner().invoke(app, ["drill", "--environment", "dev"])
    assert answered.exit_code == 2
    assert "there is no ledger: /containment/ledger is not in 222222222222" in answered.output
    ec2 = bare.world.clients.account(TAX).client("ec2", REGION)
    assert [vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"]] == [True]
