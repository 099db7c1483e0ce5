"""``python -m operations analyse``: what an incident teaches, as Markdown for a pull request."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from operations.analysis.actions import actions
from operations.analysis.case import case_of
from operations.analysis.finding_facts import facts_of
from operations.analysis.markdown import written
from operations.analysis.opening import opened
from operations.analysis.stack import stack_of
from operations.options import Region, Role
from operations.routing.answers import RoutesError
from operations.sentences import line, mistakes_said
from operations.story.source import StoryError
from operations.story.verb import Centre, Ledger, Wanted, entered, events_of

Out = Annotated[Path | None, typer.Option(help="Write it here; without, it is printed.")]
Open = Annotated[
    bool, typer.Option("--open", help="Open each action item as an OpsItem; needs --account.")
]
Occurrence = Annotated[int | None, typer.Option(help="Which; without, the finding's last.")]
Stack = Annotated[str, typer.Option(help="Whose settings: Pulumi.<stack>.yaml.")]


def analyse(
    finding: Wanted,
    *,
    account: Centre = None,
    ledger: Ledger = None,
    stack: Stack = "dev",
    occurrence: Occurrence = None,
    out: Out = None,
    open_items: Open = False,
    role: Role = None,
    region: Region = None,
) -> None:
    """A post-incident analysis: times, what contributed, five whys to answer, action items."""
    with mistakes_said(StoryError, RoutesError, OSError):
        entry = entered(account, role, region)
        if open_items and entry is None:
            raise StoryError("--open needs the security account: --account and --region")
        case = case_of(finding, events_of(ledger, entry), stack_of(stack), occurrence)
        facts = facts_of(case)
        recommended = actions(case, facts)
        text = written(case, facts, recommended)
        if out:
            out.write_text(text)
            line(f"{out}: {len(facts)} facts, {len(recommended)} action items; answer the whys")
        else:
            print(text, end="")
        if entry and open_items:
            for title, item in opened(entry.client, case, facts, recommended).items():
                Console(stderr=True).print(f"{item}: {title}", markup=False, highlight=False)
