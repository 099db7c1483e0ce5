"""What a rehearsal found: a table for people, JSON for machines, and the verdict.

Figures that nobody can know are null: mocks have no second preview, no refresh and no destroy.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from operations.drill import Played
from rehearsal.deployed import Deployed


@dataclass(kw_only=True)
class Report:
    """One run of the rehearsal; seconds are the machine's unless a name says otherwise."""

    stack: str
    engine: str
    clock: str = "virtual"
    resources: int | None = None
    deployed: list[Deployed] = field(default_factory=list)
    """What is where, before the first attack."""
    preview_seconds: float | None = None
    deploy_seconds: float | None = None
    unchanged: bool | None = None
    """Whether a second preview was empty."""
    drift: list[str] | None = None
    """What a refresh found to differ from what was deployed."""
    retained: list[str] | None = None
    kept_by_aws: list[str] | None = None
    left_over: list[str] | None = None
    """What is still there after the destroy, and should not be."""
    emulated: dict[str, str] = field(default_factory=dict)
    scenarios: list[Played] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    """The time of each part."""
    mistakes: list[str] = field(default_factory=list)
    """What went wrong outside the scenarios."""

    @property
    def passed(self) -> bool:
        """The verdict."""
        return (
            not self.mistakes
            and self.unchanged is not False
            and not self.drift
            and not self.left_over
            and all(each.verdict == "passed" for each in self.scenarios)
        )

    def write(self, path: Path) -> None:
        """As JSON; the folder is made where it is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"passed": self.passed, **asdict(self)}, indent=2) + "\n")

    def show(self, console: Console, *, page: str = "") -> None:
        """As tables; where the page is, or why there is none, and the verdict come last."""
        console.print(self._scenarios())
        console.print(self._times())
        for name, listed in (
            ("retained, as declared", self.retained),
            ("kept by AWS itself", self.kept_by_aws),
            ("drift", self.drift),
            ("left over, unexpected", self.left_over),
            ("went wrong", self.mistakes),
        ):
            for thing in listed or []:
                console.print(f"{name}: {thing}", highlight=False, markup=False)
        console.print(
            "emulated: " + "; ".join(f"{what}: {by}" for what, by in sorted(self.emulated.items())),
            highlight=False,
            markup=False,
        )
        if page:
            console.print(page, highlight=False, markup=False, soft_wrap=True)
        verdict = "[bold green]passed[/]" if self.passed else "[bold red]failed[/]"
        console.print(f"{self.how} {len(self.scenarios)} scenarios: {verdict}")

    @property
    def how(self) -> str:
        """By what it was played, in a sentence."""
        if self.engine == "pulumi":
            return f"The real Pulumi engine, {self.clock} time."
        return "PULUMI MOCKS, NOT THE ENGINE: no second preview, no refresh, no destroy was tried."

    def _scenarios(self) -> Table:
        table = Table(title=f"stack {self.stack}: time to contain, in {self.clock} seconds")
        for heading in ("scenario", "verdict", "stages", "contained after", "steps", "calls"):
            table.add_column(heading, justify="right" if heading in ("steps", "calls") else "left")
        for each in self.scenarios:
            stages = " → ".join(str(stage["stage"]) for stage in each.stages)
            color = "green" if each.verdict == "passed" else "red"
            seconds = each.time_to_contain_s
            table.add_row(
                each.name,
                f"[{color}]{each.verdict}[/]" + (f"\n{escape(each.why)}" if each.why else ""),
                escape(stages),
                "-" if seconds is None else f"{seconds:.1f} s",
                "-" if each.steps_to_contain is None else str(each.steps_to_contain),
                "-" if each.calls_to_contain is None else str(each.calls_to_contain),
            )
        return table

    def _times(self) -> Table:
        table = Table(title="where the time went, in real seconds")
        table.add_column("part")
        table.add_column("seconds", justify="right")
        for part, seconds in self.seconds.items():
            table.add_row(part, f"{seconds:.1f}")
        table.add_section()
        table.add_row("all", f"{sum(self.seconds.values()):.1f}")
        return table
