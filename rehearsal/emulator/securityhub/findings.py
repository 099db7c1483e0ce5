"""Security Hub's findings: sent by GuardDuty or by an account itself, updated, read.

GuardDuty sends each finding and each further sighting, nothing when one is archived (AWS docs:
securityhub-integration). What is aggregated is readable in the aggregation region at once; its
event takes a little longer.
"""

from __future__ import annotations

import copy
from typing import Any

from rehearsal.emulator.securityhub import asff, ocsf
from rehearsal.emulator.securityhub.delegation import Delegation
from rehearsal.emulator.securityhub.filters import chosen, page
from rehearsal.emulator.securityhub.hubs import Hubs
from rehearsal.emulator.securityhub.imports import as_taken, complaint
from rehearsal.emulator.securityhub.notices import Notices
from rehearsal.emulator.securityhub.records import Finding, Outcome, Record, Records
from rehearsal.emulator.securityhub.v2 import HubsV2
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import World

MOST = 100
"""Findings of one request (AWS docs: finding-update-batchimportfindings, …-batchupdatefindings)."""

UPDATABLE = (
    "Note",
    "Severity",
    "VerificationState",
    "Confidence",
    "Criticality",
    "Types",
    "UserDefinedFields",
    "Workflow",
    "RelatedFindings",
)
STATUSES = ("NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED")

NOT_FOUND = ("FindingNotFound", "Finding Not Found")
DUPLICATED = ("DuplicatedFindingIdentifier", "Finding Identifier is duplicated")


class Findings:
    """The operations on findings, and GuardDuty's way in."""

    def __init__(self, world: World, hubs: Hubs, v2: HubsV2, delegation: Delegation) -> None:
        self._world = world
        self._hubs = hubs
        self._v2 = v2
        self._delegation = delegation
        self._records = Records(hubs, delegation)
        self.notices = Notices(world, self._records)

    def receive(self, place: Caller, finding: Finding) -> None:
        """Take a finding that GuardDuty has just sent; it arrives in a few minutes."""
        if not self._hubs.on(place):
            return
        sent = copy.deepcopy(finding)
        self._world.clock.later(self._world.timing.security_hub, lambda: self._arrive(place, sent))

    def _arrive(self, place: Caller, sent: Finding) -> None:
        if self.notices.over or not self._hubs.on(place):
            return
        provided = asff.of_guardduty(sent)
        outcome = self._take(place, provided)
        if outcome != "ignored" and self._v2.on(place):
            new = outcome == "new"
            self.notices.send_v2(place, ocsf.of_guardduty(sent, provided, new=new))

    def _take(self, place: Caller, provided: Finding) -> Outcome:
        now = self._world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        record, outcome = self._records.take(place, {**provided, "ProcessedAt": now})
        if outcome == "new" or (outcome == "updated" and self._world.bites("5.7")):
            self.notices.send(record)
        return outcome

    def batch_import_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Findings of the account's own product; each is taken or refused by itself."""
        self._hubs.at(caller)
        given = parameters["Findings"]
        _at_most(given, "Findings")
        failed: list[Finding] = []
        for finding in given:
            if why := complaint(caller, finding):
                code, message = why
                identifier = str(finding.get("Id") or "")
                failed.append({"Id": identifier, "ErrorCode": code, "ErrorMessage": message})
            else:
                self._take(caller, as_taken(caller, finding))
        return {
            "FailedCount": len(failed),
            "SuccessCount": len(given) - len(failed),
            "FailedFindings": failed,
        }

    def batch_update_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Set what customers may set, on findings that the caller sees; it shows later (trap 5.7).

        What cannot be updated is named inside a success (trap 4.3).
        """
        self._hubs.at(caller)
        named = parameters["FindingIdentifiers"]
        _at_most(named, "FindingIdentifiers")
        update = self._update(parameters)
        found: list[Record] = []
        answer: dict[str, list[Any]] = {"ProcessedFindings": [], "UnprocessedFindings": []}
        keys = [(identifier["ProductArn"], identifier["Id"]) for identifier in named]
        for identifier, key in zip(named, keys, strict=True):
            record = self._records.named(caller, key)
            if keys.count(key) > 1:
                answer["UnprocessedFindings"].append(_unprocessed(identifier, DUPLICATED))
            elif record is None or not self._may_update(caller, record):
                answer["UnprocessedFindings"].append(_unprocessed(identifier, NOT_FOUND))
            else:
                answer["ProcessedFindings"].append(identifier)
                found.append(record)
        if answer["UnprocessedFindings"] and not self._world.bites("4.3"):
            raise _invalid("Some findings cannot be updated")
        self._apply(found, update)
        return answer

    def _update(self, parameters: Parameters) -> Finding:
        update = {
            name: copy.deepcopy(parameters[name])
            for name in UPDATABLE
            if parameters.get(name) is not None
        }
        status = update.get("Workflow", {}).get("Status")
        if status not in (*STATUSES, None):
            raise _invalid(f"Invalid parameter Workflow.Status: {status}")
        label = update.get("Severity", {}).get("Label")
        if label not in (*asff.NORMALIZED, None):
            raise _invalid(f"Invalid parameter Severity.Label: {label}")
        if "Note" in update:
            now = self._world.clock.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
            update["Note"]["UpdatedAt"] = now
        return update

    def _may_update(self, caller: Caller, record: Record) -> bool:
        """A member may update its own findings, workflow included (trap 5.13)."""
        alone = self._delegation.administrator_of(record.place) is None
        return alone or caller.account != record.place.account or self._world.bites("5.13")

    def _apply(self, records: list[Record], update: Finding) -> None:
        def apply() -> None:
            for record in records:
                record.update(update)
                if self._world.bites("5.7"):
                    self.notices.send(record)

        if self._world.bites("5.7"):
            self._world.clock.later(self._world.timing.security_hub_update, apply)
        else:
            apply()

    def get_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Findings that the caller sees and that pass the filters, a page at a time."""
        self._hubs.at(caller)
        seen = [record.shown() for record in self._records.visible(caller)]
        return page(chosen(seen, parameters), parameters)


def _unprocessed(identifier: Finding, why: tuple[str, str]) -> Finding:
    return {"FindingIdentifier": identifier, "ErrorCode": why[0], "ErrorMessage": why[1]}


def _at_most(given: list[Any], name: str) -> None:
    if not 1 <= len(given) <= MOST:
        raise _invalid(f"Invalid parameter {name}: between 1 and {MOST} are taken")


def _invalid(why: str) -> Fault:
    return Fault("InvalidInputException", why)
