"""Answers for a person at a terminal, and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from operations.routing.answers import NOBODY, Answer
from operations.routing.finding_types import Typed


def as_data(answers: list[Answer], types: list[Typed] | None) -> dict[str, Any]:
    """What ``--json`` prints."""
    told: dict[str, Any] = {"routes": [asdict(answer) for answer in answers]}
    if types is not None:
        told["types"] = [
            {
                **{name: getattr(each, name) for name in ("type", "resource", "role")},
                "route": each.answer.route,
                "runbook": each.answer.runbook,
                "modes": each.answer.modes,
                "team": each.answer.team,
            }
            for each in types
        ]
    return told


def show(answers: list[Answer], types: list[Typed] | None, title: str, console: Console) -> None:
    """Tables: the routes, or every type, and what each runbook touches."""
    console.print(_types(types, title) if types is not None else _routes(answers, title))
    console.print(Group(*_touched(answers)))


def _routes(answers: list[Answer], title: str) -> Table:
    table = Table(
        "route", "what it means", "mode", "called", "runbook", title=title, show_lines=True
    )
    for answer in answers:
        table.add_row(
            Text(answer.route, style="bold"),
            answer.meaning,
            _mode(answer),
            _team(answer),
            answer.runbook or "-",
        )
    return table


def _types(types: list[Typed], title: str) -> Table:
    table = Table("finding type", "resource", "route", "mode", "called", "runbook", title=title)
    for each in types:
        # The side stands with the type that it is about (trap 1.3).
        side = f" ({each.role})" if each.role else ""
        table.add_row(
            f"{each.type}{side}",
            each.resource,
            each.answer.route,
            _mode(each.answer),
            _team(each.answer),
            each.answer.runbook or "-",
        )
    return table


def _touched(answers: list[Answer]) -> Iterator[RenderableType]:
    told: Mapping[str, tuple[str, ...]] = {
        answer.runbook: answer.touches for answer in answers if answer.runbook
    }
    for runbook, touches in told.items():
        yield Text(f"\n{runbook} changes; a release takes back what does not stay:", style="bold")
        yield from (Text(f"  {each}") for each in touches)
    yield Text(
        "\nautomatic: without asking. approval: a person is asked first. notify: nothing is "
        "touched, and people act."
    )


def _mode(answer: Answer) -> str:
    """One word where all accounts agree; else each account that differs from the most frequent."""
    if not answer.modes:
        return "-"
    said = {account: _with_threshold(answer, account) for account in answer.modes}
    values = list(said.values())
    usual = max(dict.fromkeys(values), key=values.count)
    apart = [f"{account}: {mode}" for account, mode in said.items() if mode != usual]
    return escape("\n".join([usual, *apart]))


def _with_threshold(answer: Answer, account: str) -> str:
    mode, severity = answer.modes[account], answer.thresholds.get(account)
    return mode if severity is None or mode == "notify" else f"{mode} from severity {severity:g}"


def _team(answer: Answer) -> str:
    if answer.team is None:
        return "not known here"
    return "nobody" if answer.team == NOBODY else escape(answer.team)
