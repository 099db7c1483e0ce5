"""``python -m operations accounts``: an environment's accounts, changed by pull request."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from operations.accounts import options, showing
from operations.accounts.changes import Change, added, moved, removed, write
from operations.accounts.contained import held_in
from operations.accounts.discovering import discover
from operations.accounts.environment import Environment, environment_of, rows
from operations.accounts.files import CHECKOUT, name_of, stack_files
from operations.accounts.judging import judged
from operations.accounts.mistake import AccountsError
from operations.accounts.placing import size_of
from operations.entry import Entry
from operations.options import AsJson
from operations.sentences import line, mistakes_said, screen

accounts = typer.Typer(help="The accounts of an environment, as its stack files list them.")
accounts.command()(discover)

Batch = Annotated[str | None, typer.Option(help='A batch, "01", or hub; else where room is.')]
To = Annotated[str, typer.Option(metavar="BATCH", help='A batch, "01", or hub.')]


@accounts.command("list")
def listed(
    *, environment: options.In, folder: options.Folder = CHECKOUT, as_json: AsJson = False
) -> None:
    """Every account, its part, the stack that deploys it, and the modes that differ."""
    with mistakes_said(AccountsError):
        files = stack_files(folder)
        found = rows(environment_of(files, environment))
        if wrong := judged(files, environment):
            raise AccountsError(wrong)
    if as_json:
        print(json.dumps(showing.as_data(found), indent=2))
    else:
        showing.show_rows(found, name_of(environment), screen())


@accounts.command()
def check(
    *,
    environment: Annotated[
        str | None, typer.Option("--environment", "-e", help="One environment; else all.")
    ] = None,
    folder: options.Folder = CHECKOUT,
    as_json: AsJson = False,
) -> None:
    """Judge all stack files together, every mistake at once; exit status 1 where there is one."""
    with mistakes_said(AccountsError):
        files = stack_files(folder)
        if environment is not None and name_of(environment) not in files:
            environment_of(files, environment)
        wrong = judged(files, environment)
    if as_json:
        print(json.dumps(showing.as_data(wrong), indent=2))
    elif wrong:
        showing.show_mistakes(wrong, screen())
    else:
        line(f"{len(files)} stack files, and nothing wrong with them")
    raise typer.Exit(1 if wrong else 0)


@accounts.command()
def add(
    name: Annotated[str, typer.Argument(help="Its name: lower case letters, digits, -.")],
    id: Annotated[str, typer.Argument(help="Its id, 12 digits.")],  # noqa: A002 - AWS's word
    *,
    environment: options.In,
    batch: Batch = None,
    routes: options.Modes = None,
    size: options.Size = None,
    folder: options.Folder = CHECKOUT,
) -> None:
    """Add a member account at the end of the list; nothing is written unless all is right."""
    with mistakes_said(AccountsError, OSError):
        member = {"name": name, "id": id, "role": "member", "routes": options.modes_of(routes)}
        files = stack_files(folder)
        whole = environment_of(files, environment)
        change = added(files, environment, member, batch=batch, size=size)
        write(folder, change)
    _written(change)
    stack = whole.stack_of(change.into[0])
    first = f": deploy the hub {environment} first, which" if change.into[0] else ", whose hub"
    line(f"{name} is deployed by {stack}{first} awaits its beats from then on")
    alone = len(whole.settings.accounts) + 1
    regions = len(whole.settings.regions)
    if change.into[0] is None and batch is None and alone > (size or size_of(regions)) + 2:
        line(
            f"{stack} has {alone} accounts now, each in {regions} regions: its first deployment "
            "takes with the square of both, and each account's provider holds 170 to 430 MB; "
            "begin batches with --batch 01"
        )


@accounts.command()
def remove(
    name: options.Name,
    *,
    environment: options.In,
    without_asking: Annotated[
        bool, typer.Option("--without-asking", help="For an account that is closed or gone.")
    ] = False,
    role: options.RoleThere = None,
    folder: options.Folder = CHECKOUT,
) -> None:
    """Take a member account out; refused while something is contained in it."""
    with mistakes_said(AccountsError, OSError):
        files = stack_files(folder)
        whole, change = environment_of(files, environment), removed(files, environment, name)
        if without_asking:
            line(f"not asked: whether anything is contained in {name}; nothing would release it")
        else:
            _refuse_while_held(whole, name, role)
        above = whole.number(name)
        write(folder, change)
    _written(change)
    _left_above(whole, above)
    stack = whole.stack_of(change.was)
    if change.emptied:
        line(
            f"{stack} has no account any more, and deploys nothing. Before this is merged, destroy "
            f"it by name: pulumi destroy --stack {stack}, then pulumi stack rm {stack}, which "
            f"takes {name_of(stack)} away as well"
        )
    else:
        line(f"the next deployment of {stack} takes its pipeline away, and the hub its alarms")


@accounts.command()
def move(
    name: options.Name,
    *,
    to: To,
    environment: options.In,
    folder: options.Folder = CHECKOUT,
) -> None:
    """Put a member account into another batch; its state has to move as well."""
    with mistakes_said(AccountsError, OSError):
        files = stack_files(folder)
        whole = environment_of(files, environment)
        change = moved(files, environment, name, to)
        write(folder, change)
    _written(change)
    old, new = whole.stack_of(change.was), whole.stack_of(change.into[0])
    line(
        f"{new} deploys {name} now. Before either stack is deployed, its resources have to move "
        f"from state to state, or {old} takes away what {new} makes:"
    )
    line(f"  python -m promotion move {name} --from {old} --to {new}")
    if change.emptied:
        line(f"then {old} is empty: pulumi stack rm {old}, which takes {name_of(old)} away as well")


def _refuse_while_held(whole: Environment, name: str, role: str | None) -> None:
    """Raise AccountsError with what is contained in an account and the command to release it."""
    settings, account = whole.settings, whole.account(name)
    entry = Entry(
        account.id, role=role, region=settings.home_region, deployer=settings.deployer_role
    )
    if held := held_in(entry.client("dynamodb"), account.id):
        raise AccountsError([f"{name} stays, for its removal would orphan:", *_told(held)])


def _told(held: Any) -> list[str]:
    return [f"  {each}" for each in showing.told_of(held)]


def _left_above(whole: Environment, number: int) -> None:
    if comment := whole.comment_above(number):
        line(f"the comment in line {comment} was left: take it out if it was about this account")


def _written(change: Change) -> None:
    line(f"written: {', '.join(change.changed)}")
