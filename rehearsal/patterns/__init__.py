"""Event patterns as EventBridge understands them: what a rule may say, and which events it matches.

The judge is AWS's own event-ruler 1.8.1; ``tests/golden/patterns`` holds its verdicts. Two limits
of EventBridge that the ruler does not have are added here: the length of a pattern, and how many
combinations ``$or`` may make. How complex wildcards may be is not emulated: AWS publishes no
measure of it.
"""

from __future__ import annotations

import functools
import json
from typing import Any

from rehearsal.patterns.compiler import Branch, InvalidPatternError, compile_pattern
from rehearsal.patterns.fields import flatten
from rehearsal.patterns.matcher import holds

__all__ = ["InvalidPatternError", "matches", "validate"]

MAX_CHARACTERS = 2048
MAX_COMBINATIONS = 1000


def matches(
    pattern: dict[str, Any] | str, event: dict[str, Any], *, absent_differs: bool = False
) -> bool:
    """Whether a rule with this pattern fires for this event; raises InvalidPatternError.

    ``absent_differs`` takes trap 1.17 out: a missing field then satisfies ``anything-but``.
    """
    text = pattern if isinstance(pattern, str) else json.dumps(pattern)
    branches = _compiled(text)
    fields = flatten(event, frozenset().union(*branches))
    return any(holds(branch, fields, absent_differs=absent_differs) for branch in branches)


def validate(pattern: dict[str, Any] | str, *, max_characters: int = MAX_CHARACTERS) -> None:
    """Raise InvalidPatternError for what PutRule refuses.

    A pattern has at most 2,048 characters (AWS docs: eb-quota; trap 1.9), counted as they are
    sent, and at most 1,000 combinations of ``$or`` (AWS docs: eb-create-pattern-operators).
    """
    compact = (",", ":")
    text = pattern if isinstance(pattern, str) else json.dumps(pattern, separators=compact)
    if len(text) > max_characters:
        raise InvalidPatternError(
            f"the pattern has {len(text)} characters, at most {max_characters} are allowed"
        )
    branches = _compiled(text)
    if len(branches) > MAX_COMBINATIONS:
        raise InvalidPatternError(
            f"$or makes {len(branches)} combinations, at most {MAX_COMBINATIONS} are allowed"
        )


@functools.lru_cache(maxsize=512)
def _compiled(text: str) -> tuple[Branch, ...]:
    return tuple(compile_pattern(text))
