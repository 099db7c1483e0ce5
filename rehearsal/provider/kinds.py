"""What the table is written in: kinds of resource, their properties, and calls to AWS.

Parameters of a call are templates: ``{name}`` is an input; ``{id}``, ``{account}``, ``{region}``
and ``{partition}`` are what they say; ``{@Path}`` is a JMESPath into what AWS answered so far;
``{name?}`` may be missing, and then the parameter is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import jmespath

from rehearsal.emulator.world import NotEmulatedError
from rehearsal.provider.codecs import SAME, Codec

Scope = Mapping[str, Any]
BEFORE = "__before"
"""In the scope of an update: the inputs before it."""
Template = Any
"""Text with ``{…}``, a function of the scope, or lists and mappings of templates."""


class Call:
    """One boto3 method and its parameters, as templates."""

    def __init__(self, method: str, /, **parameters: Template) -> None:
        self.method = method
        self.parameters = parameters


Hook = Callable[[Callable[[Call], dict[str, Any]], Scope], None]
"""A change that takes more than one call: gets a function that calls, and the scope."""


@dataclass(frozen=True, kw_only=True)
class Property:
    """One input of a resource type: where it goes, where it is read back, how it is changed."""

    to: str = ""
    """Parameter of the create call, as a dotted path; empty where ``change`` sets it afterwards."""
    read: str = ""
    """JMESPath into the read call's answer; empty where AWS does not tell."""
    codec: Codec = SAME
    change: Literal["update", "replace"] | Call | Hook = "update"
    """The kind's update call, a new resource, or a call of its own."""
    default: Any = None
    """What AWS has where nothing is said; becomes an input, so that a drift from it is seen."""
    cleared: Any = None
    """What is sent when the input is taken out of the program."""
    clear: Call | None = None
    """What is called instead."""
    replaces: Callable[[Any, Any], bool] | None = None
    """Whether a change from one value to another takes a new resource, where ``change`` does not
    say so already."""


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """How a service takes the tags of a resource; templates know ``{tags}`` and ``{keys}``."""

    add: Call
    remove: Call
    read: Call
    path: str
    """JMESPath of the tags in the answer."""
    to: str = ""
    """Parameter of the create call; empty where ``add`` puts them afterwards."""
    codec: Codec = SAME
    none: tuple[str, ...] = ()
    """Error codes of ``read`` that mean that there are no tags."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One resource type of Pulumi, as calls to AWS."""

    service: str
    create: Call
    read: Call
    delete: Call | Hook | None
    """None where AWS has no such call: what was set stays, as the AWS provider leaves it."""
    id: Template
    properties: Mapping[str, Property]
    update: Call | None = None
    """Gets the changed properties; None where the create call sets everything anew."""
    settle: Hook | None = None
    """Waits, after the create call, until AWS has done what it accepted."""
    ask: Call | None = None
    """Asked before create and update, for parameters that AWS wants repeated."""
    pick: str = ""
    """JMESPath of this resource in the read call's answer; a template."""
    also: Mapping[str, Call] = field(default_factory=dict)
    """Property → further read that tells it."""
    outputs: Mapping[str, Template] = field(default_factory=dict)
    identity: tuple[str, ...] = ("name",)
    """Inputs that make two of them different things on AWS, beside account and region."""
    auto_named: str = ""
    """The input that the provider makes up where the program does not say it."""
    tags: Tagging | None = None
    regional: bool = True
    """Whether it has the input ``region`` that says where it is."""
    gone: tuple[str, ...] = ()
    """Error codes that mean absent, beside those that say it in their name."""


class MissingInputError(LookupError):
    """A template needs what is not there: a resource read by its id alone, for example."""


_SLOT = re.compile(r"\{(@?)([^{}?]+)(\??)\}")


def fill(template: Template, scope: Scope, answer: Any = None) -> Any:
    """The template's value; None where an optional part of it is missing."""
    if callable(template):
        return template(scope)
    if isinstance(template, Mapping):
        filled = {key: fill(part, scope, answer) for key, part in template.items()}
        return {key: value for key, value in filled.items() if value is not None}
    if isinstance(template, (list, tuple)):
        return [fill(part, scope, answer) for part in template]
    if not isinstance(template, str):
        return template
    if alone := _SLOT.fullmatch(template):
        return _slot(alone, scope, answer)
    return _SLOT.sub(lambda slot: str(_slot(slot, scope, answer)), template)


def _slot(slot: re.Match[str], scope: Scope, answer: Any) -> Any:
    from_answer, name, optional = slot.groups()
    value = jmespath.search(name, answer) if from_answer else scope.get(name)
    if value is None and not optional:
        raise MissingInputError(f"{slot.group(0)} has no value")
    return value


def kind_of(table: Mapping[str, Kind], token: str) -> Kind:
    """The entry of a type; NotEmulatedError where the table has none."""
    if token not in table:
        raise NotEmulatedError(f"{token} is not emulated: rehearsal/provider/table has no entry")
    return table[token]
