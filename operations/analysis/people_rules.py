"""Rules about people: who was called and did not come, what was asked and had to wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from operations.analysis.case import Case
from operations.analysis.facts import Fact
from operations.spans import spoken
from runbooks.respond_to_incident.messages import quoted

PROMPT: Final = 300.0
"""Seconds within which a person who is at it decides; a page alone may wait as long."""
DECISIONS: Final = ("approved", "refused")


def page_unanswered(case: Case) -> Iterator[Fact]:
    """Somebody was called, and nobody acknowledged before the next was due."""
    pages, engaged = case.all("paged"), case.all("engaged")
    if not (pages or engaged):
        return
    # With incident-manager pages are the plan's, and begin when it is started.
    wait = case.stack.wait_s(case.team)
    first = min(case.since(each) for each in [*pages, *engaged])
    answered = case["acknowledged"]
    waited = (answered if answered is not None else _end(case)) - first
    if waited <= wait:
        return
    everybody = any("," in (each.who or "") for each in pages)
    called = f"{len(pages)} pages" if len(pages) > 1 else "Later pages, if any, were the plan's"
    end = "acknowledged only after" if answered is not None else "not acknowledged in"
    yield Fact(
        rule="page-unanswered",
        says=f"A call of the team {quoted(case.team)} was {end} {spoken(waited)}; the next is due "
        f"after {spoken(wait)}. {called}" + (", at last to everybody." if everybody else "."),
        why=f"Why did nobody acknowledge within {spoken(wait)}?",
    )


def asked_twice(case: Case) -> Iterator[Fact]:
    """A question that nobody answered was asked again."""
    asked = case.all("asked")
    if len(asked) > 1:
        yield Fact(
            rule="asked-twice",
            says=f"The approval was asked for again, {len(asked)} times in all, "
            f"{spoken(case.since(asked[-1]) - case.since(asked[0]))} apart.",
            why="Why did the first question get no answer?",
        )


def approval_waited(case: Case) -> Iterator[Fact]:
    """Containment waited for a person longer than a person needs."""
    asked = case["asked"] if case["asked"] is not None else case["approval-wanted"]
    decided = next((case.since(each) for each in case.all(*DECISIONS)), None)
    if asked is None or decided is None or decided - asked <= PROMPT:
        return
    yield Fact(
        rule="approval-waited",
        says=f"A decision took {spoken(decided - asked)} after it was asked for; the resource was "
        "not contained meanwhile.",
        why="Why did the decision take so long?",
    )


def nobody_decided(case: Case) -> Iterator[Fact]:
    """Nothing was contained, because nobody answered."""
    for each in case.all("not-contained"):
        yield Fact(
            rule="nobody-decided",
            says=f"Nothing was contained: {quoted(each.why or 'nobody decided', 200)}, "
            f"{spoken(case.since(each))} after the first sign.",
            why="Why did nobody decide?",
        )


def refused_signal(case: Case) -> Iterator[Fact]:
    """Somebody tried to decide, and was refused: too late, or not entitled."""
    refused = [each for each in case.all("signalled") if "refused" in (each.why or "")]
    if refused:
        yield Fact(
            rule="refused-signal",
            says=f"Decisions that AWS refused: {len(refused)}, the first "
            f"{spoken(case.since(refused[0]))} after the first sign: "
            f"{quoted(refused[0].why, 120)}.",
            why="Why did somebody decide what was not, or no longer, theirs to decide?",
        )


def engaged_late(case: Case) -> Iterator[Fact]:
    """People were engaged later than Security Hub may take."""
    waited = case.between("received", "engaged")
    limit = case.stack.silence_minutes * 60
    if waited is not None and waited > limit:
        yield Fact(
            rule="engaged-late",
            says=f"People were engaged {spoken(waited)} after the finding was received; "
            f"{spoken(limit)} are expected.",
            why="Why did people hear of it so late?",
        )


def no_owner_tag(case: Case) -> Iterator[Fact]:
    """No tag says whose the resource is."""
    if case.told("owned") == "no":
        yield Fact(
            rule="no-owner-tag",
            says=f"No tag says whose {quoted(case.told('resource'), 160)} is; the team "
            f"{quoted(case.team)} answered for it.",
            why="Why did nobody have to say whose the resource is?",
        )


def _end(case: Case) -> float:
    """When somebody took part without acknowledging, or it ended; else the ledger's last word."""
    took_part = [
        case.since(each) for each in case.all("approved", "refused", "signalled", "closed")
    ]
    return min(took_part, default=(case.until - case.first_sign).total_seconds())
