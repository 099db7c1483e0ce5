"""Each deed, tried with the credentials of each role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from names import Place, evidence_bucket, exemptions_bucket
from rehearsal.emulator.actions.need import Need
from rehearsal.emulator.iam.evaluate import Decision, Policies, Policy, Request, evaluate
from rehearsal.thief.deed import Deed, Scene, Way
from rehearsal.thief.on_identities import identity_deeds
from rehearsal.thief.on_machines import machine_deeds
from rehearsal.thief.on_people import people_deeds
from rehearsal.thief.on_records import record_deeds
from rehearsal.thief.on_services import service_deeds
from rehearsal.thief.roles import (
    Graph,
    Role,
    carried_by,
    documents_of,
    key_of,
    roles_of,
)

_NUMBERED = re.compile(r"allowed by statement number (\d+) of ")
_NAMED = re.compile(r"allowed by statement (\S+) of (.+)")


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """What the graph does not say: who is in it, and who deploys."""

    id: str
    security: str
    members: tuple[str, ...]
    """Ids of the accounts that contain, without the security account."""
    home_region: str
    deployer: str

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Organisation:
        """The organisation that a stack's settings speak of."""
        accounts = settings["accounts"]
        containing = [a for a in accounts if a["role"] != "management" and a.get("contain", True)]
        (security,) = [str(each["id"]) for each in accounts if each["role"] == "security"]
        return cls(
            id=str(settings["organization"]["id"]),
            security=security,
            members=tuple(str(e["id"]) for e in containing if e["role"] == "member"),
            home_region=str(settings["home_region"]),
            deployer=str(settings["deployer_role"]),
        )

    @property
    def accounts(self) -> tuple[str, ...]:
        """Every account that has roles of the pipeline."""
        return (self.security, *self.members)


@dataclass(frozen=True, kw_only=True)
class Thief:
    """Somebody with the credentials of any one role of one account."""

    organisation: Organisation
    scene: Scene
    roles: Sequence[Role]
    carried: Mapping[str, Policy]
    documents: Mapping[str, int]
    """Bytes of each document, by name."""

    def deeds(self) -> Iterator[Deed]:
        """All that is tried, in the order of the table."""
        for deeds in (identity_deeds, machine_deeds, record_deeds, service_deeds, people_deeds):
            yield from deeds(self.scene)

    def manages(self, role: Role, deed: Deed) -> dict[str, str]:
        """The ways of a deed that this role's thief has, each with what allows it."""
        tried = ((way, self._allowing(role, way)) for way in deed.ways)
        return {way.told: by for way, by in tried if by}

    def _allowing(self, role: Role, way: Way) -> str:
        """Numbers of the permissions that allow all of a way, or the policies; empty if refused."""
        decisions = [self.decides(role, need) for need in way.needs]
        if not all(decision.allowed for decision in decisions):
            return ""
        return ", ".join(dict.fromkeys(_told(decision) for decision in decisions))

    def decides(self, role: Role, need: Need) -> Decision:
        """IAM's verdict. Raises UnknownPolicyElementError where it hangs on what is not known."""
        resource = need.resource or ""
        context = {
            "aws:principalarn": (f"arn:aws:iam::{role.account}:role/{role.name}",),
            "aws:principalaccount": (role.account,),
            "aws:principalorgid": (self.organisation.id,),
            "aws:principaltype": ("AssumedRole",),
            "aws:principalisawsservice": ("false",),
            "aws:securetransport": ("true",),
            **need.context,
        }
        request = Request(
            principal=f"arn:aws:sts::{role.account}:assumed-role/{role.name}/thief",
            action=need.action,
            resource=resource,
            context=context,
            resource_account=need.owner or None,
            known=need.known,
        )
        carried = self._carried(resource, need.action)
        return evaluate(request, Policies(identity=[role.policy], resource=carried))

    def _carried(self, resource: str, action: str) -> Policy | None:
        if action.startswith("iam:"):  # a trust speaks of assuming a role, not of writing it
            return None
        decides = action == "sts:AssumeRole" or (action.startswith("kms:") and ":key/" in resource)
        if decides and resource not in self.carried:
            return _leaving_it_to_iam(action, self.organisation.accounts)
        if resource.startswith("arn:aws:s3:::"):
            resource = resource.partition("/")[0]
        return self.carried.get(resource)


def thief(graph: Graph, account: str, organisation: Organisation) -> Thief:
    """A thief in one account of a stack that spans an organisation."""
    at = partial(Place, partition="aws", region=organisation.home_region)
    central = at(account=organisation.security)
    other = next(each for each in organisation.members if each != account)
    scene = Scene(
        here=at(account=account),
        other=other,
        central=central,
        evidence=evidence_bucket(central),
        exemptions=exemptions_bucket(central),
        key=key_of(graph),
        deployer=organisation.deployer,
    )
    return Thief(
        organisation=organisation,
        scene=scene,
        roles=roles_of(graph, account),
        carried=carried_by(graph),
        documents=documents_of(graph, account),
    )


def _leaving_it_to_iam(action: str, accounts: Sequence[str]) -> Policy:
    """The worst that a role or key which is not ours may say: whoever IAM lets, in any account."""
    roots = [f"arn:aws:iam::{account}:root" for account in accounts]
    statement = {"Effect": "Allow", "Principal": {"AWS": roots}, "Action": action}
    return Policy.parse({"Version": "2012-10-17", "Statement": [statement]}, "IAM's own word")


def _told(decision: Decision) -> str:
    if numbered := _NUMBERED.match(decision.reason):
        return numbered[1]
    named = _NAMED.match(decision.reason)
    return f"{named[1]} of {named[2]}" if named else decision.reason
