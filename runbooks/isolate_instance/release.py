"""Step 3, recovery: release by compare-and-swap, never a whole old state over new work."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

from runbooks.isolate_instance.credentials import admit, let_in, slots_of
from runbooks.isolate_instance.failure import give_groups, in_our_groups, present
from runbooks.isolate_instance.mitigate import PATIENCE, is_ours, remove_group
from runbooks.isolate_instance.preserve import (
    PROTECTED,
    attribute_of,
    ends_of_disks,
    keep_volume,
    set_attribute,
)
from runbooks.isolate_instance.prior import GONE, instance_by_id, scaling_of
from runbooks.isolate_instance.scaling import return_to_service
from runbooks.isolate_instance.triage import OURS, QUARANTINE, TRANSITIONAL
from runbooks.ledger import call, failure_of, record
from runbooks.state import HELD, LEASE, OPEN, UNTIL_RELEASED, as_it_was, state_of, write_state

FOR_EVIDENCE = 120  # seconds for the run that keeps evidence to end


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
    state = evidence_kept(case, home)
    kept = ("finding_id", "route", "drill", "first_seen", "occurrence")
    case |= {name: state[name] for name in kept if name in state}
    nothing = {"Verdict": "nothing", "Case": case, "Plan": [], "Changed": []}
    stage = state.get("stage", "never contained")
    at_work = stage in HELD and stage not in OPEN and int(state["lease_until"]) > time.time()
    if at_work or "prior" not in state or stage not in (*HELD, "failed"):
        why = f"{stage} by run {state['holder']}" if at_work else stage
        record(case, "skipped", f"nothing to release: {why}")
        return nothing
    plan, changed = compared(event["Resource"], state, home)
    if case["dry_run"] == "true":
        record(case, "skipped", f"dry run: would undo {plan}; changed by others: {changed}")
        return nothing
    if changed and event["AcceptChanged"] != "true":
        record(case, "approval-wanted", f"changed since Contain, so nothing was touched: {changed}")
        return {**nothing, "Verdict": "ask"}
    lease = str(int(time.time()) + LEASE)
    mine = {"stage": "releasing", "holder": case["execution_id"], "lease_until": lease}
    if not write_state(case, home, as_it_was(state), **mine):
        record(case, "joined", "another run was quicker")
        return nothing
    return {"Verdict": "release", "Case": case, "Plan": plan, "Changed": changed}


def evidence_kept(case: dict[str, Any], home: str) -> dict[str, str]:
    """The state, once the run that keeps evidence has ended: what it still does, none would undo.

    A run that died does not hold the release up for longer than such a run takes.
    """
    deadline = time.time() + FOR_EVIDENCE
    while True:
        state = state_of(case, home)
        if "preserver" not in state or "kept" in state or time.time() > deadline:
            return state
        time.sleep(5)


def compared(
    resource: str, state: dict[str, str], home: str
) -> tuple[list[dict[str, str]], list[str]]:
    """What is to be undone, in this order, and what others changed since."""
    instance_id = resource.split("/")[-1]
    instance = instance_by_id(instance_id)
    there = instance["State"]["Name"] not in GONE
    plan: list[dict[str, str]] = []
    changed: list[str] = []
    if there and "protections" in state:
        plan, changed = protections(instance, json.loads(state["protections"]))
    prior: dict[str, list[str]] = json.loads(state["prior"])
    # An interface may outlive its instance, and goes on with what groups it is left in.
    now = present(sorted({*prior, *json.loads(state.get("left", "{}"))}))
    left = in_our_groups(now) | json.loads(state.get("left", "{}"))
    for name, groups in left.items():
        found = now[name]["Groups"] if name in now else "gone"
        if name in prior and found == groups:
            seen = {"Kind": "groups", "Id": name, "From": ",".join(groups)}
            plan.append({**seen, "To": ",".join(prior[name])})
        elif found != prior.get(name) and (there or name in now):
            changed.append(f"{name}: left in {groups}, now {found}")
    scaling = json.loads(state.get("scaling", "{}"))
    if there and scaling.get("state") == "InService":
        found = scaling_of(instance_id)
        if found.get("state") in ("Standby", "EnteringStandby"):
            plan.append({"Kind": "standby", "Id": scaling["group"], "To": "InService"})
        elif found != scaling:
            changed.append(f"Auto Scaling: left on standby in {scaling['group']}, now {found}")
    denied = json.loads(state.get("credentials", "{}")).get("denied", {})
    for role in sorted({*json.loads(state.get("roles", "[]")), *denied}):
        # A run that died may have denied a role before it could say so; a release that died has
        # undone what is missing.
        other = let_in(role, denied[role], resource) if role in denied else ""
        if other and state["stage"] != "releasing":
            changed.append(other)
        if role in denied or slots_of(role, resource, home):
            plan.append({"Kind": "role", "Id": role, "To": "admitted"})
    return plan, changed


def protections(
    instance: dict[str, Any], prior: dict[str, dict[str, str]]
) -> tuple[list[dict[str, str]], list[str]]:
    """Protections to take off again, and those that are not as they were left."""
    identity = {"InstanceId": instance["InstanceId"]}
    devices = ends_of_disks(instance)
    plan, changed = [], []
    for kind, before in (("attribute", prior["attributes"]), ("volume", prior["volumes"])):
        for name, was in before.items():
            left = PROTECTED[name] if kind == "attribute" else "false"
            now = attribute_of(identity, name) if kind == "attribute" else devices.get(name, "gone")
            if now == left != was:
                plan.append({"Kind": kind, "Id": name, "To": was})
            elif now not in (left, was):
                changed.append(f"{name}: left {left}, now {now}")
    return plan, changed


def restore(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Undo it, read that the groups are back, record it; remove what nobody uses any more."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    instance = case["resource"].split("/")[-1]
    identity, not_undone = {"InstanceId": instance}, list(event["Changed"])
    goal: dict[str, list[str]] = {}
    undone = []
    time.sleep(2)  # what somebody did while it was compared is read now (trap 2.13)
    held = present(sorted(each["Id"] for each in event["Plan"] if each["Kind"] == "groups"))
    for each in event["Plan"]:
        kind, name, to = each["Kind"], each["Id"], each["To"]
        if kind == "groups":
            found = held[name]["Groups"] if name in held else "gone"
            if found != sorted(each["From"].split(",")):
                not_undone.append(f"{name}: left in {each['From']}, now {found}")
                continue
        undone.append(f"{kind} {name}: {to}")
        if kind == "attribute":
            not_undone += set_attribute(identity, name, to)
        elif kind == "volume":
            not_undone += keep_volume(identity, name, deleted=to)
        elif kind == "groups":
            goal[name] = sorted(to.split(","))
            give_groups(name, goal[name])
        elif kind == "standby":
            not_undone += filter(None, [return_to_service(instance, name)])
        else:
            admit(name, case["resource"], home)
    deadline = time.time() + PATIENCE
    while True:
        time.sleep(2)
        now = present(sorted(goal))
        astray = [name for name in now if now[name]["Groups"] != goal[name]]
        if not astray:
            break
        if time.time() > deadline:
            raise RuntimeError(f"did not get their groups back: {astray}")
    record(case, "released", evidence={"undone": undone, "left_alone": not_undone})
    for group in made_for(instance, event["Stack"]["AccountId"], state_of(case, home)):
        remove_group(group)
    # Last: until then a release that dies leaves its lock, and the next one finishes.
    write_state(case, home, stage="released", released_at=datetime.now(UTC).isoformat())
    return {"Given": sorted(goal)}


def made_for(instance: str, account: str, state: dict[str, str]) -> list[str]:
    """The groups of ours where it was contained, those too that a dead run made and never used."""
    vpcs = json.loads(state.get("vpcs", "[]"))
    names = [TRANSITIONAL + instance, QUARANTINE + account]
    named = [{"Name": "group-name", "Values": names}]
    found = call("ec2", "describe_security_groups", Filters=named)["SecurityGroups"]
    return [
        group["GroupId"]
        for group in found
        if is_ours(group) and (group["GroupName"] == names[0] or group["VpcId"] in vpcs)
    ]


def report_failed_release(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """A release that went wrong leaves the resource contained, as far as it is, and says so."""
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    why = failure_of(case["execution_id"])
    now = present(sorted(json.loads(state_of(case, home).get("left", "{}"))))
    record(case, "failed", why, evidence={"now": {name: i["Groups"] for name, i in now.items()}})
    write_state(case, home, stage="contained", lease_until=UNTIL_RELEASED)
    raise RuntimeError(why)
