"""``AWS::SSMContacts::Contact`` for Cloud Control: on-call schedules, which have rotations.

The other types of contact have resources of their own in the SDK, and are not emulated this way.
"""

from __future__ import annotations

from typing import Any, Final

from rehearsal.emulator.clients import regions_of
from rehearsal.emulator.cloudcontrol import HandlerError, State
from rehearsal.emulator.contacts.directory import Contact, Directory
from rehearsal.emulator.wire import Caller, Fault
from rehearsal.emulator.world import NotEmulatedError

SCHEDULE: Final = "ONCALL_SCHEDULE"


class Schedules:
    """What Cloud Control does with such contacts."""

    regions = regions_of("ssm-contacts")

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def create(self, caller: Caller, state: State) -> str:
        """Make one; its ARN."""
        if state["Type"] != SCHEDULE:
            raise NotEmulatedError(f"a contact of type {state['Type']} through Cloud Control")
        wanted = {"Alias": state["Alias"], "Type": SCHEDULE, **_as_asked(state)}
        try:
            return str(self._directory.create_contact(caller, wanted)["ContactArn"])
        except Fault as refused:
            raise _refused(refused) from refused

    def read(self, caller: Caller, identifier: str) -> State:
        """All of its properties."""
        held = self._at(caller, identifier)
        return {
            "Alias": held.alias,
            "DisplayName": held.display_name,
            "Type": held.kind,
            "Plan": [{"RotationIds": held.rotations}],
            "Arn": held.arn,
        }

    def update(self, caller: Caller, identifier: str, state: State) -> None:
        """Another name, other rotations."""
        self._at(caller, identifier)
        try:
            self._directory.update_contact(caller, {"ContactId": identifier, **_as_asked(state)})
        except Fault as refused:
            raise _refused(refused) from refused

    def delete(self, caller: Caller, identifier: str) -> None:
        """Take it away, where nobody uses it."""
        self._at(caller, identifier)
        try:
            self._directory.delete_contact(caller, {"ContactId": identifier})
        except Fault as refused:
            raise _refused(refused) from refused

    def listed(self, caller: Caller) -> list[str]:
        """ARNs of all schedules."""
        asked: dict[str, Any] = {"Type": SCHEDULE}
        return [c["ContactArn"] for c in self._directory.list_contacts(caller, asked)["Contacts"]]

    def _at(self, caller: Caller, identifier: str) -> Contact:
        try:
            return self._directory.at(caller, identifier)
        except Fault as missing:
            raise HandlerError("NotFound", missing.message) from missing


def _as_asked(state: State) -> dict[str, Any]:
    rotations = [arn for stage in state.get("Plan", []) for arn in stage.get("RotationIds", [])]
    return {"DisplayName": state["DisplayName"], "Plan": {"RotationIds": rotations}}


def _refused(fault: Fault) -> HandlerError:
    code = "AlreadyExists" if fault.code == "ConflictException" else "InvalidRequest"
    return HandlerError(code, fault.message)
