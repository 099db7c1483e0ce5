"""From a finding to its answer in the whole program: targets, modes, and what is reached."""

from __future__ import annotations

import json

import pytest

import names
from rehearsal.patterns import matches
from routes import ROUTES
from runbooks import RUNBOOKS
from settings import Settings
from tests.declared import Graph, Resource, declared
from tests.stacks import STACKS

AS_ROLE = ("events", "ssm")
"""Services whose targets need a role; queues, topics and log groups must have none (trap 6.6)."""


def _place(resource: Resource) -> tuple[str, str]:
    return resource.account, resource.region


def _targets_of(graph: Graph, rule: Resource) -> list[Resource]:
    return [
        target
        for target in graph.of("EventTarget", rule=rule.inputs["name"])
        if _place(target) == _place(rule)
        and target.inputs["eventBusName"] == rule.inputs["eventBusName"]
    ]


def test_every_rule_leads_to_exactly_one_target(graph: Graph) -> None:
    counts = {rule.urn: len(_targets_of(graph, rule)) for rule in graph.of("EventRule")}
    assert set(counts.values()) == {1}
    assert len(graph.of("EventTarget")) == len(counts)


def test_every_target_is_retried_to_the_maximum_and_then_dead_lettered(graph: Graph) -> None:
    queues = {queue.arn: queue for queue in graph.of("Queue")}
    for target in graph.of("EventTarget"):
        assert target.inputs["retryPolicy"] == {
            "maximumEventAgeInSeconds": 86_400,
            "maximumRetryAttempts": 185,
        }
        queue = queues[target.inputs["deadLetterConfig"]["arn"]]
        assert _place(queue) == _place(target)


def test_a_target_has_a_role_and_a_transformer_only_where_aws_takes_them(graph: Graph) -> None:
    roles = {role.arn for role in graph.of("Role")}
    for target in graph.of("EventTarget"):
        service, resource = (target.inputs["arn"].split(":", 5)[part] for part in (2, 5))
        assert ("roleArn" in target.inputs) == (service in AS_ROLE), target.urn
        if service in AS_ROLE:
            assert target.inputs["roleArn"] in roles
            own = names.STARTER if service == "ssm" else names.FORWARDER
            assert target.inputs["roleArn"].endswith(f":{target.account}:role/{own}")
        # A bus takes the event as it is (trap 6.10); a schedule has nothing to say but the action.
        watches = target.inputs["rule"] == "containment-watch"
        assert ("input" in target.inputs) == watches, target.urn
        transformed = service == "ssm" and not watches
        assert ("inputTransformer" in target.inputs) == transformed, target.urn
        assert "inputPath" not in target.inputs
        assert resource


def test_every_target_leads_to_something_that_is_declared(graph: Graph) -> None:
    documents = {f"{d.account} {d.region} {d.inputs['name']}" for d in graph.of("Document")}
    others = {each.arn for each in [*graph.of("EventBus"), *graph.of("LogGroup")]}
    for target in graph.of("EventTarget"):
        _, _, service, region, account, resource = target.inputs["arn"].split(":", 5)
        if service == "ssm":
            kind, _, document = resource.partition("/")
            assert (kind, document.partition(":")[2]) == ("automation-definition", "$DEFAULT")
            assert f"{account} {region} {document.partition(':')[0]}" in documents
            assert (account, region) == _place(target)
        else:
            assert target.inputs["arn"] in others


def test_no_event_needs_a_second_hop_to_the_ledger(graph: Graph) -> None:
    central = graph.one("EventBus", name=names.CENTRAL_BUS)
    for rule in graph.of("EventRule"):
        (target,) = _targets_of(graph, rule)
        on_central = rule.inputs["eventBusName"] == names.CENTRAL_BUS
        if ":events:" in target.inputs["arn"]:
            assert target.inputs["arn"] == central.arn
            assert not on_central
        assert on_central == (":logs:" in target.inputs["arn"])


def test_a_target_passes_identifiers_from_paths_that_every_finding_has(graph: Graph) -> None:
    for target in graph.of("EventTarget"):
        transformer = target.inputs.get("inputTransformer")
        if transformer is None:
            continue
        about = {"finding": "$.detail.arn", "time": "$.time"}
        if _document(target).endswith("-preserve"):  # what a run of ours reported
            about = {"resource": "$.detail.resource"}
        assert transformer["inputPaths"] == about
        text = transformer["inputTemplate"]
        for variable in transformer["inputPaths"]:
            text = text.replace(f"<{variable}>", json.dumps(variable))
        passed = json.loads(text)
        given = {"FindingArn": "finding", "EventTime": "time", "Resource": "resource"}
        assert {given[key] for key in passed if key in given} == about.keys()
        assert all(passed[key] == [value] for key, value in given.items() if key in passed)
        (document,) = [
            d
            for d in graph.of("Document")
            if _place(d) == _place(target) and f"/{d.inputs['name']}:" in target.inputs["arn"]
        ]
        parameters = json.loads(document.inputs["content"])["parameters"]
        assert passed.keys() <= parameters.keys()
        for name, (value,) in passed.items():
            assert value in parameters[name].get("allowedValues", [value])


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
        if pattern and _place(rule) == (account, region) and matches(pattern, event):
            (target,) = _targets_of(graph, rule)
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
                (target.inputs["rule"] == "containment-watch", _document(target))
                for target in graph.of("EventTarget")
                if _place(target) == (account.id, region) and ":ssm:" in target.inputs["arn"]
            }
            assert started == {(False, name) for name in wanted} | {
                (action == "Watch", runbook.document_name(action))
                for runbook in RUNBOOKS.values()
                for action in runbook.actions
                if action in ("Preserve", "Watch")
            }


def _document(target: Resource) -> str:
    name: str = target.inputs["arn"].rpartition("/")[2].partition(":")[0]
    return name


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
    assert {_place(each) for each in schedules} == places
    rates = {each.inputs["scheduleExpression"] for each in schedules}
    assert rates == {f"rate({settings.watch_minutes} minutes)"}
    missed = [a for a in graph.of("MetricAlarm") if a.inputs["metricName"] == "Heartbeat"]
    named = {(a.inputs["dimensions"]["Account"], a.inputs["dimensions"]["Region"]) for a in missed}
    assert named == places
    home = graph.one("LogGroup")
    assert {_place(each) for each in missed} == {_place(home)}
