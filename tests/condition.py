"""How an instance is, all of it that a containment changes: to compare before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from names import PREFIX
from operations.scenarios.credentials import let_in
from operations.victims import Network, Target
from runbooks.isolate_instance.preserve import PROTECTED
from runbooks.state import TABLE

SLOTS = "denied#arn:aws:iam::"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """An instance as AWS shows it now; two of them are compared field by field."""

    groups: dict[str, list[str]]
    state: str | None
    attributes: dict[str, Any]
    volumes: dict[str, bool]
    role: list[str]
    """Keys of the role's tags and names of its policies; empty without a role."""
    scaling: str
    """Its lifecycle state in an Auto Scaling group; empty for no member."""


def condition(network: Network, target: Target) -> Condition:
    """What AWS says of an instance now."""
    known = [{"Name": "instance-id", "Values": [target.instance]}]
    found = network.ec2.describe_instances(Filters=known)["Reservations"]
    instance = found[0]["Instances"][0] if found else {"State": {"Name": None}}
    scaling = network.ground.client(network.account, "autoscaling", network.region)
    member = scaling.describe_auto_scaling_instances(InstanceIds=[target.instance])
    return Condition(
        groups=network.groups_of(target.instance),
        state=instance["State"]["Name"],
        attributes={name: _attribute(network, target, name) for name in PROTECTED},
        volumes={
            each["DeviceName"]: each["Ebs"]["DeleteOnTermination"]
            for each in instance.get("BlockDeviceMappings", ())
        },
        role=marks(network, target.profile) if target.profile else [],
        scaling="".join(each["LifecycleState"] for each in member["AutoScalingInstances"]),
    )


def marks(network: Network, role: str) -> list[str]:
    """Tags of a role and the policies that are attached to it."""
    iam = network.ground.client(network.account, "iam", network.region)
    tags = [f"{tag['Key']}={tag['Value']}" for tag in iam.list_role_tags(RoleName=role)["Tags"]]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return sorted([*tags, *(each["PolicyName"] for each in attached)])


def names_of(network: Network, target: Target) -> dict[str, list[str]]:
    """Interface → names of its groups."""
    now = network.groups_of(target.instance)
    ids = sorted({group for groups in now.values() for group in groups})
    found = network.ec2.describe_security_groups(GroupIds=ids)["SecurityGroups"] if ids else []
    names = {group["GroupId"]: str(group["GroupName"]) for group in found}
    return {each: sorted(names[group] for group in groups) for each, groups in now.items()}


def item(network: Network, target: Target) -> dict[str, str]:
    """What the table holds about an instance; empty when nothing."""
    place = f"{network.region}:{network.account}"
    return _item(network, f"isolate_instance#arn:aws:ec2:{place}:instance/{target.instance}")


def slots(network: Network, role: str) -> dict[str, str]:
    """The slots of a role that are taken, by the table."""
    held = _item(network, f"{SLOTS}{network.account}:role/{role}")
    return {name: value for name, value in held.items() if name.startswith("slot")}


def refused(network: Network, session: Any) -> bool:
    """Whether AWS refuses a session that was stolen."""
    return not let_in(session, network)


def ours(names: list[str]) -> list[str]:
    """Those that the pipeline made."""
    return [name for name in names if name.startswith(PREFIX)]


def _item(network: Network, key: str) -> dict[str, str]:
    home = network.ground.regions[0]
    dynamodb = network.ground.client(network.account, "dynamodb", home)
    found = dynamodb.get_item(TableName=TABLE, Key={"id": {"S": key}}, ConsistentRead=True)
    return {name: str(value["S"]) for name, value in found.get("Item", {}).items()}


def _attribute(network: Network, target: Target, name: str) -> Any:
    """One attribute of the instance; None where it is gone."""
    try:
        answer = network.ec2.describe_instance_attribute(InstanceId=target.instance, Attribute=name)
    except ClientError as unknown:
        if unknown.response["Error"]["Code"] != "InvalidInstanceID.NotFound":
            raise
        return None
    return answer[name[0].upper() + name[1:]].get("Value", False)
