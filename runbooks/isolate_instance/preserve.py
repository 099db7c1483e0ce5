"""Evidence after the isolation, by a run of its own: nothing here can hold containment up.

It begins when `blocked` reaches the ledger. Whatever fails is told as evidence that is missing, and
changes nothing about what is contained.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from runbooks.evidence import keep
from runbooks.isolate_instance.prior import GONE, instance_by_id
from runbooks.isolate_instance.triage import OURS
from runbooks.ledger import call, failure_of, record
from runbooks.state import OPEN, state_of, write_state

# What keeps an instance and its memory, each set by a call of its own (trap 2.6): prior → set.
PROTECTED = {
    "disableApiTermination": "true",
    "disableApiStop": "true",
    "instanceInitiatedShutdownBehavior": "stop",
}


def begin(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Only what is contained is kept, and once: of two runs about it, the second has nothing to do.

    An event says which resource, never in which state it is (trap 1.7). Where copies are missing, a
    person's run makes them up, whatever became of the instance meanwhile, and one run only.
    """
    home = event["Stack"]["HomeRegion"]
    case = {
        "runbook": OURS,
        "action": "Preserve",
        "resource": event["Resource"],
        "execution_id": event["Run"],
        "event_time": datetime.now(UTC).isoformat(),
    }
    state = state_of(case, home)
    missing = {"uncopied": state.get("uncopied")}
    if state.get("stage") not in OPEN and not missing["uncopied"]:
        return {"Verdict": "nothing", "Case": case}
    known = ("finding_id", "route", "drill", "first_seen", "occurrence", "holder", "volumes")
    case |= {name: state[name] for name in known}
    if missing["uncopied"]:
        mine = write_state(case, home, missing, missing, preserver=case["execution_id"])
        return {"Verdict": "copy" if mine else "nothing", "Case": case}
    alone = {"holder": case["holder"], "preserver": None}
    if not write_state(case, home, alone, preserver=case["execution_id"]):
        return {"Verdict": "nothing", "Case": case}
    return {"Verdict": "keep", "Case": case}


def protect(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Against an end of the instance or of its disks; how it was before is saved for the release.

    Spot instances refuse, Auto Scaling does not ask (trap 2.6): what was refused is told.
    """
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    identity = {"InstanceId": case["resource"].split("/")[-1]}
    instance = instance_by_id(identity["InstanceId"])
    case["instance_state"] = instance["State"]["Name"]
    if case["instance_state"] in GONE:
        return {"Case": case}
    attributes = {name: attribute_of(identity, name) for name in PROTECTED}
    volumes = ends_of_disks(instance)
    protections = {"attributes": attributes, "volumes": volumes}
    mine = {"holder": case["holder"]}
    if not write_state(case, home, mine, protections=json.dumps(protections)):
        return {"Case": case}  # released meanwhile: nothing may be left behind that it did not see
    refused = []
    for name, wanted in PROTECTED.items():
        if attributes[name] != wanted:
            refused += set_attribute(identity, name, wanted)
    for device, deleted in volumes.items():
        if deleted == "true":
            refused += keep_volume(identity, device, deleted="false")
    if refused:
        record(case, "failed", f"not protected: {'; '.join(refused)}")
    return {"Case": case}


def ends_of_disks(instance: dict[str, Any]) -> dict[str, str]:
    """Device → whether the disk ends with the instance, as text."""
    return {
        each["DeviceName"]: str(each["Ebs"]["DeleteOnTermination"]).lower()
        for each in instance.get("BlockDeviceMappings", [])
        if "Ebs" in each
    }


def attribute_of(identity: dict[str, str], name: str) -> str:
    """One attribute of an instance as text: true, false, stop or terminate."""
    answer = call("ec2", "describe_instance_attribute", **identity, Attribute=name)
    value = answer[name[0].upper() + name[1:]].get("Value", False)
    return value if isinstance(value, str) else str(value).lower()


def set_attribute(identity: dict[str, str], name: str, value: str) -> list[str]:
    """Set one attribute; the refusal, if it is one."""
    typed = value if value not in ("true", "false") else value == "true"
    field = name[0].upper() + name[1:]
    return attempt(name, {**identity, field: {"Value": typed}})


def keep_volume(identity: dict[str, str], device: str, *, deleted: str) -> list[str]:
    """Decide whether a volume ends with its instance; the refusal, if it is one."""
    mapping = {"DeviceName": device, "Ebs": {"DeleteOnTermination": deleted == "true"}}
    return attempt(device, {**identity, "BlockDeviceMappings": [mapping]})


def attempt(what: str, parameters: dict[str, Any]) -> list[str]:
    """One change of an instance; why it was refused, or nothing."""
    try:
        call("ec2", "modify_instance_attribute", None, **parameters)
    except ClientError as error:
        return [f"{what}: {error}"]
    return []


def snapshot(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Snapshots of all volumes at one moment; of an instance that is gone, of what is left (2.12).

    What was kept goes into the locked bucket as a list, and into the ledger.
    """
    case, stack = event["Case"], event["Stack"]
    instance = case["resource"].split("/")[-1]
    about = described(case)
    if case["instance_state"] not in GONE:
        whole = {"InstanceSpecification": {"InstanceId": instance}}
        made = call("ec2", "create_snapshots", None, **whole, **about)["Snapshots"]
    else:
        known = [{"Name": "volume-id", "Values": json.loads(case["volumes"])}]
        there = known[0]["Values"] and call("ec2", "describe_volumes", Filters=known)["Volumes"]
        made = [
            call("ec2", "create_snapshot", None, VolumeId=v["VolumeId"], **about) for v in there
        ]
    ids = [each["SnapshotId"] for each in made]
    mine, done = {"holder": case["holder"]}, datetime.now(UTC).isoformat()
    write_state(case, stack["HomeRegion"], mine, snapshots=json.dumps(ids), kept=done)
    if not ids:
        record(case, "skipped", f"no disk is left: the instance is {case['instance_state']}")
        return {"Case": case, "Snapshots": []}
    kept = [
        {key: each.get(key) for key in ("SnapshotId", "VolumeId", "StartTime")} for each in made
    ]
    objects = [keep(case, stack, "snapshots.json", json.dumps(kept, default=str, indent=1))]
    record(case, "preserved", evidence={"snapshots": ids, "objects": objects})
    return {"Case": case, "Snapshots": ids}


def described(case: dict[str, Any], **more: str) -> dict[str, Any]:
    """What a snapshot says of itself: whose it is, about which finding, by which run."""
    names = {"managed": OURS, "finding": case["finding_id"], "run": case["execution_id"], **more}
    tags = [{"Key": f"containment:{key}", "Value": value} for key, value in names.items()]
    return {
        "Description": f"{OURS}: {case['finding_id']}",
        "TagSpecifications": [{"ResourceType": "snapshot", "Tags": tags}],
    }


def report_missing(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Evidence that could not be kept is told; the run fails, the containment does not."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    why = failure_of(case["execution_id"])
    record(case, "failed", f"no evidence: {why}")
    write_state(case, home, {"holder": case["holder"]}, kept=datetime.now(UTC).isoformat())
    raise RuntimeError(why)
