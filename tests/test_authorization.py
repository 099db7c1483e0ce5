"""IAM in front of the emulator: what operations ask for, and how a refusal looks."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module

import pytest
from botocore.exceptions import ClientError
from moto.backends import list_of_moto_modules

from rehearsal.emulator.actions import PREFIXES, Need
from rehearsal.emulator.authorization import decide
from rehearsal.emulator.clients import Session
from rehearsal.emulator.principals import by_key
from rehearsal.emulator.world import Timing
from tests.actors import START, TAX, acting, allow, document, refused, role


@pytest.mark.parametrize(
    ("service", "call", "code", "status"),
    [
        ("ec2", "describe_instances", "UnauthorizedOperation", 403),
        ("sqs", "list_queues", "AccessDenied", 403),
        ("sns", "list_topics", "AuthorizationError", 403),
        ("iam", "list_roles", "AccessDenied", 403),
        ("ssm", "list_documents", "AccessDeniedException", 400),
        ("dynamodb", "list_tables", "AccessDeniedException", 400),
        ("guardduty", "list_detectors", "AccessDeniedException", 403),
        ("cloudwatch", "list_metrics", "AccessDenied", 403),
    ],
)
def test_each_protocol_says_access_denied_in_its_own_shape(
    emulator: START, service: str, call: str, code: str, status: int
) -> None:
    client = emulator().world.clients.operator().client(service)
    with pytest.raises(ClientError) as caught:
        getattr(client, call)()
    answer = caught.value.response
    assert answer["Error"]["Code"] == code
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert (
        "User: arn:aws:iam::111111111111:user/operator is not authorized to perform: "
        in (answer["Error"]["Message"])
    )
    assert "because no identity-based policy allows the" in answer["Error"]["Message"]


def test_a_service_whose_actions_are_not_known_is_not_emulated(emulator: START) -> None:
    client = emulator().world.clients.account(TAX).client("lambda")
    code, message = refused(client.list_functions)
    assert code == "NotEmulated"
    assert "lambda" in message


def test_snapshots_need_instance_volumes_snapshots_and_their_tags(emulator: START) -> None:
    running = emulator()
    ec2 = running.world.clients.account(TAX).client("ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]
    arn = f"arn:aws:ec2:eu-west-1:{TAX}"
    tag_once = {"StringEquals": {"ec2:CreateAction": "CreateSnapshots"}}
    statements = [
        allow("ec2:CreateSnapshots", f"{arn}:instance/*"),
        allow("ec2:CreateSnapshots", f"{arn}:volume/*"),
        allow("ec2:CreateSnapshots", "arn:aws:ec2:eu-west-1::snapshot/*"),
        allow("ec2:CreateTags", "arn:aws:ec2:eu-west-1::snapshot/*", Condition=tag_once),
    ]
    tags = [{"ResourceType": "snapshot", "Tags": [{"Key": "finding", "Value": "f-1"}]}]

    def snapshots(who: Session) -> int:
        answer = who.client("ec2").create_snapshots(
            InstanceSpecification={"InstanceId": instance["InstanceId"]}, TagSpecifications=tags
        )
        return len(answer["Snapshots"])

    assert snapshots(acting(running, *statements)) == 1
    for index in range(len(statements)):
        rest = statements[:index] + statements[index + 1 :]
        lesser = acting(running, *rest, name=f"without-{index}")
        assert refused(partial(snapshots, lesser))[0] == "UnauthorizedOperation"


def test_tags_of_a_resource_decide(emulator: START) -> None:
    running = emulator(timing=Timing(ec2_read_lag=0))
    ec2 = running.world.clients.account(TAX).client("ec2")
    groups = [
        ec2.create_security_group(GroupName=name, Description="d")["GroupId"]
        for name in ("ours", "theirs")
    ]
    ec2.create_tags(Resources=groups[:1], Tags=[{"Key": "containment", "Value": "yes"}])
    runner = acting(
        running,
        allow(
            "ec2:DeleteSecurityGroup",
            Condition={"StringEquals": {"aws:ResourceTag/containment": "yes"}},
        ),
    ).client("ec2")
    assert refused(lambda: runner.delete_security_group(GroupId=groups[1]))[0] == (
        "UnauthorizedOperation"
    )
    runner.delete_security_group(GroupId=groups[0])
    left = {g["GroupId"] for g in ec2.describe_security_groups()["SecurityGroups"]}
    assert groups[0] not in left
    assert groups[1] in left


def test_interfaces_and_groups_are_both_asked_about(emulator: START) -> None:
    running = emulator(timing=Timing(ec2_read_lag=0))
    ec2 = running.world.clients.account(TAX).client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    interface = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]
    group = ec2.create_security_group(GroupName="q", Description="d", VpcId=subnet["VpcId"])
    wanted = {
        "NetworkInterfaceId": interface["NetworkInterfaceId"],
        "Groups": [group["GroupId"]],
    }
    action = "ec2:ModifyNetworkInterfaceAttribute"
    kinds = [f"arn:aws:ec2:*:{TAX}:{kind}/*" for kind in ("network-interface", "security-group")]
    half = acting(running, allow(action, kinds[0]), name="half").client("ec2")
    assert group["GroupId"] in refused(lambda: half.modify_network_interface_attribute(**wanted))[1]
    both = acting(running, allow(action, kinds), name="both").client("ec2")
    both.modify_network_interface_attribute(**wanted)
    named = [interface["NetworkInterfaceId"]]
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=named)["NetworkInterfaces"][0]
    assert [g["GroupId"] for g in found["Groups"]] == [group["GroupId"]]


def test_leading_keys_confine_a_role_to_its_items(emulator: START) -> None:
    running = emulator()
    running.world.clients.account(TAX).client("dynamodb").create_table(
        TableName="containment-state",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    locks = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["lock#*"]}}
    table = f"arn:aws:dynamodb:eu-west-1:{TAX}:table/containment-state"
    runner = acting(
        running, allow(["dynamodb:PutItem", "dynamodb:GetItem"], table, Condition=locks)
    )
    items = runner.client("dynamodb")
    lock, brake = {"id": {"S": "lock#1"}}, {"id": {"S": "brake"}}
    items.put_item(TableName="containment-state", Item=lock)
    assert items.get_item(TableName="containment-state", Key=lock)["Item"] == lock
    code, _ = refused(lambda: items.put_item(TableName="containment-state", Item=brake))
    assert code == "AccessDeniedException"


def test_events_cross_accounts_only_where_role_and_bus_agree(emulator: START) -> None:
    running = emulator()
    bus = running.world.clients.account("222222222222").client("events")
    arn = bus.create_event_bus(Name="containment-ledger")["EventBusArn"]
    entry = {"Source": "mine", "DetailType": "d", "Detail": "{}", "EventBusName": arn}
    runner = acting(running, allow("events:PutEvents", arn))
    assert (
        "no resource-based policy"
        in refused(lambda: runner.client("events").put_events(Entries=[entry]))[1]
    )
    open_to_ours = {
        "Sid": "ledger",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "events:PutEvents",
        "Resource": arn,
        "Condition": {
            "StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"},
            "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/runner"},
        },
    }
    bus.put_permission(EventBusName="containment-ledger", Policy=document(open_to_ours))
    world = running.world
    keys = runner.credentials
    principal = by_key(world, keys.access_key_id, keys.session_token)
    assert decide(world, principal, Need(action="events:PutEvents", resource=arn)).allowed
    stranger = acting(running, allow("events:PutEvents", arn), name="another")
    assert (
        "no resource-based policy"
        in refused(lambda: stranger.client("events").put_events(Entries=[entry]))[1]
    )


def test_a_policy_that_the_evaluator_could_not_read_is_not_stored(emulator: START) -> None:
    deployer = emulator().world.clients.account(TAX)
    odd = document(allow("*", Condition={"StringSounds": {"aws:username": "a"}}))
    code, message = refused(lambda: role(deployer, "odd", json.loads(odd)["Statement"][0]))
    assert (code, "StringSounds" in message) == ("NotEmulated", True)


def test_stopping_the_emulator_takes_the_check_out_of_moto(emulator: START) -> None:
    from moto.core.responses import BaseResponse

    before = BaseResponse.call_action
    running = emulator()
    assert BaseResponse.call_action is not before
    running.stop()
    assert BaseResponse.call_action is before


ASKED_INSIDE = [("s3", f"{what}_dispatch") for what in ("bucket", "ambiguous", "key")]
"""S3's own ways in, which all end in the two answers before which our S3 asks."""


def test_every_route_of_every_judged_service_of_motos_goes_through_the_check() -> None:
    unguarded = [
        f"{service}: {path}"
        for service in PREFIXES.keys() & list_of_moto_modules()
        for path, handler in import_module(f"moto.{service}.urls").url_paths.items()
        if handler.__name__ != "dispatch" and (service, handler.__name__) not in ASKED_INSIDE
    ]
    # The certificate that SNS signs with: everybody may read it on AWS too.
    assert unguarded == ["sns: {0}/SimpleNotificationService-(?P<pem_id>[^/]+).pem"]
