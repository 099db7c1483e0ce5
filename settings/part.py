"""What stands in the stack file of a batch: whose accounts it deploys, and nothing else.

It needs no Pulumi, so that whoever edits stack files judges them by what the program reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from pydantic import BaseModel, Field, ValidationError

from settings import SettingsError
from settings.evidence import CLOSED
from settings.kinds import Batch
from settings.mistakes import sentence


class Part(BaseModel):
    """What stands in a stack file that has a batch of another's accounts, and nothing else."""

    model_config = CLOSED

    of: str = Field(
        pattern=r"^[a-z][a-z0-9-]{0,29}$", description="the stack that lists all accounts"
    )
    batch: Batch


def is_part(raw: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether settings mean a batch of another file's accounts, rightly written or not."""
    return isinstance(raw, Mapping) and bool(raw.keys() & {"of", "batch"})


def part_of(raw: Mapping[str, Any]) -> Part:
    """The part that these settings mean; raises SettingsError with every mistake."""
    try:
        return Part.model_validate(raw)
    except ValidationError as error:
        told = [sentence(raw, Part, problem) for problem in error.errors()]
        raise SettingsError([each for each in told if each]) from error
