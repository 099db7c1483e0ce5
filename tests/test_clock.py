"""The clocks: a virtual one that jumps from task to task, a real one that shortens waits."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from rehearsal.clock import RealClock, VirtualClock

START = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


def test_tasks_run_in_the_order_of_their_moments(clock: VirtualClock) -> None:
    seen: list[tuple[str, datetime]] = []
    for name, seconds in (("late", 30), ("soon", 10), ("between", 20)):
        clock.later(seconds, lambda name=name: seen.append((name, clock.now())))  # type: ignore[misc]
    assert not clock.run_until(lambda: False, 60)
    assert seen == [
        ("soon", START + timedelta(seconds=10)),
        ("between", START + timedelta(seconds=20)),
        ("late", START + timedelta(seconds=30)),
    ]
    assert clock.now() == START + timedelta(seconds=60)


def test_tasks_of_one_moment_run_in_the_order_in_which_they_were_asked_for(
    clock: VirtualClock,
) -> None:
    seen: list[int] = []
    for number in range(20):
        clock.later(5, lambda number=number: seen.append(number))  # type: ignore[misc]
    clock.sleep(5)
    assert seen == list(range(20))


def test_tasks_that_sleep_interleave_by_time_and_never_run_together(clock: VirtualClock) -> None:
    seen: list[str] = []
    running: list[str] = []

    def paced(name: str, pause: float) -> None:
        for turn in range(3):
            running.append(name)
            assert running == [name]
            seen.append(f"{name}{turn}")
            running.remove(name)
            clock.sleep(pause)

    clock.later(0, lambda: paced("a", 10))
    clock.later(1, lambda: paced("b", 4))
    clock.sleep(100)
    assert seen == ["a0", "b0", "b1", "b2", "a1", "a2"]
    assert clock.failures == []


def test_a_task_may_ask_for_others(clock: VirtualClock) -> None:
    seen: list[datetime] = []
    clock.later(3, lambda: clock.later(4, lambda: seen.append(clock.now())))
    clock.sleep(10)
    assert seen == [START + timedelta(seconds=7)]


def test_it_stops_as_soon_as_the_condition_holds(clock: VirtualClock) -> None:
    seen: list[int] = []
    for number in (1, 2, 3):
        clock.later(number, lambda number=number: seen.append(number))  # type: ignore[misc]
    assert clock.run_until(lambda: 2 in seen, 100)
    assert (seen, clock.now()) == ([1, 2], START + timedelta(seconds=2))


def test_what_comes_after_the_timeout_waits_for_its_time(clock: VirtualClock) -> None:
    seen: list[str] = []
    clock.later(11, lambda: seen.append("later"))
    assert not clock.run_until(lambda: bool(seen), 10)
    assert (seen, clock.now()) == ([], START + timedelta(seconds=10))
    assert clock.run_until(lambda: bool(seen), 10)
    assert clock.now() == START + timedelta(seconds=11)


def test_a_condition_that_holds_already_takes_no_time(clock: VirtualClock) -> None:
    clock.later(0, lambda: None)
    assert clock.run_until(lambda: True, 10)
    assert clock.now() == START


def test_an_hour_takes_no_time_at_all(clock: VirtualClock) -> None:
    began = time.monotonic()
    clock.later(1_800, lambda: clock.sleep(1_800))
    clock.sleep(3_600)
    assert time.monotonic() - began < 1


def test_a_tasks_failure_is_kept_and_the_others_go_on(clock: VirtualClock) -> None:
    seen: list[str] = []

    def fails() -> None:
        clock.sleep(1)
        raise ValueError("out of luck")

    clock.later(1, fails)
    clock.later(3, lambda: seen.append("went on"))
    clock.sleep(5)
    assert seen == ["went on"]
    [failure] = clock.failures
    assert "ValueError: out of luck" in failure


def test_the_real_clock_shortens_waits() -> None:
    clock = RealClock(pace=0.01)
    began = time.monotonic()
    clock.sleep(5)
    assert 0.05 <= time.monotonic() - began < 2
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_the_real_clock_runs_tasks_beside_the_caller_and_keeps_their_failures() -> None:
    clock = RealClock(pace=0.01)
    seen: list[str] = []

    def fails() -> None:
        raise ValueError("out of luck")

    clock.later(5, lambda: seen.append("done"))
    clock.later(1, fails)
    assert seen == []
    assert clock.run_until(lambda: bool(seen and clock.failures), 5)
    assert "ValueError: out of luck" in clock.failures[0]


def test_the_real_clock_gives_up_in_real_seconds() -> None:
    began = time.monotonic()
    assert not RealClock(pace=0.001).run_until(lambda: False, 0.2)
    assert 0.2 <= time.monotonic() - began < 2


def test_a_bell_wakes_who_waits_and_silence_ends_at_the_second(clock: VirtualClock) -> None:
    heard: list[tuple[bool, datetime]] = []
    rung, silent, early = clock.bell(), clock.bell(), clock.bell()
    early.ring()
    for bell in (rung, silent, early):
        clock.later(0, lambda bell=bell: heard.append((bell.wait(500), clock.now())))  # type: ignore[misc]
    clock.later(20, rung.ring)
    clock.later(20, rung.ring)
    clock.sleep(1_000)
    assert heard == [
        (True, START),
        (True, START + timedelta(seconds=20)),
        (False, START + timedelta(seconds=500)),
    ]
    assert clock.now() == START + timedelta(seconds=1_000)
    assert clock.failures == []


def test_a_bell_rung_at_the_last_moment_wakes_once(clock: VirtualClock) -> None:
    heard: list[bool] = []
    bell = clock.bell()
    clock.later(10, bell.ring)
    clock.later(0, lambda: heard.append(bell.wait(10)))
    clock.sleep(30)
    assert heard == [True]


def test_outside_the_tasks_a_bell_plays_them(clock: VirtualClock) -> None:
    bell = clock.bell()
    clock.later(20, bell.ring)
    assert not bell.wait(10)
    assert bell.wait(100)
    assert clock.now() == START + timedelta(seconds=20)


def test_a_real_bell_shortens_its_wait() -> None:
    clock = RealClock(pace=0.001)
    bell = clock.bell()
    assert not bell.wait(10)
    clock.later(10, bell.ring)
    assert bell.wait(5_000)
