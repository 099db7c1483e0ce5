"""A deployed organisation as a ground: roles are taken again, looks are patient, and no more."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operations.drilling.ground import LONGEST_LOOK, DeployedGround, NotHereError
from operations.ground import Ground
from rehearsal.stacks import raw_settings
from settings import parse

TAX = "333333333333"
POSSIBLE = {"client", "now", "wait", "calls_until"}
"""What AWS lets a ground do."""


@dataclass
class Time:
    """A clock that goes on when somebody sleeps."""

    at: datetime = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)


@dataclass
class Doors:
    """Enters accounts, and remembers which."""

    entered: list[str] = field(default_factory=list)

    def __call__(self, account: str) -> Doors:
        self.entered.append(account)
        return self

    def client(self, service: str, region: str) -> object:
        return (service, region, object())


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def ground(time: Time, doors: Doors) -> DeployedGround:
    settings = parse(raw_settings("dev"))
    return DeployedGround(settings, doors, now=time.now, sleep=time.sleep)


def test_it_is_the_organisation_of_the_environment_home_first(ground: DeployedGround) -> None:
    assert ground.accounts["tax"] == TAX
    assert ground.security == "222222222222"
    assert list(ground.regions) == ["eu-west-1", "eu-central-1"]


def test_a_role_is_taken_once_and_again_before_it_runs_out(
    ground: DeployedGround, time: Time, doors: Doors
) -> None:
    first = ground.client(TAX, "ec2", "eu-west-1")
    time.sleep(1800)
    assert ground.client(TAX, "ec2", "eu-west-1") is first
    assert doors.entered == [TAX]
    time.sleep(1)
    assert ground.client(TAX, "ec2", "eu-west-1") is not first
    ground.client(ground.security, "logs", "eu-west-1")
    assert doors.entered == [TAX, TAX, ground.security]


def test_a_wait_ends_when_it_holds_and_looks_ever_more_seldom(
    ground: DeployedGround, time: Time
) -> None:
    due = time.now() + timedelta(minutes=10)
    assert ground.wait(lambda: time.now() >= due, 7200)
    assert time.slept[0] < 1
    assert time.slept == sorted(time.slept)
    assert time.slept[-1] == LONGEST_LOOK
    assert time.now() - due < timedelta(seconds=LONGEST_LOOK)


def test_a_wait_ends_on_time_where_it_never_holds(ground: DeployedGround, time: Time) -> None:
    began = time.now()
    assert not ground.wait(lambda: False, 100)
    assert time.now() - began == timedelta(seconds=100)
    assert ground.wait(lambda: True, 0)


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, member in inspect.getmembers(Ground, inspect.isfunction)
        if not name.startswith("_") and name not in POSSIBLE
    ),
)
def test_what_only_a_rehearsal_can_do_is_refused_by_name(ground: DeployedGround, name: str) -> None:
    deed: Any = getattr(ground, name)
    wanted = inspect.signature(deed).parameters.values()
    given = [None for each in wanted if each.kind is not each.KEYWORD_ONLY]
    named = {each.name: None for each in wanted if each.kind is each.KEYWORD_ONLY}
    with pytest.raises(NotHereError, match="play this scenario in the rehearsal"):
        deed(*given, **named)
