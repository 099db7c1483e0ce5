"""Whom queues, buses and log groups of the whole program let in, and what its roles may reach."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import names
from rehearsal.emulator.iam.evaluate import Decision, Policies, Policy, Request, evaluate
from runbooks import RUNBOOKS
from tests.declared import Graph, Resource, declared
from tests.stacks import STACKS

EVENTS, SSM = "events.amazonaws.com", "ssm.amazonaws.com"


@pytest.fixture(params=STACKS, scope="module")
def graph(request: pytest.FixtureRequest) -> Graph:
    """What each stack declares."""
    return declared(STACKS[request.param])


def _policy_of(graph: Graph, account: str, role: str) -> Policy:
    (declared_role,) = [r for r in graph.of("Role", name=role) if r.account == account]
    (allowed,) = [
        r for r in graph.of("RolePolicy", role=declared_role.inputs["name"]) if r.account == account
    ]
    return Policy.parse(allowed.inputs["policy"])


def _may(graph: Graph, role: Resource, action: str, on: str, **context: str) -> Decision:
    """Whether one of our roles may, by its own policy."""
    session = f"arn:aws:sts::{role.account}:assumed-role/{role.inputs['name']}/session"
    request = Request(
        principal=session,
        action=action,
        resource=on,
        context={key.replace("_", ":", 1).lower(): (value,) for key, value in context.items()},
    )
    own = _policy_of(graph, role.account, role.inputs["name"])
    # Another account's resource has to allow it as well: it does, so the role's policy decides.
    anybody = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": on}
    theirs = Policy.parse({"Version": "2012-10-17", "Statement": anybody})
    other = f":{role.account}:" not in on
    return evaluate(request, Policies(identity=[own], resource=theirs if other else None))


def test_a_dead_letter_queue_admits_its_own_accounts_rules_and_nobody_else(graph: Graph) -> None:
    assert graph.of("Queue")
    for queue in graph.of("Queue"):
        (policy,) = [each for each in graph.of("QueuePolicy") if queue.urn in each.after]
        assert (policy.account, policy.region) == (queue.account, queue.region)
        targets = [
            t for t in graph.of("EventTarget") if t.inputs["deadLetterConfig"]["arn"] == queue.arn
        ]
        assert targets
        rules = {_rule_of(graph, target).arn for target in targets}

        def takes(source: str, who: str = EVENTS) -> bool:
            request = Request(
                principal=who,
                action="sqs:SendMessage",
                resource=queue.arn,  # noqa: B023  # asked within the loop only
                context={"aws:sourcearn": (source,)},
            )
            by = Policy.parse(policy.inputs["policy"])  # noqa: B023
            return evaluate(request, Policies(resource=by)).allowed

        assert {rule for rule in rules if takes(rule)} == rules
        for rule in rules:
            assert not takes(rule.replace(queue.account, "999999999999"))
            assert not takes(rule.replace("containment-", "other-"))
            assert not takes(rule, "sns.amazonaws.com")


def _rule_of(graph: Graph, target: Resource) -> Resource:
    (rule,) = [
        rule
        for rule in graph.of("EventRule", name=target.inputs["rule"])
        if rule.inputs["eventBusName"] == target.inputs["eventBusName"]
        and (rule.account, rule.region) == (target.account, target.region)
    ]
    return rule


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_the_central_bus_admits_exactly_the_forwarders(name: str) -> None:
    graph = declared(STACKS[name])
    bus = graph.one("EventBus", name=names.CENTRAL_BUS)
    policy = Policy.parse(
        graph.one("EventBusPolicy", eventBusName=names.CENTRAL_BUS).inputs["policy"]
    )

    def admits(account: str, role: str, organization: str | None = "o-exampleorgid") -> bool:
        context: Mapping[str, tuple[str, ...]] = {
            "aws:principalarn": (f"arn:aws:iam::{account}:role/{role}",),
            **({"aws:principalorgid": (organization,)} if organization else {}),
        }
        request = Request(
            principal=f"arn:aws:sts::{account}:assumed-role/{role}/session",
            action="events:PutEvents",
            resource=bus.arn,
            context=context,
        )
        allows = Policy.parse(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"},
            }
        )
        # In the bus's own account an identity policy would be enough: ask the bus alone there.
        identity = [allows] if account != bus.account else []
        return evaluate(request, Policies(identity=identity, resource=policy)).allowed

    forwarders = [role.account for role in graph.of("Role", name=names.FORWARDER)]
    assert forwarders
    assert [account for account in forwarders if not admits(account, names.FORWARDER)] == []
    for role in {each.inputs["name"] for each in graph.of("Role")} - {names.FORWARDER}:
        assert not admits(forwarders[0], role)
    assert not admits("999999999999", names.FORWARDER, "o-otherorgid00")
    assert not admits("999999999999", names.FORWARDER, None)


def test_a_single_accounts_bus_admits_its_own_forwarder_and_no_other_account() -> None:
    graph = declared(STACKS["alone"])
    (statement,) = graph.one("EventBusPolicy").document("policy")["Statement"]
    assert statement["Principal"] == {"AWS": "555555555555"}
    (role,) = graph.of("Role", name=names.FORWARDER)
    assert statement["Condition"] == {"ArnLike": {"aws:PrincipalArn": role.arn}}


def test_a_forwarder_may_put_events_on_the_central_bus_and_nowhere_else(graph: Graph) -> None:
    central = graph.one("EventBus", name=names.CENTRAL_BUS)
    for role in graph.of("Role", name=names.FORWARDER):
        assert _may(graph, role, "events:PutEvents", central.arn).allowed
        local = central.arn.replace(names.CENTRAL_BUS, names.LOCAL_BUS)
        assert not _may(graph, role, "events:PutEvents", local).allowed
        assert not _may(graph, role, "ssm:StartAutomationExecution", central.arn).allowed


def test_a_starter_may_start_what_the_targets_start_and_nothing_else(graph: Graph) -> None:
    starters = {role.arn: role for role in graph.of("Role", name=names.STARTER)}
    for document in graph.of("Document"):
        _, partition, _, region, account, path = document.arn.split(":", 5)
        (role,) = [each for each in starters.values() if each.account == account]
        name = path.removeprefix("document/")
        where = f"arn:{partition}:ssm:{region}:{account}"
        execution = _may(
            graph, role, "ssm:StartAutomationExecution", f"{where}:automation-execution/id"
        )
        assert execution.allowed
        by_rules = {
            r.document_name(action)
            for r in RUNBOOKS.values()
            for action in r.actions
            if action != "Release"
        }
        for resource in (f"document/{name}", f"automation-definition/{name}:$DEFAULT"):
            started = _may(graph, role, "ssm:StartAutomationExecution", f"{where}:{resource}")
            assert started.allowed is (name in by_rules), (resource, started.reason)
        passed = f"arn:{partition}:iam::{account}:role/{name}"
        to_ssm, to_ec2 = (
            _may(graph, role, "iam:PassRole", passed, iam_PassedToService=service).allowed
            for service in (SSM, "ec2.amazonaws.com")
        )
        assert (to_ssm, to_ec2) == (name in by_rules, False)


def test_the_log_group_lets_the_recording_rule_write_and_no_other(graph: Graph) -> None:
    logs, policy = graph.one("LogGroup"), graph.one("LogResourcePolicy")
    record = graph.one("EventRule", name="containment-ledger-record")
    assert policy.inputs["resourceArn"] == logs.arn

    def takes(source: str) -> bool:
        request = Request(
            principal=EVENTS,
            action="logs:PutLogEvents",
            resource=f"{logs.arn}:log-stream:any",
            context={"aws:sourcearn": (source,)},
        )
        by = Policy.parse(policy.inputs["policyDocument"])
        return evaluate(request, Policies(resource=by)).allowed

    assert takes(record.arn)
    assert not takes(record.arn.replace("ledger-record", "ledger-forward"))
