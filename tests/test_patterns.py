"""Event patterns by hand: the rules that the pipeline leans on, and what PutRule refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rehearsal.patterns import InvalidPatternError, matches, validate


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ({"prefix": "Backdoor:EC2/"}, "Backdoor:EC2/C&CActivity.B", True),
        ({"prefix": "Backdoor:EC2/"}, "Backdoor:Runtime/C&CActivity.B", False),
        ({"suffix": "!DNS"}, "CryptoCurrency:EC2/BitcoinTool.B!DNS", True),
        ({"wildcard": "*:EC2/*!DNS"}, "CryptoCurrency:EC2/BitcoinTool.B!DNS", True),
        ({"numeric": [">=", 4, "<", 7]}, 4, True),
        ({"numeric": [">=", 4, "<", 7]}, 7, False),
        ({"cidr": "10.0.0.0/24"}, "10.0.0.200", True),
        ({"cidr": "10.0.0.0/24"}, "10.0.1.0", False),
        ({"equals-ignore-case": "actor"}, "ACTOR", True),
        ({"anything-but": ["TARGET"]}, "ACTOR", True),
        ({"anything-but": ["TARGET"]}, "TARGET", False),
    ],
)
def test_a_condition_holds_for_the_value_and_not_for_its_near_miss(
    condition: dict[str, Any], value: Any, expected: bool
) -> None:
    assert matches({"detail": {"field": [condition]}}, {"detail": {"field": value}}) is expected


def test_conditions_on_an_array_must_hold_on_the_same_element() -> None:
    pattern = {"detail": {"findings": {"ProductName": ["GuardDuty"], "Status": ["NEW"]}}}
    old = {"ProductName": "GuardDuty", "Status": "NOTIFIED"}
    other = {"ProductName": "Inspector", "Status": "NEW"}
    new = {"ProductName": "GuardDuty", "Status": "NEW"}

    assert not matches(pattern, {"detail": {"findings": [old, other]}})
    assert matches(pattern, {"detail": {"findings": [old, new]}})


def test_a_negative_on_a_missing_field_does_not_match_and_absence_does() -> None:
    negative = {"detail": {"service": {"additionalInfo": {"sample": [{"anything-but": "true"}]}}}}
    absence = {"detail": {"service": {"additionalInfo": {"sample": [{"exists": False}]}}}}
    event = {"detail": {"service": {"additionalInfo": {"type": "default"}}}}

    assert not matches(negative, event)
    assert matches(absence, event)


def test_exists_asks_for_leaves_and_an_empty_object_has_none() -> None:
    absence = {"detail": {"action": [{"exists": False}]}}

    assert matches(absence, {"detail": {"action": {}}})
    assert matches(absence, {"detail": {"action": {"actionType": "DNS_REQUEST"}}})
    assert not matches(absence, {"detail": {"action": None}})


def test_or_holds_if_one_alternative_does() -> None:
    pattern = {"$or": [{"account": ["1"]}, {"region": ["eu-west-1"]}], "source": ["aws.guardduty"]}

    assert matches(pattern, {"source": "aws.guardduty", "account": "2", "region": "eu-west-1"})
    assert not matches(pattern, {"source": "aws.guardduty", "account": "2", "region": "eu-west-2"})
    assert not matches(pattern, {"source": "aws.ec2", "account": "1", "region": "eu-west-1"})


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ({}, "empty objects"),
        ({"source": "aws.guardduty"}, "source must be an object or an array"),
        ({"detail": {"type": []}}, "detail.type: empty arrays"),
        ({"detail": {"sample": [{"anything-but": True}]}}, "detail.sample: anything-but"),
        ({"detail": {"type": [{"starts-with": "x"}]}}, "unrecognised operator starts-with"),
        ({"detail": {"type": [{"prefix": "x", "suffix": "y"}]}}, "exactly one operator"),
        ({"detail": {"severity": [{"numeric": [">", 5, "<", 4]}]}}, "numeric"),
        ({"detail": {"ip": [{"cidr": "10.0.0.0/40"}]}}, "prefix length"),
        ({"$or": [{"a": ["x"]}, {"b": "x"}]}, "b must be an object or an array"),
    ],
)
def test_what_aws_refuses_is_refused_with_its_place(
    pattern: dict[str, Any] | str, why: str
) -> None:
    with pytest.raises(InvalidPatternError, match=why):
        validate(pattern)


def test_a_pattern_of_2048_characters_is_allowed_and_one_more_is_not() -> None:
    longest = json.dumps({"detail": {"type": ["x" * 2022]}})
    assert len(longest) == 2048

    validate(longest)
    with pytest.raises(InvalidPatternError, match="2049 characters"):
        validate(longest.replace("x", "xx", 1))


def test_a_thousand_combinations_are_allowed_and_more_are_not() -> None:
    ten = [{name: [1]} for name in "abcdefghij"]
    thousand = {"x": {"$or": ten}, "y": {"$or": ten}, "z": {"$or": ten}}

    validate(thousand)
    with pytest.raises(InvalidPatternError, match="1100 combinations"):
        validate(thousand | {"z": {"$or": [*ten, {"k": [1]}]}})
