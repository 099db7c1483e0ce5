"""Deeds on people: to do without their word, to wake them for nothing, to keep them asleep."""

from __future__ import annotations

from collections.abc import Iterator

from names import RESPOND, RESPONDER, STATE_TABLE, TOPIC, Place, response_plan
from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import Need
from rehearsal.thief.deed import Deed, Scene, ask, deed


def people_deeds(scene: Scene) -> Iterator[Deed]:
    """What the response, and whoever answers it, are trusted with in the security account."""
    central = scene.central
    yield deed(
        "contain or release without anybody's approval",
        {
            "in its own account, by the responder": [_responder(scene, scene.here.account)],
            "in another account, by the responder": [_responder(scene, scene.other)],
        },
    )
    yield deed(
        "answer for people what a run asks",
        {
            "whichever run waits in the security account": [
                ask("ssm:SendAutomationSignal", central.arn("ssm", "automation-execution/any"))
            ]
        },
    )
    yield deed("keep people from being called", dict(_silencing(scene)))
    yield deed(
        "wake people for nothing",
        {
            "an incident by a team's plan": [
                ask("ssm-incidents:StartIncident", _incidents(central, "response-plan"))
            ],
            "the response": _response(central),
            "a page or a message": [ask("sns:Publish", central.arn("sns", TOPIC))],
        },
    )
    yield deed(
        "take from people what they were called for",
        {
            "resolve an incident": [
                ask("ssm-incidents:UpdateIncidentRecord", _incidents(central, "incident-record"))
            ],
            "close an item": [ask("ssm:UpdateOpsItem", central.arn("ssm", "opsitem/oi-1"))],
            "end an engagement": [
                ask("ssm-contacts:StopEngagement", central.arn("ssm-contacts", "engagement/e/1"))
            ],
        },
    )
    yield deed(
        "change who is called",
        {
            "a person": [
                ask("ssm-contacts:UpdateContact", central.arn("ssm-contacts", "contact/anna"))
            ],
            "a plan": [
                ask("ssm-incidents:UpdateResponsePlan", _incidents(central, "response-plan"))
            ],
            "whoever listens": [ask("sns:Subscribe", central.arn("sns", TOPIC))],
        },
    )


def _silencing(scene: Scene) -> Iterator[tuple[str, list[Need]]]:
    central = scene.central
    table, of_finding = central.arn("dynamodb", f"table/{STATE_TABLE}"), ("people#found",)
    key = {"dynamodb:leadingkeys": of_finding}
    yield "a response that seems to be open", [ask("dynamodb:UpdateItem", table, key)]
    hub = central.arn("securityhub", "hub/default")
    workflow = {"securityhub:asffsyntaxpath/workflow.status": ("SUPPRESSED",)}
    yield "a finding's workflow", [ask("securityhub:BatchUpdateFindings", hub, workflow)]


def _responder(scene: Scene, account: str) -> Need:
    return ask("sts:AssumeRole", f"arn:{scene.here.partition}:iam::{account}:role/{RESPONDER}")


def _response(central: Place) -> list[Need]:
    version = {"ssm:documentversion": ("$DEFAULT",)}
    started = (f"document/{RESPOND}", f"automation-definition/{RESPOND}:$DEFAULT")
    needs = [
        ask("ssm:StartAutomationExecution", central.arn("ssm", each), version)
        for each in (*started, "automation-execution/*")
    ]
    return [*needs, pass_role(central.role(RESPOND), "ssm.amazonaws.com")]


def _incidents(central: Place, kind: str) -> str:
    """ARN of a plan, or of an incident of it: neither has a region."""
    plan = response_plan("security")
    name = plan if kind == "response-plan" else f"{plan}/1"
    return central.arn("ssm-incidents", f"{kind}/{name}", region="")
