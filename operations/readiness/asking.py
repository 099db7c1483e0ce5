"""Many questions, some of them at a time; one that is not answered in time holds up no other."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence

from botocore.exceptions import BotoCoreError, ClientError

from operations.readiness.question import Answer, Question, Told

Progress = Callable[[int, int], None]
"""Told how many of how many questions are answered."""
Outcome = Told | Exception

AGAIN = "ask again"
DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"}
)


def ask_all(
    questions: Sequence[Question], *, parallel: int, seconds: float, progress: Progress
) -> list[Answer]:
    """Every answer, in the order of the questions; at most ``parallel`` are asked at a time.

    A question has so many seconds from its own beginning. Whoever asks it then is left alone: a
    thread cannot be ended, and its call ends by itself. What is no answer of AWS's is raised.
    """
    outcomes: queue.Queue[tuple[int, Outcome]] = queue.Queue()
    coming = iter(range(len(questions)))
    begun: dict[int, float] = {}
    answers: dict[int, Answer] = {}
    while len(answers) < len(questions):
        while len(begun) < parallel and (number := next(coming, None)) is not None:
            begun[number] = time.monotonic()
            asking = (questions[number], number, outcomes)
            threading.Thread(target=_ask, args=asking, daemon=True).start()
        for number, outcome in _came(outcomes, begun, seconds):
            answers[number] = _answer(questions[number], outcome)
            progress(len(answers), len(questions))
    return [answers[number] for number in range(len(questions))]


def _came(
    outcomes: queue.Queue[tuple[int, Outcome]], begun: dict[int, float], seconds: float
) -> list[tuple[int, Outcome]]:
    """The next outcome, or the questions whose time is over."""
    left = min(begun.values()) + seconds - time.monotonic()
    try:
        number, outcome = outcomes.get(timeout=max(left, 0))
    except queue.Empty:
        over = [each for each, at in begun.items() if time.monotonic() - at >= seconds]
        for each in over:
            del begun[each]
        return [(each, TimeoutError(f"no answer within {seconds:g} seconds")) for each in over]
    # One that was given up may answer after all; by then it is told as it was.
    return [(number, outcome)] if begun.pop(number, None) is not None else []


def _ask(question: Question, number: int, outcomes: queue.Queue[tuple[int, Outcome]]) -> None:
    try:
        outcomes.put((number, question.ask()))
    except Exception as error:
        outcomes.put((number, error))


def _answer(question: Question, outcome: Outcome) -> Answer:
    if isinstance(outcome, Told):
        return Answer(check=question.check, where=question.where, told=outcome)
    if not isinstance(outcome, ClientError | BotoCoreError | TimeoutError):
        raise outcome
    return Answer(
        check=question.check,
        where=question.where,
        told=None,
        why=str(outcome),
        remedy=_remedy(outcome),
    )


def _remedy(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"{AGAIN}; --time-out gives each question longer"
    if isinstance(error, ClientError) and error.response["Error"]["Code"] in DENIED:
        return f"let the role do {error.operation_name}, or name one that may (--role)"
    return f"put right what it says, then {AGAIN}"
