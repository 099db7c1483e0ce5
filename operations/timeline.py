"""The ledger as records, in order of time: what happened to each finding, stage by stage.

``operations/records.py`` says what an event becomes. The beat of a watch (trap 6.3) and a step of
the response are about no stage of a finding: ``beats`` and ``steps`` read them, ``read`` does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from names import ALIVE, LOG_GROUP, WAITING
from operations.records import STEP, Record, record_of


def read(logs: Any, *, finding_id: str | None = None) -> list[Record]:
    """The records in order of time, of one finding or of all; ``logs`` is a boto3 client."""
    records = normalised(events_with(logs, finding_id))
    wanted = [each for each in records if finding_id in (None, each.finding_id)]
    return [each for each in wanted if each.stage not in (ALIVE, STEP, WAITING)]


def beats(logs: Any) -> list[Record]:
    """The beats of every account and region, in order of time."""
    return [each for each in normalised(events_with(logs)) if each.stage == ALIVE]


def steps(logs: Any, *, finding_id: str | None = None) -> list[Record]:
    """The steps of responses, automatic and manual, of one finding or of all."""
    records = [each for each in normalised(events_with(logs, finding_id)) if each.stage == STEP]
    return [each for each in records if finding_id in (None, each.finding_id)]


def events_with(
    logs: Any, words: str | None = None, since: datetime | None = None
) -> list[dict[str, Any]]:
    """All events, or those with these words somewhere in their text, and not older than ``since``.

    A quoted phrase is looked for in the text as it is (AWS docs: FilterAndPatternSyntax).
    """
    only: dict[str, Any] = {"filterPattern": f'"{words}"'} if words else {}
    if since:
        only["startTime"] = int(since.timestamp() * 1000)
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=LOG_GROUP, **only)
    return [json.loads(entry["message"]) for page in pages for entry in page["events"]]


def normalised(events: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Whole EventBridge events to records; what a run has told itself, AWS need not repeat."""
    records = [record_of(event) for event in events]
    failed = [each for each in records if each.stage == "failed" and each.finding_id]
    # A watch tells of other runs; that it failed itself, only AWS says.
    told = {each.execution_id for each in failed if each.action != "Watch"}
    told.discard(None)
    kept = [each for each in records if each.finding_id or each.execution_id not in told]
    drills = {each.finding_id for each in kept if each.drill and each.finding_id}
    marked = [each if each.finding_id not in drills else replace(each, drill=True) for each in kept]
    return sorted(marked, key=lambda each: each.moment)
