"""``aws:branch``: which choice holds, and where that leads."""

from __future__ import annotations

import pytest

from rehearsal.automation.actions.branch import holds
from rehearsal.automation.failures import StepFailedError
from tests.automated import (
    Start,
    branch,
    call,
    deploy,
    document,
    ended,
    output,
    ran,
    sleep,
    start,
)

KNOWN = {"Text": "Windows", "Number": 7, "Flag": True, "List": ["a"]}


def test_a_branch_takes_the_first_choice_that_holds_else_its_default(emulator: Start) -> None:
    running = emulator()
    content = document(
        branch(
            "choose",
            {"NextStep": "first", "Variable": "{{ Action }}", "StringEquals": "Contain"},
            {"NextStep": "second", "Variable": "{{ Action }}", "StartsWith": "Con"},
            {"NextStep": "third", "Variable": "{{ Action }}", "StringEquals": "Release"},
            default="last",
        ),
        sleep("first", isEnd=True),
        sleep("second", isEnd=True),
        sleep("third", isEnd=True),
        sleep("last", isEnd=True),
        parameters={"Action": {"type": "String"}},
    )
    deploy(running, content)
    for action, taken in {"Contain": "first", "Console": "second", "x": "last"}.items():
        execution = ended(running, start(running, Action=[action]))
        assert [record.name for record in execution.steps] == ["choose", taken]


def test_a_branch_without_a_match_goes_on_or_ends(emulator: Start) -> None:
    choice = {"NextStep": "last", "Variable": "{{ global:REGION }}", "StringEquals": "nowhere"}
    on = ran(emulator(), branch("choose", choice), sleep("next", isEnd=True), sleep("last"))
    assert [record.name for record in on.steps] == ["choose", "next"]
    ends = ran(emulator(), branch("choose", choice, isEnd=True), sleep("next"), sleep("last"))
    assert [record.name for record in ends.steps] == ["choose"]


def test_a_branch_on_a_value_that_is_not_there_does_not_match(emulator: Start) -> None:
    missing = {"Variable": "{{ read.Platform }}", "StringEquals": "windows"}
    execution = ran(
        emulator(),
        call("read", "ec2", "DescribeVpcs", outputs=[output("Platform", "$.Platform")]),
        branch("choose", {"NextStep": "wrong", **missing}, {"NextStep": "right", "Not": missing}),
        sleep("wrong", isEnd=True),
        sleep("right", isEnd=True),
        allowed=("ec2:DescribeVpcs",),
    )
    assert [record.name for record in execution.steps] == ["read", "choose", "right"]
    assert execution.status == "Success"


@pytest.mark.parametrize(
    ("variable", "comparator", "wanted", "verdict"),
    [
        ("Text", "StringEquals", "Windows", True),
        ("Text", "StringEquals", "windows", False),
        ("Text", "EqualsIgnoreCase", "windows", True),
        ("Text", "StartsWith", "Win", True),
        ("Text", "StartsWith", "dows", False),
        ("Text", "EndsWith", "dows", True),
        ("Text", "EndsWith", "Win", False),
        ("Text", "Contains", "indow", True),
        ("Text", "Contains", "Linux", False),
        ("Number", "NumericEquals", 7, True),
        ("Number", "NumericEquals", 8, False),
        ("Number", "NumericGreater", 6, True),
        ("Number", "NumericGreater", 7, False),
        ("Number", "NumericLesser", 8, True),
        ("Number", "NumericLesser", 7, False),
        ("Number", "NumericGreaterOrEquals", 7, True),
        ("Number", "NumericGreaterOrEquals", 8, False),
        ("Number", "NumericLesserOrEquals", 7, True),
        ("Number", "NumericLesserOrEquals", 6, False),
        ("Flag", "BooleanEquals", True, True),
        ("Flag", "BooleanEquals", "false", False),
        ("Nothing", "StringEquals", "", False),
    ],
)
def test_a_comparison_of_a_choice_holds(
    variable: str, comparator: str, wanted: object, verdict: bool
) -> None:
    condition = {"Variable": f"{{{{ {variable} }}}}", comparator: wanted}
    assert holds(condition, KNOWN) is verdict
    assert holds({"Not": condition}, KNOWN) is not verdict
    assert holds({"And": [condition, {"Not": condition}]}, KNOWN) is False
    assert holds({"Or": [{"Not": condition}, condition]}, KNOWN) is True


@pytest.mark.parametrize(
    ("variable", "comparator"),
    [
        ("Text", "NumericEquals"),
        ("Number", "StringEquals"),
        ("List", "Contains"),
        ("Text", "BooleanEquals"),
    ],
)
def test_a_value_of_the_wrong_type_cannot_be_compared(variable: str, comparator: str) -> None:
    with pytest.raises(StepFailedError, match=f"{comparator} cannot compare"):
        holds({"Variable": f"{{{{ {variable} }}}}", comparator: "1"}, KNOWN)
