"""What is kept of a containment and for how long, and what is never contained."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

CLOSED: Final = ConfigDict(frozen=True, extra="forbid")


class Evidence(BaseModel):
    """How long evidence stays as it was put, and who may end that before its time."""

    model_config = CLOSED

    retention_days: int = Field(
        90, ge=1, le=3650, description="whole days, 1 to 3650, that evidence cannot be deleted"
    )
    mode: Literal["GOVERNANCE", "COMPLIANCE"] = Field(
        "GOVERNANCE",
        description="GOVERNANCE (whoever may bypass it can delete) or COMPLIANCE (nobody can)",
    )


class Exemption(BaseModel):
    """A resource that is never contained, who answers for that, and until when."""

    model_config = CLOSED

    resource: str = Field(
        pattern=r"^arn:[^:]+:[a-z0-9-]+:.*:", description="the ARN of a resource; * matches any"
    )
    owner: str = Field(min_length=3, description="who answers for it: a team or an address")
    reason: str = Field(min_length=10, description="why, in a sentence")
    expires: date = Field(description="the last day on which it counts, YYYY-MM-DD")
