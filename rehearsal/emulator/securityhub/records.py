"""The findings that Security Hub holds, whom each is shown to, and what providers may change.

What the provider says and what customers say of a finding are kept apart, since an import must not
undo an update (AWS docs: finding-update-batchimportfindings).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from rehearsal.emulator.securityhub.asff import completed
from rehearsal.emulator.securityhub.delegation import Delegation
from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.wire import Caller

Finding = dict[str, Any]
Outcome = Literal["new", "updated", "ignored"]

CUSTOMERS = ("Note", "UserDefinedFields", "VerificationState", "Workflow")
"""What an import sets once, with a new finding (botocore: securityhub model)."""


@dataclass(kw_only=True)
class Record:
    """One finding of one account and region."""

    place: Caller
    provided: Finding
    updates: Finding = field(default_factory=dict)
    """What customers have set."""

    @property
    def key(self) -> tuple[str, str]:
        """How requests name it."""
        return str(self.provided["ProductArn"]), str(self.provided["Id"])

    def shown(self) -> Finding:
        """The finding as it is read and sent."""
        severity = {**(self.provided.get("Severity") or {}), **self.updates.get("Severity", {})}
        return {**self.provided, **self.updates, "Severity": severity}

    def update(self, given: Finding) -> None:
        """Take over what a customer says; ``UpdatedAt`` stays (botocore: securityhub model)."""
        updates = dict(given)
        if "Severity" in updates:
            updates["Severity"] = completed(updates["Severity"])
        self.updates |= updates


class Records:
    """All findings, by place."""

    def __init__(self, hubs: Hubs, delegation: Delegation) -> None:
        self._hubs = hubs
        self._delegation = delegation
        self._held: dict[Caller, dict[tuple[str, str], Record]] = {}

    def take(self, place: Caller, provided: Finding) -> tuple[Record, Outcome]:
        """File what a provider sends; what is not newer than what is there is ignored.

        (AWS docs: finding-update-batchimportfindings.) An archived finding that becomes active is
        NEW again, unless it was suppressed (botocore: securityhub model, Workflow).
        """
        held = self._held.setdefault(place, {})
        record = Record(place=place, provided=provided)
        if (known := held.get(record.key)) is None:
            record.updates = {key: provided[key] for key in CUSTOMERS if key in provided}
            held[record.key] = record
            return record, "new"
        if not _later(provided["UpdatedAt"], known.provided["UpdatedAt"]):
            return known, "ignored"
        states = known.provided["RecordState"], provided["RecordState"]
        known.provided = provided
        status = known.updates.get("Workflow", {}).get("Status")
        if states == ("ARCHIVED", "ACTIVE") and status != "SUPPRESSED":
            known.updates["Workflow"] = {"Status": "NEW"}
        return known, "updated"

    def here(self, place: Caller) -> list[Caller]:
        """Who sees a place's findings in their own region: itself and its administrator."""
        seeing = (place, self._delegation.administrator_of(place))
        return [one for one in seeing if one and self._hubs.on(one)]

    def elsewhere(self, place: Caller) -> list[Caller]:
        """Who sees them in an aggregation region."""
        joined = (self._delegation.aggregation_of(one) for one in self.here(place))
        return [one for one in joined if one and self._hubs.on(one)]

    def visible(self, caller: Caller) -> Iterator[Record]:
        """The caller's own, a member's to the administrator, and those of linked regions."""
        for place, held in list(self._held.items()):
            if caller in self.here(place) or caller in self.elsewhere(place):
                yield from list(held.values())

    def named(self, caller: Caller, key: tuple[str, str]) -> Record | None:
        """One that the caller sees."""
        return next((record for record in self.visible(caller) if record.key == key), None)


def _later(update: Any, known: Any) -> bool:
    try:
        return datetime.fromisoformat(str(update)) > datetime.fromisoformat(str(known))
    except (ValueError, TypeError):  # whoever filed it chose the text, and no two such compare
        return bool(update != known)
