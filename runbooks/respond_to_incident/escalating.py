"""Escalate: by schedule, whatever nobody has taken up goes to the next, and then to everybody."""

from __future__ import annotations

import json
import time
from typing import Any

from botocore.exceptions import ClientError

from runbooks.ledger import call
from runbooks.respond_to_incident.items import is_alive, write_item
from runbooks.respond_to_incident.messages import quoted, tell
from runbooks.respond_to_incident.oncall import stages_of
from runbooks.respond_to_incident.opening import page, start_incident
from runbooks.respond_to_incident.reporting import note, reached
from runbooks.respond_to_incident.unanswered import start_unanswered
from runbooks.state import TABLE

REMINDERS = 12
"""So often the whole team is paged after its first time: then it is daylight."""


def escalate(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Look at every open response. One that cannot be looked at keeps no other from it."""
    lost, asked, people = [], [], event["People"]
    known = responses(people["HomeRegion"])
    for item in [each for each in known if each["stage"] == "open"]:
        try:
            # As its own run had it: that run is what people open, and what holds the item.
            case = {**json.loads(item["about"]), "incident": item["incident"]}
            if item.get("asked"):
                asked.append(int(item["asked"]))
            look_at(case, item, people)
        except (ClientError, KeyError, RuntimeError, ValueError) as error:
            lost.append(f"{item['id']}: {type(error).__name__} {error}")
    tell_waiting(asked, people["HomeRegion"])
    if people["Backend"] != "ops-center":
        start_unanswered(people["HomeRegion"], {each["incident"] for each in known})
    if lost:
        raise RuntimeError(f"not looked at: {'; '.join(lost)}")
    return {"Looked": "at all"}


def tell_waiting(asked: list[int], home: str) -> None:
    """How many questions wait for an answer, and the oldest for how many seconds."""
    oldest = max(0, int(time.time()) - min(asked)) if asked else 0
    nobodys = {"finding_id": "", "execution_id": "", "drill": "false", "home": home}
    said = {"stage": "waiting", "waiting": len(asked), "oldest_s": oldest}
    note(nobodys, "Response Heartbeat", said)


def responses(home: str) -> list[dict[str, str]]:
    """Every response that there was, page by page."""
    query: dict[str, Any] = {
        "TableName": TABLE,
        "ConsistentRead": True,
        "FilterExpression": "begins_with(#id, :ours)",
        "ExpressionAttributeNames": {"#id": "id"},
        "ExpressionAttributeValues": {":ours": {"S": "people#"}},
    }
    found = []
    while True:
        answer = call("dynamodb", "scan", home, **query)
        found += [{k: str(v["S"]) for k, v in each.items()} for each in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def look_at(case: dict[str, str], item: dict[str, str], people: dict[str, Any]) -> None:
    """One open response: whether its run lives, whether anybody is at it, who is next."""
    now = int(time.time())
    alive = is_alive(item["holder"])
    if not alive and item["told"] != item["holder"]:
        tell_of_dead_run(case, item)
    if people["Backend"] != "ops-center":
        if case["incident"]:
            if not item["acknowledged"]:
                acknowledge(case, item, reader_of(case))
        elif now - int(item["opened_at"]) >= people["SilenceMinutes"] * 60:
            begin_incident(case)
        return
    if not case["incident"]:
        return  # its run has not come so far, or has died, which was told
    found = call("ssm", "get_ops_item", case["home"], OpsItemId=case["incident"])["OpsItem"]
    if found["Status"] != "Open":
        acknowledge(case, item, found.get("LastModifiedBy") or "somebody")
        if found["Status"] in ("Resolved", "Closed") and not alive:
            reached(case, "closed", "by hand: its run had ended")
            write_item(case, stage="closed", closed_at=str(now))
        return
    wait = people["Teams"][case["team"]]["WaitMinutes"] * 60
    if now - int(item["paged_at"] or item["opened_at"]) >= wait:
        page_next(case, item, people, now)


def acknowledge(case: dict[str, str], item: dict[str, str], who: str) -> None:
    """Said once, by whom; nobody is empty."""
    if who and not item["acknowledged"]:
        reached(case, "acknowledged", who=who)
        write_item(case, acknowledged=who)


def reader_of(case: dict[str, str]) -> str:
    """Who has acknowledged a page of the incident; the plan itself pages whoever comes next."""
    about = {"IncidentId": case["incident"]}
    engaged = call("ssm-contacts", "list_engagements", case["home"], **about)["Engagements"]
    for each in engaged:
        one = {"EngagementId": each["EngagementArn"]}
        for sent in call("ssm-contacts", "list_pages_by_engagement", case["home"], **one)["Pages"]:
            if "ReadTime" in sent:
                return str(sent["ContactArn"])
    return ""


def page_next(case: dict[str, str], item: dict[str, str], people: dict[str, Any], now: int) -> None:
    """The next stage of the escalation; after the last one, reminders to the whole team."""
    stages = stages_of(people["Teams"][case["team"]], int(item["opened_at"]))
    done = int(item["paged"])
    if done >= len(stages) + REMINDERS:
        return
    to = ",".join(stages[min(done, len(stages) - 1)])
    # First the item: of two schedules that overlap, one pages.
    was: dict[str, str | None] = {"holder": item["holder"], "paged": item["paged"]}
    if write_item(case, was, paged=str(done + 1), paged_at=str(now)):
        page(case, to)
        reached(case, "paged", "nobody has acknowledged", to)


def begin_incident(case: dict[str, str]) -> None:
    """Security Hub did not start the plan in time: it is started here (trap 5.7)."""
    case["incident"] = start_incident(case)
    write_item(case, incident=case["incident"])
    reached(case, "engaged", "Security Hub was silent")


def tell_of_dead_run(case: dict[str, str], item: dict[str, str]) -> None:
    """A run that ended without closing its response, and without a word."""
    why = f"the run {item['holder']} ended, and its response is open"
    steps = ["Go on by hand, or start the document again: a new run takes this response over."]
    tell(case, "A response has stopped", [quoted(why, 200)], steps, case["order"].split(";")[-1])
    reached(case, "failed", why)
    write_item(case, told=item["holder"])
