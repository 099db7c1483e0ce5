"""Canaries: for each emulated trap of AWS, the test that notices when the emulator stops biting.

A canary is an ordinary test whose only parameter is the fixture ``emulator``. It is run twice: as
it stands, where it must pass, and by ``test_every_canary_bites`` with its trap taken out, where it
must fail by an assertion. A canary that passes either way would prove nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass

Test = Callable[..., None]


@dataclass(frozen=True)
class Canary:
    """One test and the number of the trap (as in ``world.bites``) without which it must fail."""

    trap: str
    test: Test

    @property
    def name(self) -> str:
        """How the canary is called in a report: ``2.3 · test_…``."""
        return f"{self.trap} · {self.test.__name__}"


CANARIES: dict[tuple[str, str], Canary] = {}
"""Filled when the modules of this package are imported; keyed by trap and test, so that importing a
module twice (pytest does) registers nothing twice."""


def canary(*traps: str) -> Callable[[Test], Test]:
    """Declare a test to be the canary of a numbered trap; of several, it must notice each alone.

    Raises TypeError when the test takes anything but ``emulator``: the meta-test could not call it.
    """

    def register(test: Test) -> Test:
        if list(inspect.signature(test).parameters) != ["emulator"]:
            raise TypeError(
                f"canary {test.__name__} must take the fixture emulator and nothing else"
            )
        for trap in traps:
            CANARIES[(trap, test.__name__)] = Canary(trap, test)
        return test

    return register
