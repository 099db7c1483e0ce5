"""Filter policies of subscriptions: which messages, by their attributes, go to a subscriber.

(AWS docs: sns-subscription-filter-policies, string-value-matching, attribute-key-matching.) Each
key must hold, by any of its values; an attribute of the type ``String.Array`` matches by any of its
strings, and ``anything-but`` by none. Not emulated: numbers, addresses, suffixes, ``$or`` and
policies over the message's body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.emulator.world import NotEmulatedError

Attributes = Mapping[str, Mapping[str, Any]]
"""Attributes of a message as moto has them: ``{name: {"Type": …, "Value": …}}``."""


def check(policy: Any, scope: str | None = None) -> None:
    """Raise NotEmulatedError for a policy that could not be evaluated later."""
    if scope not in (None, "", "MessageAttributes"):
        raise NotEmulatedError(f"a filter policy over {scope} is not emulated")
    for name, rules in (policy or {}).items():
        for rule in rules:
            _holds(name, rule, ["x"])


def lets_pass(policy: Mapping[str, Any] | None, attributes: Attributes | None) -> bool:
    """Whether a message goes to the subscriber; everything does without a policy."""
    given = attributes or {}
    return all(
        any(_holds(name, rule, _values(given.get(name))) for rule in rules)
        for name, rules in (policy or {}).items()
    )


def _values(attribute: Mapping[str, Any] | None) -> list[str] | None:
    if attribute is None:
        return None
    if attribute["Type"] == "String.Array":
        try:
            listed = json.loads(attribute["Value"])
        except ValueError:
            return []
        return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    return [attribute["Value"]] if attribute["Type"].startswith("String") else []


def _holds(name: str, rule: Any, values: list[str] | None) -> bool:
    if isinstance(rule, str) and name != "$or":
        return rule in (values or ())
    if isinstance(rule, Mapping) and len(rule) == 1:
        [(operator, wanted)] = rule.items()
        if operator == "exists" and isinstance(wanted, bool):
            return (values is not None) == wanted
        if operator == "prefix" and isinstance(wanted, str):
            return any(value.startswith(wanted) for value in values or ())
        if operator == "anything-but":
            return values is not None and _none_of(name, wanted, values)
    raise NotEmulatedError(f"the filter {json.dumps({name: [rule]})} is not emulated")


def _none_of(name: str, wanted: Any, values: list[str]) -> bool:
    if isinstance(wanted, Mapping):
        return not any(_holds(name, dict(wanted), [value]) for value in values)
    refused = [wanted] if isinstance(wanted, str) else wanted
    return not any(value in refused for value in values)
