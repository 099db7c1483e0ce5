"""Step 2, mitigation: two swaps of every interface's groups, read back before it is claimed."""

from __future__ import annotations

import json
import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.isolate_instance.triage import OURS, QUARANTINE, TRANSITIONAL, interfaces_of
from runbooks.ledger import call, code_of, record
from runbooks.state import UNTIL_RELEASED, write_state

PATIENCE = 60  # seconds until a read that never shows a change is a failure (trap 2.13)
EVERYWHERE = [
    {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
    {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
]


def prepare_groups(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """In every VPC of the instance: a group open both ways, for seconds, and one without a rule."""
    case, account = event["Case"], event["Stack"]["AccountId"]
    groups = []
    for vpc in sorted({each["Vpc"] for each in event["Interfaces"]}):
        names = [QUARANTINE + account, TRANSITIONAL + case["instance_id"]]
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": names}]
        there = call("ec2", "describe_security_groups", Filters=filters)["SecurityGroups"]
        found = {group["GroupName"]: group for group in there if is_ours(group)}
        quarantine = found.get(names[0]) or make_group(names[0], vpc, "nothing in, nothing out")
        close(quarantine)
        transitional = found.get(names[1]) or make_group(names[1], vpc, "open, for seconds")
        if names[1] not in found:
            identity = {"GroupId": transitional["GroupId"]}
            # A new group lets all IPv4 out already (trap 2.4); in, and IPv6 out, are added.
            call("ec2", "authorize_security_group_ingress", **identity, IpPermissions=EVERYWHERE)
            call("ec2", "authorize_security_group_egress", **identity, IpPermissions=EVERYWHERE[1:])
        groups.append(
            {
                "Vpc": vpc,
                "Quarantine": quarantine["GroupId"],
                "Transitional": transitional["GroupId"],
            }
        )
    return {"Groups": groups}


def is_ours(group: dict[str, Any]) -> bool:
    """Whether we made the group: a name can be anybody's, the tag is guarded (traps 2.4, 4.8)."""
    return {"Key": "containment:managed", "Value": OURS} in group.get("Tags", [])


def make_group(name: str, vpc: str, purpose: str) -> dict[str, Any]:
    """A new group with our tag; one made meanwhile by another run is taken, if it is ours."""
    tags = [{"Key": "containment:managed", "Value": OURS}]
    specification = [{"ResourceType": "security-group", "Tags": tags}]
    try:
        made = call(
            "ec2",
            "create_security_group",
            GroupName=name,
            Description=f"isolate_instance: {purpose}",
            VpcId=vpc,
            TagSpecifications=specification,
        )
    except ClientError as error:
        if code_of(error) != "InvalidGroup.Duplicate":
            raise
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": [name]}]
        there = call("ec2", "describe_security_groups", Filters=filters)["SecurityGroups"]
        if not there or not is_ours(there[0]):
            raise
        group: dict[str, Any] = there[0]
        return group
    return {"GroupId": made["GroupId"], "IpPermissionsEgress": EVERYWHERE[:1]}


def close(group: dict[str, Any]) -> None:
    """Take every rule out: a new group's egress, or what somebody put in (trap 4.8)."""
    for rules, direction in (("IpPermissions", "ingress"), ("IpPermissionsEgress", "egress")):
        if group.get(rules):
            operation = f"revoke_security_group_{direction}"
            call("ec2", operation, GroupId=group["GroupId"], IpPermissions=group[rules])


def move_interfaces(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Put every interface into the group of this swap, each by itself (trap 2.3).

    One that refuses does not keep the others open: all are tried, then the refusals are raised.
    What an earlier run has quarantined already is not opened once more.
    """
    to_quarantine = event["To"] == "Quarantine"
    goal = {group["Vpc"]: group[event["To"]] for group in event["Groups"]}
    closed = {each["Id"] for each in event["Interfaces"] if each["Quarantined"] == "true"}
    refusals = []
    for each in event["Interfaces"]:
        if each["Id"] in closed and not to_quarantine:
            continue
        try:
            call(
                "ec2",
                "modify_network_interface_attribute",
                NetworkInterfaceId=each["Id"],
                Groups=[goal[each["Vpc"]]],
            )
        except ClientError as error:
            refusals.append(f"{each['Id']}: {error}")
    if refusals:
        raise RuntimeError(f"{len(refusals)} interface(s) refused: {'; '.join(refusals)}")
    wait_for(event["Case"]["instance_id"], goal, set() if to_quarantine else closed)
    return {"Moved": len(event["Interfaces"])}


def wait_for(instance_id: str, goal: dict[str, str], but: set[str]) -> list[dict[str, Any]]:
    """Read until every interface is in its VPC's group and no other; reads lag (trap 2.13)."""
    deadline = time.time() + PATIENCE
    while True:
        time.sleep(2)
        interfaces = interfaces_of(instance_id)
        astray = [
            each["Id"]
            for each in interfaces
            if each["Groups"] != [goal.get(each["Vpc"], "no group")] and each["Id"] not in but
        ]
        if not astray:
            return interfaces
        if time.time() > deadline:
            raise RuntimeError(f"still not in the group of this swap: {astray}")


def verify_blocked(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Read back that nothing new may pass, interfaces attached meanwhile included; then say so."""
    case = event["Case"]
    goal = {group["Vpc"]: group["Quarantine"] for group in event["Groups"]}
    interfaces = wait_for(case["instance_id"], goal, set())
    ids = sorted(set(goal.values()))
    groups = call("ec2", "describe_security_groups", GroupIds=ids)["SecurityGroups"]
    open_ones = [g["GroupId"] for g in groups if g["IpPermissions"] or g["IpPermissionsEgress"]]
    if open_ones or len(groups) != len(ids):
        raise RuntimeError(f"the quarantine group lets something through: {open_ones}")
    left = {each["Id"]: each["Groups"] for each in interfaces}
    record(case, "blocked", evidence={"left": left})
    write_state(case, event["Stack"]["HomeRegion"], stage="blocked", left=json.dumps(left))
    return {"Interfaces": sorted(left)}


def judge(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Say what of `severed` and `contained` is true: open connections may outlive the swaps."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    vpcs = sorted({group["Vpc"] for group in event["Groups"]})
    doubts = [f"{vpc}: {hop}" for vpc in vpcs for hop in tracked_hops(vpc)]
    if not event["TwoSwapsProven"]:
        doubts.append("no probe on AWS has shown yet that two swaps end tracked connections")
    if not doubts:
        record(case, "severed")
    remark = f"open connections may go on: {'; '.join(doubts)}" if doubts else ""
    if event["Suffices"] == "severed" and doubts:
        record(case, "approval-wanted", f"stop the instance? {remark}")
        write_state(case, home, lease_until=UNTIL_RELEASED)
        return {"Verdict": "blocked"}
    record(case, "contained", remark)
    write_state(case, home, stage="contained", lease_until=UNTIL_RELEASED)
    return {"Verdict": "contained"}


def tracked_hops(vpc: str) -> list[str]:
    """Ways through the VPC on which a connection is tracked whatever the groups say (trap 2.2)."""
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    tables = call("ec2", "describe_route_tables", Filters=here)["RouteTables"]
    hops = {
        f"{kind} {target}"
        for table in tables
        for route in table["Routes"]
        for kind, target in route.items()
        if kind.endswith("Id") and not str(target).startswith(("local", "igw-"))
        if kind not in ("DestinationPrefixListId", "InstanceOwnerId")
    }
    interfaces = call("ec2", "describe_network_interfaces", Filters=here)["NetworkInterfaces"]
    made = {str(each.get("InterfaceType", "interface")) for each in interfaces}
    return sorted(hops | (made - {"interface", "trunk", "branch", "efa", "efa-only"}))
