"""Services that act for somebody: roles handed over, trusted, or not needed at all."""

from __future__ import annotations

import pytest

from rehearsal.emulator.authorization import check_pass_role, require
from rehearsal.emulator.clients import Session
from rehearsal.emulator.identity import AccessDeniedError, service_may, session_for_service
from rehearsal.emulator.principals import by_key
from rehearsal.emulator.refusal import RefusedError
from tests.actors import LAND, START, TAX, acting, allow, document, refused, role, trust


def test_a_rule_hands_over_only_a_role_that_its_author_may_pass(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    starter = role(deployer, "containment-starter", trusting=trust(Service="events.amazonaws.com"))
    deployer.client("events").put_rule(Name="r", EventPattern='{"source": ["a"]}')
    target = {
        "Id": "1",
        "Arn": f"arn:aws:ssm:eu-west-1:{TAX}:automation-definition/d",
        "RoleArn": starter,
    }
    author = acting(running, allow("events:*")).client("events")
    message = refused(lambda: author.put_targets(Rule="r", Targets=[target]))[1]
    assert f"iam:PassRole on resource: {starter}" in message


def test_passing_a_role_is_checked_for_the_service_that_gets_it(emulator: START) -> None:
    running = emulator()
    world = running.world
    arn = role(world.clients.account(TAX), "passed")
    only = {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}
    keys = acting(running, allow("iam:PassRole", arn, Condition=only)).credentials
    principal = by_key(world, keys.access_key_id, keys.session_token)
    check_pass_role(world, principal, arn, passed_to="ssm.amazonaws.com", service="ssm")
    with pytest.raises(RefusedError, match="iam:PassRole"):
        check_pass_role(world, principal, arn, passed_to="ec2.amazonaws.com", service="ssm")
    foreign = arn.replace(TAX, LAND)
    with pytest.raises(RefusedError, match="caller's account"):
        check_pass_role(world, principal, foreign, passed_to="ssm.amazonaws.com", service="ssm")


def test_one_action_can_be_required_in_process(emulator: START) -> None:
    running = emulator()
    keys = acting(running, allow("ssm:SendAutomationSignal")).credentials
    principal = by_key(running.world, keys.access_key_id, keys.session_token)
    require(running.world, principal, "ssm:SendAutomationSignal", "*")
    with pytest.raises(RefusedError, match="AccessDeniedException"):
        require(running.world, principal, "ssm:StopAutomationExecution", "*")


def test_the_session_of_a_service_is_that_of_the_role_it_may_assume(emulator: START) -> None:
    running = emulator()
    deployer = running.world.clients.account(TAX)
    guarded = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "ssm.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": TAX}},
        }
    )
    arn = role(deployer, "runbook", allow("dynamodb:ListTables"), trusting=guarded)

    def asked(
        service: str = "ssm.amazonaws.com", account: str = TAX, role_arn: str = arn
    ) -> Session:
        return session_for_service(
            running.world,
            service=service,
            role_arn=role_arn,
            source_arn=f"arn:aws:ssm:eu-west-1:{account}:automation-execution/1",
            source_account=account,
            session_name="execution-1",
        )

    runbook = asked()
    assert runbook is asked()
    assert runbook.client("sts").get_caller_identity()["Arn"] == (
        f"arn:aws:sts::{TAX}:assumed-role/runbook/execution-1"
    )
    assert runbook.client("dynamodb").list_tables()["TableNames"] == []
    assert refused(runbook.client("sqs").list_queues)[0] == "AccessDenied"
    with pytest.raises(AccessDeniedError, match="not authorized to perform: sts:AssumeRole"):
        asked(service="events.amazonaws.com")
    with pytest.raises(AccessDeniedError, match="implicit deny"):
        asked(account=LAND)
    with pytest.raises(AccessDeniedError, match="does not exist"):
        asked(role_arn=f"{arn}-2")


def test_a_service_without_a_role_needs_the_targets_own_policy(emulator: START) -> None:
    world = emulator().world
    rule = f"arn:aws:events:eu-west-1:{TAX}:rule/containment-r"
    queue = f"arn:aws:sqs:eu-west-1:{TAX}:containment-dead-letters"
    open_to_rules = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue,
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:aws:events:*:{TAX}:rule/containment-*"}
            },
        }
    )

    def may(policy: str | None, source: str) -> bool:
        return service_may(
            world,
            service="events.amazonaws.com",
            action="sqs:SendMessage",
            resource=queue,
            resource_policy=policy,
            source_arn=source,
            source_account=TAX,
        ).allowed

    assert may(open_to_rules, rule)
    assert not may(open_to_rules, rule.replace(TAX, LAND))
    assert not may(None, rule)
