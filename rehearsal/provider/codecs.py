"""How a value is written in Pulumi and how on AWS, both ways: for create, and for drift.

A codec never loses anything: what it does not map, ``unmapped`` names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import jmespath


class Codec(Protocol):
    """Both directions of one value."""

    def sent(self, value: Any) -> Any:
        """As AWS wants it."""
        ...

    def seen(self, value: Any, held: Any) -> Any:
        """As Pulumi has it; ``held`` is in the state, and is kept where both mean the same."""
        ...

    def unmapped(self, value: Any, path: str) -> Iterator[str]:
        """Paths within the value that have no place on AWS's side."""
        ...


class Same:
    """The same on both sides."""

    def sent(self, value: Any) -> Any:
        """Unchanged."""
        return value

    def seen(self, value: Any, held: Any) -> Any:
        """Unchanged, but for whole numbers."""
        return whole(value)

    def unmapped(self, value: Any, path: str) -> Iterator[str]:
        """Nothing."""
        return iter(())


class Text(Same):
    """A number or a switch that AWS takes as text, as SQS and SNS attributes are."""

    def sent(self, value: Any) -> Any:
        """``true``, ``1209600``."""
        return str(value).lower() if isinstance(value, bool) else str(value)

    def seen(self, value: Any, held: Any) -> Any:
        """The number or switch again; text stays what it is."""
        if value in ("true", "false"):
            return value == "true"
        return int(value) if isinstance(value, str) and value.isdigit() else value


class Number(Same):
    """A number that Pulumi has as text and AWS as a number."""

    def sent(self, value: Any) -> Any:
        """A float."""
        return float(value)

    def seen(self, value: Any, held: Any) -> Any:
        """Text; ``0`` and ``0.0`` are the same."""
        if value is None:
            return None
        return held if held is not None and float(held) == value else str(whole(value))


class Switch(Same):
    """True where AWS says one word, False where it says another."""

    def __init__(self, on: str = "ENABLED", off: str = "DISABLED") -> None:
        self._on, self._off = on, off

    def sent(self, value: Any) -> Any:
        """AWS's word."""
        return self._on if value else self._off

    def seen(self, value: Any, held: Any) -> Any:
        """Whether it is the word for on."""
        return None if value is None else value == self._on


class Document(Same):
    """A JSON document in a string: equal by meaning, not by text."""

    def seen(self, value: Any, held: Any) -> Any:
        """The text that is held, if AWS's document means the same."""
        if value is None:
            return None
        text = value if isinstance(value, str) else json.dumps(value)
        try:
            return held if json.loads(text) == json.loads(held) else text
        except (TypeError, ValueError):
            return text


class Pairs(Same):
    """A mapping that AWS has as a list of pairs."""

    def __init__(self, key: str = "Key", value: str = "Value") -> None:
        self._key, self._value = key, value

    def sent(self, value: Any) -> Any:
        """Pairs in the order of their keys."""
        return [{self._key: key, self._value: value[key]} for key in sorted(value)]

    def seen(self, value: Any, held: Any) -> Any:
        """The mapping."""
        return {pair[self._key]: pair[self._value] for pair in value or []}


@dataclass(frozen=True)
class Shape:
    """A nested object: Pulumi's property → AWS's path, or path and codec."""

    fields: Mapping[str, str | tuple[str, Codec]]

    def _each(self) -> Iterator[tuple[str, str, Codec]]:
        for name, where in self.fields.items():
            path, codec = (where, SAME) if isinstance(where, str) else where
            yield name, path, codec

    def sent(self, value: Any) -> Any:
        """AWS's object, of what is given."""
        made: dict[str, Any] = {}
        for name, path, codec in self._each():
            if value.get(name) is not None:
                put(made, path, codec.sent(value[name]))
        return made

    def seen(self, value: Any, held: Any) -> Any:
        """Pulumi's object; what was never asked for and is nothing on AWS is left out."""
        if not value:
            return None
        before = held if isinstance(held, Mapping) else {}
        made: dict[str, Any] = {}
        for name, path, codec in self._each():
            kept = before.get(name)
            now = codec.seen(jmespath.search(path, value), kept)
            if nothing(now) and nothing(kept):
                now = kept
            if now is not None and (not before or name in before):
                made[name] = now
        return made

    def unmapped(self, value: Any, path: str) -> Iterator[str]:
        """Keys that are not in the table, at any depth."""
        if not isinstance(value, Mapping):
            return
        yield from (f"{path}.{name}" for name in value if name not in self.fields)
        for name, _, codec in self._each():
            if name in value:
                yield from codec.unmapped(value[name], f"{path}.{name}")


@dataclass(frozen=True)
class Several:
    """A list whose order means nothing; by a name, what was never named is AWS's own."""

    each: Codec
    by: str = ""

    def sent(self, value: Any) -> Any:
        """Element by element."""
        return [self.each.sent(one) for one in value]

    def seen(self, value: Any, held: Any) -> Any:
        """What is held, if the elements are the same in any order."""
        if value is None:
            return None
        before = held if isinstance(held, list) else []
        by_text = {_text(self.each.sent(one)): one for one in before}
        now = [self.each.seen(one, by_text.get(_text(one), _first(before))) for one in value]
        if self.by and before:
            named = {one[self.by] for one in before}
            now = [one for one in now if one[self.by] in named]
        return held if sorted(map(_text, now)) == sorted(map(_text, before)) else now

    def unmapped(self, value: Any, path: str) -> Iterator[str]:
        """Of each element."""
        for number, one in enumerate(value if isinstance(value, list) else []):
            yield from self.each.unmapped(one, f"{path}[{number}]")


SAME = Same()


def put(target: dict[str, Any], path: str, value: Any) -> None:
    """Set a dotted path; a number in it is a place in a list."""
    at: Any = target
    keys = path.split(".")
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        index: Any = int(key) if key.isdigit() else key
        if isinstance(at, list):
            at.extend([None] * (index + 1 - len(at)))
        if following is None:
            at[index] = value
            return
        if (at[index] if isinstance(at, list) else at.get(index)) is None:
            at[index] = [] if following.isdigit() else {}
        at = at[index]


def whole(value: Any) -> Any:
    """Whole numbers as integers, at any depth: protobuf has floats only; SQS refuses ``60.0``."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: whole(one) for key, one in value.items()}
    return [whole(one) for one in value] if isinstance(value, list) else value


def nothing(value: Any) -> bool:
    """Whether it is the same to AWS as not being said; zero is something."""
    return value is None or value is False or value in ("", [], {})


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _first(values: list[Any]) -> Any:
    return values[0] if values else None
