"""``python -m promotion environments | preview | up | drift | move``: the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final

import typer
from pulumi.automation import CommandError
from rich.console import Console
from rich.table import Table

from promotion import moving, order, pool, showing
from promotion.comment import comment
from promotion.drifting import told_of
from promotion.version import version_of
from promotion.worker import Done, Task, Verb

CHECKOUT: Final = Path(__file__).resolve().parents[1]
DRIFTED: Final = 3

app = typer.Typer(add_completion=False, help="Stacks of many environments, in their order.")
console = Console(stderr=True)

Folder = Annotated[Path, typer.Option("--directory", help="The program's folder.")]
Parallel = Annotated[
    int | None,
    typer.Option(min=1, max=16, help="Stacks side by side; else as promotion.yaml has it."),
]
Named = Annotated[str, typer.Argument(help="An environment of promotion.yaml.")]


@app.command()
def environments(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    directory: Folder = CHECKOUT,
) -> None:
    """The environments in the order of promotion, with their stacks in the order of deployment."""
    with _mistakes_told():
        listed = order.read(directory)
        found = {each.name: order.stacks_of(each.name, directory) for each in listed.environments}
    if as_json:
        whole = [
            {"name": each.name, "parallel": each.parallel, "stacks": list(found[each.name].all)}
            for each in listed.environments
        ]
        print(json.dumps(whole))
        return
    table = Table("environment", "hub", "first batch", "then, side by side")
    for each in listed.environments:
        stacks = found[each.name]
        rest = ", ".join(stacks.batches[1:])
        first = stacks.batches[0] if stacks.batches else ""
        table.add_row(each.name, stacks.hub, first, f"{rest} ({each.parallel})" if rest else "")
    Console().print(table)


@app.command()
def up(
    *,
    environment: Annotated[str | None, typer.Option(help="All stacks of this one.")] = None,
    stacks: Annotated[
        list[str] | None, typer.Option(help="Stacks by name or pattern, as 'prod-*'.")
    ] = None,
    parallel: Parallel = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Skip nothing, and compare with AWS first: puts drift right."),
    ] = False,
    older: Annotated[
        bool, typer.Option("--older", help="Also where a newer commit is deployed.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the result here.")] = None,
    directory: Folder = CHECKOUT,
) -> None:
    """Deploy: the hub, one batch, then the others; the same command goes on where it stopped."""
    version = version_of(directory)
    if not version:
        console.print("no clean commit is checked out: nothing is skipped, and nothing is named")
    with _mistakes_told():
        listed = order.read(directory)
        wanted = _wanted(listed, environment, stacks, directory)
    every: list[Done] = []
    names = [stack for chosen in wanted.values() for stack in chosen]
    for name, chosen in wanted.items():
        limit = parallel or listed.one(name).parallel
        hub = Task(
            stack=name,
            verb="up",
            folder=str(directory),
            version=version,
            again=again,
            older=older,
        )
        every += _run(hub, chosen, limit)
        if any(done.outcome == "failed" for done in every):
            break
    showing.summary(console, names, every)
    if json_file:
        _write(json_file, json.dumps([asdict(done) for done in every], indent=2))
    if len(every) < len(names) or any(done.outcome == "failed" for done in every):
        console.print(
            "[bold red]stopped.[/] Mend the cause; the same command goes on here: what is deployed "
            "at this commit is skipped."
        )
        raise typer.Exit(1)


@app.command()
def preview(
    environment: Named,
    *,
    comment_file: Annotated[
        Path | None, typer.Option("--comment", help="Write the comment of a pull request here.")
    ] = None,
    parallel: Parallel = None,
    directory: Folder = CHECKOUT,
) -> None:
    """What a deployment would change in every stack of an environment; it changes nothing."""
    every = _look("preview", environment, parallel, directory)
    text = comment(environment, version_of(directory), every)
    if comment_file:
        _write(comment_file, text)
    else:
        print(text)
    raise typer.Exit(1 if any(done.outcome == "failed" for done in every) else 0)


@app.command()
def drift(
    environment: Named,
    *,
    report: Annotated[
        Path | None, typer.Option(help="Write what differs here, as an issue's text.")
    ] = None,
    parallel: Parallel = None,
    directory: Folder = CHECKOUT,
) -> None:
    """What in AWS differs from what was deployed; exit status 3 where something does."""
    every = _look("drift", environment, parallel, directory)
    text = told_of(environment, every)
    if report:
        _write(report, text)
    else:
        print(text)
    if any(done.outcome == "failed" for done in every):
        raise typer.Exit(1)
    raise typer.Exit(DRIFTED if any(done.changes for done in every) else 0)


@app.command()
def move(
    account: Annotated[str, typer.Argument(help="The account's name.")],
    *,
    source: Annotated[str, typer.Option("--from", help="The stack that has it.")],
    destination: Annotated[str, typer.Option("--to", help="The stack that gets it.")],
    directory: Folder = CHECKOUT,
) -> None:
    """Take an account from state to state, when it changes its batch; AWS stays as it is."""
    try:
        moved = moving.move(account, source, destination, directory)
    except (moving.MovingError, FileNotFoundError, CommandError) as error:
        console.print(f"[bold red]not done:[/] {error}", highlight=False)
        raise typer.Exit(1) from error
    console.print(f"moved from {source} to {destination}: {', '.join(moved)}", highlight=False)


def _look(verb: Verb, environment: str, parallel: int | None, directory: Path) -> list[Done]:
    with _mistakes_told():
        one = order.read(directory).one(environment)
        stacks = order.stacks_of(environment, directory)
    limit = parallel or one.parallel
    hub = Task(stack=environment, verb=verb, folder=str(directory))
    every = _run(hub, stacks.all, limit)
    showing.summary(console, stacks.all, every)
    return every


def _run(hub: Task, chosen: Sequence[str], limit: int) -> list[Done]:
    """What is to be done with an environment's hub, done with each of these stacks of it."""
    deploys = hub.verb == "up"
    console.print(f"{hub.verb} {hub.stack}, {len(chosen)} of its stacks, {limit} side by side")
    stacks = order.stacks_of(hub.stack, Path(hub.folder))
    waves = stacks.waves(chosen) if deploys else [chosen]
    tasks = ([replace(hub, stack=stack) for stack in wave] for wave in waves)
    # Where nothing is changed, one that cannot be looked at keeps no other from it.
    with showing.Watching(console) as watching:
        return pool.in_waves(tasks, limit, watching.told, watching.finished, stops=deploys)


def _wanted(
    listed: order.Order, environment: str | None, stacks: list[str] | None, folder: Path
) -> dict[str, list[str]]:
    if (environment is None) == (not stacks):
        raise order.OrderError(["name either --environment or --stacks"])
    if environment is not None:
        listed.one(environment)
        return {environment: list(order.stacks_of(environment, folder).all)}
    return order.matching(stacks or [], listed, folder)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    console.print(f"written: {path}")


@contextmanager
def _mistakes_told() -> Iterator[None]:
    try:
        yield
    except order.OrderError as wrong:
        for mistake in wrong.mistakes:
            console.print(f"[bold red]not done:[/] {mistake}", highlight=False)
        raise typer.Exit(2) from wrong


if __name__ == "__main__":
    app()
