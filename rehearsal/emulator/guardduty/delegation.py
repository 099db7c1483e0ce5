"""GuardDuty in an organisation: an administrator per region, and the detectors of its members."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.organizations.models import organizations_backends

from rehearsal.emulator.guardduty import features
from rehearsal.emulator.guardduty.detectors import Detectors, Place
from rehearsal.emulator.organization import trust
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World


@dataclass
class Region:
    """One region's administrator, and what it has decided for the organisation."""

    administrator: str
    auto_enable: str = "NONE"
    plans: dict[str, dict[str, Any]] = field(
        default_factory=lambda: {
            name: {"Name": name, "AutoEnable": "NONE"} for name in features.ADDITIONAL
        }
    )
    members: set[str] = field(default_factory=set)


class Delegation:
    """The operations of the management account and of the delegated administrator."""

    def __init__(self, world: World, detectors: Detectors) -> None:
        self._world = world
        self._detectors = detectors
        self._regions: dict[str, Region] = {}
        detectors.on_creation = self._enrol
        detectors.deletable = self._may_delete

    def administrator_of(self, place: Place) -> Place | None:
        """Where an account's findings go as well: None if it has no administrator, or is it."""
        region = self._regions.get(place.region)
        if region is None or place.account not in region.members:
            return None
        return Place(region.administrator, place.region)

    @property
    def administrators(self) -> set[str]:
        """The administrators of all regions: one account, or none."""
        return {region.administrator for region in self._regions.values()}

    def welcome(self, account: str) -> None:
        """A new account of the organisation: where ALL are enabled, it is as well."""
        for region in self._regions:
            self._enrol(Place(account, region))

    def _accounts(self) -> list[str]:
        backend = organizations_backends[self._world.management_account]["aws"]
        return [account.id for account in backend.accounts if account.status == "ACTIVE"]

    def enable_organization_admin_account(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Name the administrator of a region, which also switches GuardDuty on there (trap 1.18).

        It must be the same account in every region (AWS docs: guardduty_organizations).
        """
        account = parameters["AdminAccountId"]
        self._management_only(caller)
        if account not in self._accounts():
            raise _rejected(f"the account {account} is not a member of the organization")
        if caller.region in self._regions:
            raise _rejected("a delegated administrator is already enabled for the organization")
        for name, region in self._regions.items():
            if region.administrator != account:
                raise _rejected(
                    f"the delegated administrator of {name} is {region.administrator}, and it must "
                    "be the same account in all regions"
                )
        self._regions[caller.region] = Region(account)
        trust(caller.account, "guardduty.amazonaws.com")
        place = Place(account, caller.region)
        if not self._detectors.at(place) and self._world.bites("1.18"):
            self._detectors.make(place)
        return {}

    def disable_organization_admin_account(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Take the administrator away: members keep their detectors, on their own."""
        self._management_only(caller)
        region = self._regions.get(caller.region)
        if region is None or region.administrator != parameters["AdminAccountId"]:
            raise _rejected(f"{parameters['AdminAccountId']} is no delegated administrator")
        del self._regions[caller.region]
        return {}

    def list_organization_admin_accounts(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """The region's administrator; only the management account may ask."""
        self._management_only(caller)
        region = self._regions.get(caller.region)
        accounts = [region.administrator] if region else []
        return {
            "AdminAccounts": [
                {"AdminAccountId": account, "AdminStatus": "ENABLED"} for account in accounts
            ]
        }

    def describe_organization_configuration(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """What the administrator has decided for members."""
        region = self._administered(caller, parameters["DetectorId"])
        return {
            "AutoEnable": region.auto_enable != "NONE",
            "AutoEnableOrganizationMembers": region.auto_enable,
            "MemberAccountLimitReached": False,
            "Features": list(region.plans.values()),
        }

    def update_organization_configuration(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Decide for members; ALL makes each of them a detector at once (on AWS: in a while)."""
        if parameters.get("DataSources") or parameters.get("AutoEnable") is not None:
            raise NotEmulatedError(
                "DataSources and AutoEnable are not emulated: use Features and "
                "AutoEnableOrganizationMembers."
            )
        region = self._administered(caller, parameters["DetectorId"])
        region.auto_enable = parameters.get("AutoEnableOrganizationMembers") or region.auto_enable
        named = parameters.get("Features") or []
        for setting in named:
            region.plans[setting["Name"]] = setting
        for account in self._accounts():
            self._enrol(Place(account, caller.region))
        for account in region.members:
            member = self._detectors.at(Place(account, caller.region))
            if member:
                everybody = [setting for setting in named if setting["AutoEnable"] != "NEW"]
                wanted = features.from_organization(everybody)
                features.change(member.plans, wanted, self._world.clock.now())
        return {}

    def get_administrator_account(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Whom the caller's detector belongs to."""
        self._detectors.owned(caller, parameters["DetectorId"])
        administrator = self.administrator_of(caller)
        if administrator is None:
            return {"Administrator": {}}
        return {
            "Administrator": {
                "AccountId": administrator.account,
                "RelationshipStatus": "Enabled",
            }
        }

    def _enrol(self, place: Place) -> None:
        """Make an account a member if its region's settings say so.

        The management account takes part only where it has a detector of its own (trap 1.14).
        """
        region = self._regions.get(place.region)
        if region is None or region.auto_enable != "ALL" or place.account == region.administrator:
            return
        detector = self._detectors.at(place)
        if detector is None:
            if place.account == self._world.management_account and self._world.bites("1.14"):
                return
            detector = self._detectors.make(place)
            wanted = features.from_organization(list(region.plans.values()))
            features.change(detector.plans, wanted, self._world.clock.now())
        administrators = self._detectors.at(Place(region.administrator, place.region))
        if administrators:
            detector.frequency = administrators.frequency
        region.members.add(place.account)

    def _may_delete(self, place: Place) -> None:
        region = self._regions.get(place.region)
        if region is None:
            return
        if region.administrator == place.account and region.members:
            raise _rejected("the detector cannot be deleted while it has associated members")
        region.members.discard(place.account)

    def _administered(self, caller: Caller, detector_id: str) -> Region:
        self._detectors.owned(caller, detector_id)
        region = self._regions.get(caller.region)
        if region is None or region.administrator != caller.account:
            raise _rejected("the current account is not the organization's delegated administrator")
        return region

    def _management_only(self, caller: Caller) -> None:
        if caller.account != self._world.management_account:
            raise _rejected("the current account is not the organization's management account")


def _rejected(why: str) -> Fault:
    return Fault("BadRequestException", f"The request is rejected because {why}.")
