"""``pipelines``: is every rule there and on, and does the ledger hear of each account and region?

What a runbook does is recorded on a local bus, and one rule forwards it to the central bus in one
hop (trap 6.1). Without that rule nobody hears of anything, and nothing fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from names import CENTRAL_BUS, FORWARDER, LOCAL_BUS, PREFIX
from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, doubting
from routes import ROUTES
from settings import Account

NAME = "pipelines"
ASKS = "a pipeline is deployed, no rule of it is off, and one forwards to the central bus"
FORWARD: Final = f"{PREFIX}ledger-forward"


def questions(environment: Environment) -> Iterator[Question]:
    """One for each account and region that contains, and one for the central bus."""
    for account, region in environment.places:
        yield Question(
            check=NAME,
            where=where(account, region),
            ask=partial(doubting, _pipeline, environment, account, region),
        )
    if environment.hub:
        security = environment.settings.security
        yield Question(
            check=NAME,
            where=where(security, environment.settings.home_region),
            ask=partial(doubting, _central, environment, security),
        )


def _pipeline(environment: Environment, account: Account, region: str) -> Iterator[Doubt]:
    events = environment.client(account.id, "events", region)
    here, deploy = where(account, region), environment.deploy(account)
    local = _rules(events, LOCAL_BUS)
    if local is None:
        yield Doubt(
            where=here,
            what="no pipeline is deployed: what is detected here is answered by nobody",
            remedy=deploy,
            grave=True,
        )
        return
    default = _rules(events, "default") or {}
    for route in ROUTES:
        if not any(name.startswith(f"{PREFIX}{route.name}") for name in default):
            yield _missing(here, f"no rule matches the findings of the route {route.name}", deploy)
    yield from _off(here, {**default, **local}, region)
    if FORWARD not in local:
        yield _missing(here, f"the rule {FORWARD} is missing: the ledger hears of nothing", deploy)
    else:
        yield from _target(environment, events, here, deploy)


def _target(environment: Environment, events: Any, here: str, deploy: str) -> Iterator[Doubt]:
    """It leads to the central bus, as the role that the bus lets in."""
    found = events.list_targets_by_rule(Rule=FORWARD, EventBusName=LOCAL_BUS)["Targets"]
    central = environment.central.bus(CENTRAL_BUS)
    to_central = [each for each in found if each["Arn"] == central]
    if not to_central:
        leads = ", ".join(each["Arn"] for each in found) or "nowhere"
        what = f"the rule {FORWARD} leads to {leads} and not to {central}: the ledger hears nothing"
        yield _missing(here, what, deploy)
    elif not any(each.get("RoleArn", "").endswith(f":role/{FORWARDER}") for each in to_central):
        what = f"the rule {FORWARD} does not use the role {FORWARDER}: the bus refuses it"
        yield _missing(here, what, deploy)


def _central(environment: Environment, security: Account) -> Iterator[Doubt]:
    region = environment.settings.home_region
    here = where(security, region)
    rules = _rules(environment.client(security.id, "events", region), CENTRAL_BUS)
    if not rules:
        yield _missing(here, f"the central bus {CENTRAL_BUS} has no rule", environment.deploy())
    yield from _off(here, rules or {}, region)


def _rules(events: Any, bus: str) -> dict[str, str] | None:
    """Our rules on a bus, with their state; None where there is no such bus."""
    pages = events.get_paginator("list_rules").paginate(EventBusName=bus, NamePrefix=PREFIX)
    try:
        return {rule["Name"]: rule["State"] for page in pages for rule in page["Rules"]}
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def _off(here: str, rules: dict[str, str], region: str) -> Iterator[Doubt]:
    for name in sorted(name for name, state in rules.items() if state == "DISABLED"):
        yield Doubt(
            where=here,
            what=f"the rule {name} is switched off",
            remedy=f"find out in CloudTrail who did it, then aws events enable-rule --name {name} "
            f"--region {region}",
            grave=True,
        )


def _missing(here: str, what: str, deploy: str) -> Doubt:
    return Doubt(where=here, what=what, remedy=deploy, grave=True)
