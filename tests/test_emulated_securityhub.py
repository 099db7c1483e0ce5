"""Security Hub as the emulator has it: aggregation and central configuration, in AWS's order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import MANAGEMENT, SECURITY, TAX, client

Start = Callable[..., Emulator]

POLICY = {
    "SecurityHub": {
        "ServiceEnabled": True,
        "EnabledStandardIdentifiers": [],
        "SecurityControlsConfiguration": {"DisabledSecurityControlIdentifiers": ["EC2.1"]},
    }
}


def central(running: Emulator) -> Any:
    """The administrator's client, central configuration being on."""
    hub = client(running, SECURITY, "securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    client(running, MANAGEMENT, "securityhub").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    hub.create_finding_aggregator(RegionLinkingMode="SPECIFIED_REGIONS", Regions=["eu-central-1"])
    hub.update_organization_configuration(
        AutoEnable=False,
        AutoEnableStandards="NONE",
        OrganizationConfiguration={"ConfigurationType": "CENTRAL"},
    )
    return hub


def test_central_configuration_switches_the_hub_on_in_the_linked_regions(emulator: Start) -> None:
    running = emulator()
    hub = central(running)
    described = hub.describe_organization_configuration()
    assert described["OrganizationConfiguration"]["ConfigurationType"] == "CENTRAL"
    assert client(running, SECURITY, "securityhub", "eu-central-1").describe_hub()["HubArn"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"AutoEnable": True}, "AutoEnable is false"),
        ({"AutoEnableStandards": "DEFAULT"}, "AutoEnableStandards is NONE"),
    ],
)
def test_central_configuration_forces_auto_enable_off(
    emulator: Start, change: dict[str, Any], why: str
) -> None:
    hub = central(emulator())
    wanted = {
        "AutoEnable": False,
        "AutoEnableStandards": "NONE",
        "OrganizationConfiguration": {"ConfigurationType": "CENTRAL"},
    }
    with pytest.raises(ClientError, match=why):
        hub.update_organization_configuration(**(wanted | change))


def test_central_configuration_needs_an_aggregator(emulator: Start) -> None:
    running = emulator()
    client(running, MANAGEMENT, "securityhub").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    with pytest.raises(ClientError, match="needs a finding aggregator"):
        client(running, SECURITY, "securityhub").update_organization_configuration(
            AutoEnable=False, OrganizationConfiguration={"ConfigurationType": "CENTRAL"}
        )


def test_somebody_else_is_not_an_administrator(emulator: Start) -> None:
    running = emulator()
    central(running)
    with pytest.raises(ClientError, match=f"Account {TAX} is not an administrator"):
        client(running, TAX, "securityhub").describe_organization_configuration()


def test_a_policy_is_associated_and_only_then_let_go_and_deleted(emulator: Start) -> None:
    running = emulator()
    hub = central(running)
    policy = hub.create_configuration_policy(
        Name="standards", ConfigurationPolicy=POLICY, Tags={"a": "b"}
    )
    root = client(running, MANAGEMENT, "organizations").list_roots()["Roots"][0]["Id"]
    hub.start_configuration_policy_association(
        ConfigurationPolicyIdentifier=policy["Id"], Target={"RootId": root}
    )
    held = hub.get_configuration_policy_association(Target={"RootId": root})
    assert (held["ConfigurationPolicyId"], held["TargetType"]) == (policy["Id"], "ROOT")
    with pytest.raises(ClientError, match="is associated with"):
        hub.delete_configuration_policy(Identifier=policy["Id"])
    hub.start_configuration_policy_disassociation(
        ConfigurationPolicyIdentifier=policy["Id"], Target={"RootId": root}
    )
    hub.delete_configuration_policy(Identifier=policy["Id"])
    assert hub.list_configuration_policies()["ConfigurationPolicySummaries"] == []
    assert (
        hub.list_configuration_policy_associations()["ConfigurationPolicyAssociationSummaries"]
        == []
    )


def test_a_policy_is_read_as_it_was_written(emulator: Start) -> None:
    hub = central(emulator())
    policy = hub.create_configuration_policy(Name="standards", ConfigurationPolicy=POLICY)
    hub.update_configuration_policy(Identifier=policy["Arn"], Description="all of them")
    read = hub.get_configuration_policy(Identifier=policy["Id"])
    assert read["ConfigurationPolicy"] == POLICY
    assert (read["Name"], read["Description"]) == ("standards", "all of them")


def test_the_administrator_and_the_aggregator_stay_while_configuration_is_central(
    emulator: Start,
) -> None:
    running = emulator()
    hub = central(running)
    management = client(running, MANAGEMENT, "securityhub")
    [aggregator] = hub.list_finding_aggregators()["FindingAggregators"]
    with pytest.raises(ClientError, match="uses central configuration"):
        management.disable_organization_admin_account(AdminAccountId=SECURITY)
    with pytest.raises(ClientError, match="needs the finding aggregator"):
        hub.delete_finding_aggregator(FindingAggregatorArn=aggregator["FindingAggregatorArn"])
    hub.update_organization_configuration(
        AutoEnable=False, OrganizationConfiguration={"ConfigurationType": "LOCAL"}
    )
    hub.delete_finding_aggregator(FindingAggregatorArn=aggregator["FindingAggregatorArn"])
    management.disable_organization_admin_account(AdminAccountId=SECURITY)
    hub.disable_security_hub()
    with pytest.raises(ClientError, match="not subscribed"):
        hub.describe_hub()
