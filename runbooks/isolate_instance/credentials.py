"""Step 2, credentials before network: the instance's own sessions are denied, nobody else's.

Every account has a deny policy made beforehand that compares the session's instance with tags of
its role (traps 2.7, 2.8). So a runbook attaches that one policy and writes one tag: it writes no
policy, and a sibling with the same role goes on working.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of
from runbooks.state import state_of, write_state

DENY = "containment-deny-instance"
TAG = "containment:denied-"
SLOTS = ("slot1", "slot2", "slot3", "slot4", "slot5")


def roles_of(found: str, instance: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Roles whose credentials the instance has, or had at the finding; and what is in doubt.

    A profile is known by its id: one made again under the same name is another's (trap 1.10).
    """
    now = instance.get("IamInstanceProfile", {})
    profiles = {found, f"{now.get('Arn', '')} {now.get('Id', '')}".strip()} - {""}
    roles, doubts = [], []
    for profile in sorted(profiles):
        arn, _, identity = profile.partition(" ")
        try:
            name = arn.split("/")[-1]
            answer = call("iam", "get_instance_profile", InstanceProfileName=name)
            there = answer["InstanceProfile"]
        except ClientError as error:
            if code_of(error) != "NoSuchEntity":
                doubts.append(f"the role of {arn} cannot be read: {error}")
            continue  # credentials of a role end with it; what profile it was in, nobody can say
        if identity and there["InstanceProfileId"] != identity:
            continue
        roles += [role["Arn"] for role in there["Roles"]]
    return sorted(set(roles)), doubts


def deny_credentials(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Deny this instance's sessions everything, from wherever they are used.

    A role that cannot be told so from here does not keep the network open: people are told.
    """
    case, stack = event["Case"], event["Stack"]
    denied, asks, doubts = {}, [], list(event["Doubts"])
    for role in event["Roles"]:
        if any(fnmatchcase(role, pattern) for pattern in event["NeverTouch"]):
            asks.append(f"end its sessions of {role} by hand? The role is never touched")
            continue
        try:
            slot = slot_for(role, case["resource"], stack["HomeRegion"])
            if slot:
                deny(role, slot, case["resource"])
                denied[role] = slot
            else:
                asks.append(f"deny all of {role}? Its {len(SLOTS)} slots name other instances")
        except ClientError as error:
            doubts.append(f"{role} still lets its sessions in: {error}")
    if denied or asks or doubts:
        told = {"denied": denied, "asks": asks, "doubts": doubts}
        told["at"] = datetime.now(UTC).isoformat()
        write_state(case, stack["HomeRegion"], credentials=json.dumps(told))
    return {"Denied": sorted(denied)}


def deny(role: str, slot: str, instance: str) -> None:
    """Name the instance in a tag of its role, and attach the deny that reads it."""
    name = role.split("/")[-1]
    call("iam", "tag_role", RoleName=name, Tags=[tag_of(slot, instance)])
    call("iam", "attach_role_policy", RoleName=name, PolicyArn=policy_for(role))


def tag_of(slot: str, instance: str) -> dict[str, str]:
    """The tag with which a slot names an instance."""
    return {"Key": TAG + slot.removeprefix("slot"), "Value": instance}


def item_for(role: str) -> dict[str, str]:
    """What stands for a role in the table, as a case stands for its resource."""
    return {"runbook": "denied", "resource": role}


def slot_for(role: str, instance: str, home: str) -> str:
    """A slot of the role for this instance alone, empty when all name others.

    The table decides: two runs cannot get the same one, as they could from the tags.
    """
    slots = item_for(role)
    taken = state_of(slots, home)
    for slot in sorted(SLOTS, key=lambda each: taken.get(each) != instance):
        if taken.get(slot) == instance:
            return slot
        if slot not in taken and write_state(slots, home, {slot: None}, **{slot: instance}):
            return slot
    return ""


def policy_for(role: str) -> str:
    """ARN of the deny policy in the account of a role."""
    _, partition, _, _, account, _ = role.split(":", 5)
    return f"arn:{partition}:iam::{account}:policy/{DENY}"


def let_in(role: str, slot: str, instance: str) -> str:
    """Why this instance's sessions of a role are not refused as we left them; empty if they are."""
    name = role.split("/")[-1]
    try:
        # 50 tags and 20 policies at most: one page of each (AWS docs: reference_iam-quotas).
        tags = call("iam", "list_role_tags", RoleName=name)["Tags"]
        attached = call("iam", "list_attached_role_policies", RoleName=name)["AttachedPolicies"]
    except ClientError as error:
        if code_of(error) != "NoSuchEntity":
            raise
        return f"{role} is gone"
    if tag_of(slot, instance) not in tags:
        return f"{role} does not name the instance any more"
    if policy_for(role) not in [policy["PolicyArn"] for policy in attached]:
        return f"{DENY} is not attached to {role} any more"
    return ""


def slots_of(role: str, instance: str, home: str) -> list[str]:
    """The slots of a role that the table has for this instance, a dead run's too."""
    taken = state_of(item_for(role), home)
    return [slot for slot in SLOTS if taken.get(slot) == instance]


def admit(role: str, instance: str, home: str) -> None:
    """Take the instance out of its role's slots; the last one out takes the deny off the role.

    What others have undone meanwhile, or a run that died, is not undone again.
    """
    name, slots = role.split("/")[-1], item_for(role)
    tags: list[dict[str, str]] = []
    try:
        tags = call("iam", "list_role_tags", RoleName=name)["Tags"]
    except ClientError as error:
        if code_of(error) != "NoSuchEntity":  # the role is gone; its slots are freed all the same
            raise
    for slot in slots_of(role, instance, home):
        tag = tag_of(slot, instance)
        if tag in tags:
            call("iam", "untag_role", RoleName=name, TagKeys=[tag["Key"]])
        freed = datetime.now(UTC).isoformat()
        write_state(slots, home, {slot: instance}, [slot], freed_at=freed)
    if state_of(slots, home).keys() & set(SLOTS):
        return
    try:
        call("iam", "detach_role_policy", RoleName=name, PolicyArn=policy_for(role))
    except ClientError as error:
        if code_of(error) != "NoSuchEntity":
            raise
