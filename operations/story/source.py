"""Where a story is read from: a file of the ledger's events, or the log group of the centre."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from operations.records import Record
from operations.timeline import events_with, normalised

Event = Mapping[str, Any]
HISTORY: Final = timedelta(days=90)
"""So far back it is looked for what is usual."""
_NEEDED: Final = ("source", "account", "region", "time")


class StoryError(RuntimeError):
    """There is no story, or it cannot be read; the message says where, and what to do."""


def of_file(path: Path) -> list[Event]:
    """The events of a file, one JSON object a line; raises StoryError with every bad line."""
    events, wrong = lines_of(path)
    if wrong:
        raise StoryError(f"{path}: {len(wrong)} lines are no events: {'; '.join(wrong[:5])}")
    return events


def lines_of(path: Path) -> tuple[list[Event], list[str]]:
    """The events of a file, and of each line that is none its number and what is wrong with it.

    Raises StoryError where there is no file.
    """
    if not path.exists():
        raise StoryError(f"{path} is not there: give --ledger a file of the ledger's events")
    events: list[Event] = []
    wrong = []
    for number, text in enumerate(path.read_text().splitlines(), start=1):
        try:
            event = json.loads(text)
            events.append({name: event[name] for name in _NEEDED} | event)
        except (ValueError, KeyError, TypeError) as error:
            wrong.append(f"line {number}: {type(error).__name__} {error}")
    return events, wrong


def story_of(wanted: str, events: Callable[[str], Sequence[Event]]) -> list[Record]:
    """Everything in the ledger about a finding, or about what was opened for it, in order of time.

    ``events`` gives all events that have a text in them. A signal, and what AWS says of a run, name
    only the run: they are looked for by the runs of the story. Raises StoryError where there is
    nothing.
    """
    identifier = finding_of(wanted, normalised(events(_short(wanted))))
    told = normalised(events(identifier))
    ours = [each for each in told if each.finding_id == identifier]
    runs = dict.fromkeys(each.execution_id for each in ours if each.execution_id)
    nameless = [
        each
        for run in runs
        for each in normalised(events(run))
        if not each.finding_id and each.execution_id == run
    ]
    return sorted([*ours, *nameless], key=lambda each: each.moment)


def finding_of(wanted: str, records: list[Record]) -> str:
    """The finding that an id, its ARN, an incident or an OpsItem means; raises StoryError."""
    by_id = wanted.rsplit("/", 1)[-1]
    for each in records:
        if each.finding_id and each.finding_id in (wanted, by_id):
            return each.finding_id
    for each in records:
        if each.finding_id and each.incident and wanted in (each.incident, _short(each.incident)):
            return each.finding_id
    raise StoryError(
        f"the ledger has nothing about {wanted}: give a finding's id or ARN, an incident's ARN or "
        "an OpsItem's id"
    )


def in_file(path: Path) -> Callable[[str], Sequence[Event]]:
    """``events`` for ``story_of``, from a file."""
    held = [(json.dumps(event), event) for event in of_file(path)]
    return lambda text: [event for whole, event in held if text in whole]


def in_logs(logs: Any) -> Callable[[str], Sequence[Event]]:
    """``events`` for ``story_of``, from the log group; ``logs`` is a boto3 client.

    Of everything, which an empty text asks for, only what is not older than ``HISTORY``.
    """
    since = datetime.now(UTC) - HISTORY
    return lambda text: events_with(logs, text) if text else events_with(logs, since=since)


def _short(incident: str) -> str:
    return incident.rsplit("/", 1)[-1]
