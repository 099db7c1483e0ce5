"""``python -m rehearsal run | promote | growth | serve | graph | engine``: the command line."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from operations.scenarios import SCENARIOS
from operations.sentences import screen
from promotion.operation import DeploymentError
from rehearsal import engine_binary, graph, serving, stacks
from rehearsal.monitor import ProgramError
from rehearsal.playable import playable
from rehearsal.promoting import PROMOTIONS, growth_table
from rehearsal.promoting.growth import measure
from rehearsal.report import Report
from rehearsal.run import Wanted, chosen, rehearse
from rehearsal.stacks import raw_settings
from settings.stack_file import path_of

# AWS's models live as long as the process: to look through them for rubbish only takes time.
gc.set_threshold(100_000, 20, 50)

app = typer.Typer(add_completion=False, help="The program, in an emulated AWS organisation.")
console = Console(stderr=True)

Stack = Annotated[str, typer.Option(help="The stack file: dev, staging or prod.")]
Engine = Annotated[str, typer.Option(help="pulumi or mocks")]
PAGES = Path("build", "rehearsal")
NO_ENGINE = "NO PULUMI ENGINE"
NARROW = 120
"""Characters a line into a file or a pipe."""


@app.command()
def run(
    *,
    stack: Stack = "dev",
    engine: Engine = "pulumi",
    scenario: Annotated[
        list[str] | None, typer.Option(help="Only these; without, all, with mocks the quick ones.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the report here.")] = None,
    page: Annotated[
        Path | None, typer.Option(help="Write the page here; else build/rehearsal/STACK.html.")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option(help="Write every event of the ledger here, one a line.")
    ] = None,
    keep: Annotated[bool, typer.Option(help="Do not destroy at the end.")] = False,
) -> None:
    """Deploy, attack, contain, take down; the exit status is the verdict."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    out = screen(NARROW)
    _known(stack)
    try:
        fitting = playable(stack, raw_settings(stack))
        scenarios = chosen(scenario or [], quick=engine == "mocks", of=fitting)
    except KeyError as wrong:
        raise typer.BadParameter(str(wrong.args[0])) from wrong
    loudly = ""
    if _engine(engine) == "pulumi" and engine_binary.find(out.print) is None:
        engine, loudly = "mocks", f"{NO_ENGINE}: played under Pulumi mocks instead."
        out.print(f"[bold red]{loudly}[/]")
    elif engine == "mocks":
        out.print("[bold yellow]PULUMI MOCKS, NOT THE ENGINE, as asked.[/]")
        later = [each.name for each in fitting if not each.quick and each not in scenarios]
        if later:
            out.print(f"A quick look; with the engine, or by --scenario: {', '.join(later)}.")
    out.print(f"Stack {stack}, into an emulated AWS organisation.")
    if not scenario and fitting is not SCENARIOS:
        out.print("It is no range for scenarios: one drill for each answer that it gives.")
    wanted = Wanted(stack=stack, engine=engine, scenarios=scenarios, keep=keep, ledger=ledger)
    report = rehearse(wanted, out)
    report.show(out, page=_paged(report, page or stacks.CHECKOUT / PAGES / f"{stack}.html"))
    if json_file:
        report.write(json_file)
    if loudly:
        out.print(f"[bold red]{loudly}[/]")
    raise typer.Exit(0 if report.passed else 1)


@app.command()
def promote(
    *,
    scenario: Annotated[list[str] | None, typer.Option(help="Only these; without, all.")] = None,
) -> None:
    """Promote into emulated organisations by the workflows' own steps."""
    out = screen(NARROW)
    if unknown := sorted(set(scenario or ()) - PROMOTIONS.keys()):
        raise typer.BadParameter(f"no scenario {', '.join(unknown)}; there are {[*PROMOTIONS]}")
    if engine_binary.find(out.print) is None:
        raise typer.Exit(1)
    passed = True
    for name, play in PROMOTIONS.items():
        if scenario and name not in scenario:
            continue
        out.print(name)
        verdict = play(partial(out.print, highlight=False))
        passed = passed and verdict.passed
        out.print(f"{name}: {'passed' if verdict.passed else 'FAILED'}")
        for mistake in verdict.mistakes:
            out.print(mistake, style="red", markup=False, highlight=False)
    raise typer.Exit(0 if passed else 1)


@app.command()
def growth(
    *,
    places: Annotated[
        int, typer.Option(min=1, help="Only sizes of so many account-regions at most.")
    ] = 400,
    docs: Annotated[
        Path | None, typer.Option(help="Renew growth.json and performance.md's table there.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write what it was here.")
    ] = None,
) -> None:
    """Deploy environments of more and more accounts, and measure what each costs."""
    out = screen()
    if engine_binary.find(out.print) is None:
        raise typer.Exit(1)
    wanted = [size for size in growth_table.SIZES if size.places <= places]
    measured: list[growth_table.Data] = []
    for number, size in enumerate(wanted, start=1):
        out.print(f"{number} of {len(wanted)}: {size}", highlight=False)
        measured.append(measure(size, partial(out.print, markup=False, highlight=False)).data())
    if json_file:
        json_file.write_text(json.dumps({"measured": measured}, indent=1))
    if failed := [error for each in measured for error in each["failed"]]:
        for error in failed:
            out.print(error, style="red", markup=False, highlight=False)
        raise typer.Exit(1)
    for line in (*growth_table.table(measured), *growth_table.ratios(measured)):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if docs:
        growth_table.renew(docs, measured)


@app.command()
def serve(*, stack: Stack = "dev", engine: Engine = "pulumi") -> None:
    """Deploy, print one line of JSON, and stay until interrupted."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with _mistakes_told():
        serving.serve(_known(stack), console, under_mocks=_engine(engine) == "mocks")


@app.command(name="graph")
def show_graph(*, stack: Stack = "dev") -> None:
    """What the program declares, as JSON, without deploying it."""
    with _mistakes_told():
        typer.echo(json.dumps(graph.declared(_known(stack)), indent=2))


@app.command(name="engine")
def find_engine() -> None:
    """Find the pulumi command, or build it; prints its path."""
    binary = engine_binary.find(console.print)
    if binary is None:
        raise typer.Exit(1)
    typer.echo(str(binary))


def _paged(report: Report, path: Path) -> str:
    """Write the page, and say where it is; a page that fails must not cost the verdict."""
    from rehearsal import page  # noqa: PLC0415 - loads charts for two seconds, for a run alone

    try:
        return f"page: {page.write(report, path, at=datetime.now(UTC))}"
    except Exception as error:  # whatever fails, the run is told
        return f"no page: {type(error).__name__}: {error}"


@contextmanager
def _mistakes_told() -> Iterator[None]:
    """What the program says is wrong is told in its own lines, without a trace of ours."""
    try:
        yield
    except (DeploymentError, ProgramError) as wrong:
        console.print(str(wrong), markup=False, highlight=False)
        raise typer.Exit(1) from wrong


def _known(stack: str) -> str:
    try:
        path_of(stack, stacks.CHECKOUT)
    except FileNotFoundError as missing:
        raise typer.BadParameter(str(missing)) from missing
    return stack


def _engine(engine: str) -> str:
    if engine not in ("pulumi", "mocks"):
        raise typer.BadParameter(f"--engine {engine}: write pulumi or mocks")
    return engine


if __name__ == "__main__":
    app()
