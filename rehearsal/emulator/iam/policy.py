"""Policies as data: parsed once per text, every element known or refused by name.

(AWS docs: reference_policies_elements.) Not modelled: ``NotPrincipal``, refused by name, since its
meaning depends on the path by which a principal came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from rehearsal.emulator.world import NotEmulatedError

Effect = Literal["Allow", "Deny"]

_POLICY = {"Version", "Id", "Statement"}
_STATEMENT = {
    "Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}  # fmt: skip
_BASES = {
    *("stringequals", "stringnotequals", "stringequalsignorecase", "stringnotequalsignorecase"),
    *("stringlike", "stringnotlike", "bool", "binaryequals", "ipaddress", "notipaddress"),
    *("arnequals", "arnlike", "arnnotequals", "arnnotlike", "null"),
    *(
        f"{kind}{comparison}"
        for kind in ("numeric", "date")
        for comparison in (
            *("equals", "notequals", "lessthan", "lessthanequals"),
            *("greaterthan", "greaterthanequals"),
        )
    ),
}


class UnknownPolicyElementError(NotEmulatedError):
    """The verdict would hang on something that this evaluator does not know; the text names it."""


class MalformedPolicyError(ValueError):
    """AWS would not have stored this policy; the text says why."""


@dataclass(frozen=True)
class Condition:
    """One line of a condition block: every one of a statement's must hold."""

    base: str  # operator in lower case, without the parts below
    key: str  # in lower case
    values: tuple[str, ...]
    quantifier: Literal["", "forallvalues", "foranyvalue"] = ""
    if_exists: bool = False


@dataclass(frozen=True)
class Principals:
    """Whom a statement of a resource policy speaks of, by kind: AWS, Service, Federated, …"""

    anybody: bool = False
    named: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement; what is empty was not written."""

    name: str
    effect: Effect
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    principals: Principals | None = None
    conditions: tuple[Condition, ...] = ()
    variables: bool = True


@dataclass(frozen=True)
class Policy:
    """A policy document."""

    name: str
    statements: tuple[Statement, ...]

    @classmethod
    def parse(cls, document: str | Mapping[str, Any], name: str = "policy") -> Policy:
        """Read a document, from its text or decoded; the same text is read once.

        Raises MalformedPolicyError where AWS refuses it, UnknownPolicyElementError where we do.
        """
        return _parsed(document if isinstance(document, str) else json.dumps(document), name)


@lru_cache(maxsize=4096)
def _parsed(text: str, name: str) -> Policy:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise MalformedPolicyError(f"{name} is not JSON: {error}") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise MalformedPolicyError(f"{name} has no Statement")
    _refuse_unknown(document, _POLICY, name)
    variables = document.get("Version") == "2012-10-17"
    statements = _list(document["Statement"])
    return Policy(
        name,
        tuple(_statement(s, name, index, variables) for index, s in enumerate(statements)),
    )


def _statement(raw: Any, policy: str, index: int, variables: bool) -> Statement:
    if not isinstance(raw, dict):
        raise MalformedPolicyError(f"statement {index} of {policy} is not an object")
    name = f"{raw.get('Sid') or f'number {index + 1}'} of {policy}"
    _refuse_unknown(raw, _STATEMENT, f"statement {name}")
    if raw.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicyError(f"statement {name}: Effect must be Allow or Deny")
    if ("Action" in raw) == ("NotAction" in raw):
        raise MalformedPolicyError(f"statement {name}: one of Action and NotAction")
    if "Resource" in raw and "NotResource" in raw:
        raise MalformedPolicyError(f"statement {name}: not both of Resource and NotResource")
    resources, others = _texts(raw.get("Resource", ())), _texts(raw.get("NotResource", ()))
    for resource in (*resources, *others):
        if resource != "*" and not resource.startswith("arn:"):
            raise MalformedPolicyError(
                f"statement {name}: Resource {resource!r} is no ARN and not *"
            )
    return Statement(
        name=name,
        effect=raw["Effect"],
        actions=_texts(raw.get("Action", ())),
        not_actions=_texts(raw.get("NotAction", ())),
        resources=resources,
        not_resources=others,
        principals=_principals(raw["Principal"], name) if "Principal" in raw else None,
        conditions=tuple(
            _condition(operator, key, values, name)
            for operator, block in (raw.get("Condition") or {}).items()
            for key, values in block.items()
        ),
        variables=variables,
    )


def _principals(raw: Any, name: str) -> Principals:
    if raw == "*":
        return Principals(anybody=True)
    if not isinstance(raw, dict) or not raw:
        raise MalformedPolicyError(f"statement {name}: Principal must be * or an object")
    _refuse_unknown(raw, {"AWS", "Service", "Federated", "CanonicalUser"}, f"Principal of {name}")
    named = tuple((kind, _texts(values)) for kind, values in raw.items())
    return Principals(anybody=any(k == "AWS" and "*" in v for k, v in named), named=named)


def _condition(operator: str, key: str, values: Any, name: str) -> Condition:
    quantifier, colon, rest = operator.lower().rpartition(":")
    base = rest.removesuffix("ifexists")
    if base not in _BASES or (colon and quantifier not in ("forallvalues", "foranyvalue")):
        raise UnknownPolicyElementError(f"condition operator {operator} in statement {name}")
    if base == "null" and rest != base:
        raise MalformedPolicyError(f"statement {name}: Null takes no IfExists")
    return Condition(
        base,
        key.lower(),
        _texts(values),
        quantifier,  # type: ignore[arg-type]  # one of the two, or empty: checked above
        rest != base,
    )


def _refuse_unknown(raw: dict[str, Any], known: set[str], where: str) -> None:
    for element in raw:
        if element not in known:
            raise UnknownPolicyElementError(f"element {element} in {where}")


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(
        ("true" if item else "false") if isinstance(item, bool) else str(item)
        for item in _list(value)
    )
