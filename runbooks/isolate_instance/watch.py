"""Watch: is what was contained still as Contain left it? It tells people, and changes nothing.

Somebody may put the old groups back: a responder, a pipeline, the attacker (trap 4.10). What
differs is told once for as long as it stays the same; see ``tell_once`` for how.
"""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any

from runbooks.isolate_instance.credentials import let_in
from runbooks.isolate_instance.looking import (
    UNDER_WAY,
    ended_among,
    interfaces_by_instance,
    items_here,
    pages_of,
    rules_in_words,
)
from runbooks.isolate_instance.mitigate import strange
from runbooks.isolate_instance.telling import (
    is_told,
    mark_item,
    matter,
    named_case,
    send_beat,
    tell_all,
)
from runbooks.isolate_instance.triage import QUARANTINE, TRANSITIONAL
from runbooks.state import OPEN, TABLE

CERTAIN = 30  # seconds that a difference must last: one read that lags proves nothing (trap 2.13)


def watch(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Compare what is contained in this region with what Contain left, and beat (trap 6.3).

    Whatever cannot be read or told ends the run without a beat: AWS reports it, the beat is missed.
    """
    cases: list[dict[str, Any]] = []
    malformed: list[dict[str, Any]] = []
    items, brakes = items_here(event)
    for item in items:
        try:
            cases.append(watched_case(item, event))
        except (AttributeError, KeyError, TypeError, ValueError) as wrong:
            # One that nobody can read must not hide the others; people are told of it, too.
            why = f"this item of {TABLE} cannot be watched: {type(wrong).__name__}: {wrong}"
            malformed.append(matter(named_case(item, event), "failed", why))
    dead = [case for case in cases if run_died(case)]
    opened = [case for case in cases if case["Stage"] in OPEN]
    attached = interfaces_by_instance([case["Instance"] for case in [*opened, *dead]])
    ended = ended_among([each["Instance"] for each in opened if each["Instance"] not in attached])
    living = [case for case in opened if case["Instance"] not in ended]
    over = "the instance has ended: nothing is left to watch but its snapshots"
    told = tell_all(
        event,
        [
            *lasting(living, attached, event),
            *(what_it_left(case, attached) for case in dead),
            *malformed,
            *(matter(case, "skipped", over) for case in opened if case["Instance"] in ended),
        ],
    )
    if event["DryRun"] != "true":
        send_beat(event, living, brakes)
    return {"Open": len(living), "Told": told}


def watched_case(item: dict[str, Any], event: dict[str, Any]) -> dict[str, Any]:
    """An item as it is watched; raises KeyError, TypeError or ValueError where it is malformed."""
    case = named_case(item, event)
    case["Holder"] = item["holder"]["S"]
    case["Lease"] = int(item["lease_until"]["S"])
    case["Prior"] = json.loads(item.get("prior", {"S": "{}"})["S"])
    case["Left"] = json.loads(item["left"]["S"]) if case["Stage"] in OPEN else {}
    case["Denied"] = json.loads(item.get("credentials", {"S": "{}"})["S"]).get("denied", {})
    for groups in [*case["Left"].values(), *case["Prior"].values()]:
        if not isinstance(groups, list):
            raise TypeError(f"groups that are no list: {groups!r}")
    occurrence, first_seen = item["occurrence"]["S"], item["first_seen"]["S"]
    if datetime.fromisoformat(first_seen).tzinfo is None:
        raise ValueError(f"a time without its zone: {first_seen!r}")
    case["Record"] |= {"occurrence": str(int(occurrence)), "first_seen": first_seen}
    return case


def run_died(case: dict[str, Any]) -> bool:
    """Whether its run ended without a word, and nobody has taken over since (trap 4.1)."""
    return case["Stage"] in UNDER_WAY and case["Lease"] <= int(time.time())


def what_it_left(
    case: dict[str, Any], attached: dict[str, dict[str, dict[str, list[str]]]]
) -> dict[str, Any]:
    """What to tell of a run that died: which, how far it came, how each interface is now."""
    now, found = attached.get(case["Instance"], {}), []
    for interface, has in sorted(now.items()):
        if any(name.startswith(TRANSITIONAL) for name in has["Names"]):
            state = "in a group that is OPEN to everybody"
        elif all(name.startswith(QUARANTINE) for name in has["Names"]):
            state = "quarantined"
        elif has["Groups"] == case["Prior"].get(interface):
            state = "in its own groups"
        else:
            state = f"in {' and '.join(has['Groups']) or 'no group'}"
        found.append(f"{interface} is {state}")
    why = (
        f"the run {case['Holder']} died ({case['Stage']}) and nobody took over; "
        f"what it left: {'; '.join(found) or 'no interface is attached'}"
    )
    evidence = {"now": {name: has["Groups"] for name, has in now.items()}, "prior": case["Prior"]}
    # Which run it was decides; what it left may change while nobody takes over.
    return matter(case, "failed", why, evidence, mark="died", about="")


def breach(found: list[str]) -> str:
    """What is told of a breach, in a sentence."""
    return f"no longer as Contain left it: {'; '.join(found)}"


def lasting(
    cases: list[dict[str, Any]],
    attached: dict[str, dict[str, dict[str, list[str]]]],
    event: dict[str, Any],
) -> list[dict[str, Any]]:
    """What is to be told of each difference that is still there after a while.

    Where nothing differs any more, what was told is forgotten: the next breach is told again.
    """
    differing = with_differences(cases, attached, event)
    new = [each for each in differing if not is_told(each[0], "breach", breach(each[1]))]
    deadline = time.time() + CERTAIN
    while new and time.time() < deadline:
        time.sleep(5)
        suspects = [case for case, _ in new]
        now = interfaces_by_instance([case["Instance"] for case in suspects])
        new = with_differences(suspects, now, event)
    still = {id(case) for case, _ in differing}
    for case in cases:
        if id(case) not in still and "breach" in case["Item"] and event["DryRun"] != "true":
            mark_item(case, event, "breach", "")
    return [
        matter(case, "breached", breach(found), {"left": case["Left"], "differences": found})
        for case, found in new
    ]


def with_differences(
    cases: list[dict[str, Any]],
    attached: dict[str, dict[str, dict[str, list[str]]]],
    event: dict[str, Any],
) -> list[tuple[dict[str, Any], list[str]]]:
    """The cases that are not as Contain left them, each with what differs, in words."""
    groups = {group for case in cases for left in case["Left"].values() for group in left}
    rules = {
        group["GroupId"]: rules_in_words(group) if strange(group, event["Forensics"]) else []
        for group in pages_of("describe_security_groups", "group-id", sorted(groups))
    }
    compared = []
    for case in cases:
        found = changes_since(case, attached.get(case["Instance"], {}), rules)
        about = case["Record"]["resource"]
        others = [let_in(role, slot, about) for role, slot in case["Denied"].items()]
        compared.append((case, [*found, *filter(None, others)]))
    return [(case, found) for case, found in compared if found]


def changes_since(
    case: dict[str, Any], now: dict[str, dict[str, list[str]]], rules: dict[str, list[str]]
) -> list[str]:
    """What is otherwise than Contain left it, a sentence for each interface and group."""
    left, prior = case["Left"], case["Prior"]
    quarantine = {group for groups in left.values() for group in groups}
    found = [
        f"{interface} was taken off the instance" for interface in left if interface not in now
    ]
    for interface, has in now.items():
        named = " and ".join(
            f"{group} ({name})" for group, name in zip(has["Groups"], has["Names"], strict=True)
        )
        if interface not in left:
            if not has["Groups"] or not quarantine.issuperset(has["Groups"]):
                found.append(f"{interface} was attached since, and is in {named or 'no group'}")
        elif has["Groups"] != sorted(left[interface]):
            back = ", as before it was contained" if has["Groups"] == prior.get(interface) else ""
            kept = " and ".join(left[interface])
            found.append(f"{interface} is in {named or 'no group'}{back}, and not in {kept} alone")
    for group in sorted(quarantine):
        found += [
            f"the quarantine group {group} lets through {rule}" for rule in rules.get(group, [])
        ]
    return sorted(found)
