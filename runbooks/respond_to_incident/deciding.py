"""Step 2, mitigation: what a person refused, or did not answer; what was approved, and its verdict.

A run's status is not the verdict, so that is read from the ledger (trap 4.13).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from runbooks.respond_to_incident.items import item_now, write_item
from runbooks.respond_to_incident.member import start_there
from runbooks.respond_to_incident.messages import HAND, gist_of, question, quoted, tell
from runbooks.respond_to_incident.reporting import decided, reached
from runbooks.respond_to_incident.verdicts import awaited

DONE = ("contained", "skipped", "joined", "released")


def not_given(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Refused: a person's word, it ends. Nobody answered: the next people, once; then said."""
    case = event["Case"]
    ended, stages = decided(case), case["order"].split(";")
    if ended["Status"] == "Rejected":
        reached(case, "refused", who=ended["Who"])
        lines = [f"Refused by {quoted(ended['Who'], 120)}", *gist_of(case)]
        tell(case, "Refused: nothing was isolated", lines, [])
        write_item(case, asked="")
        return {"Next": "refused"}
    if ended["Step"] == "mitigate_ask":
        to = stages[min(1, len(stages) - 1)]
        reached(case, "paged", "nobody answered", to)
        question(case, event["Minutes"], to)
        return {"Next": "again"}
    reached(case, "not-contained", "nobody approved or refused, asked twice")
    write_item(case, asked="")
    tell(case, "NOT contained: nobody answered", gist_of(case), [HAND], stages[-1])
    return {"Next": "given-up"}


def follow(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Start what was approved; wait for the verdict; say it, and what comes next.

    The answer's ``Next``: ask, offer, close or by-hand.
    """
    case, before = event["Case"], decided(event["Case"])
    run = item_now(case)["run"]
    if before["Step"].startswith("mitigate_ask"):
        run = start_approved(case, before["Who"])
    began, by_hand = time.time(), before["Step"] == "mitigate_by_hand"
    found = awaited(case, run, wait=not by_hand)
    if found["drill"]:  # which a run knows only when it has seen the instance
        case["drill"] = "true"
    # A drill releases by itself what it contained, unless people attend it.
    alone = case["drill"] == "true" and case["attended"] != "true"
    outcome, blocked = found["outcome"], found["blocked"] and not alone
    if outcome == "approval-wanted" and not by_hand:
        question(case, event["Minutes"])
        write_item(case, asked=str(int(time.time())))  # for how long, Escalate tells
        return {"Next": "ask"}
    done = by_hand or outcome in DONE
    next_is = ("offer" if blocked else "close") if done else "by-hand"
    hours, steps = event["Hours"], [] if done else [HAND]
    context = {"ExecutionId": case["execution_id"]} if next_is == "offer" else {}
    if context:
        steps = [f"Remove the cause; then Approve the release, within {hours} hours."]
        reached(case, "offered", f"for {hours} hours")
    reached(case, "answered", found["why"], outcome=outcome, seconds=round(time.time() - began))
    lines = [quoted(case["resource"], 120), quoted(found["why"] or outcome, 400)]
    tell(case, f"Outcome: {outcome}", lines, steps, **context)
    return {"Next": next_is}


def start_approved(case: dict[str, str], who: str) -> str:
    """Say who approved, and start the member's own runbook; it reads and judges the rest itself."""
    reached(case, "approved", who=who)
    run = start_there(
        case,
        case["contain"],
        FindingArn=case["finding_arn"],
        EventTime=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        Route=case["route"],
        Mode="automatic",
    )
    write_item(case, run=run, asked="")
    return run
