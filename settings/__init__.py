"""What the operator decides for an environment: one validated object.

Every mistake of a stack file is reported at once, each with its key, its value and what to write
instead (``settings/mistakes.py``). A difference between stacks is a setting, never the stack's
name. Nothing here needs Pulumi: what a stack deploys of it is ``settings/stack.py``'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from routes import Mode, modes
from settings.evidence import Evidence, Exemption
from settings.kinds import (
    AccountId,
    Batch,
    Block,
    Frequency,
    Plan,
    Region,
    RoleName,
    RouteName,
    VpcId,
)
from settings.mistakes import contradictions, sentence
from settings.organization import Organization
from settings.people import People

KEY = "containment:settings"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(_Model):
    """One account: who it is, what part it plays, and where it differs from its stack."""

    name: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,29}$", description="lower case letters, digits, -"
    )
    id: AccountId
    role: Literal["management", "security", "member"] = Field(
        description="management, security or member"
    )
    batch: Batch | None = Field(
        None, description='digits in quotes, "01": the stack that deploys it; else the hub\'s'
    )
    contain: bool | None = Field(
        None,
        description="true or false: a pipeline or none; all but management have one (trap 1.14)",
    )
    routes: dict[RouteName, Mode] = Field(
        {}, description="route → automatic, approval or notify, where it differs from the stack"
    )
    existing_detectors: dict[Region, str] = Field(
        {}, description="region → id of a GuardDuty detector to import, not to make (trap 1.18)"
    )
    existing_security_hub: bool = Field(
        default=False,
        description="true where it has a Security Hub, which is imported; else false (trap 1.18)",
    )
    existing_sharing_role: bool = Field(
        default=False,
        description="true where it has CloudWatch-CrossAccountSharingRole, left alone; else false",
    )

    def existing(self) -> dict[str, Any]:
        """What is imported, as ``AdministratorServices`` wants it."""
        hub = self.id if self.existing_security_hub else None
        return {"existing_detectors": self.existing_detectors, "existing_security_hub": hub}

    @property
    def contains(self) -> bool:
        """Whether the containment pipeline is deployed into this account."""
        return self.contain if self.contain is not None else self.role != "management"


class GuardDuty(_Model):
    """What GuardDuty looks at, and how soon an open finding's update comes (trap 1.5)."""

    protection_plans: tuple[Plan, ...] = Field(
        ("RUNTIME_MONITORING", "EBS_MALWARE_PROTECTION"),
        description=f"a list of GuardDuty's feature names: {', '.join(get_args(Plan))}",
    )
    publishing_frequency: Frequency = Field(
        "FIFTEEN_MINUTES", description="FIFTEEN_MINUTES, ONE_HOUR or SIX_HOURS"
    )


class Cap(_Model):
    """How many resources a route may contain in an account in an hour by the clock (trap 4.2)."""

    per_hour: int = Field(ge=1, le=100, description="a whole number from 1 to 100")


class Contained(_Model):
    """When a resource counts as contained."""

    suffices: Literal["blocked", "severed"] = Field(
        "blocked",
        description="blocked (new traffic refused) or severed (open connections gone too)",
    )
    two_swaps_proven: bool = Field(
        default=False,
        description="true once a probe on AWS showed two swaps to end open connections, else false",
    )
    credentials_margin: int = Field(
        30,
        ge=0,
        le=300,
        description="seconds, 0 to 300, until a denied credential counts as refused (trap 3.15)",
    )
    dns_firewalled: tuple[VpcId, ...] = Field(
        (), description="ids of VPCs whose DNS Firewall lets out only what is allowed (trap 2.9)"
    )


class Forensics(_Model):
    """How investigators reach what is quarantined; nobody does by default (traps 2.10, 2.11)."""

    network: Block | None = Field(None, description="the IPv4 range that may reach it, a.b.c.d/n")
    endpoints: Block | None = Field(
        None, description="the IPv4 range of the Systems Manager endpoints that it may reach"
    )
    account: AccountId | None = Field(
        None,
        description="12 digits in quotes: the account that copies of snapshots are shared with",
    )


class Settings(_Model):
    """Everything that a stack decides."""

    organization: Organization | None = Field(None, description="{id: o-…}")
    delegation: Literal["declared", "existing"] = Field(
        "declared", description="declared, or existing where a landing zone already delegates"
    )
    home_region: Region
    regions: tuple[Region, ...] = Field(min_length=1, description="a list of AWS regions")
    deployer_role: str = Field(
        pattern=r"^[A-Za-z0-9_+=,.@-]{1,64}$",
        description="the name of the role to assume in each account",
    )
    reader_role: RoleName | None = Field(
        None, description="the name of the role that looks in each account, and changes nothing"
    )
    accounts: tuple[Account, ...] = Field(min_length=1, description="a list of accounts")
    people: People = Field(description="{persons: […], teams: […]}: who is engaged, and how")
    guardduty: GuardDuty = GuardDuty()
    routes: dict[RouteName, Mode] = Field({}, description="route → automatic, approval or notify")
    severity_thresholds: dict[RouteName, Annotated[float, Field(ge=1, le=10)]] = Field(
        {}, description="route → GuardDuty severity, 1 to 10, below which people decide"
    )
    caps: dict[RouteName, Cap] = Field({}, description="route → {per_hour: …}")
    contained: Contained = Contained()
    forensics: Forensics = Forensics()
    never_touch: tuple[RoleName, ...] = Field(
        (), description="a list of role names that no runbook changes: break-glass and the like"
    )
    objective_minutes: int = Field(
        15, ge=1, le=1440, description="whole minutes, 1 to 1440, that containing may take"
    )
    watch_minutes: int = Field(
        15, ge=5, le=60, description="whole minutes, 5 to 60, between two looks at the contained"
    )
    evidence: Evidence = Evidence()
    exemptions: tuple[Exemption, ...] = Field((), description="a list of exemptions")
    retain_data: bool = Field(
        default=True,
        description="true, or false to let destroy delete ledger, state tables and evidence",
    )
    tags: dict[str, str] = Field(
        {}, description="tags for every resource, both parts as text in quotes"
    )

    def modes(self, account: Account) -> dict[str, Mode]:
        """The mode of each route in an account: its own, else the stack's, else the route's."""
        return modes(self.routes, account.routes)

    def bounds(self) -> dict[str, Any]:
        """How far containment may go, as ``Bounds`` wants it."""
        return {
            **self.contained.model_dump(),
            "forensic_network": self.forensics.network,
            "forensic_endpoints": self.forensics.endpoints,
            "forensic_account": self.forensics.account,
            "never_touch": [self.deployer_role, *self.never_touch],
            "caps": {route: cap.per_hour for route, cap in self.caps.items()},
            "severity_thresholds": self.severity_thresholds,
        }

    def for_hub(self) -> dict[str, Any]:
        """What is kept, how firmly and for whom, what is exempt and expected: ``ResponseHub``'s."""
        return {
            "objective_minutes": self.objective_minutes,
            "watch_minutes": self.watch_minutes,
            "regions": self.regions,
            "forensic_account": self.forensics.account,
            "retain_data": self.retain_data,
            "retention_days": self.evidence.retention_days,
            "retention_mode": self.evidence.mode,
            "exemptions": [
                {key.title(): str(value) for key, value in exemption.model_dump().items()}
                for exemption in self.exemptions
            ],
        }

    def of_role(self, role: str) -> Account | None:
        """The one account that plays this part, None where there is none."""
        return next((account for account in self.accounts if account.role == role), None)

    @property
    def security(self) -> Account:
        """The delegated administrator; a stack without one does not validate."""
        return next(account for account in self.accounts if account.role == "security")


class SettingsError(Exception):
    """Everything that is wrong with a stack's settings, a line each."""

    def __init__(self, mistakes: list[str]) -> None:
        count = f"{len(mistakes)} mistake" + ("s" if len(mistakes) != 1 else "")
        super().__init__("\n  ".join([f"{count} in {KEY}:", *mistakes]))
        self.mistakes = mistakes


def parse(raw: object) -> Settings:
    """Settings from plain data; raises SettingsError with all mistakes at once."""
    mistakes: list[str] = []
    settings: Settings | None = None
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        mistakes += [sentence(raw, Settings, problem) for problem in error.errors()]
    if isinstance(raw, Mapping):
        mistakes += list(contradictions(raw))
    if settings is None or mistakes:
        raise SettingsError([mistake for mistake in dict.fromkeys(mistakes) if mistake])
    return settings
