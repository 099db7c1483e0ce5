"""What a drill came to: a table for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operations.drill import Played
from operations.drilling.course import Course


def as_data(course: Course, played: Played) -> Mapping[str, Any]:
    """As the rehearsal's report has its scenarios, with the place and what it was about."""
    place = course.place
    return {
        "passed": played.verdict == "passed",
        "environment": place.environment,
        "account": place.account,
        "account_id": place.id,
        "region": place.region,
        "mode": place.mode,
        "clock": "real",
        "instance": course.victim.instance if course.victim else None,
        "finding": course.finding,
        "notes": course.notes,
        "scenarios": [asdict(_detected(course, played))],
    }


def write(course: Course, played: Played, path: Path) -> None:
    """As JSON; the folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_data(course, played), indent=2) + "\n")


def show(course: Course, played: Played, console: Console) -> None:
    """Each stage with its time, what else there is to know, and the verdict last."""
    table = Table("stage", "at", "after", "why", title=f"a drill in {course.place}")
    for stage in _detected(course, played).stages:
        after = stage.get("elapsed_s")
        table.add_row(
            str(stage["stage"]),
            str(stage["at"]),
            "-" if after is None else f"{after:.1f} s",
            escape(str(stage.get("why") or "")),
        )
    console.print(table)
    for note in course.notes:
        console.print(note, highlight=False, markup=False)
    if played.time_to_contain_s is not None:
        console.print(_contained(course, played.time_to_contain_s))
    if played.why:
        console.print(f"[bold red]failed:[/] {escape(played.why)}", highlight=False)
    else:
        console.print("[bold green]passed[/]")


def _contained(course: Course, after: float) -> str:
    """The time to contain, and how much of it was GuardDuty's."""
    detection = float(course.detected["elapsed_s"] or 0)
    return (
        f"contained {after:.1f} s after the first sign, {after - detection:.1f} s after GuardDuty "
        "had found it"
    )


def _detected(course: Course, played: Played) -> Played:
    """GuardDuty's own word comes first: it is no record of the pipeline."""
    first = [{**course.detected, "why": None}] if course.detected else []
    return replace(played, stages=[*first, *played.stages])
