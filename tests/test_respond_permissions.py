"""The response's roles: what they may do is what its documents call, over all their ways."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from names import ESCALATE, RESPOND, Place
from operations.victims import Network
from runbooks import RESPONSE, responder_policy
from tests.decided import granted_values
from tests.organization import Deployed
from tests.responding import response_at
from tests.sabotage import ACCOUNT, REGION
from tests.test_respond_incidents import answers, begin, hub_event, plan
from tests.test_respond_reading import arn_of

__all__ = ["plan"]

HOME = Place(partition="aws-us-gov", account="222222222222", region="us-gov-west-1")
BACKENDS = ("ops-center", "incident-manager")
RESPONDER = {
    "guardduty:GetFindings",
    "ec2:DescribeInstances",
    "cloudtrail:LookupEvents",
    "ssm:StartAutomationExecution",
    "iam:PassRole",
}
KEYS = {"kms:Decrypt", "kms:GenerateDataKey"}
"""What publishing on an encrypted topic takes besides (AWS docs: sns-key-management)."""
# Actions that take no narrower resource (AWS's service authorization reference).
UNNARROWED = (
    *("cloudtrail:LookupEvents", "ec2:Describe", "guardduty:Get", "ssm-contacts:ListEng"),
    "ssm-incidents:ListIncidentRecords",
)


def listed(action: str, backend: str) -> set[str]:
    other = {"ops-center": "incident_manager", "incident-manager": "ops_center"}[backend]
    entries = [each for each in RESPONSE.permissions[action] if each.get("Where") != other]
    return {name for entry in entries for name in entry["Action"]}


def used(organization: Deployed, document: str) -> tuple[set[str], set[str]]:
    """What a document's runs called under their own role, and as the responder."""
    runs = organization.emulator.world.automation.executions()
    calls = [call for run in runs if run.document.name == document for call in run.calls]
    names = {f"{call.service}:{call.operation}" for call in calls}
    keys = KEYS if "sns:Publish" in names else set()
    return (names - RESPONDER) | keys, names & RESPONDER


@pytest.mark.parametrize("backend", BACKENDS)
def test_over_all_its_ways_the_response_uses_exactly_what_its_roles_are_granted(
    organization: Deployed, network: Network, plan: str, backend: str
) -> None:
    organization.emulator.world.automation._executions.clear()
    response = response_at(organization, ACCOUNT, REGION, Backend=backend).deploy()
    # Followed and marked in the hub; read from GuardDuty, approved, released; escalated meanwhile.
    found = organization.attack(network, response.real(network))
    arn = arn_of(response, found)
    if backend == "incident-manager":
        begin(response, plan, hub_event(arn))
    else:
        response.start(FindingArn=arn)
    wanted = response.filed(network, response.real(network))
    run = response.asks(network, wanted)
    response.start(FindingArn=wanted)  # joins, while the first lives
    response.wait(600)
    response.escalate()
    response.wait(60)
    if backend == "incident-manager":
        answers(organization, "page-answer")
        response.start(Stage="braked", Account=ACCOUNT, Region=REGION, FindingId="f-braked")
        begin(response, _silent_plan(response), "{}")  # no run begins: Escalate starts one
    response.wait(300)
    response.escalate()
    response.signal(run)
    response.wait(300)
    response.signal(run)
    response.wait(300)
    assert run.status == "Success", [(s.name, s.failure) for s in run.steps]
    respond, there = used(organization, RESPOND)
    assert respond == listed("Respond", backend)
    assert there | {"iam:PassRole"} == RESPONDER
    escalated = listed("Escalate", backend) - {"iam:PassRole"}
    own, like_the_responders = used(organization, ESCALATE)
    assert own | like_the_responders == escalated


def _silent_plan(response: Any) -> str:
    """A plan of ours that starts nothing; its ARN."""
    made: str = response.client("ssm-incidents").create_response_plan(
        name="containment-silent", incidentTemplate={"title": "A finding", "impact": 2}
    )["arn"]
    return made


@pytest.mark.parametrize("action", ["Respond", "Escalate"])
def test_every_permission_says_why_and_is_as_narrow_as_aws_lets_it_be(action: str) -> None:
    entries = RESPONSE.permissions[action]
    for entry in entries:
        assert entry.keys() - {"Condition", "Where"} == {"Why", "Action", "Resource"}
        assert entry.get("Where", "ops_center") in ("ops_center", "incident_manager")
        assert len(entry["Why"]) > 10
        assert entry["Action"] == sorted(set(entry["Action"])) != []
    for backend in BACKENDS:
        values = {**granted_values(HOME, backend), "partition": HOME.partition}
        policy = RESPONSE.policy(action, values)  # type: ignore[arg-type]  # both are actions
        narrow(policy["Statement"], HOME.account)


def narrow(statements: list[dict[str, Any]], account: str) -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    for statement in statements:
        assert statement["Effect"] == "Allow"
        for each in statement["Action"]:
            assert "*" not in each
            service, _, operation = each.partition(":")
            assert operation in ("PassRole",) or (
                operation in loader.load_service_model(service, "service-2")["operations"]
            )
        resources = statement["Resource"]
        for resource in [resources] if isinstance(resources, str) else resources:
            if resource == "*":
                assert all(each.startswith(UNNARROWED) for each in statement["Action"])
                continue
            _, partition, service, _, owner, _ = resource.split(":", 5)
            anywhere = resource.endswith(":iam::*:role/containment-responder")
            assert owner == account or anywhere
            assert partition == HOME.partition
            assert {each.partition(":")[0] for each in statement["Action"]} <= {service, "sts"}


def test_the_responder_starts_containment_and_release_by_all_three_names_and_nothing_else() -> None:
    policy = responder_policy(HOME.partition, "333333333333")
    narrow(policy["Statement"], "333333333333")
    granted = {name for each in policy["Statement"] for name in each["Action"]}
    assert granted == RESPONDER
    [starts] = [s for s in policy["Statement"] if "ssm:StartAutomationExecution" in s["Action"]]
    kinds = [resource.split(":", 5)[5] for resource in starts["Resource"]]
    assert kinds == [
        "automation-execution/*",
        "document/containment-isolate-instance",
        "automation-definition/containment-isolate-instance:*",
        "document/containment-isolate-instance-release",
        "automation-definition/containment-isolate-instance-release:*",
    ]
    [passes] = [s for s in policy["Statement"] if s["Action"] == ["iam:PassRole"]]
    assert passes["Condition"] == {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}}
