"""Security Hub's central configuration: policies, and the accounts, units or root they govern."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from moto.organizations.models import organizations_backends

from rehearsal.emulator.securityhub.delegation import Delegation
from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError, World

TARGETS = {
    "AccountId": "ACCOUNT",
    "OrganizationalUnitId": "ORGANIZATIONAL_UNIT",
    "RootId": "ROOT",
}

SELF_MANAGED = "SELF_MANAGED_SECURITY_HUB"


class Policies:
    """The operations on configuration policies; only the administrator's, in its home region."""

    def __init__(self, world: World, hubs: Hubs, delegation: Delegation) -> None:
        self._world = world
        self._hubs = hubs
        self._delegation = delegation
        self._policies: dict[str, Parameters] = {}
        self._associations: dict[str, Parameters] = {}

    def create_configuration_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A new policy, which applies to nothing yet."""
        self._central(caller)
        self._unique(parameters["Name"])
        policy_id = str(uuid.uuid4())
        now = self._world.clock.now()
        policy = {
            "Arn": caller.arn("securityhub", f"configuration-policy/{policy_id}"),
            "Id": policy_id,
            "Name": parameters["Name"],
            "Description": parameters.get("Description", ""),
            "UpdatedAt": now,
            "CreatedAt": now,
            "ConfigurationPolicy": _checked(parameters["ConfigurationPolicy"]),
        }
        self._policies[policy_id] = policy
        self._hubs.tagged[policy["Arn"]] = dict(parameters.get("Tags") or {})
        return policy

    def get_configuration_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A policy by id or ARN."""
        return self._policy(caller, parameters["Identifier"])

    def list_configuration_policies(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All policies, in brief."""
        self._central(caller)
        brief = ("Arn", "Id", "Name", "Description", "UpdatedAt")
        return {
            "ConfigurationPolicySummaries": [
                {key: policy[key] for key in brief}
                | {"ServiceEnabled": policy["ConfigurationPolicy"]["SecurityHub"]["ServiceEnabled"]}
                for policy in self._policies.values()
            ]
        }

    def update_configuration_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change what is named, for everything that the policy applies to."""
        policy = self._policy(caller, parameters["Identifier"])
        if parameters.get("Name") and parameters["Name"] != policy["Name"]:
            self._unique(parameters["Name"])
            policy["Name"] = parameters["Name"]
        if parameters.get("Description") is not None:
            policy["Description"] = parameters["Description"]
        if parameters.get("ConfigurationPolicy"):
            policy["ConfigurationPolicy"] = _checked(parameters["ConfigurationPolicy"])
        policy["UpdatedAt"] = self._world.clock.now()
        self._enact()
        return policy

    def delete_configuration_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete a policy; refused while it applies to anything (botocore: securityhub model)."""
        policy = self._policy(caller, parameters["Identifier"])
        for target, association in self._associations.items():
            if association["ConfigurationPolicyId"] == policy["Id"]:
                raise Fault("ResourceConflictException", f"The policy is associated with {target}")
        del self._policies[policy["Id"]]
        self._hubs.tagged.pop(policy["Arn"], None)
        return {}

    def start_configuration_policy_association(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Apply a policy to a target; here it succeeds at once."""
        identifier = parameters["ConfigurationPolicyIdentifier"]
        self._central(caller)
        if identifier != SELF_MANAGED:
            identifier = self._policy(caller, identifier)["Id"]
        target, kind = _target(parameters)
        self._associations[target] = {
            "ConfigurationPolicyId": identifier,
            "TargetId": target,
            "TargetType": kind,
            "AssociationType": "APPLIED",
            "UpdatedAt": self._world.clock.now(),
            "AssociationStatus": "SUCCESS",
        }
        self._enact()
        return self._associations[target]

    def start_configuration_policy_disassociation(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """Let a target go; refused when that policy does not apply to it."""
        policy = self._policy(caller, parameters["ConfigurationPolicyIdentifier"])
        target, _ = _target(parameters)
        held = self._associations.get(target)
        if held is None or held["ConfigurationPolicyId"] != policy["Id"]:
            raise Fault("ResourceNotFoundException", f"The policy does not apply to {target}")
        del self._associations[target]
        self._enact()
        return {}

    def get_configuration_policy_association(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """What applies to a target itself; what it inherits is not emulated."""
        self._central(caller)
        target, _ = _target(parameters)
        if target not in self._associations:
            raise Fault("ResourceNotFoundException", f"No policy is associated with {target}")
        return self._associations[target]

    def list_configuration_policy_associations(
        self, caller: Caller, parameters: Parameters
    ) -> Parameters:
        """All associations, or those that the filter names."""
        self._central(caller)
        filters = {key: value for key, value in (parameters.get("Filters") or {}).items() if value}
        return {
            "ConfigurationPolicyAssociationSummaries": [
                association
                for association in self._associations.values()
                if all(association[key] == value for key, value in filters.items())
            ]
        }

    def _enact(self) -> None:
        """Switch members' hubs on or off at home and in the linked regions, here at once.

        An account without a policy keeps what it has. The management account is left alone: what a
        policy does to its hub is not known.
        """
        backend = organizations_backends[self._world.management_account]["aws"]
        parents = {unit.id: unit.parent_id for unit in backend.ou}
        for account in backend.accounts:
            if account.id == self._world.management_account or account.status != "ACTIVE":
                continue
            policy = self._governing([account.id, *_upwards(account.parent_id, parents)])
            for region in self._delegation.governed() if policy else ():
                switch = self._hubs.make if policy["ServiceEnabled"] else self._hubs.drop
                switch(Caller(account.id, region))

    def _governing(self, path: list[str]) -> Parameters:
        """What the nearest association says of Security Hub; empty where nothing does."""
        for target in path:
            if target in self._associations:
                held = self._policies.get(self._associations[target]["ConfigurationPolicyId"])
                return dict(held["ConfigurationPolicy"]["SecurityHub"]) if held else {}
        return {}

    def _central(self, caller: Caller) -> None:
        self._delegation.administrator_only(caller)
        if self._delegation.home != caller:
            raise Fault(
                "InvalidAccessException", "The organization does not use central configuration"
            )

    def _policy(self, caller: Caller, identifier: str) -> dict[str, Any]:
        self._central(caller)
        policy = self._policies.get(identifier.rpartition("/")[2])
        if policy is None:
            raise Fault("ResourceNotFoundException", f"No configuration policy {identifier}")
        return policy

    def _unique(self, name: str) -> None:
        if name in {policy["Name"] for policy in self._policies.values()}:
            raise Fault("ResourceConflictException", f"A policy named {name} exists already")


def _upwards(start: str, parents: dict[str, str | None]) -> Iterator[str]:
    """A unit and all above it, up to the root."""
    unit: str | None = start
    while unit:
        yield unit
        unit = parents.get(unit)


def _target(parameters: Parameters) -> tuple[str, str]:
    given = {key: value for key, value in parameters["Target"].items() if value}
    if len(given) != 1:
        raise Fault("InvalidInputException", "A target is one account, one unit, or the root")
    key, value = next(iter(given.items()))
    return value, TARGETS[key]


def _checked(policy: Parameters) -> Parameters:
    hub = policy.get("SecurityHub")
    if hub is None:
        raise Fault("InvalidInputException", "A configuration policy needs SecurityHub")
    if hub.get("ServiceEnabled") and hub.get("SecurityControlsConfiguration") is None:
        raise Fault(
            "InvalidInputException",
            "An enabled Security Hub needs a SecurityControlsConfiguration, even an empty list of "
            "controls",
        )
    controls = hub.get("SecurityControlsConfiguration") or {}
    if controls.get("SecurityControlCustomParameters"):
        raise NotEmulatedError("SecurityControlCustomParameters are not emulated.")
    return policy
