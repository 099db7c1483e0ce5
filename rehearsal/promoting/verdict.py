"""What a scenario about promotions found: parts with their commands, and what was wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from rehearsal.promoting.organisation import Organisation
from rehearsal.promoting.scratch import Ran, Scratch

Told = Callable[[str], None]


class EndedError(Exception):
    """What was expected did not hold, so that what comes after it would say nothing."""


@dataclass(kw_only=True)
class Verdict:
    """A scenario's name, what was run, and the expectation that did not hold, with which it ended.

    A context manager: what is played in it ends there.
    """

    name: str
    told: Told
    ran: list[Ran] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def passed(self) -> bool:
        """Whether something was run, and all was as expected."""
        return bool(self.ran) and not self.mistakes

    def run(self, scratch: Scratch, organisation: Organisation, command: str, **given: str) -> Ran:
        """Run a command, and keep what it said."""
        since = time.monotonic()
        ran = scratch.run(command, organisation, **given)
        took = time.monotonic() - since
        where = organisation.environment
        self.told(f"    {where}: {command} → {ran.status} ({took:.1f} s)")
        self.ran.append(ran)
        return ran

    def expect(self, held: object, what: str, ran: Ran | None = None) -> None:
        """Note what did not hold, with the last lines of the command that shows it, and end."""
        if not held:
            last = "\n".join(ran.output.strip().splitlines()[-25:]) if ran else ""
            self.mistakes.append(f"{what}\n{last}".strip())
            raise EndedError(what)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool:
        return isinstance(error, EndedError)
