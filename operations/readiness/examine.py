"""An environment is examined: first who can be entered, then where, then everything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from operations.doubts import Doubt
from operations.readiness import roles, switched_on
from operations.readiness.asking import ask_all
from operations.readiness.checks import CHECKS, Check
from operations.readiness.doors import Doors
from operations.readiness.environment import Environment
from operations.readiness.question import Answer, Figure, Question, Told
from settings import Settings

NOTHING, GRAVE, UNASKED = 0, 1, 2
"""Exit statuses: nothing grave; something grave; nothing grave that is known, but not all asked."""

Progress = Callable[[str, int, int], None]
"""What is being asked, and how many of how many questions are answered."""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """All answers about an environment."""

    environment: str
    answers: tuple[Answer, ...]

    @property
    def doubts(self) -> list[tuple[str, Doubt]]:
        """Each with its check, the grave ones first."""
        found = [(answer.check, doubt) for answer, told in self._told for doubt in told.doubts]
        return sorted(found, key=lambda each: not each[1].grave)

    @property
    def unasked(self) -> list[Answer]:
        """What could not be asked: of it nothing is known."""
        return [answer for answer in self.answers if answer.told is None]

    @property
    def notes(self) -> list[str]:
        """What else is to be known, each with its check."""
        return [f"{answer.check}: {note}" for answer, told in self._told for note in told.notes]

    @property
    def figures(self) -> list[tuple[str, Figure]]:
        """What was counted, each with its check."""
        return [(answer.check, figure) for answer, told in self._told for figure in told.figures]

    @property
    def status(self) -> int:
        """The exit status; what is grave is said even where something else is not known."""
        if any(doubt.grave for _, doubt in self.doubts):
            return GRAVE
        return UNASKED if self.unasked else NOTHING

    @property
    def _told(self) -> list[tuple[Answer, Told]]:
        return [(answer, answer.told) for answer in self.answers if answer.told is not None]


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How many questions at a time, how long each may take, and who is told how far it is."""

    parallel: int
    seconds: float
    progress: Progress


def examine(
    name: str,
    settings: Settings,
    doors: Doors,
    role: str,
    *,
    now: datetime,
    pace: Pace,
    checks: Sequence[Check] = CHECKS,
) -> Examined:
    """Ask an environment everything, or some of it; ``role`` is how ``doors`` are entered."""

    def ask(what: str, questions: list[Question]) -> list[Answer]:
        return ask_all(
            questions,
            parallel=pace.parallel,
            seconds=pace.seconds,
            progress=partial(pace.progress, what),
        )

    entering = ask(roles.NAME, [*roles.questions(settings, doors, role)])
    entered = frozenset(
        account.id
        for account, answer in zip(settings.accounts, entering, strict=True)
        if answer.told is not None and not answer.told.doubts
    )
    environment = Environment(
        name=name, settings=settings, client=doors.client, now=now, entered=entered
    )
    found: dict[str, frozenset[str]] = {}
    regions = ask(switched_on.NAME, [*switched_on.questions(environment, found)])
    # Where that is not known, the regions of the environment are asked as if they were on.
    supposed = switched_on.always_on(environment.partition) | set(settings.regions)
    here = {account: found.get(account, supposed) for account in entered}
    environment = replace(environment, regions=here)
    rest = ask(
        "everything else",
        [question for check in checks for question in check.questions(environment)],
    )
    answers = (*entering, *_asked_as(role, settings), *regions, *rest)
    return Examined(environment=name, answers=answers)


def _asked_as(role: str, settings: Settings) -> list[Answer]:
    if role == settings.deployer_role:
        return []
    said = f"asked as {role}: whether {settings.deployer_role} can be assumed is not known"
    return [Answer(check=roles.NAME, where="every account", told=Told(notes=(said,)))]
