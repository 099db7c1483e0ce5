"""Who is paged when: stage after stage, by channel, by schedule, until somebody answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rehearsal.clock import VirtualClock
from tests.automated import refused
from tests.engaged import (
    activate,
    answer,
    channel,
    code_of,
    contact,
    contacts,
    engage,
    mailed,
    person,
    rotation,
    schedule,
    through,
    to,
    weekly,
)
from tests.routed import Start

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # eight o'clock in Berlin
VALIDATION = "ValidationException"


def test_a_plan_escalates_stage_by_stage_until_nobody_is_left(emulator: Start) -> None:
    running = emulator()
    anna, ben, cleo = (person(running, name) for name in ("anna", "ben", "cleo"))
    plan = contact(running, "team", "ESCALATION", to(5, anna), to(10, ben, cleo))
    engagement = engage(running, plan)
    assert mailed(running) == ["anna"]
    running.world.clock.sleep(5 * 60 - 1)
    assert mailed(running) == ["anna"]
    running.world.clock.sleep(1)
    assert mailed(running) == ["anna", "ben", "cleo"]
    api = contacts(running)
    assert "StopTime" not in api.describe_engagement(EngagementId=engagement)
    running.world.clock.sleep(10 * 60)
    assert mailed(running) == ["anna", "ben", "cleo"]
    assert "StopTime" in api.describe_engagement(EngagementId=engagement)


@pytest.mark.parametrize(("essential", "paged"), [(True, ["anna"]), (False, ["anna", "ben"])])
def test_only_the_answer_of_an_essential_target_ends_the_stages(
    emulator: Start, essential: bool, paged: list[str]
) -> None:
    running = emulator()
    anna, ben = person(running, "anna"), person(running, "ben")
    stages = to(5, anna, essential=essential), to(5, ben)
    engage(running, contact(running, "team", "ESCALATION", *stages))
    status, told = answer(running, "anna")
    assert status == 200
    page = contacts(running).describe_page(PageId=told["page"])
    assert page["ReadTime"] == page["DeliveryTime"]
    running.world.clock.sleep(3_600)
    assert mailed(running) == paged


def test_an_engagement_that_is_stopped_pages_nobody_else(emulator: Start) -> None:
    running = emulator()
    anna, ben = person(running, "anna"), person(running, "ben")
    engagement = engage(running, contact(running, "team", "ESCALATION", to(5, anna), to(5, ben)))
    contacts(running).stop_engagement(EngagementId=engagement)
    running.world.clock.sleep(3_600)
    assert mailed(running) == ["anna"]


def test_a_persons_own_plan_goes_through_channels_and_an_sms_says_only_what_is_public(
    emulator: Start,
) -> None:
    running = emulator()
    anna = contact(running, "anna")
    mail = channel(running, anna, "EMAIL", "anna@example.org")
    phone = channel(running, anna, "SMS", "+4930123456")
    activate(running, "anna")
    stages = [through(3, mail), through(0, phone)]
    contacts(running).update_contact(ContactId=anna, Plan={"Stages": stages})
    engage(running, anna, PublicSubject="You are needed")
    assert running.world.outbox[-1].protocol == "email"
    assert "At this" in running.world.outbox[-1].text
    running.world.clock.sleep(180)
    assert running.world.outbox[-1].endpoint == "+4930123456"
    assert running.world.outbox[-1].text.startswith("You are needed\nTo acknowledge")
    [page] = contacts(running).list_pages_by_contact(ContactId=anna)["Pages"]
    receipts = contacts(running).list_page_receipts(PageId=page["PageArn"])["Receipts"]
    assert [one["ContactChannelArn"] for one in receipts] == [mail, phone]


def test_who_has_no_activated_channel_is_not_paged_and_the_next_stage_still_comes(
    emulator: Start,
) -> None:
    running = emulator()
    anna, ben = person(running, "anna", activated=False), person(running, "ben")
    none = contact(running, "cleo")
    stages = to(5, anna, none), to(5, ben)
    engagement = engage(running, contact(running, "team", "ESCALATION", *stages))
    running.world.clock.sleep(300)
    assert mailed(running) == ["ben"]
    assert contacts(running).list_pages_by_contact(ContactId=anna)["Pages"] == []
    [held] = running.contacts.escalation.engagements.values()
    assert (held.arn, held.failures) == (
        engagement,
        [f"{anna}: no channel of the contact's plan is activated", f"{none}: no plan"],
    )


def test_a_page_is_accepted_with_its_code_and_only_reading_it_ends_the_stages(
    emulator: Start,
) -> None:
    running = emulator()
    anna, ben = person(running, "anna"), person(running, "ben")
    engagement = engage(running, contact(running, "team", "ESCALATION", to(5, anna), to(5, ben)))
    api = contacts(running)
    [page] = api.list_pages_by_engagement(EngagementId=engagement)["Pages"]
    code = code_of(running)
    wrong = "000000" if code != "000000" else "111111"
    with refused(VALIDATION, "accept code"):
        api.accept_page(PageId=page["PageArn"], AcceptType="READ", AcceptCode=wrong)
    api.accept_page(PageId=page["PageArn"], AcceptType="DELIVERED", AcceptCode=code)
    assert "StopTime" not in api.describe_engagement(EngagementId=engagement)
    api.accept_page(
        PageId=page["PageArn"],
        AcceptType="READ",
        AcceptCode=wrong,
        AcceptCodeValidation="IGNORE",
    )
    assert "StopTime" in api.describe_engagement(EngagementId=engagement)
    running.world.clock.sleep(600)
    assert mailed(running) == ["anna"]


def test_who_has_no_page_has_none_to_answer(emulator: Start) -> None:
    running = emulator()
    person(running, "anna")
    assert answer(running, "anna") == (400, {"error": "anna has no page to answer"})
    status, told = answer(running, "nobody")
    assert (status, "there is no contact nobody" in told["error"]) == (400, True)


def test_a_schedule_pages_who_is_on_call_now_and_says_how_it_found_them(emulator: Start) -> None:
    running = emulator(clock=VirtualClock(MONDAY))
    anna, ben = person(running, "anna"), person(running, "ben")
    on_call = schedule(running, rotation(running, anna, ben, start=MONDAY))
    plan = contact(running, "team", "ESCALATION", to(5, on_call))
    engage(running, plan)
    answer(running, "anna")
    running.world.clock.sleep(7 * 24 * 3_600)
    engagement = engage(running, plan)
    assert mailed(running) == ["anna", "ben"]
    api = contacts(running)
    [page] = api.list_pages_by_engagement(EngagementId=engagement)["Pages"]
    path = api.list_page_resolutions(PageId=page["PageArn"])["PageResolutions"]
    assert [(one["ContactArn"], one.get("StageIndex")) for one in path] == [
        (plan, 0),
        (on_call, None),
        (ben, None),
    ]


def test_before_a_rotation_begins_nobody_is_on_call(emulator: Start) -> None:
    running = emulator(clock=VirtualClock(datetime(2026, 11, 23, 6, 59, tzinfo=UTC)))
    on_call = schedule(running, rotation(running, person(running, "anna"), start=MONDAY))
    engage(running, on_call)
    assert mailed(running) == []
    [held] = running.contacts.escalation.engagements.values()
    assert held.failures == [f"{on_call}: nobody is on call"]


def test_a_hand_off_stays_at_its_hour_when_the_clocks_change(emulator: Start) -> None:
    running = emulator()
    anna, ben = person(running, "anna"), person(running, "ben")
    turns = rotation(running, anna, ben, start=datetime(2026, 10, 19, 6, 0, tzinfo=UTC))
    shifts = contacts(running).list_rotation_shifts(
        RotationId=turns,
        StartTime=datetime(2026, 10, 20, tzinfo=UTC),
        EndTime=datetime(2026, 10, 27, tzinfo=UTC),
    )["RotationShifts"]
    assert [(one["ContactIds"], one["StartTime"], one["EndTime"]) for one in shifts] == [
        ([anna], datetime(2026, 10, 19, 6, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC)),
        ([ben], datetime(2026, 10, 26, 7, tzinfo=UTC), datetime(2026, 11, 2, 7, tzinfo=UTC)),
    ]


def test_days_and_a_multiplier_make_turns_of_several_days(emulator: Start) -> None:
    api = contacts(emulator())
    shifts = api.list_preview_rotation_shifts(
        RotationStartTime=datetime(2026, 1, 1, 12, tzinfo=UTC),
        StartTime=datetime(2026, 1, 1, 12, tzinfo=UTC),
        EndTime=datetime(2026, 1, 7, tzinfo=UTC),
        Members=["a", "b"],
        TimeZoneId="UTC",
        Recurrence={
            "NumberOfOnCalls": 1,
            "RecurrenceMultiplier": 2,
            "DailySettings": [{"HourOfDay": 12, "MinuteOfHour": 0}],
        },
    )["RotationShifts"]
    assert [(one["ContactIds"], one["StartTime"].day) for one in shifts] == [
        (["a"], 1),
        (["b"], 3),
        (["a"], 5),
    ]


def test_a_rotation_in_no_time_zone_is_refused_and_months_are_not_emulated(
    emulator: Start,
) -> None:
    running = emulator()
    anna = person(running, "anna")
    with refused(VALIDATION, "no time zone"):
        rotation(running, anna, start=MONDAY, zone="Europe/Springfield")
    monthly = {"DayOfMonth": 1, "HandOffTime": {"HourOfDay": 8, "MinuteOfHour": 0}}
    with refused(VALIDATION, "monthly, weekly or daily"):
        rotation(running, anna, start=MONDAY, recurrence=weekly(MonthlySettings=[monthly]))
    only = weekly(MonthlySettings=[monthly])
    del only["WeeklySettings"]
    with refused("NotEmulated", "MonthlySettings"):
        rotation(running, anna, start=MONDAY, recurrence=only)
