"""How much the program declares in an account and region, at most; a test counts what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from runbooks import RESPONSE, RUNBOOKS
from settings import Account, Settings

RULES: Final = 16
"""On the default bus of each account and region: of routes, with a threshold twice, and of runs."""
HUB_RULES: Final = 12
"""About people, on the default bus of the security account at home, a rule for each team apart."""
ALARMS: Final = 4
HUB_ALARMS: Final = 10
"""At home, the alarm for each place that beats apart."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Resources of which AWS limits the number."""

    documents: int
    rules: int
    alarms: int
    subscriptions: int


def wanted(settings: Settings, account: Account, region: str) -> Wanted:
    """What a place that contains has when it is deployed, the hub's own included where it is."""
    documents = sum(len(runbook.actions) for runbook in RUNBOOKS.values())
    if account.role != "security" or region != settings.home_region:
        return Wanted(documents=documents, rules=RULES, alarms=ALARMS, subscriptions=0)
    beating = sum(1 for each in settings.accounts if each.contains) * len(settings.regions)
    ways = [way for person in settings.people.persons for way in (person.email, person.sms) if way]
    return Wanted(
        documents=documents + len(RESPONSE.actions),
        rules=RULES + HUB_RULES + len(settings.people.teams),
        alarms=ALARMS + HUB_ALARMS + beating,
        subscriptions=len(ways),
    )
