"""The end of step 2: what is true of the instance now, said no stronger than it was seen."""

from __future__ import annotations

import json
import time
from typing import Any

from runbooks.isolate_instance.credentials import let_in
from runbooks.isolate_instance.mitigate import remove_group
from runbooks.isolate_instance.prior import GONE
from runbooks.ledger import call, record
from runbooks.state import UNTIL_RELEASED, moment, state_of, write_state


def judge(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Say what of `severed` and `contained` is true; what is open is told, asked for, or failed.

    `contained` waits for the credentials: IAM acts later than it answers (trap 3.15).
    """
    case, home = event["Case"], event["Stack"]["HomeRegion"]
    state = state_of(case, home)
    vpcs = sorted({group["Vpc"] for group in event["Groups"]})
    tracked = [f"{vpc}: {hop}" for vpc in vpcs for hop in tracked_hops(vpc)]
    if vpcs and not event["TwoSwapsProven"]:
        tracked.append("no probe on AWS has shown yet that two swaps end tracked connections")
    if not tracked:
        record(case, "severed")
    remark = f"open connections may go on: {'; '.join(tracked)}" if tracked else ""
    credentials, failures = credentials_open(case, state, event["CredentialsMargin"])
    failures += [event["ScalingDoubt"]] if event["ScalingDoubt"] else []
    asks = [*credentials, *dns_open(case, event, vpcs)]
    if event["Suffices"] == "severed" and tracked:
        asks.append(f"stop the instance? {remark}")
    # The record first: a state without one would be an end that nobody hears of. The state last:
    # until then a run that dies leaves its lock, and what it left to the next.
    ended = {"lease_until": UNTIL_RELEASED}
    if failures:  # the next finding tries again
        record(case, "failed", f"blocked, not contained: {'; '.join(failures + asks)}")
        ended["lease_until"] = "0"
    elif asks:
        record(case, "approval-wanted", f"blocked, not contained: {'; '.join(asks)}")
    else:
        gone = f"gone: the instance is {case['instance_state']}"
        record(case, "contained", gone if case["instance_state"] in GONE else remark)
        ended["stage"] = "contained"
    for group in event["Groups"]:
        remove_group(group["Transitional"])
    write_state(case, home, None, **ended)
    return {"Contained": not failures and not asks}


def credentials_open(
    case: dict[str, Any], state: dict[str, str], margin: int
) -> tuple[list[str], list[str]]:
    """What people have to decide about its credentials, and what went wrong with them."""
    if "credentials" not in state:
        undone = json.loads(state["roles"])
        return [], [f"its sessions of {role} were not denied" for role in undone]
    told = json.loads(state["credentials"])
    age = time.time() - moment(told["at"]).timestamp()
    if told["denied"] and age < margin:
        time.sleep(margin - age)
    undone = [let_in(role, slot, case["resource"]) for role, slot in told["denied"].items()]
    return told["asks"], [*told["doubts"], *filter(None, undone)]


def dns_open(case: dict[str, Any], event: dict[str, Any], vpcs: list[str]) -> list[str]:
    """Whether data can still leave by names that are looked up, which no group filters (2.9)."""
    if not case["finding_type"].startswith(tuple(event["DnsTypes"])):
        return []
    if case["instance_state"] in ("stopped", *GONE):
        return []
    return [
        f"stop the instance? Data can leave by DNS, which {vpc} does not filter"
        for vpc in vpcs
        if vpc not in event["DnsFirewalled"]
    ]


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
