"""Whatever happens to a drill, what it has made is taken away, and nothing else is."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from names import DRILL
from operations.drilling.clearing import abandoned, clear, uninterrupted
from operations.victims import Network
from tests.drilled import AUTOMATIC, HOME, Drilled, archived, drilled, hooked, stages, why


@pytest.fixture(scope="module")
def running() -> Iterator[Drilled]:
    with drilled() as made:
        yield made


def test_an_interruption_releases_what_is_contained_and_takes_everything_away(
    running: Drilled,
) -> None:
    course = running.course(AUTOMATIC)

    def interrupted() -> None:
        raise KeyboardInterrupt

    assert hooked(running, course, "contained", interrupted) == []
    said = running.answered(course)
    assert why(said) == "interrupted before its end"
    assert "released" in stages(said)
    assert archived(running, course)
    assert running.left(course) == {}


def test_an_interruption_amid_an_isolation_lets_it_end_and_releases_it(running: Drilled) -> None:
    course = running.course(AUTOMATIC)

    def interrupted() -> None:
        raise KeyboardInterrupt

    hooked(running, course, "GuardDuty has found it", lambda: amid(running, interrupted))
    said = running.answered(course)
    assert why(said) == "interrupted before its end"
    assert stages(said)[-1] == "released"
    assert running.left(course) == {}


def amid(running: Drilled, deed: Any) -> None:
    """Do something once a run is under way."""
    running.organization.settle(15)
    deed()


def test_an_interruption_before_anything_is_found_takes_the_instance_away(
    running: Drilled,
) -> None:
    course = running.course(AUTOMATIC)

    def interrupted() -> None:
        raise KeyboardInterrupt

    hooked(running, course, "waiting 120 minutes at most for GuardDuty", interrupted)
    said = running.answered(course)
    assert (why(said), stages(said)) == ("interrupted before its end", [])
    assert running.left(course) == {}


def test_a_second_interruption_does_not_stop_the_taking_away() -> None:
    said: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    with uninterrupted(said.append):
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
    assert said == ["still taking away what the drill has made; it ends by itself"] * 2
    assert signal.getsignal(signal.SIGINT) is before


def test_what_cannot_be_taken_away_is_named_and_fails_it(
    running: Drilled, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = running.course(AUTOMATIC, patience=60)
    refusal = {"Error": {"Code": "UnauthorizedOperation", "Message": "an SCP forbids it"}}

    def refused(_: Network) -> None:
        raise ClientError(refusal, "TerminateInstances")

    with monkeypatch.context() as patched:
        patched.setattr(Network, "clean_up", refused)
        said = running.answered(course)
    assert "left behind: not removed: " in why(said)
    assert "an SCP forbids it" in why(said)
    assert running.said[-1] == "something was left behind"
    # A later run finds it by its mark, and takes it away.
    ground = running.ground()
    [(drill, _)] = abandoned(ground, course.place.id, HOME).items()
    network = Network(ground=ground, account=course.place.id, region=HOME, drill=drill)
    assert clear(network, None, None, running.said.append) == []
    assert abandoned(ground, course.place.id, HOME) == {}
    assert running.left(course) == {}


def test_nothing_that_another_has_made_is_taken_away(running: Drilled) -> None:
    course = running.course(AUTOMATIC)
    with running.organization.network(AUTOMATIC, HOME) as theirs:
        bystander = theirs.add_instance()
        before = running.left(course)
        assert running.answered(course)["passed"]
        assert running.left(course) == before
        assert theirs.groups_of(bystander.instance) == bystander.interfaces
        marks = theirs.ec2.describe_vpcs(VpcIds=[theirs.vpc])["Vpcs"][0]["Tags"]
        assert {"Key": DRILL, "Value": theirs.drill} in marks
