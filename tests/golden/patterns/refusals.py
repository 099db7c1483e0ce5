"""Cases that are wrong, or look so: most of these patterns are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Case = tuple[Any, dict[str, Any]]
"""A pattern, valid or not, and an event."""


def refusals(addresses: Sequence[str]) -> Iterator[Case]:
    """Shapes that are wrong, or look so."""
    event: dict[str, Any] = {"a": "x", "b": {"c": 1}, "$or": "x", "prefix": "x"}
    wrong: list[Any] = [
        *({}, [], "x", 1, None, {"a": "x"}, {"a": {}}, {"a": []}, {"a": [[]]}, {"a": [["x"]]}),
        *({"a": [{}]}, {"a": 1}, {"a": None}, {"a": [{"unknown": "x"}]}, {"prefix": ["x"]}),
        *({"a": [{"prefix": "x", "suffix": "x"}]}, {"a": [{"prefix": ["x"]}]}),
        *(
            {"a": [{"numeric": value}]}
            for value in ([], ["="], [1], "=", ["=", "1"], ["=", 1, "<"])
        ),
        *(
            {"a": [{"numeric": value}]}
            for value in ([">", 1, "<", 1], ["<", 1, ">", 0], ["=", True])
        ),
        *(
            {"a": [{"anything-but": value}]}
            for value in [[], ["a", 1], None, True, [True], [None], dict[str, str]()]
        ),
        *({"a": [{"anything-but": {"prefix": value}}]} for value in ("", [], [""], 1, [1], None)),
        *(
            {"a": [{"anything-but": {name: "x"}}]}
            for name in ("numeric", "cidr", "exists", "exactly")
        ),
        *({"a": [{"anything-but": {"prefix": "x", "suffix": "y"}}]}, {"a": [{"exists": "true"}]}),
        *({"a": [{"exists": 1}]}, {"a": [{"exists": None}]}, {"a": [{"cidr": 1}]}),
        *(
            {"a": [{"wildcard": value}]}
            for value in ("**", "a\\", "\\x", 1, ["x"], "\\\\*", "*\\**")
        ),
        *({"$or": value} for value in ([], {}, "x", ["x"], [1, 2], [{"a": ["x"]}], {"a": ["x"]})),
        {"$or": [{"a": ["x"]}, {}]},
        {"$or": [{"a": ["x"]}, "x"]},
        {"$or": [{"a": ["x"]}, {"b": "x"}]},
        {"$or": [{"prefix": ["x"]}, {"a": ["y"]}]},
        {"$or": [{"b": {"prefix": ["x"]}}, {"a": ["x"]}]},
        {"$or": [{"a": ["y"]}, {"a": ["x"]}], "a": ["x"]},
        {"a": ["y"], "$or": [{"a": ["x"]}, {"b": {"c": [2]}}]},
        {"b": {"$or": [{"c": [1]}, {"d": [1]}]}},
        {"b.c": [1]},
    ]
    for pattern in wrong:
        yield pattern, event
    for network in ("0.0.0.0/0", "::/0"):  # against addresses only, see README
        for address in addresses:
            yield {"a": [{"cidr": network}]}, {"a": address}
