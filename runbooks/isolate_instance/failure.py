"""What went wrong is told, and nothing that we opened stays open."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from runbooks.isolate_instance.triage import QUARANTINE, TRANSITIONAL
from runbooks.ledger import call, failure_of, record
from runbooks.state import OPEN, UNTIL_RELEASED, state_of, write_state


def report_failure(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Leave nothing open behind: out of the transitional group, recorded, the run failed.

    What closes stays: quarantined interfaces, denied credentials, standby. A release undoes them.
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
    for interface, now in present(sorted(prior)).items():
        if not any(name.startswith(TRANSITIONAL) for name in now["Names"]):
            continue
        try:
            give_groups(interface, prior[interface])
            undone.append(interface)
        except ClientError as error:
            stuck.append(f"{interface} is still open: {error}")
    left = in_our_groups(present(sorted(prior)))
    evidence = {"put_back": undone, "stuck": stuck, "changed": left}
    record(case, "failed", why, evidence=evidence)
    if ours:  # free for the next finding, which goes on where this run stopped
        stage = state["stage"] if state["stage"] in OPEN else "failed"
        lease = UNTIL_RELEASED if stage == "contained" else "0"
        write_state(case, home, stage=stage, lease_until=lease, left=json.dumps(left))
    raise RuntimeError(why)


def present(interface_ids: list[str]) -> dict[str, dict[str, Any]]:
    """These interfaces as they are now, id → groups and names; one that is gone is left out."""
    if not interface_ids:
        return {}
    wanted = [{"Name": "network-interface-id", "Values": interface_ids}]
    answer = call("ec2", "describe_network_interfaces", Filters=wanted)
    return {
        each["NetworkInterfaceId"]: {
            "Groups": sorted(group["GroupId"] for group in each["Groups"]),
            "Names": sorted(group["GroupName"] for group in each["Groups"]),
        }
        for each in answer["NetworkInterfaces"]
    }


def in_our_groups(interfaces: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Those that are in a group of ours and no other, with that group."""
    return {
        name: each["Groups"]
        for name, each in interfaces.items()
        if all(group.startswith((TRANSITIONAL, QUARANTINE)) for group in each["Names"])
    }


def give_groups(interface: str, groups: list[str]) -> None:
    """Put one interface into these groups."""
    call("ec2", "modify_network_interface_attribute", NetworkInterfaceId=interface, Groups=groups)
