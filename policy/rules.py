"""Every rule of the pack."""

from __future__ import annotations

from typing import Final

from policy import (
    admission,
    buckets,
    chat,
    documents,
    encryption,
    grants,
    kinds,
    providers,
    retention,
    targets,
)
from policy.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *providers.RULES,
    *kinds.RULES,
    *encryption.RULES,
    *buckets.RULES,
    *retention.RULES,
    *grants.RULES,
    *admission.RULES,
    *targets.RULES,
    *documents.RULES,
    *chat.RULES,
)
