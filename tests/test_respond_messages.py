"""What people read: the one shape that chat shows, and nothing that an attacker could write."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from runbooks.respond_to_incident import messages
from runbooks.respond_to_incident.messages import gist_of, message, quoted

CASE = {
    "drill": "false",
    "thread": "f-1",
    "finding_arn": "",
    "resource": "arn:aws:ec2:eu-west-1:333333333333:instance/i-0123456789abcdef0",
    "account": "333333333333",
    "region": "eu-west-1",
    "title": "EC2 instance i-0123456789abcdef0 mines.",
    "stage": "",
    "home": "eu-west-1",
    "topic": "arn:aws:sns:eu-west-1:222222222222:Automation-containment",
    "run_url": "https://eu-west-1.console.aws.amazon.com/x",
}
TEXT = {"type": "string", "minLength": 1}
# The parameters that chat knows (AWS docs: chatbot, custom-notifs), and none beside them.
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "source", "content"],
    "properties": {
        "version": {"const": "1.0"},
        "source": {"const": "custom"},
        "id": TEXT,
        "content": {
            "type": "object",
            "additionalProperties": False,
            "required": ["description"],
            "properties": {
                "textType": {"const": "client-markdown"},
                "title": TEXT,
                "description": TEXT,
                "nextSteps": {"type": "array", "items": TEXT},
                "keywords": {"type": "array", "items": TEXT},
            },
        },
        "metadata": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "threadId": TEXT,
                "summary": TEXT,
                "eventType": TEXT,
                "relatedResources": {"type": "array", "items": TEXT},
                "additionalContext": {"type": "object", "additionalProperties": {"type": "string"}},
            },
        },
    },
}
HOSTILE = [
    "<!channel> <@U123> <https://evil.example|click>",
    "`; *bold* _it_ ~no~ [x](http://evil.example)",
    "line\r\nnew \u2028line\x00\x1b[31m\u202egnp.exe",
    "@here @everyone <at>all</at>",
    "HTTPS://evil.example WWW.evil.example",
    "<!channel>" * 1_000,
    "\u202e" * 10_000,
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12] or "empty")
def test_a_value_of_somebody_else_is_one_code_span_without_mention_link_or_control(
    text: str,
) -> None:
    shown = quoted(text)
    assert re.fullmatch(r"`[^`<>@]*`", shown)
    assert shown.isprintable()
    assert not re.search(r"https?://|(^|[^[])www\.", shown, re.I)
    assert len(shown) <= 80 * 6


def test_a_long_value_is_cut_and_says_so() -> None:
    assert quoted("a" * 81) == f"`{'a' * 79}…`"
    assert quoted("a" * 80) == f"`{'a' * 80}`"
    assert quoted("a" * 10_000, 20) == f"`{'a' * 19}…`"


def test_a_name_is_shown_as_it_is() -> None:
    assert (
        quoted("CryptoCurrency:EC2/BitcoinTool.B!DNS") == "`CryptoCurrency:EC2/BitcoinTool.B!DNS`"
    )
    assert quoted("tax_office-web 1") == "`tax_office-web 1`"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12] or "empty")
def test_a_message_has_the_shape_that_chat_shows_whatever_the_finding_says(text: str) -> None:
    told = message(CASE, quoted(text), gist_of({**CASE, "title": text}), ["Do."], ExecutionId="e")
    jsonschema.validate(told, SCHEMA)
    assert told["metadata"]["threadId"] == "f-1"
    assert len(json.dumps(told)) < 10_000
    assert "<" not in told["content"]["description"]


def test_a_drill_says_so_first() -> None:
    assert message({**CASE, "drill": "true"}, "Page", [], [])["content"]["title"] == "[drill] Page"


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(messages, "call", lambda *_, **given: sent.append(given))
    return sent


def test_chat_gets_the_shape_and_mail_and_telephone_plain_text(
    published: list[dict[str, Any]],
) -> None:
    title = "Page: " + quoted("Ünï\u2028`<x>")
    messages.tell(CASE, title, gist_of(CASE), ["Go."], "anna")
    [sent] = published
    body = json.loads(sent["Message"])
    assert sent["MessageStructure"] == "json"
    jsonschema.validate(json.loads(body["default"]), SCHEMA)
    assert "`" not in body["email"]
    assert body["email"].endswith("Go.")
    assert len(body["sms"]) <= 140
    subject = sent["Subject"]
    assert subject.isascii()
    assert subject.isprintable()
    assert len(subject) < 100
    assert sent["MessageAttributes"]["to"] == {
        "DataType": "String.Array",
        "StringValue": '["anna"]',
    }


def test_what_names_nobody_goes_to_chat_alone_and_a_team_gets_one_message(
    published: list[dict[str, Any]],
) -> None:
    messages.tell(CASE, "Outcome", [], [])
    messages.tell(CASE, "NOT contained", [], [], "anna,ben")
    chat, team = published
    assert chat["MessageAttributes"] == {}
    assert json.loads(team["MessageAttributes"]["to"]["StringValue"]) == ["anna", "ben"]
