"""Rules about detection and containment: late, failed, held up, partial, undone, come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from operations.analysis.case import Case
from operations.analysis.facts import Fact
from operations.spans import spoken
from runbooks.respond_to_incident.messages import quoted

DETECTION: Final = 300.0
"""Seconds in which GuardDuty files a new finding (AWS docs: guardduty_findings_eventbridge)."""


def late_detection(case: Case) -> Iterator[Fact]:
    """The pipeline heard of it later than GuardDuty files."""
    received = case["received"]
    if received is not None and received > DETECTION:
        yield Fact(
            rule="late-detection",
            says=f"The finding was received {spoken(received)} after the first sign; GuardDuty "
            f"files a new one within {spoken(DETECTION)}.",
            why="Why was it not detected sooner?",
        )


def objective_missed(case: Case) -> Iterator[Fact]:
    """Containing took longer than the stack's objective, or never came about."""
    contained, limit = case["contained"], case.stack.objective_minutes * 60
    wanted = any(
        each.action == "Contain"
        for each in case.all("blocked", "approval-wanted", "failed", "braked")
    )
    if contained is None and wanted:
        yield Fact(
            rule="objective-missed",
            says=f"It was never contained; the objective is {spoken(limit)} after the first sign.",
            why="Why was it not contained?",
        )
    elif contained is not None and contained > limit:
        stage, took = _longest(case)
        yield Fact(
            rule="objective-missed",
            says=f"It was contained {spoken(contained)} after the first sign; the objective is "
            f"{spoken(limit)}. The longest part was until `{stage}`: {spoken(took)}.",
            why=f"Why did it take {spoken(took)} until {stage}?",
        )


def failed(case: Case) -> Iterator[Fact]:
    """A run failed; whether another one did it after all is said."""
    for each in case.all("failed"):
        later = [r for r in case.all("contained", "released") if r.moment > each.moment]
        mended = (
            f"It was {later[0].stage} later, by another run." if later else "Nothing mended it."
        )
        yield Fact(
            rule="failed",
            says=f"{quoted(each.runbook or 'a run')} failed to {each.action.lower() or 'run'}: "
            f"{quoted(each.why or 'no reason given', 300)}. {mended}",
            why=f"Why did {each.action.lower() or 'the run'} fail?",
            about=each.action,
        )


def braked(case: Case) -> Iterator[Fact]:
    """A brake or a cap held containment up."""
    held = [
        each
        for each in case.all("braked", "skipped")
        if each.stage == "braked" or (each.why or "").startswith(("the brake", "over the cap"))
    ]
    if held:
        yield Fact(
            rule="braked",
            says=f"A brake held it up: {quoted(held[-1].why or 'no reason given', 200)}.",
            why="Why was the brake on?",
        )


def not_severed(case: Case) -> Iterator[Fact]:
    """It counts as contained, and open connections may have gone on."""
    contained = case.all("contained")
    if contained and not case.all("severed"):
        why = contained[0].why
        yield Fact(
            rule="not-severed",
            says="New traffic was refused; that open connections ended was not claimed"
            + (f": {quoted(why, 200)}." if why else "."),
            why="Why could open connections go on?",
        )


def breached(case: Case) -> Iterator[Fact]:
    """Somebody undid what was contained."""
    for each in case.all("breached"):
        yield Fact(
            rule="breached",
            says=f"What was contained was undone, told {spoken(case.since(each))} after the first "
            f"sign: {quoted(each.why or 'no difference given', 300)}.",
            why="Why could somebody undo it?",
        )


def came_back(case: Case) -> Iterator[Fact]:
    """The activity went on after a release."""
    if case.occurrence > 1:
        yield Fact(
            rule="came-back",
            says=f"It is occurrence {case.occurrence} of this finding: the activity went on after "
            "a release.",
            why="Why was it released before the cause was removed?",
        )


def seen_before(case: Case) -> Iterator[Fact]:
    """The same resource was the subject of another finding before."""
    resource = case.told("resource")
    others = {
        each.finding_id
        for each in case.before
        if resource and each.resource == resource and each.drill == case.drill
    }
    if others:
        yield Fact(
            rule="seen-before",
            says=f"The ledger has {len(others)} earlier findings about the same resource.",
            why="Why did the earlier findings not end it?",
        )


def dead_letters(case: Case) -> Iterator[Fact]:
    """An event was not delivered, somewhere on the way, while it lasted."""
    about = [each for each in case.alarms if "dead-letters" in str(each.why)]
    about += [each for each in case.alarms if "unheard" in str(each.why)]
    for each in about:
        yield Fact(
            rule="dead-letters",
            says=f"{quoted(each.why)} rang in {each.account}, {each.region}, "
            f"{spoken(case.since(each))} after the first sign: an event reached no target.",
            why="Why could EventBridge not deliver?",
            about=each.account,
        )


def _longest(case: Case) -> tuple[str, float]:
    """The part of the way to containment that took most: the stage that ended it, and its time."""
    ways = ("received", "approval-wanted", "asked", "approved", "blocked", "severed", "contained")
    reached = sorted((at, stage) for stage in ways if (at := case[stage]) is not None)
    parts = [
        (later - earlier, stage)
        for (earlier, _), (later, stage) in zip([(0.0, ""), *reached], reached, strict=False)
    ]
    took, stage = max(parts)
    return stage, took
