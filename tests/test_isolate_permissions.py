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
from operations.victims import Network
from runbooks import RUNBOOKS
from tests.organization import CONTAIN, RELEASE, Deployed

PERMISSIONS = RUNBOOKS["isolate_instance"].permissions
TAGGING = {"CreateSecurityGroup", "CreateSnapshots"}
"""Operations that tag what they make, for which EC2 asks ``ec2:CreateTags`` as well."""
REMOVABLE = sorted({action for entry in PERMISSIONS["Contain"] for action in entry["Action"]})
BETWEEN = {"ec2:DescribeRouteTables"}
"""Needed after `blocked`, to judge whether that is `contained`."""
AFTER_THE_VERDICT = {
    "ec2:CreateSnapshots",
    "ec2:DeleteSecurityGroup",
    "ec2:RevokeSecurityGroupIngress",
    "ssm:DescribeAutomationStepExecutions",
}
"""Not needed until the instance is blocked, or only where something else went wrong before."""


def _used(organization: Deployed, document: str) -> set[str]:
    runs = organization.emulator.world.automation.executions()
    calls = [call for run in runs if run.document.name == document for call in run.calls]
    tagging = {"ec2:CreateTags" for call in calls if call.operation in TAGGING}
    return tagging | {f"{call.service}:{call.operation}" for call in calls}


def _listed(action: str) -> set[str]:
    return {name for entry in PERMISSIONS[action] for name in entry["Action"]}


def _without(organization: Deployed, network: Network, action: str) -> dict[str, Any]:
    """Take an action out of the Contain role's policy; the policy as it was."""
    iam = organization.ground.client(network.account, "iam", network.region)
    policy: dict[str, Any] = iam.get_role_policy(RoleName=CONTAIN, PolicyName="may")[
        "PolicyDocument"
    ]
    kept = [
        {**entry, "Action": [name for name in entry["Action"] if name != action]}
        for entry in policy["Statement"]
    ]
    less = {**policy, "Statement": [entry for entry in kept if entry["Action"]]}
    iam.put_role_policy(RoleName=CONTAIN, PolicyName="may", PolicyDocument=json.dumps(less))
    once_iam_acts(organization.ground)
    return policy


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
    assert _used(organization, CONTAIN) == _listed("Contain")
    assert _used(organization, RELEASE) == _listed("Release")


@pytest.mark.parametrize("action", REMOVABLE)
def test_without_a_permission_nothing_is_claimed_that_is_not_so_and_nothing_stays_open(
    organization: Deployed, action: str
) -> None:
    with organization.network() as network:
        target = network.add_instance()
        policy = _without(organization, network, action)
        try:
            found = organization.attack(network, target)
        finally:
            iam = organization.ground.client(network.account, "iam", network.region)
            text = json.dumps(policy)
            iam.put_role_policy(RoleName=CONTAIN, PolicyName="may", PolicyDocument=text)
            once_iam_acts(organization.ground)
        names = {
            group["GroupName"]
            for group in network.ec2.describe_security_groups(
                GroupIds=network.groups_of(target.instance).popitem()[1]
            )["SecurityGroups"]
        }
        assert not any(name.startswith("containment-transitional-") for name in names)
        stages = set(organization.stages(found))
        if action in AFTER_THE_VERDICT:
            assert {"blocked", "contained"} <= stages
            isolated_or_left_a_group(network, target.instance, names)
        elif action in BETWEEN:
            assert "blocked" in stages
            assert "contained" not in stages
        else:
            assert not stages & {"blocked", "severed", "contained"}
            assert organization.failures(), "nobody would know"
        if action not in {*AFTER_THE_VERDICT, *BETWEEN, "ec2:DescribeNetworkInterfaces"}:
            untouched(network, target)
        again = organization.attack(network, target, "Backdoor:EC2/C&CActivity.B")
        if action not in AFTER_THE_VERDICT:
            isolated(network, target)
            assert organization.stages(again)[-2:] == ["contained", "preserved"]
        organization.release(network, target)


def isolated_or_left_a_group(network: Network, instance: str, names: set[str]) -> None:
    """The instance is in the quarantine group alone, whatever else was left beside it."""
    assert names == {f"containment-quarantine-{network.account}"}, (network, instance)
