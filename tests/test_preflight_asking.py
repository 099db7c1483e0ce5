"""Many questions at a time: bounded, in order, and none held up by one that is not answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from operations.readiness.asking import ask_all
from operations.readiness.question import Answer, Question, Told


def question(ask: Callable[[], Told], where: str = "tax") -> Question:
    return Question(check="keys", where=where, ask=ask)


def asked(*questions: Question, parallel: int = 4, seconds: float = 5) -> list[Answer]:
    return ask_all(questions, parallel=parallel, seconds=seconds, progress=lambda done, of: None)


def raising(error: Exception) -> Callable[[], Told]:
    def ask() -> Told:
        raise error

    return ask


def test_answers_come_in_the_order_of_the_questions_and_are_counted() -> None:
    def slowly(number: int) -> Callable[[], Told]:
        def ask() -> Told:
            time.sleep(0.02 * (3 - number))
            return Told(notes=(str(number),))

        return ask

    counted: list[tuple[int, int]] = []
    questions = [question(slowly(number), where=str(number)) for number in range(3)]
    answers = ask_all(
        questions, parallel=3, seconds=5, progress=lambda done, of: counted.append((done, of))
    )
    assert [(each.where, each.told) for each in answers] == [
        (str(number), Told(notes=(str(number),))) for number in range(3)
    ]
    assert counted == [(1, 3), (2, 3), (3, 3)]


def test_no_more_are_asked_at_a_time_than_may_be() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def ask() -> Told:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        return Told()

    assert len(asked(*[question(ask) for _ in range(12)], parallel=3)) == 12
    assert most == 3


def test_one_that_is_not_answered_in_time_holds_up_no_other() -> None:
    over = threading.Event()

    def never() -> Told:
        over.wait(5)
        return Told(notes=("too late",))

    begun = time.monotonic()
    late, *rest = asked(
        question(never), *[question(Told) for _ in range(3)], parallel=1, seconds=0.1
    )
    assert time.monotonic() - begun < 2
    over.set()
    assert (late.told, late.why) == (None, "no answer within 0.1 seconds")
    assert late.remedy == "ask again; --time-out gives each question longer"
    assert [each.told for each in rest] == [Told()] * 3


def test_an_answer_that_comes_when_its_time_is_over_changes_nothing() -> None:
    def after(seconds: float) -> Callable[[], Told]:
        def ask() -> Told:
            time.sleep(seconds)
            return Told(notes=(f"after {seconds}",))

        return ask

    counted: list[int] = []
    late, *rest = ask_all(
        [question(after(0.7)), *[question(after(0.2)) for _ in range(3)]],
        parallel=1,
        seconds=0.5,
        progress=lambda done, of: counted.append(done),
    )  # the late one answers while a later one is asked
    assert (late.told, late.why) == (None, "no answer within 0.5 seconds")
    assert [each.told for each in rest] == [Told(notes=("after 0.2",))] * 3
    assert counted == [1, 2, 3, 4]


def test_what_may_not_be_asked_is_told_with_what_would_have_to_be_allowed() -> None:
    error = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
    [answer] = asked(question(raising(ClientError(error, "GetKeyPolicy"))))
    assert answer.told is None
    assert "AccessDeniedException" in answer.why
    assert answer.remedy == "let the role do GetKeyPolicy, or name one that may (--role)"


def test_a_service_that_cannot_be_reached_is_told() -> None:
    error = EndpointConnectionError(endpoint_url="https://kms.eu-west-1.amazonaws.com")
    [answer] = asked(question(raising(error)))
    assert answer.why.startswith("Could not connect to the endpoint URL")
    assert answer.remedy == "put right what it says, then ask again"


def test_a_mistake_of_our_own_is_no_answer_and_is_raised() -> None:
    with pytest.raises(KeyError, match="oops"):
        asked(question(raising(KeyError("oops"))))


def test_nothing_asked_is_nothing_answered() -> None:
    assert asked() == []
