"""Drills against what is deployed, in virtual time: each mode, and each breakage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from operations import drill
from operations.brakes import Brakes
from runbooks.state import WHOLE_ACCOUNT
from tests.drilled import (
    ASKING,
    AUTOMATIC,
    HOME,
    TELLING,
    Drilled,
    archived,
    drilled,
    hooked,
    stages,
    why,
)

RULES = ("containment-compromised-instance-1", "containment-compromised-instance-2")


@pytest.fixture(scope="module")
def running() -> Iterator[Drilled]:
    with drilled() as made:
        yield made


def test_where_the_route_is_automatic_the_whole_way_is_seen_and_nothing_is_left(
    running: Drilled,
) -> None:
    course = running.course(AUTOMATIC)
    said = running.answered(course)
    assert (said["passed"], said["scenarios"][0]["why"]) == (True, None)
    assert stages(said) == [
        "detected",
        "received",
        "blocked",
        "contained",
        "preserved",
        "released",
    ]
    times = [each["elapsed_s"] for each in said["scenarios"][0]["stages"]]
    assert times == sorted(times)
    assert times[0] == running.organization.emulator.world.timing.detection
    assert (said["account"], said["region"], said["mode"]) == (AUTOMATIC, HOME, "automatic")
    assert said["scenarios"][0]["time_to_contain_s"] == times[3]
    assert said["scenarios"][0]["steps_to_contain"] > 5
    # All of it is marked, or it would be in the figures of production.
    assert {each.drill for each in running.organization.records(str(course.finding))} == {True}
    assert archived(running, course)
    assert running.left(course) == {}


def test_on_the_rehearsals_own_ground_the_same_drill_is_played_and_its_calls_are_counted(
    running: Drilled,
) -> None:
    [played] = drill.play(running.organization.ground, [running.course(AUTOMATIC).scenario()])
    assert (played.verdict, played.why) == ("passed", None)
    assert int(played.calls_to_contain or 0) > 10


def test_rules_that_are_disabled_fail_it_with_what_to_look_at(running: Drilled) -> None:
    course = running.course(AUTOMATIC)
    events = running.clients(course)("events")
    for rule in RULES:
        events.disable_rule(Name=rule)
    try:
        said = running.answered(course)
    finally:
        for rule in RULES:
            events.enable_rule(Name=rule)
    assert stages(said) == ["detected"]
    assert why(said).startswith(
        "GuardDuty has found it, and the ledger has nothing of it after 600"
    )
    assert f"routes --account {course.place.id} --region {HOME}" in why(said)
    assert running.left(course) == {}


def test_a_brake_fails_it_at_once_with_its_reason(running: Drilled) -> None:
    course = running.course(AUTOMATIC)
    client = running.clients(course)
    brakes = Brakes(dynamodb=client("dynamodb"), events=client("events"))
    brakes.engage(WHOLE_ACCOUNT, reason="tax returns are due tonight", who="kim")
    try:
        said = running.answered(course)
    finally:
        brakes.let_go(WHOLE_ACCOUNT, reason="they are in", who="kim")
    assert "it is not contained: the ledger holds received; skipped (" in why(said)
    assert "tax returns are due tonight" in why(said)
    assert running.left(course) == {}


def test_where_guardduty_is_suspended_nothing_is_made(running: Drilled) -> None:
    course = running.course(AUTOMATIC)
    guardduty = running.clients(course)("guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    guardduty.update_detector(DetectorId=detector, Enable=False)
    try:
        said = running.answered(course)
    finally:
        guardduty.update_detector(DetectorId=detector, Enable=True)
    assert why(said) == f"GuardDuty is suspended in {course.place.id}, {HOME}: switch it on"
    assert not any(each.startswith("launching") for each in running.said)


def test_what_guardduty_does_not_find_in_time_is_told_and_taken_away(running: Drilled) -> None:
    course = running.course(AUTOMATIC, patience=400)
    world = running.organization.emulator.world
    world.timing, prompt = replace(world.timing, detection=600.0), world.timing
    said = running.answered(course)
    world.timing = prompt
    assert why(said).startswith("GuardDuty did not find in 7 minutes that i-")
    assert any(
        "looks up guarddutyc2activityb.com: 5 of at most 7 minutes" in each for each in running.said
    )
    assert running.left(course) == {}
    running.organization.settle(600)  # the finding comes, of an instance that is gone
    assert running.left(course) == {}


def test_an_instance_that_is_not_isolated_fails_it_whatever_the_ledger_says(
    running: Drilled,
) -> None:
    course = running.course(AUTOMATIC)

    def moved_back() -> None:
        assert course.victim is not None
        ec2 = running.clients(course)("ec2")
        for interface, groups in course.victim.interfaces.items():
            ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)
        running.organization.settle(5)

    done = hooked(running, course, "contained", moved_back)
    said = running.answered(course)
    assert done
    assert "not in one group" in why(said)
    assert running.left(course) == {}


# The last ones: whoever was asked here is called until the end of the file.


def test_where_the_route_asks_it_goes_as_far_as_the_question(running: Drilled) -> None:
    course = running.course(ASKING)
    said = running.answered(course)
    assert said["passed"], said
    assert stages(said) == ["detected", "received", "approval-wanted"]
    assert said["scenarios"][0]["time_to_contain_s"] is None
    [note] = said["notes"]
    assert "security was asked, and nothing was touched" in note
    assert archived(running, course)
    assert running.left(course) == {}


def test_where_the_route_only_tells_it_says_that_there_is_nothing_to_contain(
    running: Drilled,
) -> None:
    course = running.course(TELLING)
    said = running.answered(course)
    assert said["passed"], said
    assert stages(said) == ["detected", "received"]
    [note] = said["notes"]
    assert note.startswith("nothing to contain in security (compromised-instance: notify)")
    assert "reached the ledger and security" in note
    assert running.left(course) == {}
