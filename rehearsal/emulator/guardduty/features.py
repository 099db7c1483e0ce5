"""GuardDuty's protection plans: their names, how they begin, and how they are changed."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from rehearsal.emulator.wire import Fault

RUNTIME_AGENTS = (
    "EKS_ADDON_MANAGEMENT",
    "ECS_FARGATE_AGENT_MANAGEMENT",
    "EC2_AGENT_MANAGEMENT",
)
ADDITIONAL: dict[str, tuple[str, ...]] = {
    "S3_DATA_EVENTS": (),
    "EKS_AUDIT_LOGS": (),
    "EBS_MALWARE_PROTECTION": (),
    "RDS_LOGIN_EVENTS": (),
    "LAMBDA_NETWORK_LOGS": (),
    "EKS_RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT",),
    "RUNTIME_MONITORING": RUNTIME_AGENTS,
    "AI_PROTECTION": (),
}
"""Plans that an organisation may switch on, with their parts (botocore: guardduty, OrgFeature)."""

NOT_AT_FIRST = frozenset({"EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING", "AI_PROTECTION"})
"""Off in a new detector: what needs an agent, and AI_PROTECTION, of which AWS names no default."""

ALWAYS_ON = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")

Plan = dict[str, Any]
Plans = dict[str, Plan]

_ONE_AT_A_TIME = threading.Lock()


def at_first(now: datetime) -> Plans:
    """The plans of a detector that nobody has configured."""
    return {name: _plan(name, name not in NOT_AT_FIRST, now) for name in ADDITIONAL}


def _plan(name: str, on: bool, now: datetime) -> Plan:
    plan: Plan = {"Name": name, "Status": _word(on), "UpdatedAt": now}
    if ADDITIONAL.get(name):
        plan["AdditionalConfiguration"] = [
            {"Name": part, "Status": _word(False), "UpdatedAt": now} for part in ADDITIONAL[name]
        ]
    return plan


def _word(on: bool) -> str:
    return "ENABLED" if on else "DISABLED"


def change(plans: Plans, wanted: list[Plan], now: datetime) -> None:
    """Apply a caller's features; those that are not named stay as they are.

    Two callers at once both get theirs. Raises Fault where both kinds of runtime monitoring would
    be on (botocore: guardduty model).
    """
    with _ONE_AT_A_TIME:
        _change(plans, wanted, now)


def _change(plans: Plans, wanted: list[Plan], now: datetime) -> None:
    proposed = {name: dict(plan) for name, plan in plans.items()}
    for want in wanted:
        plan = proposed.setdefault(want["Name"], _plan(want["Name"], False, now))
        plan |= {"Status": want["Status"], "UpdatedAt": now}
        parts = {part["Name"]: part for part in plan.get("AdditionalConfiguration", [])}
        for part in want.get("AdditionalConfiguration", []):
            if part["Name"] not in parts:
                raise Fault(
                    "BadRequestException",
                    f"The request is rejected because {part['Name']} does not belong to the "
                    f"feature {want['Name']}.",
                )
            parts[part["Name"]] = {**part, "UpdatedAt": now}
        if parts:
            plan["AdditionalConfiguration"] = list(parts.values())
    both = ("EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING")
    if all(proposed[name]["Status"] == "ENABLED" for name in both):
        raise Fault(
            "BadRequestException",
            "The request is rejected because EKS_RUNTIME_MONITORING and RUNTIME_MONITORING "
            "cannot both be enabled.",
        )
    plans |= proposed


def from_organization(settings: list[Plan]) -> list[Plan]:
    """What an organisation's auto-enable settings mean for one member's detector."""

    def on(setting: Plan) -> str:
        return _word(setting["AutoEnable"] in ("ALL", "NEW"))

    return [
        {
            "Name": setting["Name"],
            "Status": on(setting),
            "AdditionalConfiguration": [
                {"Name": part["Name"], "Status": on(part)}
                for part in setting.get("AdditionalConfiguration", [])
            ],
        }
        for setting in settings
    ]
