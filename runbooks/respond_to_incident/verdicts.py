"""What the ledger says about a finding: the verdict, which a run's status is not (trap 4.13)."""

from __future__ import annotations

import json
import time
from typing import Any

from runbooks.ledger import call

PATIENCE = 540  # seconds; a script has 600 (trap 4.4)
EVERY = 10
LOOK_BACK = 7 * 86_400  # seconds
FINAL = (
    "contained",
    "failed",
    "approval-wanted",
    "skipped",
    "joined",
    "braked",
    "breached",
    "released",
)
FOR_PEOPLE = "for-people"


def ledger_about(case: dict[str, str], words: str) -> list[dict[str, Any]]:
    """What runbooks reported with these words in it, in order of time; and what none was given.

    GuardDuty's own event is there where a route, by its mode or by the severity, is for people. A
    quoted phrase is looked for in the text as it is (AWS docs: FilterAndPatternSyntax).
    """
    asked: dict[str, Any] = {
        "logGroupName": case["log_group"],
        "filterPattern": f'"{words}"',
        "startTime": int((time.time() - LOOK_BACK) * 1000),
    }
    found = []
    while True:
        answer = call("logs", "filter_log_events", case["home"], **asked)
        for entry in answer["events"]:
            event = json.loads(entry["message"])
            detail, source = event["detail"], event["source"]
            if source == "aws.guardduty":
                of = str(detail.get("id"))
                detail = {"stage": FOR_PEOPLE, "finding_id": of, "at": event["time"]}
            ours = source in ("aws.guardduty", "containment.runbook")
            # No account speaks for another: a detail may lie, the envelope does not (trap 6.1).
            if (
                ours
                and {"stage", "at"} <= detail.keys()
                and case["account"] in ("", event["account"])
            ):
                found.append(detail)
        if "nextToken" not in answer:
            return found
        asked["nextToken"] = answer["nextToken"]


def awaited(case: dict[str, str], run: str, *, wait: bool) -> dict[str, Any]:
    """The verdict, as soon as there is one; ``nothing`` after the time that a script has."""
    deadline = time.time() + PATIENCE
    while True:
        records = ledger_about(case, case["finding_id"]) if case["finding_id"] else []
        found = verdict_of(records, run)
        if found["outcome"]:
            return found
        if not wait or time.time() + EVERY > deadline:
            return {**found, "outcome": "nothing"}
        time.sleep(EVERY)


def verdict_of(records: list[dict[str, Any]], run: str = "") -> dict[str, Any]:
    """The last word: its outcome (empty while there is none), why; if blocked, if a drill.

    ``blocked`` as outcome: new traffic is refused and a person has to decide the rest. Evidence is
    no part of it, and a run that began later is a new word to come. Where the finding went to
    people only, nobody contains it and there is nothing to wait for.
    """
    if not run and records and all(each["stage"] == FOR_PEOPLE for each in records):
        why = "no runbook was started: its route or its severity is for people"
        return {"outcome": FOR_PEOPLE, "why": why, "blocked": False, "drill": False}
    outcome, why, blocked, drill = "", "", False, False
    for each in records:
        stage, action = each["stage"], each.get("action")
        drill = drill or each.get("drill") is True
        if action == "Preserve" or (run and each.get("execution_id") != run):
            continue
        if blocked and stage in ("received", "joined"):
            continue  # an update of a finding that is answered says nothing new
        if stage == "received":
            outcome, why = "", ""
        blocked = stage != "released" and (blocked or stage in ("blocked", "contained"))
        if outcome == "braked" and stage == "skipped":
            continue
        if stage in FINAL:
            outcome, why = stage, str(each.get("why") or "")
            if stage == "approval-wanted" and (blocked or action != "Contain"):
                outcome = "blocked"
    return {"outcome": outcome, "why": why, "blocked": blocked, "drill": drill}
