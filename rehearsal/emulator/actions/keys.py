"""What using a key asks of IAM, whether the caller does it or a service for the caller.

(AWS docs: kms policy-conditions.)
"""

from __future__ import annotations

from moto.kms.models import kms_backends

from rehearsal.emulator.actions.need import Call, Context, Need

KNOWN = frozenset(
    {
        *("kms:viaservice", "kms:resourcealiases", "kms:calleraccount"),
        *("kms:encryptioncontext:aws:s3:arn", "kms:encryptioncontext:aws:sns:topicarn"),
        "kms:encryptioncontextkeys",
        "kms:grantisforawsresource",
    }
)


def needed(call: Call, action: str, key: str, context: Context | None = None) -> Need:
    """The need of an action on a key, given by its ARN.

    A policy names a key by its id, or by ``kms:ResourceAliases``: an alias in ``Resource`` stands
    for the alias and not for its key (trap 6.5).
    """
    names = _aliases(key)
    resource = key
    if names and not call.bites("6.5"):
        resource = f"{key.split(':key/')[0]}:{names[0]}"
    return Need(
        action=action,
        resource=resource,
        context={
            "kms:calleraccount": (call.account,),
            **({"kms:resourcealiases": names} if names else {}),
            **(context or {}),
        },
        known=KNOWN,
    )


def arn_of(call: Call, given: str) -> str:
    """The ARN of the key that a caller names, by id, alias or the ARN of either."""
    return key_arn(call.account, call.region, given)


def key_arn(account: str, region: str, given: str) -> str:
    """The ARN of the key that an id, an alias or the ARN of either names, in whatever account.

    Where there is no such key, one that is not there either: without a policy, nobody uses it.
    """
    name = given
    if given.startswith("arn:"):
        region, account, name = given.split(":", 5)[3:]
    keys = kms_backends[account][region]
    if name.startswith("alias/aws/"):
        name = keys.any_id_to_key_id(name)  # which makes AWS's own key where it is missing
    held = [k for k in keys.keys.values() if name in (k.id, f"key/{k.id}", *k.aliases)]
    return f"arn:aws:kms:{region}:{account}:key/{held[0].id if held else name.split('/')[-1]}"


def _aliases(key: str) -> tuple[str, ...]:
    """By which names a key goes now."""
    if key.count(":") != 5 or ":key/" not in key:
        return ()
    _, _, _, region, account, resource = key.split(":")
    held = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
    return tuple(sorted(held.aliases)) if held is not None else ()
