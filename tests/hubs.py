"""An organisation whose Security Hub takes findings, and what tests read of it."""

from __future__ import annotations

from typing import Any

from rehearsal.emulator.server import Emulator
from tests.emulated import (
    MANAGEMENT,
    REGION,
    SECURITY,
    TAX,
    Bus,
    client,
    delegated,
    file,
    listening,
)

LINKED = "eu-central-1"
IMPORTED = "Security Hub Findings - Imported"
IMPORTED_V2 = "Findings Imported V2"

NOTIFIED = {"Workflow": {"Status": "NOTIFIED"}}

POLICY = {
    "SecurityHub": {
        "ServiceEnabled": True,
        "EnabledStandardIdentifiers": [],
        "SecurityControlsConfiguration": {"DisabledSecurityControlIdentifiers": []},
    }
}


def aggregating(running: Emulator) -> Bus:
    """Detectors and hubs for every member in two regions, aggregated; what is sent from here on."""
    for region in (REGION, LINKED):
        delegated(running, region)
    hub = client(running, SECURITY, "securityhub")
    hub.enable_security_hub(EnableDefaultStandards=False)
    client(running, MANAGEMENT, "securityhub").enable_organization_admin_account(
        AdminAccountId=SECURITY
    )
    hub.create_finding_aggregator(RegionLinkingMode="SPECIFIED_REGIONS", Regions=[LINKED])
    hub.update_organization_configuration(
        AutoEnable=False,
        AutoEnableStandards="NONE",
        OrganizationConfiguration={"ConfigurationType": "CENTRAL"},
    )
    everybody(running, "on", POLICY)
    return listening(running)


def everybody(running: Emulator, name: str, policy: dict[str, Any]) -> None:
    """Associate a new policy with the root."""
    hub = client(running, SECURITY, "securityhub")
    made = hub.create_configuration_policy(Name=name, ConfigurationPolicy=policy)
    root = client(running, MANAGEMENT, "organizations").list_roots()["Roots"][0]["Id"]
    hub.start_configuration_policy_association(
        ConfigurationPolicyIdentifier=made["Id"], Target={"RootId": root}
    )


def sent(bus: Bus, kind: str = IMPORTED) -> list[tuple[str, str]]:
    """On which buses Security Hub's events came, in order."""
    return [
        (account, region)
        for account, region, _, event in bus.events
        if event["detail-type"] == kind
    ]


def findings(bus: Bus, account: str = TAX, kind: str = IMPORTED) -> list[dict[str, Any]]:
    """The findings in the events on an account's buses."""
    return [
        event["detail"]["findings"][0]
        for owner, _, _, event in bus.events
        if owner == account and event["detail-type"] == kind
    ]


def identifier(of: dict[str, Any]) -> dict[str, str]:
    """How an update names a finding."""
    return {"Id": of["Id"], "ProductArn": of["ProductArn"]}


def own(account: str = TAX, **more: Any) -> dict[str, Any]:
    """A finding in ASFF of an account's own product, as far as one must say it."""
    return {
        "SchemaVersion": "2018-10-08",
        "Id": "own/1",
        "ProductArn": f"arn:aws:securityhub:{REGION}:{account}:product/{account}/default",
        "GeneratorId": "a-check",
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-11-24T10:00:00Z",
        "UpdatedAt": "2026-11-24T10:00:00Z",
        "Severity": {"Label": "LOW"},
        "Title": "A door is open",
        "Description": "Somebody left it open.",
        "Resources": [{"Type": "Other", "Id": "door-1"}],
        **more,
    }


def arrive(running: Emulator) -> None:
    """Let everything arrive that GuardDuty has sent."""
    running.world.clock.sleep(running.world.timing.security_hub + 10)


def filed(running: Emulator, account: str = TAX, region: str = REGION) -> dict[str, Any]:
    """A finding that Security Hub has."""
    _, made = file(running, account=account, region=region)
    arrive(running)
    hub = client(running, account, "securityhub", region)
    [read] = hub.get_findings(Filters={"Id": [{"Value": made["arn"], "Comparison": "EQUALS"}]})[
        "Findings"
    ]
    return dict(read)


def update(running: Emulator, account: str, *of: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Update findings with an account's client at home, and let it show."""
    hub = client(running, account, "securityhub")
    answer = hub.batch_update_findings(
        FindingIdentifiers=[identifier(one) for one in of], **(given or NOTIFIED)
    )
    running.world.clock.sleep(running.world.timing.security_hub_update + 10)
    return dict(answer)
