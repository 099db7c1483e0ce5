"""EventBridge's API as the emulator corrects it: refusals, and what PutEvents makes of entries."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.events.exceptions import ValidationException

from rehearsal.clock import VirtualClock
from rehearsal.emulator.event_targets import checked
from rehearsal.emulator.server import Emulator
from rehearsal.emulator.world import NotEmulatedError, World
from tests.actors import allow, document
from tests.emulated import REGION, SECURITY, TAX, client, listening
from tests.routed import Start, bus

QUEUE = f"arn:aws:sqs:{REGION}:{TAX}:orders"
DOCUMENT = f"arn:aws:ssm:{REGION}:{TAX}:automation-definition/isolate"
ENTRY = {"Source": "shop.orders", "DetailType": "Order", "Detail": '{"order": 1}'}


def refusal(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def running(emulator: Start) -> Emulator:
    return emulator()


@pytest.fixture
def events(running: Emulator) -> Any:
    made = client(running, TAX, "events")
    made.put_rule(Name="orders", EventPattern='{"source": ["shop.orders"]}')
    return made


RULE = SimpleNamespace(targets=[], region_name=REGION, account_id=TAX)


def test_put_targets_stores_nothing_of_what_it_refuses(events: Any) -> None:
    targets = [{"Id": "1", "Arn": QUEUE}, {"Id": "2", "Arn": DOCUMENT}]
    lambda_ = [{"Id": "1", "Arn": f"arn:aws:lambda:{REGION}:{TAX}:function:x"}]

    code, message = refusal(events.put_targets, Rule="orders", Targets=targets)
    unknown, _ = refusal(events.put_targets, Rule="orders", Targets=lambda_)

    assert (code, unknown) == ("ValidationException", "NotEmulated")
    assert message == "RoleArn is required for target 2."
    assert events.list_targets_by_rule(Rule="orders")["Targets"] == []


def test_put_events_makes_the_whole_envelope(running: Emulator) -> None:
    heard = listening(running)
    at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

    answer = client(running, TAX, "events").put_events(
        Entries=[{**ENTRY, "Time": at, "Resources": ["arn:aws:ec2:::x"]}, ENTRY]
    )

    assert answer["FailedEntryCount"] == 0
    [(account, region, name, event), (_, _, _, untimed)] = heard.events
    assert (account, region, name) == (TAX, REGION, "default")
    assert event == {
        "version": "0",
        "id": answer["Entries"][0]["EventId"],
        "detail-type": "Order",
        "source": "shop.orders",
        "account": TAX,
        "time": "2026-03-04T05:06:07Z",
        "region": REGION,
        "resources": ["arn:aws:ec2:::x"],
        "detail": {"order": 1},
    }
    assert untimed["time"] == f"{running.world.clock.now():%Y-%m-%dT%H:%M:%SZ}"


REFUSED_ENTRIES = [
    ({"Source": "aws.guardduty"}, "NotAuthorizedForSourceException"),
    ({"Source": ""}, "InvalidArgument"),
    ({"Detail": "{"}, "MalformedDetail"),
    ({"Detail": "[1]"}, "MalformedDetail"),
    ({"Detail": '{"a": NaN}'}, "MalformedDetail"),
    ({"Detail": '{"a":' * 5000 + "1" + "}" * 5000}, "MalformedDetail"),
]


def test_a_refused_entry_fails_alone(running: Emulator) -> None:
    heard = listening(running)
    events = client(running, TAX, "events")

    answers = [events.put_events(Entries=[ENTRY | change, ENTRY]) for change, _ in REFUSED_ENTRIES]

    assert {answer["FailedEntryCount"] for answer in answers} == {1}
    codes = [answer["Entries"][0]["ErrorCode"] for answer in answers]
    assert codes == [code for _, code in REFUSED_ENTRIES]
    good = [answer["Entries"][1]["EventId"] for answer in answers]
    assert [event["id"] for *_, event in heard.events] == good


def test_more_than_ten_entries_are_refused(events: Any) -> None:
    code, message = refusal(events.put_events, Entries=[ENTRY] * 11)

    assert code == "ValidationException"
    assert "11 members" in message


def test_the_envelope_names_the_caller_on_another_accounts_bus(running: Emulator) -> None:
    central = bus(running, "central", account=SECURITY, sender=TAX)
    heard = listening(running)

    client(running, TAX, "events").put_events(Entries=[ENTRY | {"EventBusName": central}])

    [(account, _, name, event)] = heard.events
    assert (account, name, event["account"]) == (SECURITY, "central", TAX)


def test_a_bus_that_does_not_admit_the_caller_refuses_the_call(running: Emulator) -> None:
    central = bus(running, "central", account=SECURITY)
    heard = listening(running)

    code, _ = refusal(
        client(running, TAX, "events").put_events, Entries=[ENTRY | {"EventBusName": central}]
    )

    assert code == "AccessDeniedException"
    assert heard.events == []


def test_a_bus_that_is_not_there_is_an_error(events: Any) -> None:
    code, _ = refusal(events.put_events, Entries=[ENTRY | {"EventBusName": "nowhere"}])

    assert code == "ResourceNotFoundException"


def test_the_policy_of_a_bus_is_read_back_as_written_and_replaced_as_a_whole(
    running: Emulator,
) -> None:
    arn = bus(running, "central", account=SECURITY, sender=TAX)
    events = client(running, SECURITY, "events")
    who = {"Principal": {"AWS": f"arn:aws:iam::{TAX}:root"}}
    policy = document(allow("events:PutEvents", arn, Sid="one", **who))

    events.put_permission(EventBusName="central", Policy=policy)
    assert events.describe_event_bus(Name="central")["Policy"] == policy

    events.remove_permission(EventBusName="central", StatementId="one")
    assert "Policy" not in events.describe_event_bus(Name="central")


def test_a_pattern_that_aws_refuses_is_refused(events: Any) -> None:
    code, message = refusal(
        events.put_rule, Name="wrong", EventPattern='{"source": [{"starts-with": "aws"}]}'
    )

    assert code == "InvalidEventPatternException"
    assert "starts-with" in message


def test_a_sixth_target_is_refused_and_a_replaced_one_is_not_counted(events: Any) -> None:
    five = [{"Id": str(number), "Arn": QUEUE} for number in range(5)]
    events.put_targets(Rule="orders", Targets=five)
    events.put_targets(Rule="orders", Targets=five[:1])

    code, _ = refusal(events.put_targets, Rule="orders", Targets=[{"Id": "6", "Arn": QUEUE}])

    assert code == "LimitExceededException"
    assert len(events.list_targets_by_rule(Rule="orders")["Targets"]) == 5


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ({"Arn": DOCUMENT}, "RoleArn is required"),
        ({"Arn": QUEUE, "Input": "{"}, "not valid JSON"),
        ({"Arn": QUEUE, "Input": "{}", "InputPath": "$.detail"}, "Only one of"),
        ({"Arn": QUEUE, "Input": f'"{"x" * 8191}"'}, "8193 characters"),
        ({"Arn": QUEUE, "InputTransformer": {"InputTemplate": '{"a": <b>}'}}, "placeholder <b>"),
        (
            {
                "Arn": QUEUE,
                "InputTransformer": {"InputTemplate": "<b>x", "InputPathsMap": {"b": "$.id"}},
            },
            "not valid JSON",
        ),
        ({"Arn": QUEUE, "DeadLetterConfig": {"Arn": f"{QUEUE}.fifo"}}, "not a standard queue"),
        ({"Arn": QUEUE, "RetryPolicy": {"MaximumRetryAttempts": 186}}, "out of bounds"),
        ({"Arn": QUEUE.replace(REGION, "eu-central-1")}, "another region"),
        ({"Arn": DOCUMENT.replace(TAX, SECURITY), "RoleArn": "role"}, "another account"),
    ],
)
def test_what_aws_refuses_as_a_target_is_refused(target: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationException) as caught:
        checked(World(clock=VirtualClock()), RULE, [{"Id": "1", **target}])

    assert why in caught.value.message


def test_a_template_of_several_lines_of_text_is_allowed(events: Any) -> None:
    template = {"InputTemplate": '"order <id>"\n"is here"', "InputPathsMap": {"id": "$.id"}}

    answer = events.put_targets(
        Rule="orders", Targets=[{"Id": "1", "Arn": QUEUE, "InputTransformer": template}]
    )

    assert answer["FailedEntryCount"] == 0


@pytest.mark.parametrize(
    "target",
    [
        {"Arn": f"arn:aws:lambda:{REGION}:{TAX}:function:x"},
        {"Arn": f"{QUEUE}.fifo", "SqsParameters": {"MessageGroupId": "g"}},
        {"Arn": f"arn:aws:states:{REGION}:{TAX}:stateMachine:x"},
        {"Arn": QUEUE, "InputPath": "$.detail.*"},
    ],
)
def test_what_the_relay_cannot_deliver_to_is_not_emulated(target: dict[str, Any]) -> None:
    with pytest.raises(NotEmulatedError):
        checked(World(clock=VirtualClock()), RULE, [{"Id": "1", **target}])


def test_cron_archives_and_single_permissions_are_not_emulated(events: Any) -> None:
    bus_arn = events.describe_event_bus()["Arn"]
    refusals = [
        refusal(events.put_rule, Name="beat", ScheduleExpression="cron(0 12 * * ? *)"),
        refusal(events.create_archive, ArchiveName="all", EventSourceArn=bus_arn),
        refusal(
            events.put_permission, Action="events:PutEvents", Principal=SECURITY, StatementId="s"
        ),
    ]

    assert [code for code, _ in refusals] == ["NotEmulated"] * 3


def test_everything_is_as_before_when_the_emulator_has_stopped(emulator: Start) -> None:
    from moto.events.models import EventBus, EventsBackend

    emulator().stop()

    assert EventsBackend.put_events.__module__ == "moto.events.models"
    assert EventBus.policy.fget.__module__ == "moto.events.models"
