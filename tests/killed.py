"""Runs that die halfway: one instance for each moment at which a run can leave something behind.

A call that only reads leaves nothing, so a run that dies after it leaves what it had left before:
of the moments between calls only those after a write differ, and those are all played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from operations.findings import finding
from operations.scenarios.playing import started_release, updated
from operations.victims import Network, Target
from rehearsal.automation import Call, Execution
from rehearsal.automation.budget import DiedError
from runbooks.state import LEASE
from tests.condition import Condition, condition
from tests.organization import MINING, Deployed
from tests.sabotage import ACCOUNT, REGION

READS = ("Get", "Describe", "List")
APART = 2.0  # seconds between two starts, of which a region takes one a second (trap 4.5)
POOL = ("198.51.100.7", 3333)


def moments(calls: Sequence[Call]) -> list[int]:
    """The calls before which a run has left something that it had not left before; from one on."""
    after = [number for number, call in enumerate(calls, 2) if not call.operation.startswith(READS)]
    return [1, *(number for number in after if number <= len(calls))]


@dataclass(kw_only=True)
class Case:
    """One instance, in a network of its own, and how it was before anything happened."""

    network: Network
    target: Target
    before: Condition
    sent: dict[str, Any]
    connection: str
    thief: Any
    found: str = ""
    deadly: int = 0
    """The call that the run does not live to make."""
    calls: int = 0
    run: str = ""
    """The id of the run that dies."""
    left: str = ""
    """What it left, in words."""
    watched: str = ""
    """What Watch told of it once the lease was over."""
    next_run: str = ""
    """What the run after it did, in words."""
    contained: list[str] = field(default_factory=list)
    """What was not as it should be once that run had ended."""
    released: list[str] = field(default_factory=list)
    """What was not as it should be once it was released."""

    died_before: str = ""
    """The step and the operation that it did not live to call."""


def make(alone: Deployed, build: Callable[[Network], Target] | None = None) -> Case:
    """An instance with two interfaces and a role, a connection, and a thief of its credentials."""
    network = Network(ground=alone.ground, account=ACCOUNT, region=REGION).build()
    if build:
        target = build(network)
    else:
        target = network.add_instance(interfaces=2, profile=network.add_role())
    place = (ACCOUNT, REGION)
    return Case(
        network=network,
        target=target,
        before=condition(network, target),
        sent=finding(MINING, network, target),
        connection=alone.ground.connect(*place, min(target.interfaces), *POOL),
        thief=alone.ground.credentials_of(*place, target.instance) if target.profile else None,
    )


@contextmanager
def dying(alone: Deployed, cases: Iterable[Case]) -> Iterator[None]:
    """Each case's first run of the document that it is started for dies before its deadly call."""
    by_key = {key: case for case in cases for key in (case.sent["id"], case.target.instance)}

    def kill(call: Call) -> None:
        run = execution(alone, call.execution_id)
        given = run.parameters.get("FindingArn") or run.parameters.get("Resource") or [""]
        case = by_key.get(given[0].split("/")[-1])
        if case is None or "preserve" in call.document or case.run not in ("", run.id):
            return
        case.run = run.id
        case.calls += 1
        if case.calls >= case.deadly > 0:
            case.died_before = f"{call.step}, {call.operation}"
            raise DiedError

    alone.emulator.world.automation.before_call = kill
    try:
        yield
    finally:
        alone.emulator.world.automation.before_call = None


def execution(alone: Deployed, identity: str) -> Execution:
    """A run by its id."""
    return alone.emulator.world.automation.execution(ACCOUNT, REGION, identity)


def attack_all(alone: Deployed, cases: Iterable[Case], count: int = 1) -> None:
    """GuardDuty sees each of them, or sees it again; everything that follows happens."""
    for case in cases:
        sent = case.sent if count == 1 else updated(alone.ground, case.sent, count)
        case.found = alone.ground.attack(ACCOUNT, REGION, sent)
        alone.settle(APART)
    alone.settle()


def release_all(alone: Deployed, cases: Iterable[Case], **parameters: str) -> None:
    """A responder releases each of them; everything that follows happens."""
    for case in cases:
        started_release(case.network, case.target, **parameters)
        alone.settle(APART)
    alone.settle()


def lease_passes(alone: Deployed) -> None:
    """Until a dead run's lock may be taken over (trap 4.1)."""
    alone.settle(LEASE + 60)


def killed_at(
    alone: Deployed, numbers: Iterable[int], build: Callable[[Network], Target] | None = None
) -> list[Case]:
    """An instance for each of these moments."""
    cases = [make(alone, build) for _ in numbers]
    for case, number in zip(cases, numbers, strict=True):
        case.deadly = number
    return cases


def ranges(numbers: Sequence[int], last: int) -> list[str]:
    """Each moment with those that follow it and leave the same: ``8-16``."""
    ends = [*(number - 1 for number in numbers[1:]), last]
    return [
        f"{first}" if first == end else f"{first}-{end}"
        for first, end in zip(numbers, ends, strict=True)
    ]
