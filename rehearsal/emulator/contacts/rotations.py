"""Rotations: who of a team is on call. Overrides of a shift are not emulated."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from rehearsal.emulator.contacts.directory import PERSONAL, Directory
from rehearsal.emulator.contacts.shifts import Shift, Turns
from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.wire import Caller, Fault, Parameters, aware, page
from rehearsal.emulator.world import NotEmulatedError, World


@dataclass(kw_only=True)
class Rotation:
    """A name and its turns."""

    arn: str
    name: str
    turns: Turns


class Rotations:
    """The operations on rotations."""

    def __init__(self, world: World, replication: Replication, directory: Directory) -> None:
        self._world = world
        self._replication = replication
        self._directory = directory
        self._held: dict[str, Rotation] = {}
        replication.forgetting.append(self._forget)

    def find(self, arn: str) -> Rotation | None:
        """A rotation, or None."""
        return self._held.get(arn)

    def with_contact(self, contact: str) -> list[str]:
        """The rotations that a person is in."""
        return [one.arn for one in self._held.values() if contact in one.turns.contacts]

    def create_rotation(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A rotation of persons; without a start it begins now."""
        self._replication.needed(caller)
        arn = caller.arn("ssm-contacts", f"rotation/{uuid.uuid4()}")
        turns = self._turns(caller, parameters, "ContactIds", "StartTime")
        self._held[arn] = Rotation(arn=arn, name=parameters["Name"], turns=turns)
        tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or []}
        self._directory.tagged[arn] = tags
        return {"RotationArn": arn}

    def get_rotation(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One rotation."""
        return _shown(self._at(caller, parameters))

    def list_rotations(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All of the region, by the beginning of their name."""
        prefix = parameters.get("RotationNamePrefix") or ""
        here = caller.arn("ssm-contacts", "rotation/")
        found = [one for arn, one in self._held.items() if arn.startswith(here)]
        shown = [_shown(one) for one in found if one.name.startswith(prefix)]
        return page("Rotations", shown, parameters)

    def update_rotation(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change what is named."""
        rotation = self._at(caller, parameters)
        before = {
            "ContactIds": rotation.turns.contacts,
            "StartTime": rotation.turns.start,
            "TimeZoneId": rotation.turns.zone,
        }
        rotation.turns = self._turns(caller, before | parameters, "ContactIds", "StartTime")
        return {}

    def delete_rotation(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete it; a schedule that names it has nobody on call by it."""
        arn = self._at(caller, parameters).arn
        del self._held[arn], self._directory.tagged[arn]
        return {}

    def list_rotation_shifts(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The shifts of a stretch of time, from now if no begin is given."""
        turns = self._at(caller, parameters).turns
        return page("RotationShifts", self._listed(turns, parameters), parameters)

    def list_preview_rotation_shifts(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The same of a rotation that is not there; its members are names."""
        if parameters.get("Overrides"):
            raise NotEmulatedError("Overrides of shifts are not emulated.")
        turns = self._turns(caller, parameters, "Members", "RotationStartTime")
        return page("RotationShifts", self._listed(turns, parameters), parameters)

    def _listed(self, turns: Turns, parameters: Parameters) -> list[Any]:
        begin = parameters.get("StartTime") or self._world.clock.now()
        return [_shift(one) for one in turns.shifts(aware(begin), aware(parameters["EndTime"]))]

    def _turns(self, caller: Caller, given: Parameters, members: str, start: str) -> Turns:
        if members == "ContactIds":
            for arn in given[members]:
                if self._directory.at(caller, arn).kind != PERSONAL:
                    raise Fault("ValidationException", f"{arn} is no person.")
        return Turns(
            contacts=list(given[members]),
            start=aware(given.get(start) or self._world.clock.now()),
            zone=given["TimeZoneId"],
            recurrence=given["Recurrence"],
        ).checked()

    def _at(self, caller: Caller, parameters: Parameters) -> Rotation:
        rotation = self._held.get(parameters["RotationId"])
        if rotation is None or rotation.arn.split(":")[4] != caller.account:
            raise Fault("ResourceNotFoundException", "There is no such rotation.")
        return rotation

    def _forget(self, account: str) -> None:
        self._held = {a: one for a, one in self._held.items() if a.split(":")[4] != account}


def _shift(shift: Shift) -> Parameters:
    return {
        "ContactIds": [shift.contact],
        "StartTime": shift.begin,
        "EndTime": shift.end,
        "Type": "REGULAR",
    }


def _shown(rotation: Rotation) -> Parameters:
    return {
        "RotationArn": rotation.arn,
        "Name": rotation.name,
        "ContactIds": rotation.turns.contacts,
        "StartTime": rotation.turns.start,
        "TimeZoneId": rotation.turns.zone,
        "Recurrence": rotation.turns.recurrence,
    }
