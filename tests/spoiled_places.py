"""Bad environments: roles, regions, detectors, pipelines, delegation, quotas."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.events.models import events_backends

from names import CENTRAL_BUS, FORWARDER, LOCAL_BUS, STARTER
from tests.emulated import LAND_REGISTRY, MANAGEMENT, SECURITY, TAX
from tests.unready import ACCOUNTS, DEPLOYER, HOME, MILAN, Ready, Row, Unready

FORWARD = "containment-ledger-forward"


@contextmanager
def distrusted(made: Ready) -> Iterator[None]:
    iam = made.client(TAX, "iam")
    was = iam.get_role(RoleName=DEPLOYER)["Role"]["AssumeRolePolicyDocument"]
    other = json.dumps(was).replace(MANAGEMENT, LAND_REGISTRY)
    iam.update_assume_role_policy(RoleName=DEPLOYER, PolicyDocument=other)
    yield
    iam.update_assume_role_policy(RoleName=DEPLOYER, PolicyDocument=json.dumps(was))


@contextmanager
def switched_off(made: Ready) -> Iterator[None]:
    account = made.client(TAX, "account")
    account.disable_region(RegionName=MILAN)
    yield
    account.enable_region(RegionName=MILAN)


def detector(made: Ready, region: str = MILAN, account: str = TAX) -> tuple[Any, str]:
    guardduty = made.client(account, "guardduty", region)
    return guardduty, guardduty.list_detectors()["DetectorIds"][0]


@contextmanager
def undetected(made: Ready) -> Iterator[None]:
    guardduty, found = detector(made)
    guardduty.delete_detector(DetectorId=found)
    yield
    guardduty.create_detector(Enable=True)


@contextmanager
def suspended(made: Ready) -> Iterator[None]:
    guardduty, found = detector(made)
    guardduty.update_detector(DetectorId=found, Enable=False)
    yield
    guardduty.update_detector(DetectorId=found, Enable=True)


@contextmanager
def unanswered(made: Ready) -> Iterator[None]:
    guardduty = made.client(TAX, "guardduty", "us-east-1")
    found = guardduty.create_detector(Enable=True)["DetectorId"]
    yield
    guardduty.delete_detector(DetectorId=found)


def disabled(account: str, rule: str, bus: str = "default", region: str = MILAN) -> Any:
    @contextmanager
    def spoil(made: Ready) -> Iterator[None]:
        events = made.client(account, "events", region)
        events.disable_rule(Name=rule, EventBusName=bus)
        yield
        events.enable_rule(Name=rule, EventBusName=bus)

    return spoil


def led_to(**changed: str) -> Any:
    """The forwarding rule's target has something else in it."""

    @contextmanager
    def spoil(made: Ready) -> Iterator[None]:
        events, on = made.client(TAX, "events", MILAN), {"Rule": FORWARD, "EventBusName": LOCAL_BUS}
        [was] = events.list_targets_by_rule(**on)["Targets"]
        events.put_targets(**on, Targets=[{**was, **changed}])
        yield
        events.put_targets(**on, Targets=[was])

    return spoil


def removed(rule: str, bus: str = "default") -> Any:
    @contextmanager
    def spoil(made: Ready) -> Iterator[None]:
        events = made.client(TAX, "events", MILAN)
        on = {"Rule": rule, "EventBusName": bus}
        was = events.describe_rule(Name=rule, EventBusName=bus)
        [target] = events.list_targets_by_rule(**on)["Targets"]
        events.remove_targets(**on, Ids=[target["Id"]])
        events.delete_rule(Name=rule, EventBusName=bus)
        yield
        events.put_rule(Name=rule, EventBusName=bus, EventPattern=was["EventPattern"])
        events.put_targets(**on, Targets=[target])

    return spoil


@contextmanager
def undeployed(made: Ready) -> Iterator[None]:
    """The file has a pipeline in another account, in a batch that nobody has deployed."""
    joined = {"name": "land-registry", "id": LAND_REGISTRY, "role": "member", "batch": "01"}
    made.changed = {"accounts": [*ACCOUNTS[:3], joined]}
    yield
    made.changed = {}


@contextmanager
def undelegated(made: Ready) -> Iterator[None]:
    management = made.client(MANAGEMENT, "guardduty", MILAN)
    management.disable_organization_admin_account(AdminAccountId=SECURITY)
    yield
    management.enable_organization_admin_account(AdminAccountId=SECURITY)
    guardduty, found = detector(made, account=SECURITY)
    guardduty.update_organization_configuration(
        DetectorId=found, AutoEnableOrganizationMembers="ALL"
    )


@contextmanager
def without_hub(made: Ready) -> Iterator[None]:
    management = made.client(MANAGEMENT, "securityhub")
    administrator = made.client(SECURITY, "securityhub")

    def configured(kind: str) -> None:
        administrator.update_organization_configuration(
            AutoEnable=False,
            AutoEnableStandards="NONE",
            OrganizationConfiguration={"ConfigurationType": kind},
        )

    configured("LOCAL")
    management.disable_organization_admin_account(AdminAccountId=SECURITY)
    yield
    management.enable_organization_admin_account(AdminAccountId=SECURITY)
    configured("CENTRAL")


@contextmanager
def untrusted(made: Ready) -> Iterator[None]:
    organizations = made.client(MANAGEMENT, "organizations")
    service = {"ServicePrincipal": "guardduty.amazonaws.com"}
    organizations.disable_aws_service_access(**service)
    yield
    organizations.enable_aws_service_access(**service)


def crowded(others: int) -> Any:
    """So many rules of others on the default bus of an account."""

    @contextmanager
    def spoil(_: Ready) -> Iterator[None]:
        bus = events_backends[TAX][HOME].event_buses["default"]
        ours = dict(bus.rules)
        for number in range(others):  # not one by one: it takes seconds
            other = copy.copy(ours["containment-watch"])
            other.name = f"other-{number}"
            bus.rules[other.name] = other
        yield
        bus.rules.clear()
        bus.rules.update(ours)

    return spoil


@contextmanager
def not_adaptive(made: Ready) -> Iterator[None]:
    ssm = made.client(TAX, "ssm", MILAN)
    setting = "/ssm/automation/enable-adaptive-concurrency"
    ssm.reset_service_setting(SettingId=setting)
    yield
    ssm.update_service_setting(SettingId=setting, SettingValue="True")


TAX_MILAN, REGISTRY = f"tax ({TAX}), {MILAN}", f"land-registry ({LAND_REGISTRY})"
_MADE: list[Row] = [
    ("a role that does not trust us", distrusted, "roles", f"tax ({TAX})",
     f"the role {DEPLOYER} cannot be assumed", "let its trust name arn:aws:iam::111111111111"),
    ("a region that is off", switched_off, "regions", TAX_MILAN,
     "the region is DISABLED in this account", "aws account enable-region --region-name eu-south"),
    ("no detector", undetected, "detectors", TAX_MILAN,
     "GuardDuty is off: no attack is detected", "pulumi up --refresh --stack prod"),
    ("a suspended detector", suspended, "detectors", TAX_MILAN,
     "GuardDuty is suspended", "aws guardduty update-detector --enable"),
    ("a forwarding rule that is off", disabled(TAX, FORWARD, LOCAL_BUS), "pipelines", TAX_MILAN,
     f"the rule {FORWARD} is switched off", f"aws events enable-rule --name {FORWARD}"),
    ("a forwarding rule that is gone", removed(FORWARD, LOCAL_BUS), "pipelines", TAX_MILAN,
     f"the rule {FORWARD} is missing", "pulumi up --refresh --stack prod"),
    ("a forwarding rule that leads elsewhere",
     led_to(Arn=f"arn:aws:events:{HOME}:{TAX}:event-bus/default"), "pipelines", TAX_MILAN,
     f"leads to arn:aws:events:{HOME}:{TAX}:event-bus/default", "pulumi up"),
    ("a forwarding rule in another role", led_to(RoleArn=f"arn:aws:iam::{TAX}:role/{STARTER}"),
     "pipelines", TAX_MILAN, f"does not use the role {FORWARDER}", "pulumi up"),
    ("a route's rule that is off", disabled(TAX, "containment-compromised-instance-1"),
     "pipelines", TAX_MILAN, "the rule containment-compromised-instance-1 is switched off",
     "find out in CloudTrail"),
    ("a route without a rule", removed("containment-reconnaissance"), "pipelines", TAX_MILAN,
     "no rule matches the findings of the route reconnaissance", "pulumi up"),
    ("a ledger that records nothing",
     disabled(SECURITY, "containment-ledger-record", CENTRAL_BUS, HOME), "pipelines",
     f"security ({SECURITY}), {HOME}", "the rule containment-ledger-record is switched off",
     "aws events enable-rule"),
    ("a bus that is full", crowded(286), "quotas", f"tax ({TAX}), {HOME}",
     "rules of the default bus: 298 there, at most 4 to come, and 300 are allowed", "ask for more"),
    ("an account that was never deployed", undeployed, "pipelines", f"{REGISTRY}, {HOME}",
     "no pipeline is deployed", "pulumi up --refresh --stack prod-01"),
    ("an account without a table", undeployed, "containments", REGISTRY,
     "the table containment-state is missing", "pulumi up --refresh --stack prod-01"),
    ("an account that never beat", undeployed, "beats", f"{REGISTRY}, {MILAN}",
     "nothing was heard for a day or more", "pulumi up --refresh --stack prod-01"),
    ("nobody administers GuardDuty", undelegated, "delegation",
     f"management ({MANAGEMENT}), {MILAN}", "of GuardDuty's administrator: nobody is",
     "pulumi up --refresh --stack prod"),
    ("nobody administers Security Hub", without_hub, "delegation",
     f"management ({MANAGEMENT}), {HOME}", "of Security Hub's administrator: nobody is",
     "pulumi up --refresh --stack prod"),
    ("a service that is not trusted", untrusted, "delegation", f"management ({MANAGEMENT})",
     "guardduty.amazonaws.com has no trusted access",
     "aws organizations enable-aws-service-access"),
]  # fmt: skip
_DOUBTED: list[Row] = [
    ("a detector without a pipeline", unanswered, "detectors", f"tax ({TAX}), us-east-1",
     "GuardDuty is on and no pipeline is", "add us-east-1 to regions in Pulumi.prod.yaml"),
    ("a bus that is nearly full", crowded(265), "quotas", f"tax ({TAX}), {HOME}",
     "rules of the default bus: 277 there, at most 4 to come, and 300 are allowed", "ask for more"),
    ("a hundred runs at a time", not_adaptive, "quotas", TAX_MILAN,
     "adaptive concurrency is off", "pulumi up --refresh --stack prod"),
]  # fmt: skip
PLACES = [
    Unready(name=n, spoil=s, check=c, where=w, what=d, remedy=r, grave=made is _MADE)
    for made in (_MADE, _DOUBTED)
    for n, s, c, w, d, r in made
]
