"""The ledger as records: what happened to each finding, stage by stage.

Three kinds of event become records of one shape: what runbooks report, findings that are for
people, and AWS's word about a run that did not end well. A fourth, the beat of a watch (trap 6.3),
is about no finding: ``beats`` reads it, ``read`` leaves it out. Which account spoke, the envelope
tells: anybody may write anything into a detail (trap 6.1).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from names import ALIVE, BEAT, LOG_GROUP, PREFIX, RUNBOOK_EVENTS
from routes import SET_ASIDE, route_of

UNREADABLE: Final = "unreadable"
"""The stage of what is in the ledger, and no report of ours."""

_TEXT: Final = (str, type(None))
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "at": (str,),
    "stage": (str,),
    "finding_id": (str,),
    "elapsed_s": (int, float, type(None)),
    "drill": (bool,),
    "dry_run": (bool,),
    "occurrence": (int,),
    "evidence": (Mapping,),
}


@dataclass(frozen=True, kw_only=True)
class Record:
    """One stage of one finding; times are ISO 8601 in UTC."""

    at: str
    account: str
    region: str
    stage: str
    route: str = ""
    action: str = ""
    finding_id: str = ""
    finding_type: str = ""
    resource: str = ""
    why: str | None = None
    runbook: str | None = None
    execution_id: str | None = None
    elapsed_s: float | None = None
    """Seconds since the activity was first seen, in this occurrence of it."""
    occurrence: int = 1
    """A finding's activity that goes on after a release is the next one (trap 1.5)."""
    drill: bool = False
    dry_run: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)


def read(logs: Any, *, finding_id: str | None = None) -> list[Record]:
    """The records in order of time, of one finding or of all; ``logs`` is a boto3 client."""
    records = normalised(_events(logs))
    wanted = [each for each in records if finding_id in (None, each.finding_id)]
    return [each for each in wanted if each.stage != ALIVE]


def beats(logs: Any) -> list[Record]:
    """The beats of every account and region, in order of time."""
    return [each for each in normalised(_events(logs)) if each.stage == ALIVE]


def _events(logs: Any) -> list[dict[str, Any]]:
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=LOG_GROUP)
    return [json.loads(entry["message"]) for page in pages for entry in page["events"]]


def normalised(events: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Whole EventBridge events to records; what a run has told itself, AWS need not repeat."""
    records = [_record(event) for event in events]
    failed = [each for each in records if each.stage == "failed" and each.finding_id]
    # A watch tells of other runs; that it failed itself, only AWS says.
    told = {each.execution_id for each in failed if each.action != "Watch"}
    told.discard(None)
    kept = [each for each in records if each.finding_id or each.execution_id not in told]
    drills = {each.finding_id for each in kept if each.drill and each.finding_id}
    marked = [each if each.finding_id not in drills else _as_drill(each) for each in kept]
    return sorted(marked, key=lambda each: datetime.fromisoformat(each.at))


def _record(event: Mapping[str, Any]) -> Record:
    """A record of anything: whoever may put events must not be able to blind the reader."""
    detail = _part(event, "detail")
    if event["source"] == RUNBOOK_EVENTS and event.get("detail-type") == BEAT:
        return _alive(event, detail)
    if event["source"] == RUNBOOK_EVENTS:
        return _reported(event, detail)
    if event["source"] == "aws.guardduty":
        return _for_people(event, detail)
    if event["source"] == "aws.ssm":
        return _ended(event, detail)
    return _heard(event, stage=UNREADABLE, why=f"nobody here sends events of {event['source']}")


def _heard(event: Mapping[str, Any], **what: Any) -> Record:
    """Account, region and, unless it is among the rest, time by the envelope."""
    place = {"account": event["account"], "region": event["region"]}
    return Record(**{"at": event["time"], **what, **place})


def _reported(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    known = {name: detail[name] for name in Record.__dataclass_fields__ if name in detail}
    broken = [name for name in known if not isinstance(known[name], _KINDS.get(name, _TEXT))]
    broken += [name for name in ("at", "stage") if name not in known]
    broken += [] if "at" in broken or _is_time(known["at"]) else ["at"]
    if not broken:
        return _heard(event, **known)
    why = f"a report without a usable {', '.join(dict.fromkeys(broken))}"
    readable = {name: value for name, value in known.items() if name not in broken}
    return _heard(event, **{**readable, "stage": UNREADABLE, "why": why})


def _alive(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    """A beat counts by its envelope; what it says is open stands in the evidence."""
    said = {name: detail[name] for name in ("open", "oldest") if name in detail}
    run = detail.get("execution_id")
    return _heard(
        event,
        stage=ALIVE,
        action="Watch",
        execution_id=run if isinstance(run, str) else None,
        evidence=said,
    )


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _ended(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    runbook, action = _document(str(detail.get("Definition")))
    return _heard(
        event,
        stage="failed",
        action=action,
        runbook=runbook,
        execution_id=detail.get("ExecutionId"),
        why=f"the run ended {detail.get('Status')} (said by AWS, not by the run)",
    )


def _document(name: str) -> tuple[str, str]:
    """Which runbook and action a document's name means."""
    base, _, last = name.removeprefix(PREFIX).rpartition("-")
    named = last in ("preserve", "release", "watch")
    runbook = base if named else name.removeprefix(PREFIX)
    return runbook.replace("-", "_"), last.title() if named else "Contain"


def _for_people(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    route = route_of(detail)
    sample = "sample" in _part(_part(detail, "service"), "additionalInfo")
    instance = _part(_part(detail, "resource"), "instanceDetails")
    return _heard(
        event,
        stage="received",
        action="Notify",
        route=route,
        finding_id=str(detail.get("id", "")),
        finding_type=str(detail.get("type", "")),
        resource=str(instance.get("instanceId", "")),
        why="for people: " + (_set_aside(sample=sample) if route == SET_ASIDE else route),
        drill=sample,
    )


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object inside an event; empty where something else is there, or nothing."""
    part = whole.get(key)
    return part if isinstance(part, Mapping) else {}


def _set_aside(*, sample: bool) -> str:
    return "a sample" if sample else "archived"


def _as_drill(record: Record) -> Record:
    return Record(**{**record.__dict__, "drill": True})
