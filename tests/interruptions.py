"""Plays every interruption, and writes what came of each into ``docs/interruptions.md``.

``python -m tests.interruptions`` renews the tables of the page after a change of the runbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from operations.victims import Network, Target
from tests.aftermath import not_contained, not_released, since, what_it_left
from tests.killed import (
    Case,
    attack_all,
    dying,
    killed_at,
    lease_passes,
    make,
    moments,
    ranges,
    release_all,
)
from tests.organization import ALONE, CONTAIN, RELEASE, Deployed, deployed
from tests.sabotage import ACCOUNT, REGION
from tests.watched import SCHEDULE, WATCH

PAGE = Path(__file__).parents[1] / "docs" / "interruptions.md"
MARK = "<!-- {} -->"
FIRST, SECOND = 1, 2
Rows = list[tuple[str, ...]]


def quiet(alone: Deployed) -> None:
    """Watch looks when it is asked to, and only then."""
    alone.ground.accounts = {"tax": ACCOUNT, "land-registry": ACCOUNT}
    alone.ground.client(ACCOUNT, "events", REGION).disable_rule(Name=SCHEDULE)


def watch(alone: Deployed, cases: Iterable[Case]) -> None:
    """Watch looks once; what it told of each."""
    run = alone.start(next(iter(cases)).network, WATCH)
    assert run.status == "Success", run.failure
    for case in cases:
        told = [each for each in alone.records(case.found) if each.action == "Watch"]
        case.watched = "tells" if any("died" in str(each.why) for each in told) else "says nothing"


def numbers(alone: Deployed, document: str, case: Case, about: str = "") -> tuple[list[int], int]:
    """The moments of a run that nobody interrupts, and the number of its calls.

    With the name of an operation: the moments just before and just after it alone.
    """
    runs = alone.emulator.world.automation.executions()
    [calls] = [
        run.calls
        for run in runs
        if run.document.name == document
        and any(case.target.instance in str(record.inputs) for record in run.steps)
    ]
    if about:
        [number] = [i for i, call in enumerate(calls, 1) if call.operation == about]
        return [number, number + 1], number + 1
    return moments(calls), len(calls)


def contain_killed(
    alone: Deployed, build: Callable[[Network], Target] | None = None, about: str = ""
) -> tuple[list[Case], Rows]:
    """Contain dies at every moment; the finding is seen again; then everything is released."""
    quiet(alone)
    whole = make(alone, build)
    attack_all(alone, [whole])
    at, last = numbers(alone, CONTAIN, whole, about)
    cases = killed_at(alone, at, build)
    with dying(alone, cases):
        attack_all(alone, cases)
    for case in cases:
        case.left = what_it_left(alone, case)
    lease_passes(alone)
    watch(alone, cases)
    attack_all(alone, cases, SECOND)
    for case in cases:
        case.next_run = since(alone, case, {case.run})
        case.contained = not_contained(alone, case)
    release_all(alone, cases)
    for case in cases:
        case.released = not_released(alone, case)
    return cases, rows(cases, ranges(at, last), "contained; released, all as before")


def released_unfinished(alone: Deployed) -> tuple[list[Case], Rows]:
    """Contain dies at every moment; nobody sees it again, and a responder releases what is left."""
    quiet(alone)
    whole = make(alone)
    attack_all(alone, [whole])
    at, last = numbers(alone, CONTAIN, whole)
    cases = killed_at(alone, at)
    with dying(alone, cases):
        attack_all(alone, cases)
    for case in cases:
        case.left = what_it_left(alone, case)
    lease_passes(alone)
    release_all(alone, cases)
    for case in cases:
        case.next_run = since(alone, case, {case.run})
        case.released = not_released(alone, case, contained=case.next_run.endswith("released"))
    return cases, rows(cases, ranges(at, last), "all as before")


def release_killed(
    alone: Deployed, build: Callable[[Network], Target] | None = None, about: str = ""
) -> tuple[list[Case], Rows]:
    """Release dies at every moment; after the lease it is released once more."""
    quiet(alone)
    whole = make(alone, build)
    attack_all(alone, [whole])
    release_all(alone, [whole])
    at, last = numbers(alone, RELEASE, whole, about)
    cases = killed_at(alone, at, build)
    attack_all(alone, cases)
    with dying(alone, cases):
        release_all(alone, cases)
    first = {each.id for each in alone.emulator.world.automation.executions()}
    for case in cases:
        case.left = what_it_left(alone, case)
    lease_passes(alone)
    watch(alone, cases)
    release_all(alone, cases)
    for case in cases:
        case.next_run = since(alone, case, first)
        case.released = not_released(alone, case)
    return cases, rows(cases, ranges(at, last), "all as before")


def rows(cases: Sequence[Case], ranges_: Sequence[str], right: str) -> Rows:
    """The rows of a table, one for each moment."""
    found = []
    for case, calls in zip(cases, ranges_, strict=True):
        wrong = "; ".join([*case.contained, *case.released])
        watched = (case.watched,) if case.watched else ()
        found.append(
            (f"{calls} ({case.died_before})", case.left, *watched, case.next_run, wrong or right)
        )
    return found


def table(rows_: Rows) -> str:
    """The rows as they stand in the page."""
    return "".join(f"| {' | '.join(row)} |\n" for row in rows_)


def section(name: str) -> str:
    """The rows of a table as the page has them now."""
    text = PAGE.read_text().split(MARK.format(name))[1]
    return "".join(f"{line}\n" for line in text.splitlines()[3:] if line.startswith("|"))


def renewed(page: str, name: str, rows_: Rows) -> str:
    """The page with a table's rows replaced."""
    mark = MARK.format(name)
    before, inside, after = page.split(mark)
    head = "\n".join(inside.splitlines()[1:3])
    return f"{before}{mark}\n{head}\n{table(rows_)}{mark}{after}"


def member(network: Network) -> Target:
    """An instance of an Auto Scaling group that may shrink."""
    return network.add_scaling_group(1, 2, 3).members[0]


PLAYED: dict[str, Callable[[Deployed], tuple[list[Case], Rows]]] = {
    "contain": contain_killed,
    "contain-then-release": released_unfinished,
    "release": release_killed,
    "contain-scaling": lambda alone: contain_killed(alone, member, "EnterStandby"),
    "release-scaling": lambda alone: release_killed(alone, member, "ExitStandby"),
}


def main() -> None:
    """Play all of them and renew the page."""
    for name, play in PLAYED.items():
        with deployed(settings=ALONE) as alone:
            _, rows_ = play(alone)
        PAGE.write_text(renewed(PAGE.read_text(), name, rows_))


if __name__ == "__main__":
    main()
