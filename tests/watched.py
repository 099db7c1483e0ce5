"""What tests of Watch do: look by hand, change what was contained, read and write the table."""

from __future__ import annotations

import json
from typing import Any

from operations.victims import Network, Target
from runbooks.state import TABLE
from tests.organization import CONTAIN, Deployed

WATCH = f"{CONTAIN}-watch"
SCHEDULE = "containment-watch"
ACCOUNT, REGION = "333333333333", "eu-central-1"


def look(organization: Deployed, network: Network, **parameters: str) -> Any:
    """Start the Watch document and let it end; its execution."""
    return organization.start(network, WATCH, **parameters)


def told(organization: Deployed, finding_id: str) -> list[str]:
    """The stages that were recorded of a finding after it was contained."""
    stages = organization.stages(finding_id)
    return stages[stages.index("contained") + 1 :]


def breaches(organization: Deployed, finding_id: str) -> list[str]:
    """Why each breach of a finding's containment is one."""
    records = organization.records(finding_id)
    return [str(record.why) for record in records if record.stage == "breached"]


def move(organization: Deployed, network: Network, interface: str, groups: list[str]) -> None:
    """Put an interface into groups, as somebody who is not us would; reads show it."""
    network.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)
    organization.settle(5)


def attach(organization: Deployed, network: Network, instance: str, groups: list[str]) -> str:
    """A new interface on an instance."""
    made = network.ec2.create_network_interface(SubnetId=network.subnet, Groups=groups)
    interface = str(made["NetworkInterface"]["NetworkInterfaceId"])
    network.ec2.attach_network_interface(
        NetworkInterfaceId=interface, InstanceId=instance, DeviceIndex=7
    )
    organization.settle(5)
    return interface


def quarantine_of(network: Network, target: Target) -> list[str]:
    """The groups in which a contained instance's first interface is."""
    return network.groups_of(target.instance)[sorted(target.interfaces)[0]]


def open_up(organization: Deployed, network: Network, group: str, port: int = 22) -> Any:
    """Put a rule into a group; the rule."""
    peers = [{"CidrIp": "198.51.100.0/24"}]
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": peers}
    network.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    organization.settle(5)
    return rule


def key_of(target: Target, region: str = REGION) -> str:
    """The id of an instance's item in the table."""
    return f"isolate_instance#arn:aws:ec2:{region}:{ACCOUNT}:instance/{target.instance}"


def item(organization: Deployed, key: str) -> dict[str, Any]:
    """An item of the table, its values as texts."""
    found = _dynamodb(organization).get_item(TableName=TABLE, Key={"id": {"S": key}})["Item"]
    return {name: next(iter(value.values())) for name, value in found.items()}


def write(organization: Deployed, key: str, **attributes: Any) -> None:
    """Put an item into the table: what is there, changed; an object becomes JSON."""
    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in attributes.items()
    }
    whole = {name: {"S": text} for name, text in {**texts, "id": key}.items()}
    _dynamodb(organization).put_item(TableName=TABLE, Item=whole)


def forget(organization: Deployed, key: str) -> None:
    """Take an item out of the table."""
    _dynamodb(organization).delete_item(TableName=TABLE, Key={"id": {"S": key}})


def _dynamodb(organization: Deployed) -> Any:
    return organization.ground.client(ACCOUNT, "dynamodb", REGION)
