"""Still step 1: how everything was before any change, into the state and the locked bucket."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from runbooks.evidence import keep
from runbooks.isolate_instance.credentials import roles_of
from runbooks.isolate_instance.triage import DRILL, QUARANTINE, TRANSITIONAL, interfaces_of
from runbooks.ledger import call, code_of, record
from runbooks.state import brakes_on, engage_brake, take, within_cap, write_state

GONE = ("unknown", "terminated", "shutting-down")


def lock_and_look(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Lock the resource; heed brakes and cap; save how it is. A second finding joins the first."""
    case, stack = event["Case"], event["Stack"]
    lock, known = lock_of(case, stack["HomeRegion"], event["Caps"].get(case["route"]))
    found: dict[str, Any] = {
        "Interfaces": [],
        "Roles": [],
        "Doubts": [],
        "Scaling": {},
        "Objects": [],
    }
    if lock == "held":
        found = save_prior_state(case, stack, known)
    return {"Lock": lock, "Case": case, **found}


def lock_of(case: dict[str, Any], home: str, cap: int | None) -> tuple[str, dict[str, str]]:
    """Take the lock, and say so: held, joined or braked; and what a dead run had saved.

    What is over the cap engages the brake of this route alone: a cheap attack must not switch off
    the answer to a grave one (trap 4.2).
    """
    why_not, known = take(case, home)
    if why_not:
        record(case, "joined", why_not)
        return "joined", {}
    braked = brakes_on(case, home)
    if not braked and cap is not None and not within_cap(case, home, cap):
        braked = f"over the cap of {cap} an hour for {case['route']}"
        engage_brake(case, home, f"{braked}, run {case['execution_id']}")
        record(case, "braked", braked)
    if braked:
        write_state(case, home, stage="braked")
        record(case, "skipped", braked)
        return "braked", {}
    return "held", known


def save_prior_state(
    case: dict[str, Any], stack: dict[str, Any], known: dict[str, str]
) -> dict[str, Any]:
    """Save how the instance is before any change: what a release needs, and evidence.

    One that is gone has nothing left to move; its credentials and disks may still be there (2.12).
    """
    instance = instance_by_id(case["instance_id"])
    tags = instance.get("Tags", [])
    case["drill"] = str(any(tag["Key"] == DRILL for tag in tags)).lower()
    case["instance_state"] = instance["State"]["Name"]
    gone = case["instance_state"] in GONE
    interfaces = [] if gone else interfaces_of(case["instance_id"])
    before = json.loads(known.get("prior", "{}"))
    prior, listed = {**before}, []  # an interface that a dead run moved may outlive its instance
    for each in interfaces:
        # A run that died halfway left our own group there: what it had saved is the prior state.
        moved = any(name.startswith((TRANSITIONAL, QUARANTINE)) for name in each["Names"])
        closed = all(name.startswith(QUARANTINE) for name in each["Names"])
        listed.append({"Id": each["Id"], "Vpc": each["Vpc"], "Quarantined": str(closed).lower()})
        prior[each["Id"]] = before.get(each["Id"], each["Groups"]) if moved else each["Groups"]
    scaling = {} if gone else scaling_of(case["instance_id"])
    roles, doubts = roles_of(case["profile"], instance)
    objects, known_vpcs = (json.loads(known.get(name, "[]")) for name in ("objects", "vpcs"))
    if not objects:  # evidence before any change; a run that goes on has nothing older to keep
        told = {"instance": instance, "interfaces": interfaces, "scaling": scaling, "roles": roles}
        objects = evidence_of(case, stack, told, [] if gone else sorted(prior))
    state = {
        **{name: case[name] for name in ("route", "drill", "finding_id")},
        "prior": json.dumps(prior),
        # A dead run's standby is ours to end, although this run did not find it in service.
        "scaling": known.get("scaling") or json.dumps(scaling),
        "roles": json.dumps(sorted({*roles, *json.loads(known.get("roles", "[]"))})),
        "objects": json.dumps(objects),
        "volumes": known.get("volumes") or json.dumps(volumes_of(instance)),
        # Where groups are made: to be removed, too, when its interfaces are gone with it.
        "vpcs": json.dumps(sorted({*known_vpcs, *(each["Vpc"] for each in interfaces)})),
    }
    write_state(case, stack["HomeRegion"], None, **state)
    return {
        "Interfaces": listed,
        "Roles": roles,
        "Doubts": doubts,
        "Scaling": scaling,
        "Objects": objects,
    }


def instance_by_id(instance_id: str) -> dict[str, Any]:
    """The instance as EC2 shows it, for an hour after its end; its state is unknown later."""
    try:
        answer = call("ec2", "describe_instances", InstanceIds=[instance_id])
    except ClientError as error:
        if code_of(error) != "InvalidInstanceID.NotFound":
            raise
        return {"State": {"Name": "unknown"}}
    instance: dict[str, Any] = answer["Reservations"][0]["Instances"][0]
    return instance


def volumes_of(instance: dict[str, Any]) -> list[str]:
    """Its disks: those that outlive it cannot be told from others any more (trap 2.12)."""
    mappings = instance.get("BlockDeviceMappings", [])
    return [each["Ebs"]["VolumeId"] for each in mappings if "Ebs" in each]


def scaling_of(instance_id: str) -> dict[str, str]:
    """The Auto Scaling group and the lifecycle state of a member; empty for others (trap 2.5)."""
    found = call("autoscaling", "describe_auto_scaling_instances", InstanceIds=[instance_id])
    return {
        name: each[key]
        for each in found["AutoScalingInstances"]
        for name, key in (("group", "AutoScalingGroupName"), ("state", "LifecycleState"))
    }


def evidence_of(
    case: dict[str, Any], stack: dict[str, Any], told: dict[str, Any], interfaces: list[str]
) -> list[dict[str, str]]:
    """Keep what was seen, in one locked object. Its failure is told, and keeps nothing open."""
    try:
        if interfaces:
            here = [{"Name": "attachment.instance-id", "Values": [case["instance_id"]]}]
            groups = sorted({group for each in told["interfaces"] for group in each["Groups"]})
            console = call("ec2", "get_console_output", InstanceId=case["instance_id"])
            told |= {
                "volumes": call("ec2", "describe_volumes", Filters=here)["Volumes"],
                "groups": call("ec2", "describe_security_groups", GroupIds=groups)[
                    "SecurityGroups"
                ],
                "console": console.get("Output", ""),
            }
        body = json.dumps({"case": case, **told}, default=str, indent=1)
        return [keep(case, stack, "before.json", body)]
    except ClientError as error:
        record(case, "failed", f"no evidence of the time before: {error}", action="Preserve")
        return []
