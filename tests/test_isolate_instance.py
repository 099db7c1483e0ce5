"""What every runbook is asked, asked of isolate_instance: the resulting state, never the order."""

from __future__ import annotations

from typing import Any

from operations.expectations import isolated, untouched
from operations.findings import finding
from operations.victims import Network
from tests.organization import MINING, Deployed

CLAIMS = {"blocked", "severed", "contained"}


def test_it_contains_and_says_each_stage_in_order(organization: Deployed, network: Network) -> None:
    target = network.add_instance(interfaces=2)
    found = organization.attack(network, target)
    isolated(network, target)
    assert organization.stages(found) == ["received", "blocked", "contained", "preserved"]


def test_blocked_is_said_only_after_the_quarantine_was_read_back(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    put_back: list[Any] = []

    def give_back() -> None:
        interface, groups = next(iter(target.interfaces.items()))
        network.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)

    def undo(call: Any) -> None:
        # Somebody gives the groups back after the second swap, before the verification.
        if call.step == "mitigate_swap_to_quarantine" and not put_back:
            organization.emulator.world.clock.later(1.0, give_back)
            put_back.append(call)

    organization.emulator.world.automation.before_call = undo
    try:
        found = organization.attack(network, target)
    finally:
        organization.emulator.world.automation.before_call = None
    assert put_back
    assert organization.stages(found) == ["received", "failed"]


def test_it_does_not_claim_that_open_connections_are_gone_before_that_was_proven(
    organization: Deployed, network: Network
) -> None:
    found = organization.attack(network, network.add_instance())
    contained = organization.records(found)[-2]
    assert contained.stage == "contained"
    assert "no probe on AWS has shown" in str(contained.why)


def test_release_restores_the_groups_and_removes_its_own(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(interfaces=2)
    found = organization.attack(network, target)
    organization.release(network, target)
    untouched(network, target)
    assert network.groups_made() == []
    assert organization.stages(found)[-1] == "released"


def test_release_asks_where_somebody_changed_an_interface_since(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(interfaces=2)
    found = organization.attack(network, target)
    changed, kept = sorted(target.interfaces)
    network.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=changed, Groups=network.groups[:1]
    )
    organization.settle(10)
    before = network.groups_of(target.instance)
    organization.release(network, target)
    assert network.groups_of(target.instance) == before
    assert organization.records(found)[-1].stage == "approval-wanted"
    organization.release(network, target, AcceptChanged="true")
    after = network.groups_of(target.instance)
    assert after[kept] == target.interfaces[kept]
    assert after[changed] == network.groups[:1]
    assert organization.records(found)[-1].stage == "released"


def test_release_of_what_was_never_contained_changes_nothing(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    run = organization.release(network, target)
    assert run.status == "Success"
    untouched(network, target)


def test_a_dry_run_changes_nothing_and_says_what_it_would_do(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(interfaces=2)
    arn = organization.file(network, finding(MINING, network, target))
    run = organization.contain(network, arn, DryRun="true")
    untouched(network, target)
    assert network.groups_made() == []
    assert {call.operation for call in run.calls} == {
        "GetFindings",
        "GetObject",
        "PutEvents",
        "DescribeNetworkInterfaces",
    }
    last = organization.records(arn.split("/")[-1])[-1]
    assert last.stage == "skipped"
    assert all(interface in str(last.why) for interface in target.interfaces)


def test_a_dry_release_changes_nothing(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    organization.release(network, target, DryRun="true")
    isolated(network, target)
    assert organization.records(found)[-1].stage == "skipped"


def test_the_same_finding_twice_is_contained_once(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    arn = organization.file(network, finding(MINING, network, target))
    organization.contain(network, arn)
    groups = network.groups_of(target.instance)
    organization.contain(network, arn)
    assert network.groups_of(target.instance) == groups
    stages = organization.stages(arn.split("/")[-1])
    assert stages.count("contained") == 1
    assert stages[-2:] == ["received", "joined"]


def test_another_finding_about_a_contained_instance_joins(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    organization.attack(network, target)
    second = organization.attack(network, target, "Backdoor:EC2/C&CActivity.B!DNS")
    isolated(network, target)
    assert organization.stages(second) == ["received", "joined"]


def test_an_instance_is_contained_again_after_its_release(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    organization.attack(network, target)
    organization.release(network, target)
    again = organization.attack(network, target)
    isolated(network, target)
    assert organization.stages(again) == ["received", "blocked", "contained", "preserved"]
    organization.release(network, target)
    untouched(network, target)


def test_an_interface_that_refuses_keeps_the_verdict_from_contained(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(interfaces=2)
    managed, own = sorted(target.interfaces)
    organization.ground.manage_interface(network.account, network.region, managed)
    found = organization.attack(network, target)
    now = network.groups_of(target.instance)
    assert now[managed] == target.interfaces[managed]
    assert network.rules_of(now[own]) == [], "the interface that can be closed is closed"
    assert organization.stages(found) == ["received", "failed"]
    assert managed in str(organization.records(found)[-1].why)


def test_the_quarantine_group_is_emptied_where_somebody_opened_it(
    organization: Deployed, network: Network
) -> None:
    first, second = network.add_instance(), network.add_instance()
    organization.attack(network, first)
    quarantine = network.groups_of(first.instance).popitem()[1]
    network.ec2.authorize_security_group_ingress(
        GroupId=quarantine[0],
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    organization.attack(network, second)
    assert network.rules_of(quarantine) == []
    isolated(network, second)


def test_somebody_elses_group_of_that_name_is_not_used(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    network.ec2.create_security_group(
        GroupName=f"containment-quarantine-{network.account}",
        Description="not made by the runbook",
        VpcId=network.vpc,
    )
    found = organization.attack(network, target)
    untouched(network, target)
    assert organization.stages(found) == ["received", "failed"]
