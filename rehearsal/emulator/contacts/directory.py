"""Whom Incident Manager can engage: persons, escalation plans, on-call schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.wire import Caller, Fault, Parameters, page

PERSONAL, ESCALATION, SCHEDULE = "PERSONAL", "ESCALATION", "ONCALL_SCHEDULE"
LONGEST_STAGE = 30
"""Minutes (botocore: ssm-contacts model)."""

Plan = dict[str, Any]


@dataclass(kw_only=True)
class Contact:
    """A person, an escalation plan or a schedule, with the plan by which it is engaged."""

    arn: str
    alias: str
    kind: str
    display_name: str = ""
    plan: Plan = field(default_factory=dict)
    policy: str = ""

    @property
    def stages(self) -> list[dict[str, Any]]:
        """Of its plan."""
        return list(self.plan.get("Stages") or [])

    @property
    def rotations(self) -> list[str]:
        """Of a schedule."""
        return list(self.plan.get("RotationIds") or [])

    def targets(self, kind: str) -> list[dict[str, Any]]:
        """All targets of one kind, ``ChannelTargetInfo`` or ``ContactTargetInfo``."""
        every = [target for stage in self.stages for target in stage.get("Targets") or []]
        return [target[kind] for target in every if target.get(kind)]


class Directory:
    """The operations on contacts, and on the tags of everything that has some."""

    def __init__(self, replication: Replication) -> None:
        self._replication = replication
        self._held: dict[str, Contact] = {}
        self.tagged: dict[str, dict[str, str]] = {}
        self.known: Callable[[str], bool] = lambda arn: False
        """Whether there is a channel or a rotation of an ARN."""
        self.users: Callable[[str], list[str]] = lambda arn: []
        """Rotations that a contact is in."""
        replication.forgetting.append(self._forget)

    def find(self, arn: str) -> Contact | None:
        """A contact of any account."""
        return self._held.get(arn)

    def at(self, caller: Caller, arn: str) -> Contact:
        """A contact of the caller's account; a Fault if there is none."""
        held = self._held.get(arn)
        if held is None or arn.split(":")[4] != caller.account:
            raise Fault("ResourceNotFoundException", f"There is no contact {arn}.")
        return held

    def create_contact(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A contact; it needs a replication set (Terraform: aws_ssmcontacts_contact)."""
        self._replication.needed(caller)
        alias = parameters["Alias"]
        contact = Contact(
            arn=caller.arn("ssm-contacts", f"contact/{alias}"),
            alias=alias,
            kind=parameters["Type"],
            display_name=parameters.get("DisplayName") or "",
        )
        if contact.arn in self._held:
            raise Fault("ConflictException", f"The alias {alias} is taken.")
        contact.plan = self._checked(caller, contact, parameters["Plan"])
        self._held[contact.arn] = contact
        self.tagged[contact.arn] = {t["Key"]: t["Value"] for t in parameters.get("Tags") or []}
        return {"ContactArn": contact.arn}

    def get_contact(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A contact with its plan."""
        contact = self.at(caller, parameters["ContactId"])
        plan = {key: value for key, value in contact.plan.items() if value}
        return _summary(contact) | {"Plan": plan or {"Stages": []}}

    def list_contacts(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Contacts of the region, by the beginning of their alias and by their type."""
        found = [
            _summary(contact)
            for contact in self._held.values()
            if contact.arn.startswith(caller.arn("ssm-contacts", "contact/"))
            and contact.alias.startswith(parameters.get("AliasPrefix") or "")
            and parameters.get("Type") in (None, contact.kind)
        ]
        return page("Contacts", found, parameters)

    def update_contact(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change the name or the whole plan."""
        contact = self.at(caller, parameters["ContactId"])
        if parameters.get("Plan") is not None:
            contact.plan = self._checked(caller, contact, parameters["Plan"])
        contact.display_name = parameters.get("DisplayName", contact.display_name)
        return {}

    def delete_contact(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Only one that neither a plan nor a rotation names."""
        arn = self.at(caller, parameters["ContactId"]).arn
        users = self.users(arn) + [
            other.arn
            for other in self._held.values()
            if any(target.get("ContactId") == arn for target in other.targets("ContactTargetInfo"))
        ]
        if users:
            raise Fault("ConflictException", f"{arn} is used by {', '.join(users)}.")
        del self._held[arn], self.tagged[arn]
        return {}

    def put_contact_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Share a contact; that other accounts then use it is not emulated."""
        self.at(caller, parameters["ContactArn"]).policy = parameters["Policy"]
        return {}

    def get_contact_policy(self, caller: Caller, parameters: Parameters) -> Parameters:
        """The policy that was put."""
        contact = self.at(caller, parameters["ContactArn"])
        if not contact.policy:
            raise Fault("ResourceNotFoundException", f"{contact.arn} has no policy.")
        return {"ContactArn": contact.arn, "Policy": contact.policy}

    def tag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Add tags."""
        self._tags(parameters).update({t["Key"]: t["Value"] for t in parameters["Tags"]})
        return {}

    def untag_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Take tags off."""
        for key in parameters["TagKeys"]:
            self._tags(parameters).pop(key, None)
        return {}

    def list_tags_for_resource(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All tags."""
        tags = self._tags(parameters)
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tags(self, parameters: Parameters) -> dict[str, str]:
        arn = parameters["ResourceARN"]
        if arn not in self.tagged:
            raise Fault("ResourceNotFoundException", f"There is no {arn}.")
        return self.tagged[arn]

    def _checked(self, caller: Caller, contact: Contact, plan: Plan) -> Plan:
        """A plan whose targets are there, and are of the kind that the contact takes."""
        stages, rotations = plan.get("Stages") or [], plan.get("RotationIds") or []
        if stages if contact.kind == SCHEDULE else rotations:
            raise Fault("ValidationException", "A schedule has rotations, all others have stages.")
        takes = "ContactTargetInfo" if contact.kind == ESCALATION else "ChannelTargetInfo"
        for stage in stages:
            if not 0 <= stage["DurationInMinutes"] <= LONGEST_STAGE:
                raise Fault("ValidationException", "A stage takes at most 30 minutes.")
            if not stage["DurationInMinutes"] and not stage.get("Targets"):
                raise Fault("ValidationException", "A stage of 0 minutes needs a target.")
            for target in stage.get("Targets") or []:
                if not target.get(takes):
                    raise Fault("ValidationException", f"{contact.kind} takes {takes} only.")
        checked = Contact(arn=contact.arn, alias=contact.alias, kind=contact.kind, plan=plan)
        for target in checked.targets("ContactTargetInfo"):
            if self.at(caller, target.get("ContactId") or ":::::").kind == ESCALATION:
                raise Fault("ValidationException", "An escalation plan engages no other one.")
        named = [t["ContactChannelId"] for t in checked.targets("ChannelTargetInfo")]
        if missing := [arn for arn in [*named, *rotations] if not self.known(arn)]:
            raise Fault("ResourceNotFoundException", f"There is no {missing[0]}.")
        return plan

    def _forget(self, account: str) -> None:
        for arn in [arn for arn in self._held if arn.split(":")[4] == account]:
            del self._held[arn]
            self.tagged.pop(arn, None)


def _summary(contact: Contact) -> Parameters:
    return {
        "ContactArn": contact.arn,
        "Alias": contact.alias,
        "DisplayName": contact.display_name,
        "Type": contact.kind,
    }
