"""Response plans: whom an incident engages, what it starts, where it is announced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rehearsal.emulator.incidents.replication import Replication
from rehearsal.emulator.wire import Caller, Fault, Parameters, page
from rehearsal.emulator.world import NotEmulatedError

TEMPLATE = {
    "incidentTemplateTitle": "title",
    "incidentTemplateImpact": "impact",
    "incidentTemplateSummary": "summary",
    "incidentTemplateDedupeString": "dedupeString",
    "incidentTemplateNotificationTargets": "notificationTargets",
    "incidentTemplateTags": "incidentTags",
}
"""How the update names the parts of the template (botocore: ssm-incidents model)."""
MOST_ACTIONS, MOST_ENGAGEMENTS = 1, 5
IMPACTS = range(1, 6)


@dataclass(kw_only=True)
class Plan:
    """One response plan."""

    arn: str
    name: str
    template: dict[str, Any]
    display_name: str = ""
    engagements: list[str] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    chat: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def summed_up(self) -> Parameters:
        """As a list has it."""
        return {"arn": self.arn, "name": self.name, "displayName": self.display_name}


class Plans:
    """The operations on response plans."""

    def __init__(self, replication: Replication, known: Callable[[str], bool]) -> None:
        self._replication = replication
        self._known = known
        self._held: dict[str, Plan] = {}
        replication.forgetting.append(self._forget)

    def find(self, arn: str) -> Plan | None:
        """A plan, or None."""
        return self._held.get(arn)

    def at(self, caller: Caller, arn: str) -> Plan:
        """A plan of the caller's account; a Fault if there is none."""
        self._replication.needed(caller)
        plan = self._held.get(arn)
        if plan is None or arn.split(":")[4] != caller.account:
            raise Fault("ResourceNotFoundException", f"There is no response plan {arn}.")
        return plan

    def create_response_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """A plan; its ARN has no region."""
        self._replication.needed(caller)
        name = parameters["name"]
        arn = f"arn:aws:ssm-incidents::{caller.account}:response-plan/{name}"
        if arn in self._held:
            raise Fault("ConflictException", f"There is a response plan {name} already.")
        plan = Plan(arn=arn, name=name, template=dict(parameters["incidentTemplate"]))
        self._set(plan, parameters)
        plan.tags = dict(parameters.get("tags") or {})
        self._held[arn] = plan
        return {"arn": arn}

    def get_response_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One plan."""
        plan = self.at(caller, parameters["arn"])
        chat: Parameters = {"chatbotSns": plan.chat} if plan.chat else {"empty": {}}
        return plan.summed_up() | {
            "incidentTemplate": plan.template,
            "engagements": plan.engagements,
            "actions": plan.actions,
            "chatChannel": chat,
            "integrations": [],
        }

    def list_response_plans(self, caller: Caller, parameters: Parameters) -> Parameters:
        """All plans of the account."""
        self._replication.needed(caller)
        plans = [one for arn, one in self._held.items() if arn.split(":")[4] == caller.account]
        return page("responsePlanSummaries", [one.summed_up() for one in plans], parameters)

    def update_response_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Change what is named."""
        plan = self.at(caller, parameters["arn"])
        before = dict(plan.template)
        for name, part in TEMPLATE.items():
            if name in parameters:
                plan.template[part] = parameters[name]
        try:
            self._set(plan, parameters)
        except Exception:
            plan.template = before
            raise
        return {}

    def delete_response_plan(self, caller: Caller, parameters: Parameters) -> Parameters:
        """Delete it; that there is none is no error (the model has no such error)."""
        if parameters["arn"].split(":")[4] == caller.account:
            self._held.pop(parameters["arn"], None)
        return {}

    def _set(self, plan: Plan, given: Parameters) -> None:
        """All but the template and the tags, as far as it is given."""
        if given.get("integrations"):
            raise NotEmulatedError("Integrations of a response plan are not emulated.")
        engagements = given.get("engagements", plan.engagements)
        actions = given.get("actions", plan.actions)
        if len(actions) > MOST_ACTIONS or len(engagements) > MOST_ENGAGEMENTS:
            raise Fault("ValidationException", "A plan has one action and five engagements.")
        if missing := [arn for arn in engagements if not self._known(arn)]:
            raise Fault("ResourceNotFoundException", f"There is no contact {missing[0]}.")
        if plan.template["impact"] not in IMPACTS:
            raise Fault("ValidationException", "An impact is from 1 to 5.")
        for action in actions:
            automation = action["ssmAutomation"]
            both = (automation.get("parameters") or {}).keys() & (
                automation.get("dynamicParameters") or {}
            ).keys()
            if both:
                raise Fault("ValidationException", f"{min(both)} is given twice.")
        if "chatChannel" in given:
            plan.chat = list((given["chatChannel"] or {}).get("chatbotSns") or [])
        plan.display_name = given.get("displayName", plan.display_name) or ""
        plan.engagements, plan.actions = list(engagements), list(actions)

    def _forget(self, account: str) -> None:
        self._held = {a: one for a, one in self._held.items() if a.split(":")[4] != account}
