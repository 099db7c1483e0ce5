"""Targets in the whole program: what each rule leads to, with which role, and what it passes on."""

from __future__ import annotations

import json

import pytest

import names
from tests.declared import Graph, Resource, declared
from tests.judged import broken
from tests.targets import SCHEDULED, document_of, engages, place, service_of, targets_of

AS_ROLE = ("events", "ssm", "ssm-incidents")
"""Services whose targets need a role; queues, topics and log groups must have none (trap 6.6)."""
TOLD = ("containment-people-other-product", "containment-people-response-failed")
"""Rules that the topic alone hears: nobody is called."""


def test_a_rule_leads_to_one_target_and_one_about_people_to_whoever_answers_and_the_topic(
    graph: Graph,
) -> None:
    counted = 0
    for rule in graph.of("EventRule"):
        targets = targets_of(graph, rule)
        counted += len(targets)
        kinds = sorted(service_of(graph, each) for each in targets)
        if not engages(rule):
            assert len(kinds) == 1, rule.urn
            assert kinds != ["sns"], rule.urn
        elif rule.inputs["name"] in TOLD:
            assert kinds == ["sns"], rule.urn
        else:
            assert kinds in (["sns", "ssm"], ["sns", "ssm-incidents"]), rule.urn
    assert len(graph.of("EventTarget")) == counted


def test_every_target_is_retried_to_the_maximum_and_then_dead_lettered(graph: Graph) -> None:
    queues = {queue.arn: queue for queue in graph.of("Queue")}
    assert broken(graph, "targets-retried") == []
    for target in graph.of("EventTarget"):
        queue = queues[target.inputs["deadLetterConfig"]["arn"]]
        assert place(queue) == place(target)


def test_a_target_has_a_role_and_a_transformer_only_where_aws_takes_them(graph: Graph) -> None:
    roles = {role.arn for role in graph.of("Role")}
    for target in graph.of("EventTarget"):
        service = service_of(graph, target)
        assert ("roleArn" in target.inputs) == (service in AS_ROLE), target.urn
        if service in AS_ROLE:
            assert target.inputs["roleArn"] in roles
            own = names.STARTER if service == "ssm" else names.FORWARDER
            if target.inputs["rule"].startswith("containment-people-"):
                own = names.ENGAGER
            assert target.inputs["roleArn"].endswith(f":{target.account}:role/{own}")
        # A bus takes the event as it is (trap 6.10), and so does a plan, which keeps it for the
        # response to read; a schedule has nothing to say but the action.
        scheduled = target.inputs["rule"] in SCHEDULED
        assert ("input" in target.inputs) == scheduled, target.urn
        transformed = service in ("ssm", "sns") and not scheduled
        assert ("inputTransformer" in target.inputs) == transformed, target.urn
        assert "inputPath" not in target.inputs


def test_every_target_leads_to_something_that_is_declared(graph: Graph) -> None:
    documents = {f"{d.account} {d.region} {d.inputs['name']}" for d in graph.of("Document")}
    others = {each.arn for each in [*graph.of("EventBus"), *graph.of("LogGroup")]}
    plans = {
        f"arn:{each.partition}:ssm-incidents::{each.account}:response-plan/{each.inputs['name']}"
        for each in graph.of("ResponsePlan")
    }
    for target in graph.of("EventTarget"):
        if service_of(graph, target) == "sns":
            assert place(target) == place(graph.one("Topic"))
            continue
        _, _, service, region, account, resource = target.inputs["arn"].split(":", 5)
        if service == "ssm-incidents":
            assert target.inputs["arn"] in plans
        elif service == "ssm":
            kind, _, document = resource.partition("/")
            assert (kind, document.partition(":")[2]) == ("automation-definition", "$DEFAULT")
            assert f"{account} {region} {document.partition(':')[0]}" in documents
            assert (account, region) == place(target)
        else:
            assert target.inputs["arn"] in others


def test_no_event_needs_a_second_hop_to_the_ledger(graph: Graph) -> None:
    central = graph.one("EventBus", name=names.CENTRAL_BUS)
    for rule in graph.of("EventRule"):
        on_central = rule.inputs["eventBusName"] == names.CENTRAL_BUS
        services = {service_of(graph, target) for target in targets_of(graph, rule)}
        for target in targets_of(graph, rule):
            if service_of(graph, target) == "events":
                assert target.inputs["arn"] == central.arn
                assert not on_central
        assert ("logs" in services) == (on_central and not engages(rule)), rule.urn


@pytest.mark.parametrize("backend", ["dev", "staging"])
def test_what_people_approved_reaches_the_ledger_from_the_security_account_alone(
    backend: str,
) -> None:
    graph = declared(backend)
    (rule,) = graph.of("EventRule", name="containment-people-signals")
    assert place(rule) == place(graph.one("LogGroup"))
    (target,) = targets_of(graph, rule)
    assert target.inputs["arn"] == graph.one("EventBus", name=names.CENTRAL_BUS).arn


IN_EVERY_FINDING = {"FindingArn": "$.detail.arn", "FindingId": "$.detail.id"}
WHERE = {"Account": "$.account", "Region": "$.region"}
"""By the envelope, in which nobody can lie (trap 6.1)."""
FOR_PEOPLE = {
    "people-ledger-ledger": {
        "FindingArn": "$.detail.finding_arn",
        "FindingId": "$.detail.finding_id",
        "Stage": "$.detail.stage",
        "Route": "$.detail.route",
        "Resource": "$.detail.resource",
        "RunId": "$.detail.execution_id",
        **WHERE,
    },
    "people-unrouted-ledger": {**IN_EVERY_FINDING, **WHERE},
    "people-run-failed-ledger": {"RunId": "$.detail.ExecutionId", **WHERE},
    "people-alarm-ledger": {"Resource": "$.resources[0]", **WHERE},
    "people-hub-alarm": {"Resource": "$.resources[0]", **WHERE},
}
"""What the response's document is told by each rule that is not about Security Hub's findings."""
OF_SECURITY_HUB = {"FindingArn": "$.detail.findings[0].Id"}


def _about(target: Resource) -> dict[str, str]:
    """Parameter of the document that a target starts → the path that it gets."""
    rule = target.inputs["rule"].removeprefix(names.PREFIX)
    if document_of(target) == names.RESPOND:
        return FOR_PEOPLE.get(rule, OF_SECURITY_HUB)
    if document_of(target).endswith("-preserve"):  # what a run of ours reported
        return {"Resource": "$.detail.resource"}
    return {"FindingArn": "$.detail.arn", "EventTime": "$.time"}


def test_a_target_passes_identifiers_from_paths_that_every_finding_has(graph: Graph) -> None:
    for target in graph.of("EventTarget"):
        transformer = target.inputs.get("inputTransformer")
        if transformer is None or service_of(graph, target) == "sns":
            continue
        about, paths = _about(target), transformer["inputPaths"]
        text = transformer["inputTemplate"]
        for variable, path in paths.items():
            text = text.replace(f'"<{variable}>"', json.dumps(path))
            text = text.replace(f"<{variable}>", json.dumps(path))
        passed = json.loads(text)
        assert {name: value for name, (value,) in passed.items() if name in about} == about
        assert {*paths.values()} == {*about.values()}
        (document,) = [
            d
            for d in graph.of("Document")
            if place(d) == place(target) and f"/{d.inputs['name']}:" in target.inputs["arn"]
        ]
        parameters = json.loads(document.inputs["content"])["parameters"]
        assert passed.keys() <= parameters.keys()
        for name, (value,) in passed.items():
            assert value in parameters[name].get("allowedValues", [value])
