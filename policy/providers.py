"""Rules of where a resource is made: in the account and region that somebody named."""

from __future__ import annotations

from typing import Final

from policy.rule import UNKNOWN, Broken, Rule, Seen, Unjudged, Verdicts, decoded, is_not_default
from regions import PARTITIONS

PROVIDER: Final = "pulumi:providers:aws"
WITHOUT_REGION: Final = (
    "aws:iam/",
    "aws:organizations/",
    "aws:ssmincidents/replicationSet:",
)
"""Types of services that have no region, or take it from their provider alone."""


def _named(seen: Seen) -> Verdicts:
    if seen.type.startswith("aws:"):
        if seen.provider is None:
            yield Broken("it has no provider", seen.urn)
        elif not is_not_default(seen.provider):
            yield Broken(f"its provider is the engine's own, {seen.provider.name!r}", seen.urn)


def _of_one_account(seen: Seen) -> Verdicts:
    if seen.type != PROVIDER:
        return
    allowed, roles = (decoded(seen.value(key)) for key in ("allowedAccountIds", "assumeRoles"))
    if UNKNOWN in (allowed, roles):
        yield Unjudged("allowedAccountIds" if allowed is UNKNOWN else "assumeRoles")
        return
    if not isinstance(allowed, list) or len(allowed) != 1:
        yield Broken(
            f"allowedAccountIds is {allowed}: it names one account, and no other", seen.urn
        )
        return
    last = str((roles or [{}])[-1].get("roleArn") or "")
    if last.split(":")[4:5] != allowed:
        yield Broken(
            f"the role that it assumes, {last!r}, is not of the account {allowed[0]}", seen.urn
        )


def _region_said(seen: Seen) -> Verdicts:
    if not seen.type.startswith("aws:") or seen.type.startswith(WITHOUT_REGION):
        return
    yield from seen.demands(
        "region",
        lambda region: region in PARTITIONS,
        "a regional resource says in which of AWS's regions it is",
    )


RULES: Final = (
    Rule(
        name="provider-named",
        holds="every AWS resource has a provider that the program made",
        matters="it would be made in whatever account the shell is in",
        remedy="give the component parent=self, or provider=",
        each=_named,
    ),
    Rule(
        name="provider-of-one-account",
        holds="a provider reaches one account, by a role of that account",
        matters="a wrong credential would deploy one account's pipeline into another",
        remedy="make providers in accounts.py: allowed_account_ids and assume_roles of one account",
        each=_of_one_account,
    ),
    Rule(
        name="region-said",
        holds="every regional resource says in which region it is",
        matters="it would be made in its provider's region, beside the one that is there already",
        remedy="say region=",
        each=_region_said,
    ),
)
