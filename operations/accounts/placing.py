"""Which batch an account goes into: the first that has room, else a new one.

A batch holds few. Pulumi writes a stack's whole state before and after each resource that it
makes, so that a first deployment takes with the square of a stack's account-regions
(docs/performance.md); and an account's provider process holds 170 to 430 MB
(pulumi/pulumi-aws#5226).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from operations.accounts.judging import batches_of
from operations.accounts.mistake import AccountsError

PLACES: Final = 4
"""So many account-regions are in a batch, unless somebody says otherwise."""


def size_of(regions: int) -> int:
    """How many accounts make a batch's places in so many regions; at least one."""
    return max(1, PLACES // regions)


def batches(stack: str, raw: Mapping[str, Any], files: Iterable[str]) -> dict[str, int]:
    """Batch → how many accounts it has, in order; one that only has a file has none."""
    name = re.compile(rf"Pulumi\.{re.escape(stack)}-(\d{{2,3}})\.yaml")
    found = {match[1]: 0 for each in files if (match := name.fullmatch(each))}
    found |= {batch: len(names) for batch, names in batches_of(raw).items()}
    return dict(sorted(found.items(), key=lambda each: (len(each[0]), each[0])))


def place(there: Mapping[str, int], size: int) -> str | None:
    """The batch for one more account; None where the environment has no batches.

    Raises AccountsError where there is no number left. A number that is gone is not used again:
    its stack may still hold what was deployed.
    """
    if not there:
        return None
    for batch, accounts in there.items():
        if accounts < size:
            return batch
    number = max(map(int, there)) + 1
    if number > 999:
        raise AccountsError(["batch 999 is the last; put more accounts into each (--size)"])
    return f"{number:02}"
