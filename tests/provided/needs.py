"""What has to be there before a sample can be made."""

from __future__ import annotations

from typing import Any

from tests.emulated import MANAGEMENT, REGION, SECURITY, TAX
from tests.provided import Accounts, Inputs, Needs


def detector(accounts: Accounts, account: str = SECURITY) -> Inputs:
    """The account's detector, made once."""
    client = accounts.client(account, "guardduty")
    found = client.list_detectors()["DetectorIds"] or [
        client.create_detector(Enable=True)["DetectorId"]
    ]
    return {"detectorId": found[0]}


def administered(accounts: Accounts) -> Inputs:
    """The security account administers GuardDuty."""
    detector(accounts, MANAGEMENT)
    made = detector(accounts)
    client = accounts.client(MANAGEMENT, "guardduty")
    if not client.list_organization_admin_accounts()["AdminAccounts"]:
        client.enable_organization_admin_account(AdminAccountId=SECURITY)
    return made


def hub_administered(accounts: Accounts) -> Inputs:
    """The security account administers Security Hub."""
    client = accounts.client(MANAGEMENT, "securityhub")
    if not client.list_organization_admin_accounts()["AdminAccounts"]:
        client.enable_organization_admin_account(AdminAccountId=SECURITY)
    return {}


def aggregated(accounts: Accounts) -> Inputs:
    """And it aggregates."""
    hub_administered(accounts)
    client = accounts.client(SECURITY, "securityhub")
    if not client.list_finding_aggregators()["FindingAggregators"]:
        client.create_finding_aggregator(RegionLinkingMode="NO_REGIONS")
    return {}


def central(accounts: Accounts) -> Inputs:
    """And it configures centrally."""
    aggregated(accounts)
    accounts.client(SECURITY, "securityhub").update_organization_configuration(
        AutoEnable=False,
        AutoEnableStandards="NONE",
        OrganizationConfiguration={"ConfigurationType": "CENTRAL"},
    )
    return {}


def hub_policy(accounts: Accounts) -> Inputs:
    """And it has a policy to apply."""
    central(accounts)
    client = accounts.client(SECURITY, "securityhub")
    made = client.create_configuration_policy(
        Name="applied",
        ConfigurationPolicy={
            "SecurityHub": {
                "ServiceEnabled": True,
                "EnabledStandardIdentifiers": [],
                "SecurityControlsConfiguration": {"DisabledSecurityControlIdentifiers": []},
            }
        },
    )
    return {"policyId": made["Id"]}


def needed(token: str, **inputs: Any) -> Needs:
    """Something else of the table, made first."""
    return lambda accounts: accounts.make(TAX, token, inputs) and {}


def queue(accounts: Accounts) -> Inputs:
    """A queue's URL."""
    made, _ = accounts.make(TAX, "aws:sqs/queue:Queue", {"name": "guarded"})
    return {"queueUrl": made}


def topic(accounts: Accounts) -> Inputs:
    """A topic's ARN."""
    made, _ = accounts.make(TAX, "aws:sns/topic:Topic", {"name": "guarded"})
    return {"arn": made}


def key(accounts: Accounts) -> Inputs:
    """A key's id."""
    made, _ = accounts.make(TAX, "aws:kms/key:Key", {"description": "named"})
    return {"targetKeyId": made}


def log_group(accounts: Accounts) -> Inputs:
    """A log group's ARN."""
    _, state = accounts.make(TAX, "aws:cloudwatch/logGroup:LogGroup", {"name": "/written"})
    return {"resourceArn": state["arn"]}


def replicated(accounts: Accounts) -> Inputs:
    """The tax account has Incident Manager."""
    client = accounts.client(TAX, "ssm-incidents")
    if not client.list_replication_sets()["replicationSetArns"]:
        client.create_replication_set(regions={REGION: {}})
    return {}


def person(accounts: Accounts, alias: str, kind: str = "PERSONAL") -> str:
    """A contact of the tax account, made once; its ARN."""
    replicated(accounts)
    contacts = accounts.client(TAX, "ssm-contacts")
    found = contacts.list_contacts(AliasPrefix=alias)["Contacts"]
    made = (
        found[0] if found else contacts.create_contact(Alias=alias, Type=kind, Plan={"Stages": []})
    )
    arn: str = made["ContactArn"]
    return arn


def owner(accounts: Accounts) -> Inputs:
    """A person to give a channel to."""
    return {"contactId": person(accounts, "owner")}


def escalating(accounts: Accounts) -> Inputs:
    """An escalation plan without stages, and the person that its stages will name."""
    person(accounts, "first")
    return {"contactId": person(accounts, "escalating", "ESCALATION")}


def turns(accounts: Accounts) -> Inputs:
    """Two persons who take turns."""
    return {"contactIds": [person(accounts, "first"), person(accounts, "second")]}


def engaged(accounts: Accounts) -> Inputs:
    """A person whom a response plan engages."""
    return {"engagements": [person(accounts, "first")]}
