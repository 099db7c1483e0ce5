"""An analysis as Markdown for a pull request: facts filled in, causes left to people.

Whatever somebody else may have named is a code span (``quoted``); in a table its bars are escaped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from operations.analysis.actions import Action
from operations.analysis.case import Case
from operations.analysis.facts import Fact
from operations.records import STEP
from operations.spans import spoken
from operations.story.way import Row, way
from runbooks.respond_to_incident.messages import quoted

CHAINS: Final = 3
"""So many facts get five whys of their own, after the cause of the incident itself."""
INTERVALS: Final = (
    ("time to detection", None, "received"),
    ("received to asked", "received", "asked"),
    ("asked to approved", "asked", "approved"),
    ("time to mitigation: new traffic refused", None, "blocked"),
    ("open connections gone", None, "severed"),
    ("time to contain", None, "contained"),
    ("people engaged", None, "engaged"),
    ("first call to acknowledgement", "paged", "acknowledged"),
    ("contained to released", "contained", "released"),
    ("closed", None, "closed"),
)
"""What is measured: from the first sign where no stage is named."""


def written(case: Case, facts: list[Fact], actions: list[Action]) -> str:
    """The whole text; it ends with a line end."""
    parts = (
        _title(case),
        _header(case),
        _measured(case),
        _timeline(case),
        _contributed(facts),
        _whys(case, facts),
        _items(actions),
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _title(case: Case) -> Iterator[str]:
    drill = "Drill: " if case.drill else ""
    yield f"# {drill}{quoted(_kind(case))} in {case.account_name}, {case.first_sign:%Y-%m-%d}"
    yield ""
    yield (
        "Filled in by `python -m operations analyse`: times, facts and recommendations. Causes, "
        "and which recommendation is taken, are people's to write. Nobody is named."
    )


def _header(case: Case) -> Iterator[str]:
    told = {
        "finding": quoted(case.finding_id),
        "occurrence": str(case.occurrence),
        "route": f"{case.route or 'none'}, {case.mode or 'no mode'} in `{case.stack.name}` now",
        "account": f"{case.account_name} ({case.account}), {case.place[1]}",
        "resource": quoted(case.told("resource") or "-", 200),
        "team": case.team,
        "engaged by": quoted(case.told("incident") or "nothing", 200),
        "first sign": _sign(case),
        "objective": f"contained {spoken(case.stack.objective_minutes * 60)} after the first sign",
        "outcome": _outcome(case),
        "steps of the response": _steps(case),
    }
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {name} | {_cell(value)} |" for name, value in told.items())


def _sign(case: Case) -> str:
    at = f"{case.first_sign:%Y-%m-%d %H:%M:%S} UTC"
    return at if case.clocked else f"not in the ledger: times count from its first record, {at}"


def _outcome(case: Case) -> str:
    contained, released = case["contained"], case["released"]
    if contained is None:
        tried = any(each.action == "Contain" for each in case.records)
        return "not contained" if tried else "for people: no runbook answers it"
    met = "met" if contained <= case.stack.objective_minutes * 60 else "missed"
    after = f"contained after {spoken(contained)}: the objective is {met}"
    return f"{after}; released after {spoken(released)}" if released is not None else after


def _steps(case: Case) -> str:
    kinds = [each.kind for each in case.steps]
    if not kinds:
        return "none in the ledger"
    return f"{len(kinds)}, {kinds.count('automatic')} of them automatic"


def _measured(case: Case) -> Iterator[str]:
    yield "## Measured times"
    yield ""
    yield "| what | time | from |"
    yield "|---|---|---|"
    for name, first, last in INTERVALS:
        took = case.between(first, last) if first else case[last]
        # What did not happen is told too: it may be what there is to learn.
        shown = spoken(took) if took is not None else "did not happen"
        if (first, last) == (None, "received") and not case.clocked:
            shown = "not known"
        yield f"| {name} | {shown} | {first or 'first sign'} |"


def _timeline(case: Case) -> Iterator[str]:
    yield "## Timeline"
    yield ""
    yield "| at (UTC) | since the first sign | account | stage | why |"
    yield "|---|---|---|---|---|"
    numbers: dict[str, int] = {}
    for row in way([each for each in case.records if each.stage != STEP]):
        look = "".join(
            f" [{kind}][{numbers.setdefault(address, len(numbers) + 1)}]"
            for kind, address in row.links.items()
        )
        cells = (row.at[11:19], spoken(row.since_s), row.account, f"`{row.stage}`{look}", _why(row))
        yield "| " + " | ".join(map(_cell, cells)) + " |"
    yield ""
    yield from (f"[{number}]: {address}" for address, number in numbers.items())


def _why(row: Row) -> str:
    """The reason; of whoever was called the number, since an analysis names nobody."""
    called = len(row.who.split(",")) if row.stage == "paged" else 0
    persons = "" if not called else "one person" if called == 1 else f"{called} persons"
    reason = quoted(row.why, 160) if row.why else ""
    return "; ".join(filter(None, (persons, reason)))


def _contributed(facts: list[Fact]) -> Iterator[str]:
    yield "## What contributed"
    yield ""
    yield from (
        [f"- **{fact.rule}**: {fact.says}" for fact in facts] or ["No rule found anything."]
    )


def _whys(case: Case, facts: list[Fact]) -> Iterator[str]:
    yield "## Root cause: five whys"
    cause = (f"Why could it come to {quoted(_kind(case))}?", "the incident itself")
    grave = dict.fromkeys((fact.why, fact.rule) for fact in facts)
    for why, rule in [cause, *list(grave)[:CHAINS]]:
        yield ""
        yield f"**{rule}**"
        yield ""
        yield f"1. {why}"
        yield "   - _because …_"
        for number in range(2, 6):
            yield f"{number}. Why?"
            yield "   - _because …_"


def _items(actions: list[Action]) -> Iterator[str]:
    yield "## Recommended action items"
    if not actions:
        yield ""
        yield "None by rule."
    for action in actions:
        yield ""
        yield f"- [ ] **{action.title}** ({action.rule}; owner: {action.team})"
        yield f"  {action.change}"
        if action.diff:
            yield ""
            yield "  ```diff"
            yield from (f"  {line}" for line in action.diff.splitlines())
            yield "  ```"


def _kind(case: Case) -> str:
    return case.told("finding_type") or case.route or "an incident"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
