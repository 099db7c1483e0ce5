"""Chat: what is shown and what is dropped, in which thread, and with which buttons."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.chatting import SLACK, action, channel, created, custom, desired, heard, say
from tests.emulated import REGION, TAX, client
from tests.routed import delivered, event, rule
from tests.topical import Start, key, serving, topic


def logged(emulator: Any) -> list[str]:
    logs = client(emulator, TAX, "logs", "us-east-1")
    if not logs.describe_log_groups(logGroupNamePrefix="/aws/chatbot/people")["logGroups"]:
        return []
    events = logs.filter_log_events(logGroupName="/aws/chatbot/people")["events"]
    return [event["message"] for event in events]


def test_a_message_in_the_custom_schema_is_shown(emulator: Start) -> None:
    running = emulator()
    message = say(running, channel(running), custom("An instance mines."))
    assert (message["shown"], message["title"]) == (True, "Finding")
    assert (message["description"], message["channel"]) == ("An instance mines.", "people")
    assert logged(running) == []


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        '{"a": 1}',
        "[]",
        '{"source": [], "detail-type": {}}',
        custom(""),
        custom().replace('"1.0"', "1.0"),
        custom().replace('"1.0"', '"2.0"'),
        custom().replace('"custom"', '"mine"'),
        custom().replace("client-markdown", "html"),
        custom(additionalContext={"n": 1}),
        custom(threadId=7),
        json.dumps({"source": "aws.guardduty", "detail-type": "GuardDuty Finding"}),
        json.dumps({"source": "aws.ssm", "detail-type": "GuardDuty Finding", "detail": {}}),
    ],
)
def test_anything_else_is_dropped_and_only_the_log_tells(emulator: Start, text: str) -> None:
    running = emulator()
    message = say(running, channel(running), text)
    assert message["shown"] is False
    assert message["why_dropped"]
    [line] = logged(running)
    assert "Event received is not supported" in line


def test_without_logging_nothing_tells(emulator: Start) -> None:
    running = emulator()
    arn = channel(running, LoggingLevel="NONE")
    assert say(running, arn, "plain")["shown"] is False
    assert logged(running) == []


def test_an_event_of_aws_is_shown_only_as_eventbridge_wrote_it(emulator: Start) -> None:
    running = emulator()
    arn = channel(running)
    found = {
        "version": "0",
        "id": "e",
        "detail-type": "GuardDuty Finding",
        "source": "aws.guardduty",
        "account": TAX,
        "time": "2026-03-04T05:06:07Z",
        "region": REGION,
        "resources": [],
        "detail": {"severity": 8},
    }
    assert say(running, arn, json.dumps(found))["title"] == "GuardDuty Finding"
    told = found | {"source": "aws.ssm-incidents", "detail-type": "Incident Started"}
    assert say(running, arn, json.dumps(told))["title"] == "Incident Started"
    del found["account"]
    assert say(running, arn, json.dumps(found))["shown"] is False


def test_a_rule_speaks_to_people_by_its_transformer(emulator: Start) -> None:
    running = emulator()
    arn = topic(running, key=key(running, serving()), name="notices")
    created(running, SLACK, desired(running, SnsTopicArns=[arn]))
    template = custom("<what> is infected").replace('"Finding"', '"Finding <id>"')
    transformer = {
        "InputPathsMap": {"what": "$.detail.what", "id": "$.detail.id"},
        "InputTemplate": template,
    }
    rule(running, {"Arn": arn, "InputTransformer": transformer})
    delivered(running, event(what="i-1", id="7"))
    delivered(running, event(what='the "web" server', id="8"))
    whole, broken = heard(running)
    assert (whole["title"], whole["description"]) == ("Finding 7", "i-1 is infected")
    assert (broken["shown"], broken["why_dropped"]) == (False, "it is no JSON")


def test_messages_of_one_thread_stand_together(emulator: Start) -> None:
    running = emulator()
    arn = channel(running)
    one, two = (say(running, arn, custom(threadId="finding-1")) for _ in range(2))
    other = say(running, arn, custom())
    assert one["thread"] == two["thread"] == "finding-1"
    assert other["thread"] == other["id"]


def test_the_default_text_of_a_structured_message_is_for_chat(emulator: Start) -> None:
    running = emulator()
    arn = channel(running)
    text = json.dumps({"default": custom("for chat"), "email": "for mail"})
    client(running, TAX, "sns").publish(TopicArn=arn, Message=text, MessageStructure="json")
    assert heard(running)[-1]["description"] == "for chat"


def test_a_button_is_on_messages_whose_criteria_hold(emulator: Start) -> None:
    running = emulator()
    stage = {"Stage": "event.metadata.additionalContext.Stage"}
    criteria = [{"Operator": "EQUALS", "VariableName": "Stage", "Value": "asked"}]
    made = action(running, Variables=stage, Criteria=criteria)
    arn = channel(running, CustomizationResourceArns=[made])
    for context, buttons in (
        ({"Stage": "asked"}, 1),
        ({"Stage": "Asked"}, 0),
        ({"Stage": ""}, 0),
        ({}, 0),
    ):
        assert len(say(running, arn, custom(additionalContext=context))["buttons"]) == buttons
    assert say(running, arn, json.dumps({"Stage": "asked"}))["buttons"] == []


def test_has_value_wants_a_value(emulator: Start) -> None:
    running = emulator()
    arn = channel(running, CustomizationResourceArns=[action(running)])
    for context in ({}, {"Topic": ""}, {"topic": "x"}):
        assert say(running, arn, custom(additionalContext=context))["buttons"] == []


def test_a_channel_without_the_action_has_no_button(emulator: Start) -> None:
    running = emulator()
    action(running)
    arn = channel(running)
    assert say(running, arn, custom(additionalContext={"Topic": "x"}))["buttons"] == []
