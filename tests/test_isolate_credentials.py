"""Credentials before the network: this instance's own sessions are denied, and nobody else's."""

from __future__ import annotations

from typing import Any

from operations.expectations import isolated
from operations.ground import once_iam_acts
from operations.scenarios.credentials import let_in
from operations.victims import Network, Target
from tests.organization import Deployed

SLOTS = 5


def _of(organization: Deployed, network: Network, target: Target) -> Any:
    return organization.ground.credentials_of(network.account, network.region, target.instance)


def _tags(network: Network, role: str) -> dict[str, str]:
    iam = network.ground.client(network.account, "iam", network.region)
    return {tag["Key"]: tag["Value"] for tag in iam.list_role_tags(RoleName=role)["Tags"]}


def _policies(network: Network, role: str) -> list[str]:
    iam = network.ground.client(network.account, "iam", network.region)
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return [policy["PolicyName"] for policy in attached]


def _arn(network: Network, target: Target) -> str:
    return f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"


def test_credentials_are_denied_before_the_network_is_touched(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    target = network.add_instance(profile=role)
    seen: list[list[str]] = []

    def look(call: Any) -> None:
        if call.operation == "ModifyNetworkInterfaceAttribute" and not seen:
            seen.append(_policies(network, role))

    organization.emulator.world.automation.before_call = look
    try:
        organization.attack(network, target)
    finally:
        organization.emulator.world.automation.before_call = None
    assert seen == [["containment-deny-instance"]]


def test_contained_is_said_no_sooner_than_a_margin_after_the_credentials_were_denied(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(profile=network.add_role())
    found = organization.attack(network, target)
    runs = organization.emulator.world.automation.executions()
    denied = max(
        call.at for run in runs for call in run.calls if call.operation == "AttachRolePolicy"
    )
    [contained] = [r for r in organization.records(found) if r.stage == "contained"]
    assert (organization.moment(contained) - denied).total_seconds() >= 30


def test_two_instances_of_a_role_are_denied_by_a_slot_each_and_released_one_by_one(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    first, second, sibling = (network.add_instance(profile=role) for _ in range(3))
    for target in (first, second):
        organization.attack(network, target)
    assert sorted(_tags(network, role).values()) == sorted(
        [_arn(network, first), _arn(network, second)]
    )
    organization.release(network, first)
    once_iam_acts(organization.ground)
    assert let_in(_of(organization, network, first), network)
    assert not let_in(_of(organization, network, second), network)
    assert let_in(_of(organization, network, sibling), network)
    assert _policies(network, role) == ["containment-deny-instance"]
    organization.release(network, second)
    assert (_tags(network, role), _policies(network, role)) == ({}, [])


def test_where_all_slots_name_others_people_are_asked_and_contained_is_not_said(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    targets = [network.add_instance(profile=role) for _ in range(SLOTS + 1)]
    found = [organization.attack(network, target) for target in targets]
    isolated(network, targets[-1])
    last = organization.records(found[-1])
    assert "contained" not in [record.stage for record in last]
    [asked] = [record for record in last if record.stage == "approval-wanted"]
    assert f"deny all of arn:aws:iam::{network.account}:role/{role}?" in str(asked.why)
    assert let_in(_of(organization, network, targets[-1]), network), "the claim would be wrong"


def test_a_role_that_is_never_touched_is_left_to_people(
    organization: Deployed, network: Network
) -> None:
    # The instance has the deployer's role: whoever denied it would lock the deployer out.
    iam = network.ground.client(network.account, "iam", network.region)
    profile = network.add_role()
    iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=profile)
    deployer = "OrganizationAccountAccessRole"
    iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=deployer)
    target = network.add_instance(profile=profile)
    found = organization.attack(network, target)
    isolated(network, target)
    stages = {record.stage: record.why for record in organization.records(found)}
    assert "contained" not in stages
    assert "The role is never touched" in str(stages["approval-wanted"])
    assert (_tags(network, deployer), _policies(network, deployer)) == ({}, [])
    organization.release(network, target)
    iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=deployer)
    iam.delete_instance_profile(InstanceProfileName=profile)


def test_a_profile_that_was_taken_off_since_the_finding_is_denied_all_the_same(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    target = network.add_instance(profile=role)
    thief = _of(organization, network, target)
    [held] = network.ec2.describe_iam_instance_profile_associations(
        Filters=[{"Name": "instance-id", "Values": [target.instance]}]
    )["IamInstanceProfileAssociations"]
    network.ec2.disassociate_iam_instance_profile(AssociationId=held["AssociationId"])
    organization.attack(network, target)
    assert not let_in(thief, network)


def test_release_asks_where_somebody_let_the_credentials_in_again(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    target = network.add_instance(profile=role)
    found = organization.attack(network, target)
    iam = network.ground.client(network.account, "iam", network.region)
    iam.untag_role(RoleName=role, TagKeys=["containment:denied-1"])
    organization.release(network, target)
    isolated(network, target)
    last = organization.records(found)[-1]
    assert last.stage == "approval-wanted"
    assert "does not name the instance any more" in str(last.why)
