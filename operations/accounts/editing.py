"""The lines of a stack file that one account needs: added, taken out, or one word of them changed.

Everything else stays as it is, byte for byte. A new account looks like its neighbours, in braces
or in lines, with their quotes. Whoever calls this reads the text again and compares what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from operations.accounts.files import StackFile
from operations.accounts.nodes import Node, at, end_of, entry, plain

Account = Mapping[str, Any]
"""An account as it stands in a file: name, id, role, and perhaps batch and routes."""


def changeable(file: StackFile) -> bool:
    """Whether every account is written where it is listed, and none stands for another place."""
    listed = at(file.settings, "accounts")
    first, last = _start(listed), (listed.end_mark.line, listed.end_mark.column)
    return all(each.id == "mapping" and first <= _start(each) < last for each in listed.value)


def with_accounts(file: StackFile, accounts: Sequence[Account]) -> str:
    """The text with accounts at the end of the list."""
    lines = _lines(file.text)
    listed = at(file.settings, "accounts")
    last = listed.value[-1]
    if listed.flow_style:
        written = "".join(f", {_in_braces(each, last, file.text)}" for each in accounts)
        return _put(lines, end_of(last), end_of(last), written)
    dash = listed.start_mark.column
    added = [line for each in accounts for line in _in_lines(each, listed, file.text)]
    behind = _behind(lines, last, dash)
    return _joined([*lines[:behind], *added, *lines[behind:]], file.text)


def without_account(file: StackFile, number: int) -> str:
    """The text without the account at this place of the list, which is not the only one."""
    lines, listed = _lines(file.text), at(file.settings, "accounts")
    item = listed.value[number]
    if not listed.flow_style:
        dash = listed.start_mark.column
        kept = lines[: _dash_line(lines, item, dash)], lines[_behind(lines, item, dash) :]
        return _joined([*kept[0], *kept[1]], file.text)
    if number:
        return _put(lines, end_of(listed.value[number - 1]), end_of(item), "")
    return _put(lines, _start(item), _start(listed.value[1]), "")


def with_batch(file: StackFile, number: int, batch: str | None) -> str:
    """The text with this account in another batch, or in none."""
    lines, item = _lines(file.text), at(file.settings, "accounts", number)
    there = entry(item, "batch")
    if batch is None:
        return _without_pair(file, item, "batch") if there else file.text
    if there:
        quote = there[1].style or '"'
        return _put(lines, _start(there[1]), end_of(there[1]), f"{quote}{batch}{quote}")
    key, value = entry(item, "role") or item.value[-1]
    line, column = end_of(value)
    quoted = _quotes(item, "id")(batch)
    if item.flow_style:
        return _put(lines, (line, column), (line, column), f", batch: {quoted}")
    added = f"{' ' * key.start_mark.column}batch: {quoted}"
    return _joined([*lines[: line + 1], added, *lines[line + 1 :]], file.text)


def comment_above(file: StackFile, number: int) -> int:
    """The line of a comment right above an account, which nobody can tell whose it is; 0: none."""
    lines, listed = _lines(file.text), at(file.settings, "accounts")
    above = _dash_line(lines, listed.value[number], listed.start_mark.column) - 1
    return above + 1 if not listed.flow_style and lines[above].lstrip().startswith("#") else 0


def _without_pair(file: StackFile, item: Node, name: str) -> str:
    lines = _lines(file.text)
    place = [key.value for key, _ in item.value].index(name)
    key, value = item.value[place]
    if place == 0:  # the next one takes its place, behind the brace or the dash
        return _put(lines, _start(key), _start(item.value[1][0]), "")
    if item.flow_style:
        return _put(lines, end_of(item.value[place - 1][1]), end_of(value), "")
    gone = range(key.start_mark.line, end_of(value)[0] + 1)
    return _joined([each for n, each in enumerate(lines) if n not in gone], file.text)


def _neighbour(listed: Node, account: Account) -> Node:
    """The last one that, like the new one, has modes of its own or none; else the last one."""
    alike = [e for e in listed.value if bool(entry(e, "routes")) == bool(account.get("routes"))]
    return (alike or listed.value)[-1]


def _in_lines(account: Account, listed: Node, text: str) -> list[str]:
    """An account behind a dash of its own, in one line or in several."""
    lines, dash, like = _lines(text), listed.start_mark.column, _neighbour(listed, account)
    first = lines[_dash_line(lines, like, dash)]
    gap = first[dash + 1 : like.start_mark.column] if first.strip() != "-" else " "
    begin = f"{first[:dash]}-{gap}"
    if like.flow_style:
        return [begin + _in_braces(account, like, text)]
    pairs = [f"{key}: {value}" for key, value in _written(account, like).items()]
    return [begin + pairs[0], *(" " * len(begin) + each for each in pairs[1:])]


def _in_braces(account: Account, like: Node, text: str) -> str:
    """``{name: tax, …}``, with blanks inside the braces where the neighbour has them."""
    line, column = _start(like)
    pad = " " if like.flow_style and _lines(text)[line][column : column + 2] == "{ " else ""
    pairs = ", ".join(f"{key}: {value}" for key, value in _written(account, like).items())
    return f"{{{pad}{pairs}{pad}}}"


def _written(account: Account, like: Node) -> dict[str, str]:
    """Keys and values as text, quoted as the neighbour's are; what is digits always is quoted."""
    keys = like.value[0][0].style if like.id == "mapping" else None
    key = (lambda each: f"{keys}{each}{keys}") if keys else str
    words, digits = _quotes(like, "name", otherwise=""), _quotes(like, "id")
    written = {}
    for name, value in account.items():
        if isinstance(value, Mapping):
            inside = ", ".join(f"{key(route)}: {words(mode)}" for route, mode in value.items())
            written[key(name)] = f"{{{inside}}}"
        else:
            written[key(name)] = (digits if name in ("id", "batch") else words)(value)
    return written


def _quotes(like: Node, name: str, otherwise: str = '"') -> Any:
    """What puts a value between the quotes that the neighbour has there."""
    found = entry(like, name)
    quote = (found[1].style if found and found[1].style in ("'", '"') else None) or otherwise
    return (lambda value: f"{quote}{value}{quote}") if quote else plain


def _dash_line(lines: list[str], item: Node, dash: int) -> int:
    """The line in which an item's dash stands; it may stand alone, above the item."""
    line: int = item.start_mark.line
    while lines[line][dash : dash + 1] != "-":
        line -= 1
    return line


def _behind(lines: list[str], item: Node, dash: int) -> int:
    """The first line behind an item; a comment that is further in than the dash belongs to it."""
    line = end_of(item)[0] + 1
    while line < len(lines):
        text = lines[line]
        inside = len(text) - len(text.lstrip())
        if not text.lstrip().startswith("#") or inside <= dash:
            break
        line += 1
    return line


def _start(node: Node) -> tuple[int, int]:
    return node.start_mark.line, node.start_mark.column


def _put(lines: list[str], start: tuple[int, int], end: tuple[int, int], written: str) -> str:
    """The text with something in place of what stands between two places."""
    before = [*lines[: start[0]], lines[start[0]][: start[1]]]
    after = [lines[end[0]][end[1] :], *lines[end[0] + 1 :]]
    return "\n".join(before) + written + "\n".join(after)


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _joined(lines: list[str], like: str) -> str:
    """Lines as a text again: those that were added end as the others do."""
    if "\r\n" not in like:
        return "\n".join(lines)
    ended = [each if each.endswith("\r") else f"{each}\r" for each in lines[:-1]]
    return "\n".join([*ended, lines[-1].removesuffix("\r")])
