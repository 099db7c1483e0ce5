"""Fixtures that every test may ask for."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from operations.victims import Network
from rehearsal.clock import Clock, VirtualClock
from rehearsal.emulator.server import Emulator
from settings import Settings, parse
from tests import chromium
from tests.declared import Graph, declared, settings_of
from tests.organization import ALONE, Deployed, deployed
from tests.sabotage import ACCOUNT, REGION
from tests.stacks import STACKS
from tests.watched import SCHEDULE
from tests.workflow_lint import actionlint

# AWS's models and moto's modules are a million objects that live as long as the process: to look
# through them again and again for rubbish was an eighth of the suite's time.
gc.set_threshold(500_000, 20, 50)

LONGEST = (
    "test_promotions.py",
    "test_engine.py",
    "test_policy_engine.py",
    "test_serving.py",
    "test_drill_served.py",
    "test_isolate_permissions.py",
    "test_release_killed.py",
    "test_isolate_killed.py",
    "test_isolate_properties.py",
    "test_drill.py",
    "test_bad_events.py",
    "test_small_stack.py",
    "test_rehearsal_commands.py",
    "test_preflight_environment.py",
)
"""Files that take longest come first, so that no worker is left alone with one at the end."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: who waits for the engine or the browser needs none."""
    return (os.cpu_count() or 1) + 1


collect_ignore = [] if chromium.path() else list(chromium.BROWSED)
collect_ignore += [actionlint.TESTS] if actionlint.unjudged() else []


def pytest_collection_finish() -> None:
    """What has been imported is no rubbish."""
    gc.freeze()


def pytest_unconfigure() -> None:
    """Look for rubbish once; pytest then does so five times, for seconds each in such a heap."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tests that need a browser, or Go, and have none are no silent gap."""
    for section, said in (("pages", chromium.unseen()), ("workflows", actionlint.unjudged())):
        if said:
            terminalreporter.section(section, yellow=True)
            terminalreporter.write_line(said)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the files; within a file nothing changes."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture
def emulator() -> Iterator[Callable[..., Emulator]]:
    """A factory of running emulators: ``emulator(clock=…, without=…, timing=…, organization=…)``.

    moto keeps one state per process, so a second emulator ends the first. Without a clock, time is
    virtual.
    """
    running: list[Emulator] = []

    def stop() -> None:
        while running:
            running.pop().stop()

    def start(*, clock: Clock | None = None, **options: Any) -> Emulator:
        stop()
        one = Emulator(clock or VirtualClock(), **options)
        one.start()
        running.append(one)
        return one

    yield start
    stop()


@pytest.fixture(params=STACKS, scope="module")
def stack(request: pytest.FixtureRequest) -> str:
    """Every stack, by name."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def graph(stack: str) -> Graph:
    """What the stack declares."""
    return declared(STACKS[stack])


@pytest.fixture(scope="module")
def settings(stack: str) -> Settings:
    """What the stack decides."""
    chosen = STACKS[stack]
    return parse(settings_of(chosen) if isinstance(chosen, str) else chosen)


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """The smallest stack, deployed: a single account in one region."""
    with deployed(settings=ALONE) as running:
        yield running


@pytest.fixture
def network(organization: Deployed) -> Iterator[Network]:
    """A network of its own in that account."""
    with organization.network() as made:
        yield made


@pytest.fixture
def alone(organization: Deployed) -> Iterator[Deployed]:
    """The single account, under the names that the scenarios know."""
    ground = organization.ground
    names, ground.accounts = ground.accounts, {"tax": ACCOUNT, "land-registry": ACCOUNT}
    yield organization
    ground.accounts = names
    organization.emulator.world.automation.before_call = None
    organization.settle()


@pytest.fixture
def by_hand(organization: Deployed) -> Iterator[None]:
    """Looks of Watch are started by the tests: the schedule is off."""
    events = organization.ground.client(ACCOUNT, "events", REGION)
    events.disable_rule(Name=SCHEDULE)
    yield
    organization.emulator.world.automation.before_call = None
    events.enable_rule(Name=SCHEDULE)
