"""Samples of GuardDuty and Security Hub."""

from __future__ import annotations

from tests.emulated import MANAGEMENT, SECURITY, TAX
from tests.provided import Sample
from tests.provided.needs import (
    administered,
    aggregated,
    central,
    detector,
    hub_administered,
    hub_policy,
)

TAGGED = {"tags": {"team": "tax"}}
RETAGGED = {"tags": {"team": "land"}}

SAMPLES: dict[str, Sample] = {
    "aws:guardduty/detector:Detector": Sample(
        inputs={"enable": True, "findingPublishingFrequency": "SIX_HOURS", **TAGGED},
        change={"findingPublishingFrequency": "FIFTEEN_MINUTES", "enable": False, **RETAGGED},
    ),
    "aws:guardduty/detectorFeature:DetectorFeature": Sample(
        account=SECURITY,
        inputs={
            "name": "RUNTIME_MONITORING",
            "status": "ENABLED",
            "additionalConfigurations": [{"name": "EC2_AGENT_MANAGEMENT", "status": "ENABLED"}],
        },
        change={"status": "DISABLED", "additionalConfigurations": None},
        needs=detector,
        stays=True,
    ),
    "aws:guardduty/organizationAdminAccount:OrganizationAdminAccount": Sample(
        account=MANAGEMENT, inputs={"adminAccountId": SECURITY}
    ),
    "aws:guardduty/organizationConfiguration:OrganizationConfiguration": Sample(
        account=SECURITY,
        inputs={"autoEnableOrganizationMembers": "ALL"},
        change={"autoEnableOrganizationMembers": "NONE"},
        needs=administered,
        stays=True,
    ),
    "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature": Sample(
        account=SECURITY,
        inputs={
            "name": "RUNTIME_MONITORING",
            "autoEnable": "ALL",
            "additionalConfigurations": [{"name": "EC2_AGENT_MANAGEMENT", "autoEnable": "ALL"}],
        },
        change={
            "additionalConfigurations": [{"name": "EC2_AGENT_MANAGEMENT", "autoEnable": "NONE"}]
        },
        needs=administered,
        stays=True,
    ),
    "aws:securityhub/account:Account": Sample(
        inputs={"enableDefaultStandards": False, "autoEnableControls": False},
        change={"autoEnableControls": True},
    ),
    "aws:securityhub/organizationAdminAccount:OrganizationAdminAccount": Sample(
        account=MANAGEMENT, inputs={"adminAccountId": SECURITY}
    ),
    "aws:securityhub/findingAggregator:FindingAggregator": Sample(
        account=SECURITY,
        inputs={"linkingMode": "SPECIFIED_REGIONS", "specifiedRegions": ["eu-central-1"]},
        change={"linkingMode": "NO_REGIONS", "specifiedRegions": None},
        needs=hub_administered,
    ),
    "aws:securityhub/organizationConfiguration:OrganizationConfiguration": Sample(
        account=SECURITY,
        inputs={
            "autoEnable": False,
            "autoEnableStandards": "NONE",
            "organizationConfiguration": {"configurationType": "LOCAL"},
        },
        change={"organizationConfiguration": {"configurationType": "CENTRAL"}},
        needs=aggregated,
        stays=True,
    ),
    "aws:securityhub/configurationPolicy:ConfigurationPolicy": Sample(
        account=SECURITY,
        inputs={
            "name": "findings",
            "description": "on",
            "configurationPolicy": {
                "serviceEnabled": True,
                "enabledStandardArns": [],
                "securityControlsConfiguration": {"disabledControlIdentifiers": []},
            },
        },
        change={
            "description": "on, one control off",
            "configurationPolicy": {
                "serviceEnabled": True,
                "enabledStandardArns": [],
                "securityControlsConfiguration": {"disabledControlIdentifiers": ["IAM.6"]},
            },
        },
        needs=central,
    ),
    "aws:securityhub/configurationPolicyAssociation:ConfigurationPolicyAssociation": Sample(
        account=SECURITY, inputs={"targetId": TAX}, needs=hub_policy
    ),
}
