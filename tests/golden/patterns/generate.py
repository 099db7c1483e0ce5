"""Makes the cases of the golden file: patterns and events that are near each other on purpose.

Deterministic: the same cases on every run. Random values come from small sets, so that many cases
match, and array members collide.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from tests.golden.patterns.refusals import Case, refusals

SEED = 20261124
TEXTS = ["", "a", "ab", "A", "aB", "ba", "abc", "a*b", "a\\b", "x y", "ß", "İ", "K", "é", "É", "10"]
NUMBERS = [0, 1, 1.0, -1, 2.5, 5, 10, 5_000_000_000, 123456789012, 1e-7, 1e21, 3.0000001]
NETWORKS = ["10.0.0.0/24", "10.0.0.0/31", "128.0.0.0/1", "8000::/1", "2001:db8::/32", "10.0.0.0/8"]
NETWORKS += ["10.0.0.7/24", "10.0.0.0/32", "10.0.0.0/33", "10.0.0.0", "x/8", "fe80::/64", "::/128"]
ADDRESSES = ["10.0.0.1", "10.0.0.255", "10.0.1.0", "192.168.0.1", "::1", "2001:db8::1", "fe80::"]
ADDRESSES += ["2001:0db8:0:0:0:0:0:1", "10.0.0.01", "255.255.255.255", "10.0.0", "10.0.0.256"]
OTHERS = [True, False, None]
WILDCARDS = ["*", "", "a*", "*a", "a*b", "*b*", "a**", "a\\*b", "a\\\\b", "*a*b*"]
WILDCARDS += ["a\\b", "a*\\", "\\**"]


def cases() -> Iterator[Case]:
    """All cases, by family."""
    random = Random(SEED)  # noqa: S311 - cases, not secrets
    yield from single_values(random)
    yield from refusals(ADDRESSES)
    for family, count in ((consistency, 1500), (alternatives, 700), (findings, 1200), (deep, 600)):
        for _ in range(count):
            yield family(random)


def scalar(random: Random) -> Any:
    """Any value that a leaf may have."""
    sets: list[list[Any]] = [TEXTS, NUMBERS, ADDRESSES, OTHERS, TEXTS]
    return random.choice(random.choice(sets))


def numeric(random: Random) -> dict[str, Any]:
    """A comparison or a range, some of them wrong."""
    low, high = random.choice(NUMBERS), random.choice(NUMBERS)
    if random.random() < 0.5:
        return {"numeric": [random.choice(["=", "<", "<=", ">", ">=", "=="]), low]}
    if random.random() < 0.9:
        low, high = sorted((low, high))
    return {"numeric": [random.choice([">", ">="]), low, random.choice(["<", "<=", "="]), high]}


def operator(random: Random) -> Any:
    """One condition of any kind."""
    text = random.choice(TEXTS)
    texts = random.sample(TEXTS, random.randint(1, 3))
    cased: Any = random.choice([text, {"equals-ignore-case": text}])
    return random.choice(
        [
            {"prefix": cased},
            {"suffix": cased},
            {"equals-ignore-case": text},
            {"wildcard": random.choice(WILDCARDS)},
            {"exists": random.choice([True, True, False])},
            {"cidr": random.choice(NETWORKS)},
            {"exactly": text},
            numeric(random),
            {"anything-but": random.choice([text, texts, random.choice(NUMBERS), NUMBERS[:3]])},
            {"anything-but": {"prefix": random.choice([text, texts])}},
            {"anything-but": {"suffix": random.choice([text, texts])}},
            {"anything-but": {"equals-ignore-case": random.choice([text, texts])}},
            {
                "anything-but": {
                    "wildcard": random.choice([random.choice(WILDCARDS), WILDCARDS[:4]])
                }
            },
        ]
    )


def single_values(random: Random) -> Iterator[Case]:
    """One path; one or two conditions against a scalar, an array, an empty one, nothing."""
    for _ in range(2600):
        conditions = [
            operator(random) if random.random() < 0.7 else scalar(random)
            for _ in range(random.choice([1, 1, 1, 2]))
        ]
        yield {"a": conditions}, {"a": scalar(random), "b": 1}
    for _ in range(500):
        value: Any = random.choice(
            [
                [scalar(random) for _ in range(random.randint(0, 3))],
                {},
                {"b": scalar(random)},
                [[1]],
            ]
        )
        event = {"a": value} if random.random() < 0.8 else {"b": 1}
        yield {"a": [operator(random)]}, event


def element(random: Random) -> dict[str, Any]:
    """An element of an array of objects, with fields missing and arrays inside."""
    made: dict[str, Any] = {
        name: random.choice([1, 2, "x", "y"]) for name in "abc" if random.random() < 0.7
    }
    if random.random() < 0.4:
        made["in"] = [{"d": random.choice([1, 2]), "e": random.choice([1, 2])} for _ in range(2)]
    if random.random() < 0.2:
        made["a"] = [random.choice([1, 2, "x"]) for _ in range(2)]
    return made


def consistency(random: Random) -> Case:
    """All conditions on an array's element must hold on the same element."""
    small: list[list[Any]] = [
        [1],
        [2],
        ["x"],
        [1, "x"],
        [{"anything-but": "x"}],
        [{"exists": True}],
    ]
    small += [[{"exists": False}], [{"exists": False}, 1], [{"anything-but": 1}]]
    inner: dict[str, Any] = {name: random.choice(small) for name in "abc" if random.random() < 0.6}
    if random.random() < 0.5:
        inner["in"] = {name: random.choice(small) for name in "de" if random.random() < 0.7} or {
            "d": [1]
        }
    pattern: dict[str, Any] = {"list": inner or {"a": [1]}}
    if random.random() < 0.3:
        pattern["other"] = {random.choice("abc"): random.choice(small)}
    event: dict[str, Any] = {
        "list": [element(random) for _ in range(random.randint(0, 3))],
        "other": [element(random) for _ in range(random.randint(0, 2))],
    }
    if random.random() < 0.2:
        event["list"] = [event["list"], [element(random)]]
    return pattern, event


def branch(random: Random, depth: int = 0) -> dict[str, Any]:
    """A pattern over four names with ``$or`` on every level, some alternatives too few."""
    made: dict[str, Any] = {}
    for name in random.sample("abcd", random.randint(1, 2)):
        made[name] = [random.choice([1, 2, "x", {"exists": False}, {"prefix": "x"}])]
    if depth < 2 and random.random() < 0.3:
        made["deep"] = branch(random, depth + 1)
    if depth < 2 and random.random() < 0.6:
        made["$or"] = [branch(random, depth + 1) for _ in range(random.choice([1, 2, 2, 3]))]
    names = list(made)
    random.shuffle(names)
    return {name: made[name] for name in names}


def alternatives(random: Random) -> Case:
    """``$or`` on every level."""

    def values() -> dict[str, Any]:
        return {
            name: random.choice([1, 2, "x", "xy", [1, "x"]])
            for name in "abcd"
            if random.random() < 0.8
        }

    pattern = branch(random)
    if "$or" not in pattern:
        pattern["$or"] = [branch(random, 1), branch(random, 1)]
    return pattern, values() | {"deep": values() | {"deep": values()}}


SHAPES = json.loads((Path(__file__).parent / "shapes.json").read_text())


def findings(random: Random) -> Case:
    """Patterns as rules have them, against findings with fields changed or gone."""
    shape = random.choice(SHAPES)
    event = copy.deepcopy(random.choice([shape, shape, random.choice(SHAPES)])["event"])
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        mutate(event, random.choice(shape["touched"]), random)
    return random.choice(shape["patterns"]), event


def mutate(event: dict[str, Any], path: str, random: Random) -> None:
    """Change or remove what a path leads to, in one element where it leads through an array."""
    *way, last = path.split(".")
    place: Any = event
    for name in way:
        place = place.get(name) if isinstance(place, dict) else None
        if isinstance(place, list):
            place = random.choice(place) if place else None
    if not isinstance(place, dict):
        return
    change = random.random()
    if change < 0.4:
        place.pop(last, None)
    elif change < 0.6:
        place[last] = [place.get(last, "x"), "x"]
    else:
        place[last] = random.choice(["x", "", True, False, None, 0, 4, 8.0, {}, []])


def deep(random: Random) -> Case:
    """Any pattern against any event, nested at random."""

    def pattern(level: int) -> Any:
        if level and random.random() < 0.6:
            return [random.choice([operator(random), scalar(random)])]
        return {name: pattern(level + 1) for name in random.sample("abc", random.randint(1, 2))}

    def event(level: int) -> Any:
        if level > 2 or (level and random.random() < 0.5):
            return scalar(random)
        if level and random.random() < 0.4:
            return [event(level + 1) for _ in range(random.randint(0, 2))]
        return {name: event(level + 1) for name in random.sample("abc", random.randint(1, 3))}

    return pattern(0), event(0)
