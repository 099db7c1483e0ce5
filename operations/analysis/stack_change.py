"""The change of a stack file that an action item proposes, as a diff that can be applied.

Only lines are looked at: the file keeps its comments and its order. Where the file does not say it
in a shape that is known here, the change is told in words instead.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

from operations.analysis.stack import Stack


def route_made_automatic(stack: Stack, account: str, route: str) -> str:
    """The diff that makes a route automatic, in this account where it differs from its stack."""
    own = _in_account(stack, account, lambda block: _moded(block, route))
    return own or _changed(stack, lambda text: _in_stack_routes(text, route))


def cap_raised(stack: Stack, route: str) -> str:
    """The diff that doubles a route's cap."""

    def doubled(text: str) -> str:
        pattern = rf"(?m)^(    caps: .*\b{re.escape(route)}: {{per_hour: )(\d+)"
        return re.sub(pattern, lambda m: f"{m[1]}{min(100, 2 * int(m[2]))}", text)

    return _changed(stack, doubled)


def wait_shortened(stack: Stack, team: str) -> str:
    """The diff that halves the minutes until a team's next one is called."""

    def halved(block: str) -> str:
        return re.sub(r"(wait_minutes: )(\d+)", lambda m: f"{m[1]}{max(1, int(m[2]) // 2)}", block)

    return _in_block(stack, _block_of(team), halved)


def backup_added(stack: Stack, team: str) -> str:
    """The diff that adds a person of the stack to a team's backups; empty where all are in it."""
    spare = stack.spare.get(team)
    if not spare:
        return ""

    def added(block: str) -> str:
        names = re.search(r"backups: \[([^\]]*)\]", block)
        if not names:
            return block
        every = [*filter(None, (each.strip() for each in names[1].split(","))), spare[0]]
        return block.replace(names[0], f"backups: [{', '.join(every)}]")

    return _in_block(stack, _block_of(team), added)


def _block_of(name: str) -> str:
    """A list item that begins with its name, to the next one."""
    return rf"(?m)^ *- name: {re.escape(name)}\n(?:^ +(?!- ).*\n)*"


def _in_account(stack: Stack, account: str, change: Callable[[str], str]) -> str:
    return _in_block(stack, _block_of(stack.names.get(account, "")), change)


def _in_block(stack: Stack, pattern: str, change: Callable[[str], str]) -> str:
    """A diff of the one block that a pattern finds; empty where it finds none."""
    return _changed(stack, lambda text: re.sub(pattern, lambda m: change(m[0]), text, count=1))


def _moded(block: str, route: str) -> str:
    return re.sub(rf"(\b{re.escape(route)}: )(approval|notify)", r"\1automatic", block)


def _in_stack_routes(text: str, route: str) -> str:
    """The stack's own ``routes``, which stand four blanks in."""
    return re.sub(r"(?m)^    routes: .*$", lambda m: _moded(m[0], route), text)


def _changed(stack: Stack, change: Callable[[str], str]) -> str:
    after = change(stack.text)
    name = f"Pulumi.{stack.name}.yaml"
    lines = difflib.unified_diff(
        stack.text.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="", n=3
    )
    return "\n".join(lines)
