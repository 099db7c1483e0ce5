"""Calls equal permissions: what the roles may do is what the runbook does, over all its ways.

That nothing more is needed the emulator shows by itself, since IAM decides every call; here nothing
listed may stay unused, and each permission that is taken away must end in a record, not in a claim.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.expectations import isolated, untouched
from operations.ground import once_iam_acts
from operations.victims import Network, Target
from runbooks import RUNBOOKS
from tests.organization import CONTAIN, PRESERVE, RELEASE, Deployed
from tests.special import attacked_and_ended, keeping_its_disks, with_a_pod

PERMISSIONS = RUNBOOKS["isolate_instance"].permissions
TAGGING = {"CreateSecurityGroup", "CreateSnapshot", "CreateSnapshots"}
"""Operations that tag what they make, for which EC2 asks ``ec2:CreateTags`` as well."""
KEYS = {"PutObject": "kms:GenerateDataKey", "GetObject": "kms:Decrypt"}
"""Operations of S3 that use the bucket's key."""
REMOVABLE = sorted({action for entry in PERMISSIONS["Contain"] for action in entry["Action"]})
EVIDENCE = {"ec2:DescribeVolumes", "ec2:GetConsoleOutput", "kms:GenerateDataKey", "s3:PutObject"}
"""Contained all the same; that the evidence of the time before is missing is told."""
BETWEEN = {
    "autoscaling:EnterStandby",
    "ec2:DescribeRouteTables",
    "iam:AttachRolePolicy",
    "iam:GetInstanceProfile",
    "iam:ListAttachedRolePolicies",
    "iam:ListRoleTags",
    "iam:TagRole",
}
"""Blocked, and not `contained`: something else is open, or nobody knows."""
AFTER_THE_VERDICT = {
    "ec2:DeleteSecurityGroup",
    "ec2:RevokeSecurityGroupIngress",
    "ssm:DescribeAutomationStepExecutions",
}
"""Not needed until the instance is blocked, or only where something else went wrong before."""


def _used(organization: Deployed, document: str) -> set[str]:
    runs = organization.emulator.world.automation.executions()
    calls = [call for run in runs if run.document.name == document for call in run.calls]
    tagging = {"ec2:CreateTags" for call in calls if call.operation in TAGGING}
    keys = {KEYS[call.operation] for call in calls if call.operation in KEYS}
    return tagging | keys | {f"{call.service}:{call.operation}" for call in calls}


def _listed(action: str) -> set[str]:
    """In a stack without a forensic account; with one, ``test_isolate_copies.py`` asks."""
    everywhere = [entry for entry in PERMISSIONS[action] if "Where" not in entry]
    return {name for entry in everywhere for name in entry["Action"]}


def _without(
    organization: Deployed, network: Network, action: str, *, of: str = CONTAIN
) -> dict[str, Any]:
    """Take an action out of a role's policy, the Contain role's by default; the policy before."""
    iam = organization.ground.client(network.account, "iam", network.region)
    policy: dict[str, Any] = iam.get_role_policy(RoleName=of, PolicyName="may")["PolicyDocument"]
    kept = [
        {**entry, "Action": [name for name in entry["Action"] if name != action]}
        for entry in policy["Statement"]
    ]
    less = {**policy, "Statement": [entry for entry in kept if entry["Action"]]}
    _give_back(organization, network, less, of=of)
    return policy


def _give_back(
    organization: Deployed, network: Network, policy: dict[str, Any], *, of: str = CONTAIN
) -> None:
    """Write a role's policy, and wait until it counts (trap 3.15)."""
    iam = organization.ground.client(network.account, "iam", network.region)
    iam.put_role_policy(RoleName=of, PolicyName="may", PolicyDocument=json.dumps(policy))
    once_iam_acts(organization.ground)


def _target(network: Network, action: str = "") -> Target:
    """An instance that needs a permission: each has a role, some are of a special kind."""
    if action.startswith("autoscaling:"):
        return network.add_scaling_group(0, 1, 1).members[0]
    target = network.add_instance(profile=network.add_role())
    return with_a_pod(network, target)[0] if "Trunk" in action else target


def test_over_all_its_ways_the_runbook_uses_exactly_what_its_roles_are_granted(
    organization: Deployed,
) -> None:
    with organization.network() as network:
        first, second, third = (network.add_instance(interfaces=2) for _ in range(3))
        organization.attack(network, first)
        quarantine = network.groups_of(first.instance).popitem()[1]
        network.ec2.authorize_security_group_ingress(
            GroupId=quarantine[0],
            IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        )
        organization.attack(network, second)
        organization.ground.manage_interface(
            network.account, network.region, sorted(third.interfaces)[0]
        )
        organization.attack(network, third)
        organization.release(network, first)
        organization.ground.manage_interface(
            network.account, network.region, sorted(second.interfaces)[0]
        )
        organization.release(network, second)
        for special in ("iam:TagRole", "autoscaling:EnterStandby", "ec2:DescribeTrunk"):
            target = _target(network, special)
            organization.attack(network, target)
            organization.release(network, target)
        # One that ends, with a disk that outlives it: what is left is kept by itself (trap 2.12).
        last = keeping_its_disks(network, network.add_instance())
        attacked_and_ended(organization, network, last, "recover_protect")
        # And one whose evidence cannot be kept.
        policy = _without(organization, network, "s3:PutObject", of=PRESERVE)
        organization.attack(network, network.add_instance())
        _give_back(organization, network, policy, of=PRESERVE)
    assert _used(organization, CONTAIN) == _listed("Contain")
    assert _used(organization, PRESERVE) == _listed("Preserve")
    assert _used(organization, RELEASE) == _listed("Release")


@pytest.mark.parametrize("action", REMOVABLE)
def test_without_a_permission_nothing_is_claimed_that_is_not_so_and_nothing_stays_open(
    organization: Deployed, action: str
) -> None:
    with organization.network() as network:
        target = _target(network, action)
        policy = _without(organization, network, action)
        try:
            found = organization.attack(network, target)
        finally:
            _give_back(organization, network, policy)
        # Without standby the group ends it: that is why `contained` was not claimed (trap 2.5).
        there = network.groups_of(target.instance)
        assert there or action == "autoscaling:EnterStandby"
        groups = sorted({group for each in there.values() for group in each})
        names = {
            group["GroupName"]
            for group in (
                network.ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
                if groups
                else []
            )
        }
        assert not any(name.startswith("containment-transitional-") for name in names)
        stages = set(organization.stages(found))
        if action in {*AFTER_THE_VERDICT, *EVIDENCE}:
            assert {"blocked", "contained"} <= stages
            assert names == {f"containment-quarantine-{network.account}"}
            assert ("failed" in stages) == (action in {*EVIDENCE, "ec2:DeleteSecurityGroup"})
        elif action in BETWEEN:
            assert {"blocked", "failed"} <= stages
            assert "contained" not in stages
        else:
            assert not stages & {"blocked", "severed", "contained"}
            assert organization.failures(), "nobody would know"
        if action not in {*AFTER_THE_VERDICT, *EVIDENCE, *BETWEEN, "ec2:DescribeNetworkInterfaces"}:
            untouched(network, target)
        if not there:
            return
        again = organization.attack(network, target, "Backdoor:EC2/C&CActivity.B")
        if action not in {*AFTER_THE_VERDICT, *EVIDENCE}:
            isolated(network, target)
            assert "contained" in organization.stages(again)
        organization.release(network, target)
        untouched(network, target)
