"""A small environment that is ready, and what is done to it so that it is not.

Each spoiling is undone at its end: the environment is deployed once. A management account, the
security account and a member, in a region that is always on and in one that has to be enabled;
another account is in the organisation, and has no pipeline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from names import TOPIC
from operations.readiness.checks import CHECKS
from operations.readiness.doors import Doors
from operations.readiness.examine import Examined, Pace, examine
from rehearsal.emulator import shortcut
from rehearsal.emulator.actions import PREFIXES
from rehearsal.stacks import raw_settings
from settings import parse
from tests.emulated import LAND_REGISTRY, MANAGEMENT, SECURITY, TAX
from tests.organization import Deployed, deployed

HOME, MILAN = "eu-west-1", "eu-south-1"
DEPLOYER = "OrganizationAccountAccessRole"
TOPIC_ARN = f"arn:aws:sns:{HOME}:{SECURITY}:{TOPIC}"

ACCOUNTS = [
    {"name": "management", "id": MANAGEMENT, "role": "management"},
    {"name": "security", "id": SECURITY, "role": "security"},
    {"name": "tax", "id": TAX, "role": "member"},
    {"name": "land-registry", "id": LAND_REGISTRY, "role": "member", "contain": False},
]
SETTINGS = {
    **raw_settings("prod"),
    "regions": [HOME, MILAN],
    "accounts": ACCOUNTS,
    "watch_minutes": 5,
    "retain_data": False,
    "forensics": {"account": "999999999999"},
    "evidence": {"retention_days": 1, "mode": "GOVERNANCE"},
}


class ShortDoors(Doors):
    """Clients that call the emulator of this process without a socket, and what they called."""

    calls: set[str]

    def client(self, account: str, service: str, region: str | None = None) -> Any:
        """Each is led the short way once."""
        made = super().client(account, service, region)
        with self._lock:
            if not hasattr(made, "short"):
                shortcut.take(made, made.meta.endpoint_url)
                made.meta.events.register("before-call", self._called)
                made.short = True
        return made

    def _called(self, model: Any, **_: Any) -> None:
        service = str(model.service_model.service_name)
        self.calls.add(f"{PREFIXES[service]}:{model.name}")


@dataclass(kw_only=True)
class Ready:
    """The deployed environment, and the way in of whoever examines it."""

    organization: Deployed
    doors: ShortDoors
    later: timedelta = timedelta()
    changed: Mapping[str, Any] = field(default_factory=dict)
    """Settings that are examined and not deployed."""

    def client(self, account: str, service: str, region: str = HOME) -> Any:
        """A client of the account's deployer."""
        return self.organization.ground.client(account, service, region)

    def examined(self, *besides: str, seconds: float = 30) -> Examined:
        """All answers; those about detectors, most of them, only where they are asked for."""
        return examine(
            "prod",
            parse({**SETTINGS, **self.changed}),
            self.doors,
            DEPLOYER,
            now=self.organization.ground.now() + self.later,
            pace=Pace(parallel=4, seconds=seconds, progress=lambda what, done, of: None),
            checks=[each for each in CHECKS if each.name in besides or each is not CHECKS[0]],
        )


@contextmanager
def ready(use: Callable[[str], None]) -> Iterator[Ready]:
    """The environment, deployed and made ready as its people do; ``use`` is told the endpoint."""
    with deployed("prod", SETTINGS, people=True) as organization:
        use(organization.emulator.endpoint)
        doors = ShortDoors(DEPLOYER, partition="aws", home=HOME, seconds=30)
        doors.calls = set()
        made = Ready(organization=organization, doors=doors)
        organizations = made.client(MANAGEMENT, "organizations")
        [root] = organizations.list_roots()["Roots"]
        organizations.enable_policy_type(RootId=root["Id"], PolicyType="SERVICE_CONTROL_POLICY")
        confirm(made)
        organization.settle(720)  # two looks of Watch, and their beats
        yield made


def confirm(made: Ready) -> None:
    """Everybody's mails are confirmed as the operator's verb does."""
    sns = made.client(SECURITY, "sns")
    for mail in [each for each in made.organization.emulator.world.outbox if each.token]:
        sns.confirm_subscription(
            TopicArn=mail.topic, Token=mail.token, AuthenticateOnUnsubscribe="true"
        )


Spoiling = Callable[[Ready], AbstractContextManager[None]]


@dataclass(frozen=True, kw_only=True)
class Unready:
    """One bad environment: what is done, and what has to be said of it, by name and remedy."""

    name: str
    spoil: Spoiling
    check: str
    where: str
    what: str
    remedy: str
    grave: bool = True


Row = tuple[str, Spoiling, str, str, str, str]
"""One of them in a table: name, spoil, check, where, what, remedy."""


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


@contextmanager
def control_policy(
    made: Ready, statement: Mapping[str, Any], target: str = TAX, *, alone: bool = False
) -> Iterator[None]:
    """A service control policy for a while, beside what is there or alone."""
    api = made.client(MANAGEMENT, "organizations")
    held = api.create_policy(
        Name="guard", Description="", Type="SERVICE_CONTROL_POLICY", Content=policy(statement)
    )["Policy"]["PolicySummary"]["Id"]
    api.attach_policy(PolicyId=held, TargetId=target)
    if alone:
        api.detach_policy(PolicyId="p-FullAWSAccess", TargetId=target)
    try:
        yield
    finally:
        if alone:
            api.attach_policy(PolicyId="p-FullAWSAccess", TargetId=target)
        api.detach_policy(PolicyId=held, TargetId=target)
        api.delete_policy(PolicyId=held)


@contextmanager
def key_policy(
    made: Ready, alias: str, change: Callable[[list[dict[str, Any]]], None], region: str = HOME
) -> Iterator[None]:
    """A key with other statements for a while."""
    kms = made.client(SECURITY, "kms", region)
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    was = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    other = json.loads(was)
    change(other["Statement"])
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(other))
    try:
        yield
    finally:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=was)


@contextmanager
def suppressing(
    made: Ready, criterion: Mapping[str, Any], action: str = "ARCHIVE"
) -> Iterator[None]:
    """A filter of GuardDuty's administrator for a while."""
    guardduty = made.client(SECURITY, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    guardduty.create_filter(
        DetectorId=detector,
        Name="quiet",
        Action=action,
        FindingCriteria={"Criterion": criterion},
    )
    try:
        yield
    finally:
        guardduty.delete_filter(DetectorId=detector, FilterName="quiet")


@contextmanager
def contained(made: Ready, since: str) -> Iterator[None]:
    """Something is contained in the member, first seen then."""
    dynamodb = made.client(TAX, "dynamodb")
    arn = f"arn:aws:ec2:{HOME}:{TAX}:instance/i-0a1b2c3d4e5f60718"
    item = {"id": f"isolate_instance#{arn}", "stage": "contained", "first_seen": since}
    named = {name: {"S": value} for name, value in item.items()}
    dynamodb.put_item(TableName="containment-state", Item=named)
    try:
        yield
    finally:
        dynamodb.delete_item(TableName="containment-state", Key={"id": named["id"]})
