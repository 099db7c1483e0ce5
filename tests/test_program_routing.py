"""From a finding to its answer in the whole program: targets, modes, and what is reached."""

from __future__ import annotations

import pytest

from rehearsal.patterns import matches
from routes import ROUTES
from runbooks import RESPONSE, RUNBOOKS
from settings import Settings
from tests.declared import Graph, declared
from tests.stacks import STACKS
from tests.targets import SCHEDULED, document_of, place, targets_of


def _answers(graph: Graph, account: str, region: str, severity: float = 8) -> set[tuple[str, str]]:
    """What a finding about a compromised instance starts there: kind of target, and mode."""
    event = {
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Finding",
        "detail": {
            "accountId": account,
            "type": "Backdoor:EC2/Spambot",
            "severity": severity,
            "resource": {"resourceType": "Instance"},
            "service": {"archived": False, "additionalInfo": {}},
        },
    }
    found = set()
    for rule in graph.of("EventRule", eventBusName="default"):
        pattern = rule.inputs.get("eventPattern")  # a rule on a schedule has none
        if pattern and place(rule) == (account, region) and matches(pattern, event):
            (target,) = targets_of(graph, rule)
            template = target.inputs.get("inputTransformer", {}).get("inputTemplate", "{}")
            mode = [] if template == "{}" else [part for part in MODES if f'["{part}"]' in template]
            found.add((target.inputs["arn"].split(":")[2], "".join(mode)))
    return found


MODES = ("automatic", "approval", "notify")


def test_a_mode_decides_what_a_finding_starts(graph: Graph, settings: Settings) -> None:
    for account in settings.accounts:
        mode = settings.modes(account)["compromised-instance"]
        expected = {("events", "")} if mode == "notify" else {("ssm", mode)}
        for region in settings.regions:
            expected_here = expected if account.contains else set()
            assert _answers(graph, account.id, region) == expected_here


@pytest.mark.parametrize("name", ["staging", "elsewhere"])
def test_below_the_threshold_people_are_told_and_nothing_starts(name: str) -> None:
    account, region = (
        ("333333333333", "eu-west-1")
        if name == "staging"
        else (
            "777777777777",
            "us-gov-east-1",
        )
    )
    graph = declared(STACKS[name])
    assert {kind for kind, _ in _answers(graph, account, region, 7)} == {"ssm"}
    assert _answers(graph, account, region, 6.9) == {("events", "")}


def test_every_routes_runbook_is_reached_where_its_mode_is_not_notify(
    graph: Graph, settings: Settings
) -> None:
    for account in (each for each in settings.accounts if each.contains):
        modes = settings.modes(account)
        wanted = {
            RUNBOOKS[route.runbook].document_name("Contain")
            for route in ROUTES
            if route.runbook and modes[route.name] != "notify"
        }
        for region in settings.regions:
            started = {
                (target.inputs["rule"] == "containment-watch", document_of(target))
                for target in graph.of("EventTarget")
                if place(target) == (account.id, region) and ":ssm:" in target.inputs["arn"]
                if not target.inputs["rule"].startswith("containment-people-")
            }
            assert started == {(False, name) for name in wanted} | {
                (action == "Watch", runbook.document_name(action))
                for runbook in RUNBOOKS.values()
                for action in runbook.actions
                if action in ("Preserve", "Watch")
            }


def test_the_response_is_reached_in_the_security_account_by_rules_and_by_the_schedule(
    graph: Graph,
) -> None:
    started = {
        (place(target), document_of(target), target.inputs["rule"] in SCHEDULED)
        for target in graph.of("EventTarget")
        if ":ssm:" in target.inputs["arn"]
        if target.inputs["rule"].startswith("containment-people-")
    }
    home = place(graph.one("LogGroup"))
    assert started == {
        (home, RESPONSE.document_name("Respond"), False),
        (home, RESPONSE.document_name("Escalate"), True),
    }


def test_what_was_contained_is_watched_in_every_place_and_every_place_is_missed_when_silent(
    graph: Graph, settings: Settings
) -> None:
    places = {
        (account.id, region)
        for account in settings.accounts
        if account.contains
        for region in settings.regions
    }
    schedules = graph.of("EventRule", name="containment-watch")
    assert {place(each) for each in schedules} == places
    rates = {each.inputs["scheduleExpression"] for each in schedules}
    assert rates == {f"rate({settings.watch_minutes} minutes)"}
    missed = [a for a in graph.of("MetricAlarm") if "-silent-" in a.inputs["name"]]
    named = {(a.inputs["dimensions"]["Account"], a.inputs["dimensions"]["Region"]) for a in missed}
    assert named == places
    home = graph.one("LogGroup")
    assert {place(each) for each in missed} == {place(home)}
