"""A stack that lets investigators in, and for which blocked is not enough (traps 2.1, 2.10)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.organization import ALONE, Deployed, deployed


def _told(organization: Deployed, found: str, stage: str) -> list[str]:
    return [str(r.why) for r in organization.records(found) if r.stage == stage]


@pytest.fixture(scope="module")
def otherwise() -> Iterator[Deployed]:
    """That stack, deployed."""
    settings = {
        **ALONE,
        "forensics": {"network": "10.9.0.0/24", "endpoints": "10.9.1.0/28"},
        "contained": {"suffices": "severed", "credentials_margin": 60},
    }
    with deployed(settings=settings) as running:
        yield running


def test_investigators_reach_a_quarantined_instance_where_the_stack_says_so_and_nobody_else(
    otherwise: Deployed,
) -> None:
    with otherwise.network() as network:
        target = network.add_instance()
        organization = otherwise
        found = organization.attack(network, target)
        [[quarantine]] = network.groups_of(target.instance).values()
        into, out = network.rules_of([quarantine])
        assert [each["CidrIp"] for each in into["IpRanges"]] == ["10.9.0.0/24"]
        assert (out["FromPort"], [each["CidrIp"] for each in out["IpRanges"]]) == (
            443,
            ["10.9.1.0/28"],
        )
        assert "blocked" in organization.stages(found)
        # `severed` is asked for, and no probe has shown it yet: a person decides.
        assert "contained" not in organization.stages(found)
        assert "stop the instance?" in _told(organization, found, "approval-wanted")[0]
        organization.settle(1900)  # two looks of Watch: the rules of the stack are no breach
        assert "breached" not in organization.stages(found)
        network.ec2.authorize_security_group_ingress(
            GroupId=quarantine,
            IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}],
        )
        organization.settle(1000)
        assert "192.0.2.0/24" in _told(organization, found, "breached")[0]
