"""``people``: would anybody come? Channels, subscriptions, rotations, and the chat channel.

What is asked is ``operations/preflight.py``'s, which can be asked alone as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from names import RESPOND
from operations import preflight
from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, Told

NAME = "people"
ASKS = "people can be reached: channels activated, subscriptions confirmed, chat authorised"


def questions(environment: Environment) -> Iterator[Question]:
    """One, asked where people are engaged."""
    if environment.hub:
        security = environment.settings.security
        yield Question(
            check=NAME,
            where=where(security, environment.settings.home_region),
            ask=partial(_ask, environment),
        )


def _ask(environment: Environment) -> Told:
    security = environment.settings.security
    try:
        report = preflight.people(partial(environment.client, security.id))
    except preflight.PreflightError:
        return Told(
            doubts=(
                Doubt(
                    where=where(security, environment.settings.home_region),
                    what=f"the document {RESPOND} is missing: nobody is called",
                    remedy=environment.deploy(),
                    grave=True,
                ),
            )
        )
    return Told(doubts=tuple(report.doubts), notes=tuple(report.notes))
