"""``beats``: when was each account and region last heard of?

Silence looks like peace (trap 6.3): each look of Watch ends with a beat, which takes the way that
every record takes. As in the alarms, three looks without one are too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from names import ALIVE, BEAT, LOG_GROUP, PREFIX
from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Figure, Question, Told
from operations.timeline import events_with, normalised
from settings import Account

NAME = "beats"
ASKS = (
    "every account and region was heard of within three looks of its Watch, or was deployed since"
)
MISSED: Final = 3
WATCH: Final = f"{PREFIX}isolate-instance-watch"
FAR: Final = timedelta(days=1)
"""How far back a place that is silent is looked for."""

Heard = dict[tuple[str, str], datetime]


def questions(environment: Environment) -> Iterator[Question]:
    """One, asked of the ledger."""
    if environment.hub:
        security = environment.settings.security
        yield Question(
            check=NAME,
            where=where(security, environment.settings.home_region),
            ask=partial(_ask, environment),
        )


def _ask(environment: Environment) -> Told:
    logs = environment.client(environment.settings.security.id, "logs")
    limit = MISSED * environment.settings.watch_minutes
    expected = {(account.id, region): account for account, region in environment.places}
    heard = _heard(logs, environment.now - timedelta(minutes=limit))
    if heard is not None and expected.keys() - heard.keys():
        heard = _heard(logs, environment.now - FAR)
    if heard is None:
        return Told(doubts=(_no_ledger(environment),))
    doubts, figures, notes = [], [], []
    for (identity, region), account in expected.items():
        last = heard.get((identity, region))
        # A beat may be ahead of this machine's clock; no time is negative (trap 6.9).
        minutes = max(int((environment.now - last).total_seconds() // 60), 0) if last else None
        if minutes is not None:
            here = where(account, region)
            what = "minutes since the last beat"
            figures.append(Figure(where=here, what=what, value=minutes, limit=limit))
        if minutes is None and _is_young(environment, account, region, limit):
            notes.append(
                f"{where(account, region)} was deployed less than {limit} minutes ago, and "
                "has not been heard of yet: ask again then"
            )
        elif minutes is None or minutes > limit:
            doubts.append(_silent(environment, account, region, minutes))
    return Told(doubts=tuple(doubts), notes=tuple(notes), figures=tuple(figures))


def _is_young(environment: Environment, account: Account, region: str, minutes: int) -> bool:
    """Whether Watch is there, and for so short a time that nobody can have missed its beat."""
    ssm = environment.client(account.id, "ssm", region)
    named = [{"Key": "Name", "Values": [WATCH]}, {"Key": "Owner", "Values": ["Self"]}]
    try:
        listed = ssm.list_documents(Filters=named)["DocumentIdentifiers"]
    except ClientError:  # who cannot be entered is told by another check, and is not young
        return False
    made = [each["CreatedDate"] for each in listed if each["Name"] == WATCH]
    return bool(made) and environment.now - made[0] < timedelta(minutes=minutes)


def _heard(logs: Any, since: datetime) -> Heard | None:
    """The last beat of each place, by the envelope's account; None where there is no ledger."""
    try:
        events = events_with(logs, BEAT, since)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    found: Heard = {}
    for record in normalised(events):
        if record.stage == ALIVE:
            found[record.account, record.region] = record.moment
    return found


def _no_ledger(environment: Environment) -> Doubt:
    return Doubt(
        where=where(environment.settings.security, environment.settings.home_region),
        what=f"the log group {LOG_GROUP} is missing: nothing is recorded, and nobody is heard of",
        remedy=environment.deploy(),
        grave=True,
    )


def _silent(environment: Environment, account: Account, region: str, minutes: int | None) -> Doubt:
    ago = f"for {minutes} minutes" if minutes is not None else "for a day or more"
    return Doubt(
        where=where(account, region),
        what=f"nothing was heard {ago}: attacks here may go uncontained and unrecorded",
        remedy=f"look at the runs of {WATCH} and at the dead letters there; then "
        f"{environment.deploy(account)}",
        grave=True,
    )
