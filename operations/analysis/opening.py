"""Action items and the analysis put where the work is: OpsItems, and a note at the incident.

Incident Manager's own analysis is made in its console alone: no operation makes one, and what its
template holds is in no document (decision 0026). An OpsItem is what its action items are, too
(AWS docs: incident-manager, analysis).
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from botocore.exceptions import ClientError

from operations.analysis.actions import Action
from operations.analysis.case import Case
from operations.analysis.facts import Fact
from operations.doubts import Client

SOURCE: Final = "containment-analysis"
NOTE_LIMIT: Final = 12_000
"""Characters of a timeline event's data (botocore: ssm-incidents model)."""
TITLE_LIMIT: Final = 1_024
DESCRIPTION_LIMIT: Final = 2_048
"""Characters of an OpsItem's description (botocore: ssm model)."""


def opened(client: Client, case: Case, facts: list[Fact], actions: list[Action]) -> dict[str, str]:
    """Action's title → OpsItem, made or found: twice is once, while the first is open (trap 5.9).

    ``client`` makes clients of the security account, home region.
    """
    ssm, incident = client("ssm"), case.told("incident")
    items = {each.title: _item(ssm, case, each) for each in actions}
    if incident.startswith("arn:"):
        for item in items.values():
            _related(ssm, item, incident)
        _noted(client("ssm-incidents"), incident, case, facts, items)
    return items


def _item(ssm: Any, case: Case, action: Action) -> str:
    incident = case.told("incident")
    related = [{"OpsItemId": incident}] if incident.startswith("oi-") else []
    string = f"analysis-{case.finding_id}-{case.occurrence}-{action.rule}-{action.title}"
    text = "\n".join(filter(None, (action.answers, action.change, action.diff)))
    try:
        made = ssm.create_ops_item(
            Title=f"[{case.team}] {action.title}"[:TITLE_LIMIT],
            Description=text[:DESCRIPTION_LIMIT],
            Source=SOURCE,
            Category="Security",
            Severity="3",
            RelatedOpsItems=related,
            OperationalData={
                "/aws/dedup": _data(json.dumps({"dedupString": string})),
                "finding": _data(case.finding_id),
                "rule": _data(action.rule),
                "team": _data(case.team),
            },
        )
        return str(made["OpsItemId"])
    except ClientError as error:
        there_is = re.search("oi-[0-9a-f]+", str(error.response))
        if error.response["Error"]["Code"] != "OpsItemAlreadyExistsException" or not there_is:
            raise
        return there_is[0]


def _related(ssm: Any, item: str, incident: str) -> None:
    try:
        ssm.associate_ops_item_related_item(
            OpsItemId=item,
            AssociationType="RelatesTo",
            ResourceType="AWS::SSMIncidents::IncidentRecord",
            ResourceUri=incident,
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "OpsItemRelatedItemAlreadyExistsException":
            raise


def _noted(
    incidents: Any, incident: str, case: Case, facts: list[Fact], items: dict[str, str]
) -> None:
    """A note on the incident's page; the token makes that the same analysis is noted once."""
    lines = ["Post-incident analysis", *(f"{fact.rule}: {fact.says}" for fact in facts)]
    lines += [f"{item}: {title}" for title, item in items.items()]
    incidents.create_timeline_event(
        clientToken=f"analysis-{case.finding_id}-{case.occurrence}"[:128],
        incidentRecordArn=incident,
        eventTime=case.records[-1].moment,
        eventType="Note",
        eventData="\n".join(lines)[:NOTE_LIMIT],
        # A note is shown on the incident's page where it refers to the incident itself.
        eventReferences=[{"resource": incident}],
    )


def _data(value: str) -> dict[str, str]:
    return {"Type": "SearchableString", "Value": value}
