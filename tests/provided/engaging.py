"""Samples of Incident Manager and its contacts."""

from __future__ import annotations

from tests.emulated import LAND_REGISTRY, REGION, TAX
from tests.provided import Sample
from tests.provided.needs import engaged, escalating, owner, replicated, turns

TAGGED = {"tags": {"team": "tax"}}
RETAGGED = {"tags": {"team": "land"}}
FIRST = f"arn:aws:ssm-contacts:{REGION}:{TAX}:contact/first"
TOPIC = f"arn:aws:sns:{REGION}:{TAX}:chat"

AUTOMATION = {
    "documentName": "respond",
    "documentVersion": "$DEFAULT",
    "roleArn": f"arn:aws:iam::{TAX}:role/respond",
    "targetAccount": "RESPONSE_PLAN_OWNER_ACCOUNT",
    "parameters": [{"name": "Team", "values": ["security"]}, {"name": "Drill", "values": ["no"]}],
    "dynamicParameters": {
        "IncidentRecordArn": "INCIDENT_RECORD_ARN",
        "InvolvedResources": "INVOLVED_RESOURCES",
    },
}


def _stage(minutes: int, essential: bool = True) -> dict[str, object]:
    target = {"contactTargetInfo": {"contactId": FIRST, "isEssential": essential}}
    return {"durationInMinutes": minutes, "targets": [target]}


def _weekly(day: str) -> dict[str, object]:
    hand_off = {"hourOfDay": 8, "minuteOfHour": 30}
    return {
        "numberOfOnCalls": 1,
        "recurrenceMultiplier": 1,
        "weeklySettings": [{"dayOfWeek": day, "handOffTime": hand_off}],
    }


SAMPLES: dict[str, Sample] = {
    "aws:ssmincidents/replicationSet:ReplicationSet": Sample(
        account=LAND_REGISTRY,
        inputs={"regions": [{"name": REGION, "kmsKeyArn": "DefaultKey"}], **TAGGED},
        change={"regions": [{"name": "eu-central-1"}, {"name": REGION}], **RETAGGED},
    ),
    "aws:ssmincidents/responsePlan:ResponsePlan": Sample(
        inputs={
            "name": "team",
            "displayName": "The team",
            "incidentTemplate": {
                "title": "{a finding}",
                "impact": 2,
                "summary": "Something happened.",
                "dedupeString": "same",
                "incidentTags": {"a": "b"},
                "notificationTargets": [{"snsTopicArn": TOPIC}],
            },
            "chatChannels": [TOPIC],
            "action": {"ssmAutomations": [AUTOMATION]},
            **TAGGED,
        },
        change={
            "displayName": None,
            "incidentTemplate": {"title": "A finding", "impact": 1},
            "chatChannels": None,
            "engagements": None,
            "action": {
                "ssmAutomations": [
                    {"documentName": "other", "roleArn": f"arn:aws:iam::{TAX}:role/other"}
                ]
            },
            **RETAGGED,
        },
        needs=engaged,
    ),
    "aws:ssmcontacts/contact:Contact": Sample(
        inputs={"alias": "anna", "type": "PERSONAL", "displayName": "Anna", **TAGGED},
        change={"displayName": "Anna B.", **RETAGGED},
        needs=replicated,
    ),
    "aws:ssmcontacts/contactChannel:ContactChannel": Sample(
        inputs={
            "name": "mail",
            "type": "EMAIL",
            "deliveryAddress": {"simpleAddress": "anna@example.org"},
        },
        change={"name": "work", "deliveryAddress": {"simpleAddress": "a@example.org"}},
        needs=owner,
    ),
    "aws:ssmcontacts/plan:Plan": Sample(
        inputs={"stages": [_stage(5), _stage(10, essential=False)]},
        change={"stages": [_stage(10, essential=False), _stage(5)]},
        needs=escalating,
    ),
    "aws:ssm/contactsRotation:ContactsRotation": Sample(
        inputs={
            "name": "team",
            "startTime": "2026-11-23T07:00:00Z",
            "timeZoneId": "Europe/Berlin",
            "recurrence": _weekly("MON"),
            **TAGGED,
        },
        change={
            "startTime": "2026-11-24T08:00:00+01:00",
            "timeZoneId": "UTC",
            "recurrence": _weekly("TUE"),
            **RETAGGED,
        },
        needs=turns,
    ),
}
