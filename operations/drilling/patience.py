"""EC2 needs a moment: what was made may not be known yet, and what was let go may still be held.

Its reads lag its writes (trap 2.13), and so does the next write that names what was just made (AWS
docs: ec2 eventual-consistency). Each is tried again for a while; then the error is the answer.
"""

from __future__ import annotations

from typing import Any, Final

from operations.entry import Entry

AGAIN: Final = 6
PAUSE: Final = 3.0
"""Seconds before each further attempt."""


class PatientEntry(Entry):
    """A way into an account for whoever makes things in EC2 and takes them away again."""

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service; EC2's tries again what is refused for a moment only."""
        made = super().client(service, region)
        if service == "ec2":
            made.meta.events.register_first("needs-retry.ec2", _pause)
        return made


def _pause(response: Any, attempts: int, **_: Any) -> float | None:
    """Seconds until another attempt, as botocore's handlers of this event say it; None for none."""
    code = str(response[1].get("Error", {}).get("Code", "")) if response else ""
    passing = code.endswith(".NotFound") or code == "DependencyViolation"
    return PAUSE if passing and attempts <= AGAIN else None
