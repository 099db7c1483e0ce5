"""What Watch's role may do is what Watch does, over all its ways; and it can change nothing."""

from __future__ import annotations

import json

import pytest

from operations import timeline
from operations.ground import once_iam_acts
from operations.victims import Network
from rehearsal.emulator.iam.evaluate import Policies, Policy, Request, evaluate
from runbooks import RUNBOOKS
from tests.organization import Deployed
from tests.special import end, with_a_pod
from tests.watched import ACCOUNT, REGION, SCHEDULE, WATCH, breaches, look, move, quarantine_of

RUNBOOK = RUNBOOKS["isolate_instance"]
LISTED = sorted(name for entry in RUNBOOK.permissions["Watch"] for name in entry["Action"])
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/containment-state"

pytestmark = pytest.mark.usefixtures("by_hand")


def test_over_all_its_ways_watch_uses_exactly_what_its_role_is_granted(
    organization: Deployed, network: Network
) -> None:
    freed, ended = network.add_instance(profile=network.add_role()), network.add_instance()
    pod, _ = with_a_pod(network, network.add_instance())
    for target in (freed, ended, pod):
        organization.attack(network, target)
    [interface] = freed.interfaces
    quarantine = quarantine_of(network, freed)
    move(organization, network, interface, freed.interfaces[interface])
    look(organization, network)
    move(organization, network, interface, quarantine)
    end(network, ended.instance)
    organization.settle(5)
    look(organization, network)
    runs = organization.emulator.world.automation.executions()
    calls = [call for run in runs if run.document.name == WATCH for call in run.calls]
    assert sorted({f"{call.service}:{call.operation}" for call in calls}) == LISTED


def test_where_nothing_is_open_a_look_is_two_calls(organization: Deployed) -> None:
    events = organization.ground.client(ACCOUNT, "events", REGION)
    dynamodb = organization.ground.client(ACCOUNT, "dynamodb", REGION)
    for each in dynamodb.scan(TableName="containment-state")["Items"]:
        dynamodb.delete_item(TableName="containment-state", Key={"id": each["id"]})
    events.enable_rule(Name=SCHEDULE)
    before = len(organization.emulator.world.automation.executions())
    organization.settle(905)
    since = organization.emulator.world.automation.executions()[before:]
    [run] = since
    assert run.document.name == WATCH
    assert [call.operation for call in run.calls] == ["Scan", "PutEvents"]


@pytest.mark.parametrize("action", LISTED)
def test_without_a_permission_the_run_fails_aws_tells_it_and_it_does_not_beat(
    organization: Deployed, network: Network, action: str
) -> None:
    freed, _ = with_a_pod(network, network.add_instance(profile=network.add_role()))
    ended = network.add_instance()
    found, _ = (organization.attack(network, target) for target in (freed, ended))
    end(network, ended.instance)
    interface, groups = sorted(freed.interfaces.items())[0]
    move(organization, network, interface, groups)
    iam = organization.ground.client(ACCOUNT, "iam", REGION)
    identity = {"RoleName": WATCH, "PolicyName": "may"}
    policy = iam.get_role_policy(**identity)["PolicyDocument"]
    kept = [
        {**entry, "Action": [name for name in entry["Action"] if name != action]}
        for entry in policy["Statement"]
    ]
    less = {**policy, "Statement": [entry for entry in kept if entry["Action"]]}
    iam.put_role_policy(**identity, PolicyDocument=json.dumps(less))
    once_iam_acts(organization.ground)
    try:
        run = look(organization, network)
    finally:
        iam.put_role_policy(**identity, PolicyDocument=json.dumps(policy))
        once_iam_acts(organization.ground)
    assert run.status == "Failed"
    assert run.id in {record.execution_id for record in organization.failures()}
    logs = organization.ground.client(organization.ground.security, "logs", REGION)
    assert run.id not in {record.execution_id for record in timeline.beats(logs)}
    assert breaches(organization, found) == []


def test_it_writes_to_no_service_but_its_own_items_and_the_ledger() -> None:
    assert [name for name in LISTED if name.startswith("ec2:") and ":Describe" not in name] == []
    values = {"partition": "aws", "account": ACCOUNT, "home_region": REGION}
    policy = Policy.parse(json.dumps(RUNBOOK.policy("Watch", values)))

    def may_write(key: str) -> bool:
        request = Request(
            principal=f"arn:aws:iam::{ACCOUNT}:role/{WATCH}",
            action="dynamodb:UpdateItem",
            resource=TABLE_ARN,
            context={"dynamodb:leadingkeys": (key,)},
        )
        return evaluate(request, Policies(identity=(policy,))).allowed

    assert may_write(f"isolate_instance#arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-0")
    assert not may_write("brakes")
    assert not may_write("cap#compromised-instance#2026-11-24T12")
