"""Security Hub in an organisation: the administrator, the aggregator, and local or central rule."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from moto.organizations.models import organizations_backends

from rehearsal.emulator.organization import trust
from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World


@dataclass(kw_only=True)
class Aggregator:
    """Where findings of several regions come together."""

    arn: str
    region: str
    linking: str
    regions: list[str]

    def described(self) -> Parameters:
        """As the API answers it."""
        return {
            "FindingAggregatorArn": self.arn,
            "FindingAggregationRegion": self.region,
            "RegionLinkingMode": self.linking,
            "Regions": self.regions,
        }


class Delegation:
    """The operations of the management account, and the administrator's on its organisation."""

    def __init__(self, world: World, hubs: Hubs) -> None:
        self._world = world
        self._hubs = hubs
        self._administrators: dict[str, str] = {}
        self._aggregators: dict[str, Aggregator] = {}
        self._locals: dict[Caller, Parameters] = {}
        self.home: Caller | None = None
        """Administrator and region of central configuration, while it is on."""

    @property
    def administrators(self) -> set[str]:
        """The administrators of all regions: one account, or none."""
        return set(self._administrators.values())

    def administrator_of(self, place: Caller) -> Caller | None:
        """Who sees a place's findings in its region as well; None for the administrator itself."""
        account = self._administrators.get(place.region)
        if account is None and self.home and place.region in self.governed():
            account = self.home.account
        return Caller(account, place.region) if account and account != place.account else None

    def governed(self) -> list[str]:
        """The regions of central configuration, home first; none while it is off."""
        if self.home is None:
            return []
        return [self.home.region, *self._aggregators[self.home.account].regions]

    def aggregation_of(self, place: Caller) -> Caller | None:
        """Where an account's findings of a linked region are as well."""
        held = self._aggregators.get(place.account)
        if held is None or place.region not in held.regions or place.region == held.region:
            return None
        return Caller(place.account, held.region)

    def enable_organization_admin_account(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Name the administrator in this region, which also makes its hub there (trap 1.18)."""
        account = parameters["AdminAccountId"]
        _first_generation(parameters)
        self._management_only(caller)
        backend = organizations_backends[caller.account]["aws"]
        if account not in {member.id for member in backend.accounts}:
            raise _invalid(f"The account {account} is not a member of the organization")
        if set(self._administrators.values()) - {account} or caller.region in self._administrators:
            raise _invalid("The organization has a Security Hub administrator already")
        self._administrators[caller.region] = account
        trust(caller.account, "securityhub.amazonaws.com")
        if self._world.bites("1.18"):
            self._hubs.make(Caller(account, caller.region))
        return {"AdminAccountId": account, "Feature": "SecurityHub"}

    def disable_organization_admin_account(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Take the administrator away; refused while it configures centrally.

        (AWS docs: central configuration.)
        """
        _first_generation(parameters)
        self._management_only(caller)
        if self._administrators.get(caller.region) != parameters["AdminAccountId"]:
            raise _invalid(f"{parameters['AdminAccountId']} is not the administrator")
        if self.home and self.home.region == caller.region:
            raise _invalid("The administrator uses central configuration; change it to local first")
        del self._administrators[caller.region]
        return {}

    def list_organization_admin_accounts(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """The region's administrator; only the management account may ask."""
        _first_generation(parameters)
        self._management_only(caller)
        account = self._administrators.get(caller.region)
        accounts = [{"AccountId": account, "Status": "ENABLED"}] if account else []
        return {"AdminAccounts": accounts, "Feature": "SecurityHub"}

    def describe_organization_configuration(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Whether members are configured locally or centrally."""
        self.administrator_only(caller)
        central = self.home == caller
        return {
            "AutoEnable": False if central else self._local(caller)["AutoEnable"],
            "AutoEnableStandards": "NONE" if central else self._local(caller)["Standards"],
            "MemberAccountLimitReached": False,
            "OrganizationConfiguration": {
                "ConfigurationType": "CENTRAL" if central else "LOCAL",
                "Status": "ENABLED",
            },
        }

    def _local(self, caller: Caller) -> Parameters:
        return self._locals.setdefault(caller, {"AutoEnable": False, "Standards": "DEFAULT"})

    def update_organization_configuration(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Choose local or central; central needs an aggregator here, and forces both off and NONE.

        (AWS docs: central configuration.)
        """
        self.administrator_only(caller)
        wanted = parameters.get("OrganizationConfiguration") or {}
        if wanted.get("ConfigurationType") == "CENTRAL":
            if caller.account not in self._aggregators:
                raise _invalid("Central configuration needs a finding aggregator")
            if self._aggregators[caller.account].region != caller.region:
                raise _invalid("Central configuration is set in the aggregation region")
            if parameters["AutoEnable"] or parameters.get("AutoEnableStandards") == "DEFAULT":
                raise _invalid("Under CENTRAL, AutoEnable is false and AutoEnableStandards is NONE")
            self.home = caller
            for region in self.governed():
                self._hubs.make(Caller(caller.account, region))
            return {}
        if wanted.get("ConfigurationType") == "LOCAL" and self.home == caller:
            self.home = None
        if self.home == caller:
            raise _invalid("Under CENTRAL, configuration policies decide what members enable")
        self._locals[caller] = {
            "AutoEnable": parameters["AutoEnable"],
            "Standards": parameters.get("AutoEnableStandards") or "DEFAULT",
        }
        return {}

    def create_finding_aggregator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Bring findings of the named regions here; one aggregator per account."""
        self._hubs.at(caller)
        if caller.account in self._aggregators:
            raise _invalid("The account has a finding aggregator already")
        aggregator = Aggregator(
            arn=caller.arn("securityhub", f"finding-aggregator/{uuid.uuid4()}"),
            region=caller.region,
            linking=parameters["RegionLinkingMode"],
            regions=_regions(parameters),
        )
        self._aggregators[caller.account] = aggregator
        return aggregator.described()

    def get_finding_aggregator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The aggregator of that ARN."""
        return self._aggregator(caller, parameters).described()

    def list_finding_aggregators(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The caller's aggregator, if it has one."""
        self._hubs.at(caller)
        held = self._aggregators.get(caller.account)
        return {"FindingAggregators": [{"FindingAggregatorArn": held.arn}] if held else []}

    def update_finding_aggregator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change which regions are linked."""
        aggregator = self._aggregator(caller, parameters)
        aggregator.linking = parameters["RegionLinkingMode"]
        aggregator.regions = _regions(parameters)
        return aggregator.described()

    def delete_finding_aggregator(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Stop aggregating; refused under central configuration, which needs it."""
        self._aggregator(caller, parameters)
        if self.home and self.home.account == caller.account:
            raise _invalid("Central configuration needs the finding aggregator")
        del self._aggregators[caller.account]
        return {}

    def _aggregator(self, caller: Caller, parameters: Parameters) -> Aggregator:
        self._hubs.at(caller)
        held = self._aggregators.get(caller.account)
        if held is None or held.arn != parameters["FindingAggregatorArn"]:
            raise Fault(
                "ResourceNotFoundException",
                f"No finding aggregator {parameters['FindingAggregatorArn']}",
            )
        return held

    def administrator_only(self, caller: Caller) -> None:
        """A Fault for everybody but the administrator.

        Its text is the one reported in hashicorp/terraform-provider-aws#23079.
        """
        if self._administrators.get(caller.region) != caller.account:
            raise Fault(
                "InvalidAccessException",
                f"Account {caller.account} is not an administrator for this organization",
            )

    def _management_only(self, caller: Caller) -> None:
        if caller.account != self._world.management_account:
            raise Fault(
                "InvalidAccessException",
                f"Account {caller.account} is not the management account of the organization",
            )


def _regions(parameters: Parameters) -> list[str]:
    if parameters["RegionLinkingMode"] not in ("SPECIFIED_REGIONS", "NO_REGIONS"):
        raise NotEmulatedError(
            f"RegionLinkingMode {parameters['RegionLinkingMode']} is not emulated: name regions."
        )
    return list(parameters.get("Regions") or [])


def _first_generation(parameters: Parameters) -> None:
    if parameters.get("Feature") not in (None, "SecurityHub"):
        raise NotEmulatedError(f"Security Hub's {parameters['Feature']} is not emulated.")


def _invalid(why: str) -> Fault:
    return Fault("InvalidInputException", why)
