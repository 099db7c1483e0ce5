"""The runbook of a response plan: started under the plan's role, for one incident.

What AWS writes on the timeline about it is UNVERIFIED; the types are ours. A start that fails is
there too, with what was refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, ParamValidationError

from rehearsal.emulator import identity
from rehearsal.emulator.incidents.announcing import SERVICE
from rehearsal.emulator.incidents.timeline import relate
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.incidents.records import Incident
    from rehearsal.emulator.incidents.timeline import Timeline
    from rehearsal.emulator.wire import Caller
    from rehearsal.emulator.world import World

STARTED = "SSM Automation Start for Incident"
NOT_STARTED = "SSM Automation Failure for Incident"


def start(
    world: World,
    timeline: Timeline,
    caller: Caller,
    incident: Incident,
    automation: dict[str, Any],
    resources: list[str],
) -> None:
    """Start the document in the account and region of the incident.

    The account that owns the plan and the one that is impacted differ for shared plans only.
    """
    request: dict[str, Any] = {
        "DocumentName": automation["documentName"],
        "Parameters": _parameters(automation, incident, resources),
    }
    if version := automation.get("documentVersion"):
        request["DocumentVersion"] = version
    told = {"ssmDocumentName": automation["documentName"], "roleArn": automation["roleArn"]}
    try:
        session = identity.session_for_service(
            world,
            service=SERVICE,
            role_arn=automation["roleArn"],
            source_arn=incident.arn,
            source_account=caller.account,
            session_name=re.sub(r"[^\w+=,.@-]", "-", incident.arn.rpartition("/")[2])[:64],
        )
        answer = session.client("ssm", caller.region).start_automation_execution(**request)
    except ClientError as refused:
        if refused.response["Error"]["Code"] in {"NotEmulated", "EmulatorFailure"}:
            raise NotEmulatedError(refused.response["Error"]["Message"]) from refused
        timeline.write(incident, NOT_STARTED, told | {"reason": str(refused)})
    except (identity.AccessDeniedError, ParamValidationError) as refused:
        timeline.write(incident, NOT_STARTED, told | {"reason": str(refused)})
    else:
        execution = f"automation-execution/{answer['AutomationExecutionId']}"
        arn = caller.arn("ssm", execution)
        incident.executions.append(arn)
        relate(incident, {"identifier": {"type": "AUTOMATION", "value": {"arn": arn}}})
        timeline.write(incident, STARTED, told | {"ssmExecutionArn": arn})


def _parameters(
    automation: dict[str, Any], incident: Incident, resources: list[str]
) -> dict[str, list[str]]:
    """The plan's own values, and those of the incident; no resources, no parameter (UNVERIFIED)."""
    values = {"INCIDENT_RECORD_ARN": [incident.arn], "INVOLVED_RESOURCES": resources}
    given = dict(automation.get("parameters") or {})
    for name, dynamic in (automation.get("dynamicParameters") or {}).items():
        given[name] = values[dynamic["variable"]]
    return {name: value for name, value in given.items() if value}
