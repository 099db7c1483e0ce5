"""The scenarios about machines that do not go quietly: they pass, and fail where spoilt."""

from __future__ import annotations

from typing import Any

import pytest

from tests.drilling import played, why
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION, before, ec2, named


@pytest.mark.parametrize(
    "name", ["auto-scaling-member", "nat-path", "dns-exfiltration", "changed-meanwhile"]
)
def test_a_scenario_about_a_machine_passes(alone: Deployed, name: str) -> None:
    assert played(alone, name).why is None


def test_auto_scaling_member_fails_where_the_member_is_in_service_when_it_is_isolated(
    alone: Deployed,
) -> None:
    scaling = alone.ground.client(ACCOUNT, "autoscaling", REGION)

    def back(_: Any) -> None:
        [group] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        standing = [
            each["InstanceId"]
            for each in group["Instances"]
            if each["LifecycleState"] != "InService"
        ]
        alone.ground.wait(lambda: False, 6)
        scaling.exit_standby(
            AutoScalingGroupName=group["AutoScalingGroupName"], InstanceIds=standing
        )

    done = before(alone, "mitigate_swap_to_quarantine", "ModifyNetworkInterfaceAttribute", back)
    assert why(played(alone, "auto-scaling-member"))
    assert done


def test_nat_path_fails_where_the_way_out_is_no_nat(
    alone: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations.victims import Network

    monkeypatch.setattr(Network, "through_nat", lambda _: None)
    assert "always tracked; this one ended" in why(played(alone, "nat-path"))


def test_dns_exfiltration_fails_where_names_are_not_answered_from_quarantine(
    alone: Deployed,
) -> None:
    def silent(_: Any) -> None:
        [vpc] = {
            each["VpcId"]
            for each in ec2(alone).describe_security_groups()["SecurityGroups"]
            if each["GroupId"] == named(alone, "containment-quarantine-")
        }
        ec2(alone).modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False})

    done = before(alone, "mitigate_judge", "DescribeRouteTables", silent)
    assert "this one did not" in why(played(alone, "dns-exfiltration"))
    assert done


def test_changed_meanwhile_fails_where_nobody_changed_anything(
    alone: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    from operations.victims import Network

    plain: Any = vars(Network)["ec2"].fget

    class Idle:
        """EC2, but nobody changes an interface."""

        def __init__(self, real: Any) -> None:
            self._real = real

        def __getattr__(self, name: str) -> Any:
            if name == "modify_network_interface_attribute":
                return lambda **_: None
            return getattr(self._real, name)

    monkeypatch.setattr(Network, "ec2", property(lambda network: Idle(plain(network))))
    assert "no approval-wanted in the ledger" in why(played(alone, "changed-meanwhile"))
