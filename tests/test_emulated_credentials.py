"""Instance profiles, and the credentials that an instance's metadata hands out (trap 2.8)."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.emulator.server import Emulator
from rehearsal.ground import RehearsedGround
from tests.actors import START, acting, allow, document, iam_acts, refused, role, session, trust
from tests.emulated import IMAGE, REGION, TAX, client
from tests.profiles import PROFILE, ROLE, arn_of, asked, described, instance_with, profile, stolen

DENY: dict[str, Any] = {"Effect": "Deny", "Action": "*", "Resource": "*"}
TABLES = allow("dynamodb:ListTables")


def test_an_instance_tells_its_profile_by_arn_and_by_the_profiles_id(emulator: START) -> None:
    running = emulator()
    arn = profile(running)
    made = instance_with(running)
    there = client(running, TAX, "iam").get_instance_profile(InstanceProfileName=PROFILE)
    identity = there["InstanceProfile"]["InstanceProfileId"]
    assert identity.startswith("AIPA")
    assert made["IamInstanceProfile"] == {"Arn": arn, "Id": identity}


def test_every_instance_of_a_launch_gets_the_profile(emulator: START) -> None:
    running = emulator()
    arn = profile(running)
    ec2 = client(running, TAX, "ec2")
    ec2.run_instances(ImageId=IMAGE, MinCount=2, MaxCount=2, IamInstanceProfile={"Arn": arn})
    [launch] = ec2.describe_instances()["Reservations"]
    assert [each["IamInstanceProfile"]["Arn"] for each in launch["Instances"]] == [arn, arn]


def test_a_profile_is_given_replaced_and_taken_off_later(emulator: START) -> None:
    running = emulator()
    ec2, iam = client(running, TAX, "ec2"), client(running, TAX, "iam")
    arn = profile(running)
    other = iam.create_instance_profile(InstanceProfileName="other")["InstanceProfile"]
    [made] = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)["Instances"]
    name = made["InstanceId"]
    assert "IamInstanceProfile" not in described(running, name)
    association = ec2.associate_iam_instance_profile(
        InstanceId=name, IamInstanceProfile={"Name": PROFILE}
    )["IamInstanceProfileAssociation"]
    assert association["IamInstanceProfile"]["Arn"] == arn
    assert described(running, name)["IamInstanceProfile"]["Arn"] == arn
    again = {"InstanceId": name, "IamInstanceProfile": {"Name": PROFILE}}
    assert refused(lambda: ec2.associate_iam_instance_profile(**again))[0] == "IncorrectState"
    ec2.replace_iam_instance_profile_association(
        AssociationId=association["AssociationId"], IamInstanceProfile={"Name": "other"}
    )
    assert described(running, name)["IamInstanceProfile"]["Id"] == other["InstanceProfileId"]
    ec2.disassociate_iam_instance_profile(AssociationId=association["AssociationId"])
    assert "IamInstanceProfile" not in described(running, name)


def test_a_profile_that_is_not_there_is_refused_as_ec2_does(emulator: START) -> None:
    ec2 = client(emulator(), TAX, "ec2")
    code, message = refused(
        lambda: ec2.run_instances(
            ImageId=IMAGE, MinCount=1, MaxCount=1, IamInstanceProfile={"Name": "nobody"}
        )
    )
    assert code == "InvalidParameterValue"
    assert "Value (nobody) for parameter iamInstanceProfile.name is invalid" in message


def test_whoever_launches_with_a_profile_must_be_allowed_to_pass_its_role(emulator: START) -> None:
    running = emulator()
    profile(running)
    only = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    passing = allow("iam:PassRole", f"arn:aws:iam::{TAX}:role/{ROLE}", Condition=only)
    launch = {"ImageId": IMAGE, "MinCount": 1, "MaxCount": 1}
    given: dict[str, Any] = {**launch, "IamInstanceProfile": {"Name": PROFILE}}
    launcher = acting(running, allow("ec2:*"), name="launcher").client("ec2")
    assert launcher.run_instances(**launch)["Instances"]
    assert (
        f"iam:PassRole on resource: arn:aws:iam::{TAX}:role/{ROLE}"
        in (refused(lambda: launcher.run_instances(**given))[1])
    )
    [bare] = launcher.run_instances(**launch)["Instances"]
    later = {"InstanceId": bare["InstanceId"], "IamInstanceProfile": {"Name": PROFILE}}
    assert "iam:PassRole" in refused(lambda: launcher.associate_iam_instance_profile(**later))[1]
    other = acting(running, allow("ec2:*"), passing, name="passer").client("ec2")
    assert other.run_instances(**given)["Instances"]


def test_the_credentials_are_a_session_of_the_role_that_is_named_after_the_instance(
    emulator: START,
) -> None:
    running = emulator()
    made = instance_with(running, TABLES)["InstanceId"]
    thief = stolen(running, made)
    who = thief.client("sts").get_caller_identity()
    iam = client(running, TAX, "iam")
    role_id = iam.get_role(RoleName=ROLE)["Role"]["RoleId"]
    assert who["Arn"] == f"arn:aws:sts::{TAX}:assumed-role/{ROLE}/{made}"
    assert who["UserId"] == f"{role_id}:{made}"
    assert thief.client("dynamodb").list_tables()["TableNames"] == []
    assert refused(thief.client("sqs").list_queues)[0] == "AccessDenied"
    assert asked(running, made) == asked(running, made), "the same until they are renewed"


def test_every_request_with_them_says_whose_they_are(emulator: START) -> None:
    running = emulator()
    one, other = (instance_with(running, allow("*"))["InstanceId"] for _ in range(2))
    person = session(running, running.world.clients.account(TAX), f"arn:aws:iam::{TAX}:role/{ROLE}")
    own = {
        "ArnEquals": {"ec2:SourceInstanceARN": arn_of(one)},
        "StringEquals": {"ec2:RoleDelivery": "2.0"},
    }
    iam = client(running, TAX, "iam")
    iam.put_role_policy(
        RoleName=ROLE, PolicyName="one", PolicyDocument=document({**DENY, "Condition": own})
    )
    iam_acts(running)
    assert "explicit deny" in refused(stolen(running, one).client("dynamodb").list_tables)[1]
    for going_on in (stolen(running, other), person):
        assert going_on.client("dynamodb").list_tables()["TableNames"] == []


def test_they_work_after_the_profile_and_the_instance_are_gone(emulator: START) -> None:
    running = emulator()
    ec2 = client(running, TAX, "ec2")
    made = instance_with(running, TABLES)["InstanceId"]
    thief = stolen(running, made).client("dynamodb")
    [held] = ec2.describe_iam_instance_profile_associations()["IamInstanceProfileAssociations"]
    ec2.disassociate_iam_instance_profile(AssociationId=held["AssociationId"])
    assert thief.list_tables()["TableNames"] == []
    assert asked(running, made) == (400, {"error": f"{made} has no instance profile"})
    ec2.terminate_instances(InstanceIds=[made])
    assert thief.list_tables()["TableNames"] == []


def test_another_role_in_the_profile_hands_out_other_credentials(emulator: START) -> None:
    running = emulator()
    iam = client(running, TAX, "iam")
    made = instance_with(running, TABLES)["InstanceId"]
    _, first = asked(running, made)
    role(running.world.clients.account(TAX), "other", trusting=trust(Service="ec2.amazonaws.com"))
    iam.remove_role_from_instance_profile(InstanceProfileName=PROFILE, RoleName=ROLE)
    assert "has no role" in asked(running, made)[1]["error"]
    iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName="other")
    assert asked(running, made)[1]["AccessKeyId"] != first["AccessKeyId"]
    assert (
        ":assumed-role/other/" in (stolen(running, made).client("sts").get_caller_identity()["Arn"])
    )


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda running, name: stop(running, name), "is stopped: its metadata answers nobody"),
        (lambda running, name: distrust(running), "does not trust ec2.amazonaws.com"),
    ],
)
def test_where_nothing_is_handed_out_the_reason_is_told(
    emulator: START, spoil: Any, sentence: str
) -> None:
    running = emulator()
    made = instance_with(running)["InstanceId"]
    spoil(running, made)
    status, answer = asked(running, made)
    assert (status, sentence in answer["error"]) == (400, True), answer


def test_of_an_instance_that_is_not_there_nothing_is_handed_out(emulator: START) -> None:
    status, answer = asked(emulator(), "i-00000000000000000")
    assert status == 400
    assert answer["error"] == f"i-00000000000000000 is no instance in {TAX}, {REGION}"


def test_a_scenario_gets_them_as_a_session_or_the_reason_why_not(emulator: START) -> None:
    running = emulator()
    ground = RehearsedGround(running.world, running.organization)
    made = instance_with(running, TABLES)["InstanceId"]
    thief = ground.credentials_of(TAX, REGION, made)
    assert thief.client("dynamodb", REGION).list_tables()["TableNames"] == []
    stop(running, made)
    with pytest.raises(RuntimeError, match=f"{made} is stopped"):
        ground.credentials_of(TAX, REGION, made)


def stop(running: Emulator, instance: str) -> None:
    client(running, TAX, "ec2").stop_instances(InstanceIds=[instance])


def distrust(running: Emulator) -> None:
    client(running, TAX, "iam").update_assume_role_policy(
        RoleName=ROLE, PolicyDocument=trust(Service="ecs-tasks.amazonaws.com")
    )
