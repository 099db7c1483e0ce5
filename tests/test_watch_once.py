"""Watch tells once, loses nothing, and is stopped by no item (traps 4.1, 4.10)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.victims import Network, Target
from runbooks.isolate_instance import looking
from runbooks.state import LEASE, TABLE
from tests.organization import Deployed
from tests.watched import (
    ACCOUNT,
    REGION,
    WATCH,
    attach,
    breaches,
    item,
    key_of,
    look,
    move,
    open_up,
    quarantine_of,
    told,
    write,
)

pytestmark = pytest.mark.usefixtures("by_hand")


def breached(organization: Deployed, network: Network) -> tuple[Target, str, list[str]]:
    """An instance that somebody freed after it was contained; its finding, its quarantine."""
    target = network.add_instance()
    found = organization.attack(network, target)
    quarantine = quarantine_of(network, target)
    [interface] = target.interfaces
    move(organization, network, interface, target.interfaces[interface])
    return target, found, quarantine


def test_a_breach_is_told_once_and_again_when_it_changes(
    organization: Deployed, network: Network
) -> None:
    target, found, _ = breached(organization, network)
    look(organization, network)
    look(organization, network)
    assert len(breaches(organization, found)) == 1
    attached = attach(organization, network, target.instance, network.groups)
    look(organization, network)
    look(organization, network)
    first, second = breaches(organization, found)
    assert attached not in first
    assert attached in second


def test_a_breach_that_was_put_right_is_told_again_when_it_comes_back(
    organization: Deployed, network: Network
) -> None:
    target, found, quarantine = breached(organization, network)
    [interface] = target.interfaces
    look(organization, network)
    assert item(organization, key_of(target))["breach"].endswith(" told")
    move(organization, network, interface, quarantine)
    look(organization, network)
    assert "breach" not in item(organization, key_of(target))
    move(organization, network, interface, target.interfaces[interface])
    look(organization, network)
    first, second = breaches(organization, found)
    assert first == second


def test_a_breach_of_the_next_containment_is_told_though_it_is_the_same(
    organization: Deployed, network: Network
) -> None:
    target, found, _ = breached(organization, network)
    look(organization, network)
    organization.release(network, target, AcceptChanged="true")
    again = organization.attack(network, target)
    [interface] = target.interfaces
    move(organization, network, interface, target.interfaces[interface])
    look(organization, network)
    assert len(breaches(organization, found)) == 1
    assert len(breaches(organization, again)) == 1


def test_two_watches_that_overlap_tell_once(organization: Deployed, network: Network) -> None:
    _, found, _ = breached(organization, network)
    ssm = organization.ground.client(ACCOUNT, "ssm", REGION)
    runs = []
    for _ in range(3):
        organization.ground.wait(lambda: False, 2)  # one start a second (trap 4.5)
        runs.append(ssm.start_automation_execution(DocumentName=WATCH)["AutomationExecutionId"])
    organization.settle()
    first, *_, last = (organization.run(network, run) for run in runs)
    assert first.ended > last.started
    assert len(breaches(organization, found)) == 1


def test_a_watch_that_dies_before_it_could_tell_loses_nothing(
    organization: Deployed, network: Network
) -> None:
    target, found, _ = breached(organization, network)
    iam = organization.ground.client(ACCOUNT, "iam", REGION)
    identity = {"RoleName": WATCH, "PolicyName": "may"}
    policy = iam.get_role_policy(**identity)["PolicyDocument"]
    mute = [each for each in policy["Statement"] if each["Action"] != ["events:PutEvents"]]
    iam.put_role_policy(**identity, PolicyDocument=json.dumps({**policy, "Statement": mute}))
    try:
        run = look(organization, network)
    finally:
        iam.put_role_policy(**identity, PolicyDocument=json.dumps(policy))
    assert run.status == "Failed"
    # AWS tells of the run, and what it claimed is told when its claim has run out.
    failed = [record for record in organization.failures() if record.execution_id == run.id]
    assert [(record.action, record.account) for record in failed] == [("Watch", ACCOUNT)]
    assert " until " in item(organization, key_of(target))["breach"]
    look(organization, network)
    assert breaches(organization, found) == []
    organization.settle(LEASE)
    look(organization, network)
    look(organization, network)
    assert len(breaches(organization, found)) == 1


def test_a_release_that_comes_between_is_no_breach(
    organization: Deployed, network: Network
) -> None:
    target, found, _ = breached(organization, network)
    known = item(organization, key_of(target))

    def release_begins(call: Any) -> None:
        if call.operation == "UpdateItem":
            write(organization, key_of(target), **{**known, "stage": "releasing"})

    organization.emulator.world.automation.before_call = release_begins
    look(organization, network)
    assert told(organization, found) == ["preserved"]


def test_a_malformed_item_is_told_once_and_hides_no_other(
    organization: Deployed, network: Network
) -> None:
    spoilt, spoilt_found, _ = breached(organization, network)
    _, found, _ = breached(organization, network)
    known = item(organization, key_of(spoilt))
    for wrong in ({"left": "{"}, {"left": {"eni-1": "sg-1"}}, {"first_seen": "yesterday"}):
        write(organization, key_of(spoilt), **{**known, **wrong})
        look(organization, network)
        look(organization, network)
        last = organization.records(spoilt_found)[-1]
        assert (last.stage, last.action) == ("failed", "Watch")
        assert "cannot be watched" in str(last.why)
    assert told(organization, spoilt_found) == ["preserved", "failed", "failed", "failed"]
    assert len(breaches(organization, found)) == 1


@pytest.mark.parametrize("stage", ["begun", "releasing"])
def test_a_run_that_died_is_told_once_and_not_while_its_lease_runs(
    organization: Deployed, network: Network, stage: str
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    known = item(organization, key_of(target))
    soon = int(organization.ground.now().timestamp()) + 600
    under_way = {**known, "stage": stage, "holder": "a-run", "lease_until": str(soon)}
    write(organization, key_of(target), **under_way)
    look(organization, network)
    assert told(organization, found) == ["preserved"]
    organization.settle(600)
    look(organization, network)
    look(organization, network)
    assert told(organization, found) == ["preserved", "failed"]
    last = organization.records(found)[-1]
    [interface] = target.interfaces
    assert f"the run a-run died ({stage})" in str(last.why)
    assert f"{interface} is quarantined" in str(last.why)
    assert item(organization, key_of(target))["stage"] == stage


def test_a_large_table_is_read_to_its_end(organization: Deployed, network: Network) -> None:
    for number in range(16):  # a page of a scan is 1 MB (AWS docs: Scan)
        key = f"isolate_instance#arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-{number:017x}"
        write(organization, key, stage="released", left="x" * 100_000)
    _, found, _ = breached(organization, network)
    run = look(organization, network)
    assert [call.operation for call in run.calls].count("Scan") > 1
    assert len(breaches(organization, found)) == 1
    dynamodb = organization.ground.client(ACCOUNT, "dynamodb", REGION)
    for number in range(16):
        key = f"isolate_instance#arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-{number:017x}"
        dynamodb.delete_item(TableName=TABLE, Key={"id": {"S": key}})


def test_a_rule_in_the_quarantine_group_is_told_of_every_instance_behind_it(
    organization: Deployed, network: Network
) -> None:
    first, second = network.add_instance(), network.add_instance()
    findings = [organization.attack(network, each) for each in (first, second)]
    [group] = quarantine_of(network, first)
    open_up(organization, network, group)
    run = look(organization, network)
    assert [len(breaches(organization, found)) for found in findings] == [1, 1]
    # Asked of EC2 together, whatever their number.
    reads = [call for call in run.calls if call.operation == "DescribeSecurityGroups"]
    assert len(reads) < 10


def test_a_thousand_instances_are_asked_for_in_batches_and_every_page_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, str]] = []

    def call(_service: str, _operation: str, **parameters: Any) -> dict[str, Any]:
        [wanted] = parameters["Filters"]
        token = parameters.get("NextToken", "")
        asked.append((len(wanted["Values"]), token))
        group = {"GroupId": f"{wanted['Values'][0]}{token}"}
        return {"SecurityGroups": [group], **({} if token else {"NextToken": "more"})}

    monkeypatch.setattr(looking, "call", call)
    values = [f"sg-{number:04}" for number in range(1_000)]
    found = looking.pages_of("describe_security_groups", "group-id", values)
    assert asked == [(100, ""), (100, "more")] * 10
    assert len(found) == 20
    assert looking.pages_of("describe_security_groups", "group-id", []) == []
