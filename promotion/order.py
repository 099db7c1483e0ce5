"""In which order stacks are deployed: environments by ``promotion.yaml``, stacks by their accounts.

The hub comes first, for what members send goes there. The first batch is deployed alone: what is
wrong with a change shows in a few accounts. The rest go side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from settings import KEY, SettingsError, parse
from settings.mistakes import sentence
from settings.stack import environment

FILE: Final = "promotion.yaml"


class OrderError(Exception):
    """Everything that is wrong with the list or with the stack files, a line each."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = list(mistakes)


class Environment(BaseModel):
    """One stage on the way of a change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,29}$", description="lower case letters, digits, -"
    )
    parallel: int = Field(
        4, ge=1, le=16, description="whole number, 1 to 16, of batches deployed side by side"
    )


class Order(BaseModel):
    """The list in Git."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    environments: tuple[Environment, ...] = Field(
        min_length=1, description="a list of environments, in the order of promotion"
    )

    def one(self, name: str) -> Environment:
        """The environment of that name; raises OrderError that says which there are."""
        for each in self.environments:
            if each.name == name:
                return each
        known = ", ".join(each.name for each in self.environments)
        raise OrderError([f"{FILE}: no environment {name!r}; there are {known}"])


@dataclass(frozen=True, kw_only=True)
class Stacks:
    """The stacks of an environment."""

    hub: str
    batches: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """In the order of deployment."""
        return (self.hub, *self.batches)

    def waves(self, wanted: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """What of the wanted ones may go side by side, wave after wave."""
        for wave in ((self.hub,), self.batches[:1], self.batches[1:]):
            if chosen := tuple(each for each in wave if each in wanted):
                yield chosen


def read(folder: Path) -> Order:
    """The list of environments; raises OrderError with all mistakes."""
    path = folder / FILE
    try:
        raw = yaml.safe_load(path.read_text())
        return _ordered(raw)
    except FileNotFoundError as error:
        raise OrderError([f"{FILE} is missing: list the environments in it, in order"]) from error
    except yaml.YAMLError as error:
        raise OrderError([f"{FILE} is no YAML: {error}"]) from error


def _ordered(raw: Any) -> Order:
    try:
        order = Order.model_validate(raw)
    except ValidationError as error:
        told = [sentence(raw, Order, each) for each in error.errors()]
        raise OrderError([f"{FILE}: {each}" for each in told if each]) from error
    names = [each.name for each in order.environments]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise OrderError([f"{FILE}: {twice} more than once; name each environment once"])
    return order


def stacks_of(name: str, folder: Path) -> Stacks:
    """The stacks of an environment, by its accounts; raises OrderError with all mistakes.

    A stack file that is missing, says something else, or has no account any more, is a mistake.
    """
    try:
        settings = parse(environment(name, folder))
    except SettingsError as error:
        raise OrderError([f"Pulumi.{name}.yaml: {each}" for each in error.mistakes]) from error
    batches = sorted({each.batch for each in settings.accounts if each.batch})
    mistakes = [
        mistake
        for batch in batches
        if (mistake := _mistake(name, batch, _part(name, batch, folder)))
    ]
    expected = {f"Pulumi.{name}-{batch}.yaml" for batch in batches}
    for path in sorted(folder.glob(f"Pulumi.{name}-*.yaml")):
        stack = path.name.split(".")[1]
        if path.name not in expected and _of(path) == name:
            mistakes.append(
                f"{path.name}: no account of {name} is in this batch any more; "
                f"pulumi destroy --stack {stack}, then take the file away"
            )
    if mistakes:
        raise OrderError(mistakes)
    return Stacks(hub=name, batches=tuple(f"{name}-{batch}" for batch in batches))


def matching(patterns: Sequence[str], order: Order, folder: Path) -> dict[str, list[str]]:
    """Environment → its stacks that a pattern such as ``prod-*`` matches, in order; OrderError.

    A pattern that matches nothing is a mistake.
    """
    known = {each.name: stacks_of(each.name, folder).all for each in order.environments}
    every = [stack for stacks in known.values() for stack in stacks]
    lost = [each for each in patterns if not any(fnmatchcase(stack, each) for stack in every)]
    if lost:
        raise OrderError(
            [f"no stack matches {each!r}; there are {', '.join(every)}" for each in lost]
        )
    chosen = {
        name: [stack for stack in stacks if any(fnmatchcase(stack, each) for each in patterns)]
        for name, stacks in known.items()
    }
    return {name: stacks for name, stacks in chosen.items() if stacks}


def _part(name: str, batch: str, folder: Path) -> Any:
    path = folder / f"Pulumi.{name}-{batch}.yaml"
    try:
        read = yaml.safe_load(path.read_text())
        return read["config"][KEY]
    except FileNotFoundError:
        return None
    except (yaml.YAMLError, KeyError, TypeError):
        return {}


def _of(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text())["config"][KEY].get("of")
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        return None


def _mistake(name: str, batch: str, part: Any) -> str:
    path, right = f"Pulumi.{name}-{batch}.yaml", {"of": name, "batch": batch}
    wanted = f'{{of: {name}, batch: "{batch}"}}'
    if part is None:
        return f"{path} is missing: write config: {{{KEY}: {wanted}}} into it"
    if not isinstance(part, Mapping) or dict(part) != right:
        return f"{path}: {KEY} is {part!r}; write {wanted}"
    return ""
