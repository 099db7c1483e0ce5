"""Buttons in chat: as whom a command runs, within which guardrails, and what is no command."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actors import allow
from tests.chatting import (
    ARN,
    action,
    admitting_chat,
    channel,
    custom,
    guardrail,
    may_publish,
    pressed,
    role,
    say,
)
from tests.emulated import LAND_REGISTRY, TAX, control
from tests.topical import Start, subscribed, texts, topic

PHONE = "+491701234567"


def asked(running: Any, arn: str, *, answers: str) -> str:
    """A message with the button; its id."""
    message = say(running, arn, custom(additionalContext={"Topic": answers}))
    assert message["buttons"] == [{"action": "approve", "text": "Approve"}]
    return str(message["id"])


def test_pressing_runs_the_command_as_the_role_of_the_person(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    subscribed(running, answers, "sms", PHONE)
    arn = channel(running, CustomizationResourceArns=[action(running)])
    number = asked(running, arn, answers=answers)
    said = pressed(running, number, role(running, "anna", may_publish(answers)))
    assert "MessageId" in said
    assert texts(running, PHONE) == ["approved"]


def test_the_role_needs_the_permission_itself(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    arn = channel(running, CustomizationResourceArns=[action(running)])
    number = asked(running, arn, answers=answers)
    said = pressed(running, number, role(running, "anna", may_publish(answers + "s")))
    assert "assumed-role/anna/anna is not authorized to perform: sns:Publish" in said
    assert f"on resource: {answers} because no identity-based policy" in said


def test_the_guardrail_cuts_what_the_role_may(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    subscribed(running, answers, "sms", PHONE)
    rail = guardrail(running, allow("sns:Get*"), allow("ssm:*"))
    arn = channel(running, CustomizationResourceArns=[action(running)], GuardrailPolicies=[rail])
    number = asked(running, arn, answers=answers)
    said = pressed(running, number, role(running, "anna", may_publish(answers)))
    assert "no session policy allows the sns:Publish action" in said
    assert texts(running, PHONE) == []


def test_guardrails_add_up_and_may_be_awss(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    rails = [guardrail(running, may_publish(answers)), "arn:aws:iam::aws:policy/ReadOnlyAccess"]
    arn = channel(running, CustomizationResourceArns=[action(running)], GuardrailPolicies=rails)
    number = asked(running, arn, answers=answers)
    anna = role(running, "anna", may_publish(answers))
    assert "MessageId" in pressed(running, number, anna)


@pytest.mark.parametrize("guardrails", [{}, {"GuardrailPolicies": []}])
def test_without_guardrails_the_role_decides_alone(
    emulator: Start, guardrails: dict[str, Any]
) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    arn = channel(running, CustomizationResourceArns=[action(running)], **guardrails)
    number = asked(running, arn, answers=answers)
    anna = role(running, "anna", may_publish(answers))
    assert "MessageId" in pressed(running, number, anna)


def test_who_has_chosen_no_role_is_refused_in_words(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    arn = channel(running, CustomizationResourceArns=[action(running)])
    said = pressed(running, asked(running, arn, answers=answers), None)
    assert "anna has not chosen one" in said


def test_where_no_role_is_required_the_channels_role_acts(emulator: Start) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    arn = channel(
        running,
        CustomizationResourceArns=[action(running)],
        UserRoleRequired=False,
        IamRoleArn=role(running, "shared", may_publish(answers)),
    )
    assert "MessageId" in pressed(running, asked(running, arn, answers=answers), None)


def test_a_role_that_does_not_let_chat_in_or_only_for_another_channel_is_none(
    emulator: Start,
) -> None:
    running = emulator()
    answers = topic(running, name="answers")
    arn = channel(running, CustomizationResourceArns=[action(running)])
    number = asked(running, arn, answers=answers)
    elsewhere = role(
        running, "ben", may_publish(answers), trusting=admitting_chat(ARN + "-of-others")
    )
    for one in (elsewhere, f"arn:aws:iam::{TAX}:role/nobody"):
        assert "is not authorized to perform: sts:AssumeRole" in pressed(running, number, one)
    foreign = f"arn:aws:iam::{LAND_REGISTRY}:role/OrganizationAccountAccessRole"
    assert f"is not a role of account {TAX}" in pressed(running, number, foreign)


def test_a_value_with_blanks_becomes_words_of_the_command(emulator: Start) -> None:
    running = emulator()
    arn = channel(running, CustomizationResourceArns=[action(running)])
    number = asked(running, arn, answers="x --subject y --invented z")
    said = pressed(running, number, role(running, "anna", allow("sns:Publish")))
    assert said == "I did not run the command: Unknown options: --invented"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("aws sns list-topics --region eu-west-1", "There is no service aws."),
        ("sns listTopics --region eu-west-1", "has no operation listTopics"),
        ("sns publish-everything --region eu-west-1", "has no operation publish-everything"),
        ("sns list-topics", "Tell me the region"),
        ("sns publish --topic-arn $Other --region eu-west-1", "variable Other"),
        ("sns publish --topic-arn $Topic --region eu-west-1", 'parameter in input: "Message"'),
        ("sns publish --message 'x --region eu-west-1", "I cannot read the command"),
        ("sns publish now --region eu-west-1", "Unknown options: now"),
    ],
)
def test_a_command_that_is_none_is_said(emulator: Start, command: str, said: str) -> None:
    running = emulator()
    arn = channel(running, CustomizationResourceArns=[action(running, command=command)])
    number = asked(running, arn, answers="x")
    assert said in pressed(running, number, role(running, "anna", allow("sns:*")))


def test_options_are_read_by_the_operations_model(emulator: Start) -> None:
    running = emulator()
    command = "ec2 describe-regions --region-names eu-west-1 --all-regions --region eu-west-1"
    arn = channel(running, CustomizationResourceArns=[action(running, command=command)])
    number = asked(running, arn, answers="x")
    said = pressed(running, number, role(running, "anna", allow("ec2:*")))
    assert '"RegionName": "eu-west-1"' in said
    assert "eu-central-1" not in said


def test_a_command_that_the_emulator_lacks_is_an_error_of_the_rehearsal(emulator: Start) -> None:
    running = emulator()
    command = "sns list-origination-numbers --region eu-west-1"
    arn = channel(running, CustomizationResourceArns=[action(running, command=command)])
    number = asked(running, arn, answers="x")
    anna = role(running, "anna", allow("sns:*"))
    body = {"account": TAX, "message": number, "action": "approve", "user": "anna", "role": anna}
    status, answer = control(running, "POST", "chat-press", body)
    assert (status, answer["__type"]) == (501, "NotEmulated")


def test_a_message_or_button_that_is_not_there_cannot_be_pressed(emulator: Start) -> None:
    running = emulator()
    arn = channel(running, CustomizationResourceArns=[action(running)])
    number = asked(running, arn, answers="x")
    for message, button in (("message-9", "approve"), (number, "reject")):
        body = {"account": TAX, "message": message, "action": button, "user": "anna"}
        assert control(running, "POST", "chat-press", body)[0] == 400
    body = {"account": TAX, "message": number, "action": "approve"}
    assert control(running, "POST", "chat-press", body)[0] == 400
