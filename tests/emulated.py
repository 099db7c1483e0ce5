"""What tests do to an emulated organisation: file findings, start instances, open connections."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator

MANAGEMENT = "111111111111"
SECURITY = "222222222222"
TAX = "333333333333"
LAND_REGISTRY = "444444444444"
REGION = "eu-west-1"
IMAGE = "ami-760aaa0f"  # an Amazon Linux that moto has in every region


class Bus:
    """Takes the relay's place and keeps what is published."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, str, dict[str, Any]]] = []

    def publish(self, account: str, region: str, bus: str, event: dict[str, Any]) -> None:
        """Keep an event."""
        self.events.append((account, region, bus, event))


def listening(emulator: Emulator) -> Bus:
    """From here on, the emulator publishes to the bus that is returned."""
    bus = Bus()
    emulator.world.relay = bus  # type: ignore[assignment]  # all of a relay that GuardDuty needs
    return bus


def client(emulator: Emulator, account: str, service: str, region: str = REGION) -> Any:
    """A boto3 client of an account's deployer role."""
    return emulator.world.clients.account(account).client(service, region)


def control(emulator: Emulator, method: str, path: str, body: object = None) -> tuple[int, Any]:
    """One request to the emulator's control interface: status and decoded answer."""
    place = urlsplit(emulator.endpoint)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    try:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, f"/_rehearsal/{path}", raw)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def finding(**more: Any) -> dict[str, Any]:
    """What GuardDuty says of an instance that mines, as far as a test must say it."""
    return {
        "type": "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        "severity": 8,
        "resource": {
            "resourceType": "Instance",
            "instanceDetails": {"instanceId": "i-0123456789abcdef0"},
        },
        **more,
    }


def file(
    emulator: Emulator, account: str = TAX, region: str = REGION, what: object = None
) -> tuple[int, Any]:
    """File a finding."""
    body = {"account": account, "region": region, "finding": finding() if what is None else what}
    return control(emulator, "POST", "findings", body)


def delegated(emulator: Emulator, region: str = REGION) -> None:
    """GuardDuty on for every member, the security account its administrator."""
    client(emulator, SECURITY, "guardduty", region).create_detector(Enable=True)
    client(emulator, MANAGEMENT, "guardduty", region).enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    administrator = client(emulator, SECURITY, "guardduty", region)
    [detector] = administrator.list_detectors()["DetectorIds"]
    administrator.update_organization_configuration(
        DetectorId=detector, AutoEnableOrganizationMembers="ALL"
    )


def instance(
    emulator: Emulator,
    account: str = TAX,
    region: str = REGION,
    interfaces: int = 1,
    script: str = "",
) -> dict[str, Any]:
    """A running instance in the default network, with that many interfaces and this user data."""
    ec2 = client(emulator, account, "ec2", region)
    [made] = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, UserData=script)["Instances"]
    for number in range(1, interfaces):
        extra = ec2.create_network_interface(SubnetId=made["SubnetId"])["NetworkInterface"]
        ec2.attach_network_interface(
            NetworkInterfaceId=extra["NetworkInterfaceId"],
            InstanceId=made["InstanceId"],
            DeviceIndex=number,
        )
    [seen] = ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"]
    described: dict[str, Any] = seen["Instances"][0]
    return described


def group(emulator: Emulator, name: str, vpc: str, account: str = TAX) -> str:
    """A new security group without any rule, which reads show already."""
    ec2 = client(emulator, account, "ec2")
    made: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    ec2.revoke_security_group_egress(
        GroupId=made, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    )
    emulator.world.clock.sleep(emulator.world.timing.ec2_read_lag)
    return made


def allow(emulator: Emulator, group_id: str, ingress: object = (), egress: object = ()) -> None:
    """Give a group rules, each a pair of a CIDR and a port; port None is all traffic."""
    ec2 = client(emulator, TAX, "ec2")
    for rules, authorize in (
        (ingress, ec2.authorize_security_group_ingress),
        (egress, ec2.authorize_security_group_egress),
    ):
        for cidr, port in rules:  # type: ignore[attr-defined]
            ports = {"FromPort": port, "ToPort": port} if port else {}
            rule = {"IpProtocol": "tcp" if port else "-1", "IpRanges": [{"CidrIp": cidr}], **ports}
            authorize(GroupId=group_id, IpPermissions=[rule])


def connect(emulator: Emulator, interface: str, peer: str, port: int, way: str = "outbound") -> Any:
    """Open a connection in the tax account; the flow as the emulator describes it."""
    body = {"account": TAX, "region": REGION, "interface": interface, "peer": peer}
    status, flow = control(
        emulator, "POST", "connections", {**body, "port": port, "direction": way}
    )
    assert status == 200, flow
    return flow


def flow(emulator: Emulator, id: str) -> Any:  # noqa: A002 - the interface's own word
    """A connection as it is now."""
    _, flows = control(emulator, "GET", "connections")
    return next(one for one in flows if one["id"] == id)


def looked_up(emulator: Emulator, interface: str, name: str) -> bool:
    """Whether a name that an interface in the tax account looks up now is answered."""
    body = {"account": TAX, "region": REGION, "interface": interface, "name": name}
    status, answer = control(emulator, "POST", "lookups", body)
    assert status == 200, answer
    return bool(answer["answered"])


def branch(emulator: Emulator, made: dict[str, Any]) -> str:
    """A branch interface on a new trunk of an instance, as a pod has it; its id."""
    ec2 = client(emulator, TAX, "ec2")
    trunk, pod = (
        ec2.create_network_interface(SubnetId=made["SubnetId"], InterfaceType=kind)
        for kind in ("trunk", "branch")
    )
    index = len(made["NetworkInterfaces"])
    attached = trunk["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(
        NetworkInterfaceId=attached, InstanceId=made["InstanceId"], DeviceIndex=index
    )
    identifier: str = pod["NetworkInterface"]["NetworkInterfaceId"]
    ec2.associate_trunk_interface(
        BranchInterfaceId=identifier, TrunkInterfaceId=attached, VlanId=101
    )
    emulator.world.clock.sleep(emulator.world.timing.ec2_read_lag)
    return identifier


def first(made: dict[str, Any]) -> str:
    """An instance's first interface."""
    return str(made["NetworkInterfaces"][0]["NetworkInterfaceId"])


def refused(call: Callable[..., Any], **parameters: Any) -> str:
    """The code with which AWS refuses a call; AssertionError where it does not."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    raise AssertionError("the call was answered")


def scaling_group(
    emulator: Emulator, name: str, minimum: int, desired: int, maximum: int, **more: Any
) -> list[str]:
    """An Auto Scaling group of the tax account in its default network; its members' ids."""
    ec2 = client(emulator, TAX, "ec2")
    template = {"ImageId": IMAGE, "InstanceType": "t3.micro", **more.pop("template", {})}
    ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=template)
    subnets = ec2.describe_subnets()["Subnets"]
    scaling = client(emulator, TAX, "autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "$Default"},
        MinSize=minimum,
        MaxSize=maximum,
        DesiredCapacity=desired,
        VPCZoneIdentifier=subnets[0]["SubnetId"],
        **more,
    )
    return list(members(emulator, name))


def members(emulator: Emulator, name: str) -> dict[str, str]:
    """The members of a group of the tax account, each with its state."""
    [found] = client(emulator, TAX, "autoscaling").describe_auto_scaling_groups(
        AutoScalingGroupNames=[name]
    )["AutoScalingGroups"]
    return {one["InstanceId"]: one["LifecycleState"] for one in found["Instances"]}


def instance_state(emulator: Emulator, instance_id: str) -> str:
    """Whether an instance of the tax account runs, or what became of it."""
    ec2 = client(emulator, TAX, "ec2")
    [seen] = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return str(seen["Instances"][0]["State"]["Name"])
