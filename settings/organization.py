"""The AWS organisation of an environment, and which of its accounts are left out on purpose."""

from __future__ import annotations

from pydantic import BaseModel, Field

from settings.evidence import CLOSED
from settings.kinds import AccountId


class LeftOut(BaseModel):
    """An account of the organisation that nobody covers, and why that is meant."""

    model_config = CLOSED

    id: AccountId
    reason: str = Field(min_length=10, description="why nobody covers it, in a sentence")


class Organization(BaseModel):
    """The AWS organisation; left out where a single account stands alone."""

    model_config = CLOSED

    id: str = Field(pattern=r"^o-[a-z0-9]{10,32}$", description="the organisation's id, o-…")
    root: str | None = Field(
        None,
        pattern=r"^r-[a-z0-9]{4,32}$",
        description="the root's id, r-…, to cover every account and not only those listed here",
    )
    left_out: tuple[LeftOut, ...] = Field(
        (), description="a list of {id: …, reason: …}: accounts that are not covered on purpose"
    )
