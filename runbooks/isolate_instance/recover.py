"""Step 3, recovery: tidy up, tell what failed, and release by compare-and-swap."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from runbooks.isolate_instance.mitigate import PATIENCE
from runbooks.isolate_instance.triage import OURS, TRANSITIONAL
from runbooks.ledger import call, code_of, failure_of, record
from runbooks.state import LEASE, OPEN, UNTIL_RELEASED, state_of, write_state


def close_contain(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Remove the transitional groups; record the snapshots, or that there are none and why."""
    case = event["Case"]
    if event["Snapshots"]:
        record(case, "preserved", evidence={"snapshots": event["Snapshots"]})
    else:
        record(
            case, "failed", f"no evidence: {failure_of(case['execution_id'])}", action="Preserve"
        )
    for group in event["Groups"]:
        remove_group(group["Transitional"])
    return {"Snapshots": event["Snapshots"]}


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


def present(interface_ids: list[str]) -> dict[str, dict[str, Any]]:
    """These interfaces as they are now, id → groups and names; one that is gone is left out."""
    wanted = [{"Name": "network-interface-id", "Values": interface_ids}]
    answer = call("ec2", "describe_network_interfaces", Filters=wanted)
    return {
        each["NetworkInterfaceId"]: {
            "Groups": sorted(group["GroupId"] for group in each["Groups"]),
            "Names": sorted(group["GroupName"] for group in each["Groups"]),
        }
        for each in answer["NetworkInterfaces"]
    }


def report_failure(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Leave nothing open behind: out of the transitional group, recorded, the run failed.

    A table that cannot be read does not keep people from being told (trap 4.6).
    """
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    why = failure_of(case["execution_id"])
    state: dict[str, str] = {}
    try:
        state = state_of(case, home) if case["resource"] else {}
    except ClientError as error:
        why += f"; what was there before cannot be read: {error}"
    ours = state.get("holder") == case["execution_id"]
    if ours:
        case |= {name: state[name] for name in ("occurrence", "first_seen")}
    prior: dict[str, list[str]] = json.loads(state.get("prior", "{}")) if ours else {}
    undone, stuck = [], []
    for interface, now in (present(sorted(prior)) if prior else {}).items():
        if not any(name.startswith(TRANSITIONAL) for name in now["Names"]):
            continue
        try:
            give_groups(interface, prior[interface])
            undone.append(interface)
        except ClientError as error:
            stuck.append(f"{interface} is still open: {error}")
    left = present(sorted(prior)) if prior else {}
    remains = {name: now["Groups"] for name, now in left.items() if now["Groups"] != prior[name]}
    evidence = {"put_back": undone, "stuck": stuck, "changed": remains}
    record(case, "failed", why, evidence=evidence)
    if ours:  # free for the next finding, which goes on where this run stopped
        stage = state["stage"] if state["stage"] in OPEN else "failed"
        lease = UNTIL_RELEASED if stage == "contained" else "0"
        write_state(case, home, stage=stage, lease_until=lease)
    raise RuntimeError(why)


def report_unread(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """The finding could not be read, or its receipt not recorded: say so, and fail."""
    why = failure_of(event["Run"])
    case = {
        "runbook": OURS,
        "action": "Contain",
        "route": event["Route"],
        "finding_id": event["FindingArn"].split("/")[-1],
        "finding_arn": event["FindingArn"],
        "event_time": event["EventTime"],
        "execution_id": event["Run"],
        "resource": "",
    }
    record(case, "failed", why)
    raise RuntimeError(why)


def report_failed_release(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """A release that went wrong leaves the resource contained, as far as it is, and says so."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    why = failure_of(case["execution_id"])
    now = present(sorted(json.loads(state_of(case, home)["left"])))
    record(case, "failed", why, evidence={"now": {name: i["Groups"] for name, i in now.items()}})
    write_state(case, home, stage="contained", lease_until=UNTIL_RELEASED)
    raise RuntimeError(why)


def give_groups(interface: str, groups: list[str]) -> None:
    """Put one interface into these groups."""
    call("ec2", "modify_network_interface_attribute", NetworkInterfaceId=interface, Groups=groups)


def compare(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Release undoes our change only where the present is what Contain left (trap 3.11)."""
    home = event["Stack"]["HomeRegion"]
    case = {
        "runbook": OURS,
        "resource": event["Resource"],
        "execution_id": event["Run"],
        "event_time": datetime.now(UTC).isoformat(),
        "dry_run": event["DryRun"],
        "action": "Release",
    }
    state = state_of(case, home)
    kept = ("finding_id", "route", "drill", "first_seen", "occurrence")
    case |= {name: state[name] for name in kept if name in state}
    nothing = {"Verdict": "nothing", "Case": case, "Give": [], "Changed": []}
    if state.get("stage") not in OPEN:
        record(case, "skipped", f"nothing to release: {state.get('stage', 'never contained')}")
        return nothing
    left: dict[str, list[str]] = json.loads(state["left"])
    prior: dict[str, list[str]] = json.loads(state["prior"])
    now = present(sorted(left))
    changed = {
        name: {"left": groups, "now": now[name]["Groups"] if name in now else "gone"}
        for name, groups in left.items()
        if name not in now or now[name]["Groups"] != groups
    }
    give = [
        {"Id": name, "Groups": ",".join(prior[name])}
        for name in left
        if name not in changed and name in prior
    ]
    if case["dry_run"] == "true":
        record(case, "skipped", f"dry run: would give {give}; changed by others: {changed}")
        return nothing
    if changed and event["AcceptChanged"] != "true":
        record(case, "approval-wanted", f"changed since Contain, so nothing was touched: {changed}")
        return {**nothing, "Verdict": "ask"}
    lease = str(int(time.time()) + LEASE)
    mine = {"stage": "releasing", "holder": case["execution_id"], "lease_until": lease}
    if not write_state(case, home, state, **mine):
        record(case, "joined", "another run was quicker")
        return nothing
    differences = [f"{name}: {difference}" for name, difference in changed.items()]
    return {"Verdict": "release", "Case": case, "Give": give, "Changed": differences}


def restore(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Give the groups back, read that they are there, record it; remove an unused quarantine."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    left: dict[str, list[str]] = json.loads(state_of(case, home)["left"])
    goal = {each["Id"]: sorted(each["Groups"].split(",")) for each in event["Give"]}
    for interface, groups in goal.items():
        give_groups(interface, groups)
    deadline = time.time() + PATIENCE
    while True:
        time.sleep(2)
        now = present(sorted(goal)) if goal else {}
        astray = [name for name in goal if now[name]["Groups"] != goal[name]]
        if not astray:
            break
        if time.time() > deadline:
            raise RuntimeError(f"did not get their groups back: {astray}")
    record(case, "released", evidence={"given": goal, "left_alone": event["Changed"]})
    write_state(case, home, stage="released", released_at=datetime.now(UTC).isoformat())
    for group in sorted({group for groups in left.values() for group in groups}):
        remove_group(group)
    return {"Given": sorted(goal)}
