"""The rules of an account are a partition of its findings, and each is one that AWS takes."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.rules import PATTERN_LIMIT, Rule, as_text, rules, size
from operations.routing.finding_types import LISTED
from rehearsal.patterns import matches, validate
from routes import ROUTES, SET_ASIDE, Mode, route_of

DATA = Path(__file__).parent / "data"
EVENTS = sorted((DATA / "events").glob("*.json"))
OWN, FOREIGN, THRESHOLD = "333333333333", "444444444444", 7.0
ROUTE = "compromised-instance"
OTHER = "attacking-instance"
"""Has a runbook, too, and no threshold in these tests."""
FAMILIES = sorted({each["family"] for each in LISTED})
Deployed = list[tuple[Rule, str]]


def deployed(account: str, thresholds: dict[str, float] | None = None) -> Deployed:
    """The rules of an account, each with its pattern's text, which is written only once."""
    return [(rule, as_text(rule.pattern)) for rule in rules(account, {}, thresholds or {})]


PLAIN = deployed(OWN)
WITH_THRESHOLD = deployed(OWN, {ROUTE: THRESHOLD})


def event(kind: str, **detail: Any) -> dict[str, Any]:
    """An event of GuardDuty about an instance, active and no sample unless ``detail`` differs."""
    service = {"archived": False, "additionalInfo": {"value": "{}"}, **detail.pop("service", {})}
    whole = {
        "accountId": OWN,
        "type": kind,
        "severity": 8,
        "resource": {"resourceType": "Instance"},
        "service": {name: value for name, value in service.items() if value is not ...},
        **detail,
    }
    return {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Finding",
        "account": OWN,
        "detail": {name: value for name, value in whole.items() if value is not ...},
    }


def hit(of: Deployed, happened: dict[str, Any]) -> list[Rule]:
    """The rules that this event meets."""
    return [rule for rule, pattern in of if matches(pattern, happened)]


def only(of: Deployed, happened: dict[str, Any]) -> Rule:
    """The one rule that this event meets."""
    (rule,) = hit(of, happened)
    return rule


def shades(kind: str, resource: str) -> Iterator[dict[str, Any]]:
    """One type's events: every role, each sample or none, archived, active or neither."""
    samples: list[dict[str, Any]] = [{"value": "{}"}, {"sample": True}]
    for role, info, archived in itertools.product(
        ("ACTOR", "TARGET", ...), samples, (False, True, ...)
    ):
        service = {"resourceRole": role, "archived": archived, "additionalInfo": info}
        yield event(kind, resource={"resourceType": resource}, service=service)


def of_family(family: str) -> Iterator[tuple[str, str]]:
    """Every active type of a family, with each resource type that it comes with."""
    for active in LISTED:
        if active["family"] == family:
            for resource in [active["resource"], *active.get("other_resources", [])]:
                yield active["type"], resource


@pytest.mark.parametrize("family", FAMILIES)
def test_each_finding_of_the_account_meets_exactly_one_rule(family: str) -> None:
    for kind, resource in of_family(family):
        for happened in shades(kind, resource):
            assert only(PLAIN, happened).route == route_of(happened["detail"])


@pytest.mark.parametrize("family", ["EC2", "Runtime", "MalwareProtection"])
def test_each_finding_meets_exactly_one_rule_where_a_threshold_stands(family: str) -> None:
    about_instances = [kind for kind, resource in of_family(family) if resource == "Instance"]
    assert about_instances
    for kind in about_instances:
        for happened, severity in itertools.product(shades(kind, "Instance"), (6.9, 7, ...)):
            happened["detail"]["severity"] = severity
            if severity is ...:
                del happened["detail"]["severity"]
            met, expected = only(WITH_THRESHOLD, happened), route_of(happened["detail"])
            assert met.route == expected
            contains = expected == OTHER or (expected == ROUTE and severity == 7)
            assert (met.runbook is not None) == contains


@pytest.mark.parametrize("family", FAMILIES)
def test_a_finding_of_another_account_meets_no_rule(family: str) -> None:
    for kind, resource in of_family(family):
        for happened in shades(kind, resource):
            happened["detail"]["accountId"] = FOREIGN
            assert hit(PLAIN, happened) == []
        assert hit(WITH_THRESHOLD, event(kind, accountId=FOREIGN)) == []


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_an_event_file_meets_one_rule_of_its_account_and_none_of_another(path: Path) -> None:
    happened = json.loads(path.read_text())
    account = happened["detail"]["accountId"]
    assert only(deployed(account), happened).route == route_of(happened["detail"])
    others = {OWN, FOREIGN, "222222222222", "111111111111"} - {account}
    assert [hit(deployed(other), happened) for other in others] == [[], [], []]


def _parts() -> list[tuple[str, str]]:
    return [
        ("", "accountId"),
        ("", "type"),
        ("", "severity"),
        ("", "resource"),
        ("", "service"),
        ("resource", "resourceType"),
        ("service", "archived"),
        ("service", "resourceRole"),
        ("service", "additionalInfo"),
    ]


@pytest.mark.parametrize("junk", [None, 5, -5.5, "", [], {}, True, [None], {"a": 1}, ...])
@pytest.mark.parametrize("where", _parts(), ids=".".join)
def test_a_malformed_finding_meets_exactly_one_rule(where: tuple[str, str], junk: object) -> None:
    for kind in ("Backdoor:EC2/Spambot", "UnauthorizedAccess:EC2/SSHBruteForce", "Recon:EC2/X"):
        happened = copy.deepcopy(event(kind))
        inner = happened["detail"][where[0]] if where[0] else happened["detail"]
        inner.pop(where[1], None)
        if junk is not ...:
            inner[where[1]] = junk
        for of in (PLAIN, WITH_THRESHOLD):
            met = only(of, happened)
            if where[1] != "accountId":
                assert met.route == route_of(happened["detail"])


def test_a_severity_that_is_no_number_is_for_people_where_a_threshold_stands() -> None:
    odd: list[Any] = [None, "8", True, {}, ...]
    for severity in odd:
        met = only(WITH_THRESHOLD, event("Backdoor:EC2/Spambot", severity=severity))
        assert (met.name, met.runbook) == (f"{ROUTE}-1-low", None)


def test_an_empty_detail_goes_to_people() -> None:
    assert only(PLAIN, {**event("x"), "detail": {}}).name == "unrouted-other"


@pytest.mark.parametrize(
    "envelope",
    [{"source": "containment.runbook"}, {"source": "aws.securityhub"}, {"detail-type": "Other"}],
)
def test_an_event_that_is_no_guardduty_finding_meets_no_rule(envelope: dict[str, str]) -> None:
    assert hit(PLAIN, {**event("Backdoor:EC2/Spambot"), **envelope}) == []


@pytest.mark.parametrize("threshold", [None, 1.0, 6.95, 10.0])
@pytest.mark.parametrize("mode", ["automatic", "approval", "notify"])
def test_aws_takes_every_pattern(mode: Any, threshold: float | None) -> None:
    thresholds = {} if threshold is None else {ROUTE: threshold}
    made = rules(OWN, {ROUTE: mode}, thresholds)
    for rule in made:
        validate(as_text(rule.pattern))
        assert size(rule.pattern) == len(as_text(rule.pattern)) <= PATTERN_LIMIT == 2048
    names = [rule.name for rule in made]
    assert sorted(set(names)) == sorted(names)


def test_a_mode_decides_what_a_rule_starts() -> None:
    modes: list[Mode] = ["automatic", "approval", "notify"]
    started = {
        mode: {
            (rule.runbook, rule.mode)
            for rule in rules(OWN, {ROUTE: mode}, {})
            if rule.route == ROUTE
        }
        for mode in modes
    }
    assert started == {
        "automatic": {("isolate_instance", "automatic")},
        "approval": {("isolate_instance", "approval")},
        "notify": {(None, "notify")},
    }


def test_a_mode_is_the_routes_own_where_none_is_given() -> None:
    assert rules(OWN, {}, {}) == rules(OWN, {route.name: route.mode for route in ROUTES}, {})


def test_a_mode_cannot_give_a_runbook_to_a_route_that_has_none() -> None:
    made = rules(OWN, {"attacked-instance": "automatic"}, {"attacked-instance": 1})
    assert [(r.name, r.runbook, r.mode) for r in made if r.route == "attacked-instance"] == [
        ("attacked-instance", None, "notify")
    ]


def test_a_threshold_parts_a_route_and_means_nothing_where_people_are_told_anyway() -> None:
    assert rules(OWN, {ROUTE: "notify"}, {ROUTE: THRESHOLD}) == rules(OWN, {ROUTE: "notify"}, {})
    low = {rule.name for rule, _ in WITH_THRESHOLD} - {rule.name for rule, _ in PLAIN}
    assert low == {f"{ROUTE}-{part}-low" for part in (1, 2)}


def test_the_rules_of_an_account_differ_from_anothers_only_by_its_id() -> None:
    here, there = rules(OWN, {}, {}), rules(FOREIGN, {}, {})
    texts = [(as_text(a.pattern), as_text(b.pattern)) for a, b in zip(here, there, strict=True)]
    assert all(OWN in a and a.replace(OWN, FOREIGN) == b for a, b in texts if OWN in a)
    assert [a for a, _ in texts if OWN not in a] == []


def test_only_the_set_aside_rule_takes_samples_and_archived() -> None:
    (rule,) = [each for each, _ in PLAIN if each.route == SET_ASIDE]
    assert rule.runbook is None
    for service in ({"archived": True}, {"additionalInfo": {"sample": True}}):
        assert only(PLAIN, event("Backdoor:EC2/Spambot", service=service)) == rule
