"""Instances of every kind: in groups, protected, stopped, gone, in two networks."""

from __future__ import annotations

from typing import Any

import pytest

from names import SNAPSHOT_KEY
from operations.expectations import isolated, protections, untouched
from operations.victims import Network, Target
from tests.organization import Deployed
from tests.special import attacked_and_ended, end, keeping_its_disks


def _told(organization: Deployed, found: str, stage: str) -> list[str]:
    return [str(r.why) for r in organization.records(found) if r.stage == stage]


def _attribute(network: Network, target: Target, name: str) -> Any:
    answer = network.ec2.describe_instance_attribute(InstanceId=target.instance, Attribute=name)
    return answer[name[0].upper() + name[1:]].get("Value", False)


def test_a_member_of_a_group_that_may_not_shrink_is_replaced_and_kept(
    organization: Deployed, network: Network
) -> None:
    group = network.add_scaling_group(2, 2, 3)
    bot, sibling = group.members
    organization.attack(network, bot)
    isolated(network, bot)
    assert network.state_of(bot.instance) == "running"
    serving = network.in_service(group.group)
    assert len(serving) == 2
    assert bot.instance not in serving
    assert sibling.instance in serving
    organization.release(network, bot)
    organization.settle(30)
    assert bot.instance in network.in_service(group.group)


def test_a_release_says_where_the_group_has_no_room_for_the_member(
    organization: Deployed, network: Network
) -> None:
    group = network.add_scaling_group(1, 1, 1)
    [bot] = group.members
    found = organization.attack(network, bot)
    organization.release(network, bot)
    untouched(network, bot)
    [released] = [r for r in organization.records(found) if r.stage == "released"]
    [left] = released.evidence["left_alone"]
    assert f"still on standby in {group.group}" in left


def test_what_was_protected_before_stays_protected_after_the_release(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    network.ec2.modify_instance_attribute(
        InstanceId=target.instance, DisableApiTermination={"Value": True}
    )
    organization.attack(network, target)
    assert protections(network, target) == ["disableApiStop", "disableApiTermination"]
    assert _attribute(network, target, "instanceInitiatedShutdownBehavior") == "stop"
    organization.release(network, target)
    assert protections(network, target) == ["disableApiTermination"]


def test_a_protection_that_somebody_took_off_is_not_put_back_nor_asked_about(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    network.ec2.modify_instance_attribute(
        InstanceId=target.instance, DisableApiTermination={"Value": False}
    )
    organization.release(network, target)
    assert protections(network, target) == []
    assert organization.stages(found)[-1] == "released"


def test_evidence_is_kept_once_however_often_its_beginning_is_told(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    arn = f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"
    organization.start(network, "containment-isolate-instance-preserve", Resource=arn)
    assert organization.stages(found).count("preserved") == 1
    assert len(network.snapshots(found)) == 1


def test_without_a_forensic_account_nothing_is_copied_nor_shared_and_nothing_is_called(
    organization: Deployed, network: Network
) -> None:
    found = organization.attack(network, network.add_instance())
    [snapshot] = network.snapshots(found)
    seen = network.ec2.describe_snapshot_attribute(
        SnapshotId=snapshot["SnapshotId"], Attribute="createVolumePermission"
    )
    assert seen["CreateVolumePermissions"] == []
    assert network.snapshots(found, copies=True) == []
    runs = organization.emulator.world.automation.executions()
    steps = {step.name for run in runs for step in run.steps}
    assert {"recover_copy", "recover_share"} <= steps
    calls = [call for run in runs for call in run.calls]
    assert [call for call in calls if call.step in ("recover_copy", "recover_share")] == []
    kms = organization.ground.client(network.account, "kms", network.region)
    assert SNAPSHOT_KEY not in {alias["AliasName"] for alias in kms.list_aliases()["Aliases"]}


def test_evidence_of_what_is_not_contained_is_nobodys_to_ask_for(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    arn = f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"
    run = organization.start(network, "containment-isolate-instance-preserve", Resource=arn)
    assert [call.operation for call in run.calls] == ["GetItem"]
    assert protections(network, target) == []


def test_a_stopped_instance_is_quarantined_so_that_a_start_is_harmless(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    network.ec2.stop_instances(InstanceIds=[target.instance])
    found = organization.attack(network, target)
    assert "contained" in organization.stages(found)
    network.ec2.start_instances(InstanceIds=[target.instance])
    isolated(network, target)


def test_of_an_instance_that_ends_meanwhile_the_disks_that_are_left_are_kept(
    organization: Deployed, network: Network
) -> None:
    target = keeping_its_disks(network, network.add_instance())
    found = attacked_and_ended(organization, network, target, "recover_protect")
    assert "preserved" in organization.stages(found)
    assert len(network.snapshots(found)) == 1


def test_a_terminated_instance_is_contained_for_it_is_gone_and_its_credentials_are_denied(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    target = network.add_instance(profile=role)
    thief = organization.ground.credentials_of(network.account, network.region, target.instance)
    end(network, target.instance)
    found = organization.attack(network, target)
    assert _told(organization, found, "contained") == ["gone: the instance is terminated"]
    assert network.groups_made() == []
    with pytest.raises(Exception, match="UnauthorizedOperation"):
        thief.client("ec2", network.region).describe_instances()


def test_an_interface_in_another_vpc_gets_the_quarantine_group_of_that_one(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(elsewhere=True)
    organization.attack(network, target)
    isolated(network, target)
    assert len({group for (group,) in network.groups_of(target.instance).values()}) == 2
    organization.release(network, target)
    untouched(network, target)
    assert network.groups_made() == []
