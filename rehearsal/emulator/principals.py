"""Who signs a request, and which policies speak of them, as moto's backends hold them.

Any long-term key that nobody created signs as ``operator`` of the management account; an unknown
temporary key is refused. Not emulated: signatures are not checked (a temporary key's token is), no
key expires, session tags and source identities are refused by ``authorization``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.sts.models import sts_backends

from rehearsal.emulator.iam.evaluate import Policies, Policy
from rehearsal.emulator.iam.text import segments
from rehearsal.emulator.role_writes import Held, counted, default_version

if TYPE_CHECKING:
    from rehearsal.emulator.world import World

OPERATOR = "operator"
PARTITION = "aws"


class UnknownKeyError(Exception):
    """No such key, or not with this token: AWS's InvalidClientTokenId."""


@dataclass(frozen=True, kw_only=True)
class Principal:
    """A caller: its ARN, its account, the condition keys that follow from it, and its policies."""

    arn: str
    account: str
    user_id: str
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)
    policies: Policies = field(default_factory=Policies)


def by_key(world: World, access_key_id: str, token: str | None) -> Principal:
    """The caller behind an access key. Raises UnknownKeyError."""
    account, key = find_key(access_key_id)
    if key is None:
        if access_key_id.startswith("ASIA") or token:
            raise UnknownKeyError(access_key_id)
        return user(world, world.management_account, OPERATOR)
    if key.user_name:
        if key.status != "Active" or token:
            raise UnknownKeyError(access_key_id)
        return user(world, account, key.user_name)
    session = session_of(account, key)
    if session is None or session.session_token != token:
        raise UnknownKeyError(access_key_id)
    if not (world.bites("2.8") or getattr(session, "rehearsal_in_reach", lambda: True)()):
        raise UnknownKeyError(access_key_id)  # a session that ends with its instance's network
    return role_session(world, session)


def find_key(access_key_id: str) -> tuple[str, Any]:
    """The account and moto's record of a key; the record is None where nobody created it."""
    for account, backends in list(iam_backends.items()):
        if PARTITION in backends.keys():  # noqa: SIM118 - `in backends` would make the backend
            key = backends[PARTITION].access_keys.get(access_key_id)
            if key is not None:
                return account, key
    return "", None


def session_of(account: str, key: Any) -> Any:
    """moto's assumed role behind a temporary key; looked for once, then kept with the key."""
    if not hasattr(key, "rehearsal_session"):
        assumed = sts_backends[account][PARTITION].assumed_roles
        key.rehearsal_session = next((s for s in reversed(assumed) if s.access_key is key), None)
    return key.rehearsal_session


def find_role(arn: str) -> Any:
    """moto's role, or None."""
    account = segments(arn)[4] if arn.count(":") >= 5 else ""
    if not account:
        return None
    roles = iam_backends[account][PARTITION].roles.values()
    return next((role for role in list(roles) if role.arn == arn), None)


def user(world: World, account: str, name: str) -> Principal:
    """A user with what its groups give it; one that does not exist has no policies."""
    backend = iam_backends[account][PARTITION]
    record = backend.users.get(name)
    arn = record.arn if record else f"arn:{PARTITION}:iam::{account}:user/{name}"
    groups = [g for g in list(backend.groups.values()) if record in g.users]
    holders = [h for h in (record, *groups) if h is not None]
    context = {"aws:username": (name,), "aws:principaltype": ("User",)}
    return _principal(
        world,
        account,
        arn,
        arn,
        record.id if record else name,
        context=context | _tags((record.tags if record else None) or []),
        policies=Policies(
            identity=[p for holder in holders for p in _held(holder)],
            service_control=service_control(world, account),
        ),
    )


def role_session(world: World, session: Any) -> Principal:
    """A session of a role; of one that was deleted meanwhile (and made again) nothing is left.

    Policies and tags of the role are asked for at each request, as AWS evaluates permissions; that
    an open session sees a new tag of its role is UNVERIFIED (trap 2.8).
    """
    role = find_role(session.role_arn)
    known_id = getattr(session, "rehearsal_role_id", None)
    if role is not None and known_id not in (None, role.id):
        role = None
    role_id = role.id if role is not None else known_id or "AROAUNKNOWN"
    held = counted(world, role) if role is not None else Held()
    return _principal(
        world,
        session.account_id,
        session.arn,
        session.role_arn,
        f"{role_id}:{session.session_name}",
        context={"aws:principaltype": ("AssumedRole",), "aws:multifactorauthpresent": ("false",)}
        | _tags(held.tags)
        | _instance(session),
        policies=Policies(
            identity=[Policy.parse(text, name) for name, text in held.policies],
            boundary=Policy.parse(held.boundary[1], held.boundary[0]) if held.boundary else None,
            session=[Policy.parse(session.policy, "session policy")] if session.policy else [],
            service_control=service_control(world, session.account_id),
        ),
    )


def _principal(
    world: World,
    account: str,
    arn: str,
    principal_arn: str,
    user_id: str,
    *,
    context: dict[str, tuple[str, ...]],
    policies: Policies,
) -> Principal:
    organisation = organisation_of(world, account)
    return Principal(
        arn=arn,
        account=account,
        user_id=user_id,
        context={
            "aws:principalarn": (principal_arn,),
            "aws:principalaccount": (account,),
            "aws:userid": (user_id,),
            **({"aws:principalorgid": (organisation,)} if organisation else {}),
            **context,
        },
        policies=policies,
    )


def _instance(session: Any) -> dict[str, tuple[str, ...]]:
    """What credentials from an instance's metadata carry, wherever they are used (trap 2.8).

    (AWS docs: reference_policies_variables; for ``ec2:RoleDelivery``: list_amazonec2.)
    """
    arn = getattr(session, "rehearsal_instance", None)
    return {"ec2:sourceinstancearn": (arn,), "ec2:roledelivery": ("2.0",)} if arn else {}


def _tags(tags: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    return {f"aws:principaltag/{tag['Key'].lower()}": (tag["Value"],) for tag in tags}


def _held(holder: Any) -> list[Policy]:
    inline = [Policy.parse(text, f"{holder.name}/{name}") for name, text in holder.policies.items()]
    managed = [default_version(policy) for policy in list(holder.managed_policies.values())]
    return inline + [Policy.parse(text, name) for name, text in managed]


def organisation_of(world: World, account: str) -> str | None:
    """The organisation's id, for its own accounts."""
    backend = organizations_backends[world.management_account][PARTITION]
    if backend.org is None:
        return None
    ours = account == world.management_account or any(a.id == account for a in backend.accounts)
    return str(backend.org.id) if ours else None


def service_control(world: World, account: str) -> list[list[Policy]]:
    """The service control policies above an account, root first; none for the management account.

    They count where the root has that policy type enabled. (AWS docs: orgs_manage_policies_scps.)
    """
    backend = organizations_backends[world.management_account][PARTITION]
    member = next((a for a in backend.accounts if a.id == account), None)
    if member is None or account == world.management_account:
        return []
    levels: list[list[Policy]] = []
    holder: Any = member
    while holder is not None:
        attached = [p for p in holder.attached_policies if p.type == "SERVICE_CONTROL_POLICY"]
        levels.insert(0, [Policy.parse(p.content, p.name) for p in attached])
        root = holder
        holder = next((o for o in backend.ou if o.id == holder.parent_id), None)
    enabled = {kind["Type"] for kind in getattr(root, "policy_types", [])}
    return levels if "SERVICE_CONTROL_POLICY" in enabled else []
