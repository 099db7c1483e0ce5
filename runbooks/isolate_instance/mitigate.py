"""Step 2, the network: two swaps of every interface's groups, read back before it is claimed."""

from __future__ import annotations

import json
import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.isolate_instance.scaling import leave_service
from runbooks.isolate_instance.triage import OURS, QUARANTINE, TRANSITIONAL, interfaces_of
from runbooks.ledger import call, code_of, record
from runbooks.state import write_state

PATIENCE = 60  # seconds until a read that never shows a change is a failure (trap 2.13)
EVERYWHERE = [
    {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
    {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
]


def prepare_network(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Out of Auto Scaling's sight; then two groups in every VPC of the instance.

    One is open both ways, for seconds; the other has no rule, but those for forensics that the
    stack decides (trap 2.10).
    """
    case, account = event["Case"], event["Stack"]["AccountId"]
    scaled, doubt = "", ""
    try:
        scaled = leave_service(case["instance_id"], event["Scaling"])
    except ClientError as error:
        doubt = f"Auto Scaling may end it, and its evidence: {error}"
    groups = []
    for vpc in sorted({each["Vpc"] for each in event["Interfaces"]}):
        names = [QUARANTINE + account, TRANSITIONAL + case["instance_id"]]
        filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": names}]
        there = call("ec2", "describe_security_groups", Filters=filters)["SecurityGroups"]
        found = {group["GroupName"]: group for group in there if is_ours(group)}
        quarantine = found.get(names[0]) or make_group(names[0], vpc, "nothing in, nothing out")
        close(quarantine, event["Forensics"])
        transitional = found.get(names[1]) or make_group(names[1], vpc, "open, for seconds")
        # A new group lets all IPv4 out already (trap 2.4); in, and IPv6 out, are added. To one that
        # was there, too: a run that died in between would have left it half open.
        alter_rules(transitional["GroupId"], "authorize", "ingress", EVERYWHERE)
        alter_rules(transitional["GroupId"], "authorize", "egress", EVERYWHERE[1:])
        groups.append(
            {
                "Vpc": vpc,
                "Quarantine": quarantine["GroupId"],
                "Transitional": transitional["GroupId"],
            }
        )
    return {"Groups": groups, "Scaled": scaled, "ScalingDoubt": doubt}


def is_ours(group: dict[str, Any]) -> bool:
    """Whether we made the group: a name can be anybody's, the tag is guarded (traps 2.4, 4.8)."""
    return {"Key": "containment:managed", "Value": OURS} in group.get("Tags", [])


def make_group(name: str, vpc: str, purpose: str) -> dict[str, Any]:
    """A new group with our tag; one made meanwhile by another run is taken, if it is ours.

    That one is there before a read shows it (trap 2.13).
    """
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
        deadline = time.time() + PATIENCE
        there: list[dict[str, Any]] = []
        while not there and time.time() < deadline:
            time.sleep(2)
            there = call("ec2", "describe_security_groups", Filters=filters)["SecurityGroups"]
        if not there or not is_ours(there[0]):
            raise
        return there[0]
    return {"GroupId": made["GroupId"], "IpPermissionsEgress": EVERYWHERE[:1]}


DIRECTIONS = (("IpPermissions", "ingress"), ("IpPermissionsEgress", "egress"))


def strange(group: dict[str, Any], forensics: dict[str, Any]) -> bool:
    """Whether the quarantine group has other rules than those that the stack decides."""
    rules = {
        field: [{key: part for key, part in rule.items() if part} for rule in group.get(field, [])]
        for field, _ in DIRECTIONS
    }
    return any(rules[field] != forensics[field] for field, _ in DIRECTIONS)


def close(group: dict[str, Any], forensics: dict[str, Any]) -> None:
    """Take every rule out: a new group's egress, or what somebody put in (trap 4.8).

    What is left is read again before it is claimed.
    """
    if not strange(group, forensics):
        return
    for field, direction in DIRECTIONS:
        for verb, rules in (("revoke", group.get(field)), ("authorize", forensics[field])):
            if rules:
                alter_rules(group["GroupId"], verb, direction, rules)


def alter_rules(group_id: str, verb: str, direction: str, rules: list[dict[str, Any]]) -> None:
    """Authorize or revoke rules of a group, unless another run has done it since the read."""
    operation = f"{verb}_security_group_{direction}"
    try:
        call("ec2", operation, GroupId=group_id, IpPermissions=rules)
    except ClientError as error:
        done = ("InvalidPermission.NotFound", "InvalidPermission.Duplicate")
        if code_of(error) not in done:
            raise


def open_interfaces(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The first swap, read back: to the group that lets everything through, untracked (trap 2.1).

    What an earlier run has quarantined already is not opened once more.
    """
    goal = {group["Vpc"]: group["Transitional"] for group in event["Groups"]}
    closed = {each["Id"] for each in event["Interfaces"] if each["Quarantined"] == "true"}
    moving = [each for each in event["Interfaces"] if each["Id"] not in closed]
    move(moving, goal)
    if moving:
        wait_for(event["Case"]["instance_id"], goal, closed)
    return {"Moved": len(moving)}


def close_interfaces(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The second swap, to the group without a rule; the next step reads it back."""
    goal = {group["Vpc"]: group["Quarantine"] for group in event["Groups"]}
    move(event["Interfaces"], goal)
    return {"Moved": len(event["Interfaces"])}


def move(interfaces: list[dict[str, Any]], goal: dict[str, str]) -> None:
    """Put every interface into the group of its VPC, each by itself (trap 2.3).

    One that refuses does not keep the others open: all are tried, then RuntimeError names them.
    """
    refusals = []
    for each in interfaces:
        change = {"NetworkInterfaceId": each["Id"], "Groups": [goal[each["Vpc"]]]}
        try:
            call("ec2", "modify_network_interface_attribute", None, **change)
        except ClientError as error:
            refusals.append(f"{each['Id']}: {error}")
    if refusals:
        raise RuntimeError(f"{len(refusals)} interface(s) refused: {'; '.join(refusals)}")


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
    groups = call("ec2", "describe_security_groups", GroupIds=ids)["SecurityGroups"] if ids else []
    open_ones = [group["GroupId"] for group in groups if strange(group, event["Forensics"])]
    if open_ones or len(groups) != len(ids):
        raise RuntimeError(f"the quarantine group lets something through: {open_ones}")
    left = {each["Id"]: each["Groups"] for each in interfaces}
    # The state first: who hears of `blocked` looks into it at once.
    write_state(case, event["Stack"]["HomeRegion"], stage="blocked", left=json.dumps(left))
    told = {"left": left, "objects": event["Objects"], "scaling": event["Scaled"]}
    gone = "" if left else f"the instance is {case['instance_state']}"
    record(case, "blocked", gone, evidence=told)
    return {"Interfaces": sorted(left)}


def remove_group(group_id: str) -> bool:
    """Delete a group of ours; False while an interface is still in it, or when it is gone."""
    for wait in (2, 4, 8, 0):
        try:
            call("ec2", "delete_security_group", GroupId=group_id)
        except ClientError as error:
            if code_of(error) not in ("DependencyViolation", "InvalidGroup.NotFound"):
                raise
            if code_of(error) == "InvalidGroup.NotFound" or not wait:
                return False
            time.sleep(wait)
        else:
            return True
    return False
