"""The replication set and response plans as the emulator has them, and where they announce."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.actors import allow, document
from tests.automated import refused
from tests.emulated import REGION, TAX, client
from tests.engaged import (
    incidents,
    plan,
    start,
)
from tests.routed import EVENTS, Start, bodies, queue

SERVICE = "ssm-incidents.amazonaws.com"


def test_there_is_one_replication_set_and_no_plan_without_it(emulator: Start) -> None:
    running = emulator()
    api = client(running, TAX, "ssm-incidents")
    template = {"title": "x", "impact": 1}
    with refused("ValidationException", "no replication set"):
        api.create_response_plan(name="team", incidentTemplate=template)
    with refused("ValidationException", "must be one of the regions"):
        api.create_replication_set(regions={"eu-central-1": {}})
    api.create_replication_set(regions={REGION: {}})
    with refused("ConflictException"):
        api.create_replication_set(regions={REGION: {}})
    elsewhere = client(running, TAX, "ssm-incidents", "eu-central-1")
    with refused("ValidationException", "no replication set in eu-central-1"):
        elsewhere.create_response_plan(name="team", incidentTemplate=template)


def test_a_region_is_added_or_taken_out_one_at_a_time(emulator: Start) -> None:
    running = emulator()
    api = incidents(running)
    [held] = api.list_replication_sets()["replicationSetArns"]

    def add(name: str, **more: str) -> dict[str, Any]:
        return {"addRegionAction": {"regionName": name, **more}}

    with refused("ValidationException", "One region"):
        api.update_replication_set(arn=held, actions=[add("eu-central-1"), add("eu-west-2")])
    with refused("ValidationException", "every region has a key"):
        api.update_replication_set(arn=held, actions=[add("eu-west-2", sseKmsKeyId="k")])
    api.update_replication_set(arn=held, actions=[add("eu-central-1")])
    arn = plan(running)
    elsewhere = client(running, TAX, "ssm-incidents", "eu-central-1")
    assert elsewhere.get_response_plan(arn=arn)["name"] == "team"
    gone = {"deleteRegionAction": {"regionName": "eu-central-1"}}
    api.update_replication_set(arn=held, actions=[gone])
    assert list(api.get_replication_set(arn=held)["replicationSet"]["regionMap"]) == [REGION]


def test_a_protected_set_stays_and_one_that_goes_takes_everything_along(emulator: Start) -> None:
    running = emulator()
    incident = start(running, plan(running))
    api = incidents(running)
    [held] = api.list_replication_sets()["replicationSetArns"]
    api.update_deletion_protection(arn=held, deletionProtected=True)
    with refused("ValidationException", "protected"):
        api.delete_replication_set(arn=held)
    api.update_deletion_protection(arn=held, deletionProtected=False)
    api.delete_replication_set(arn=held)
    with refused("ResourceNotFoundException"):
        api.get_incident_record(arn=incident)
    incidents(running)
    assert api.list_response_plans()["responsePlanSummaries"] == []


def test_a_plan_refuses_what_it_cannot_do(emulator: Start) -> None:
    running = emulator()
    with refused("ResourceNotFoundException", "There is no contact"):
        plan(running, engagements=[f"arn:aws:ssm-contacts:{REGION}:{TAX}:contact/nobody"])
    with refused("ValidationException", "from 1 to 5"):
        plan(running, template={"impact": 5 + 1})
    duty = {"name": "x", "pagerDutyIncidentConfiguration": {"serviceId": "y"}, "secretId": "z"}
    with refused("NotEmulated", "Integrations"):
        plan(running, integrations=[{"pagerDutyConfiguration": duty}])
    plan(running)
    with refused("ConflictException", "already"):
        plan(running)


def test_a_plan_is_changed_in_part_and_an_incident_keeps_what_it_began_with(
    emulator: Start,
) -> None:
    running = emulator()
    arn = plan(running, template={"summary": "before", "incidentTags": {"a": "b"}})
    incident = start(running, arn)
    api = incidents(running)
    api.update_response_plan(arn=arn, incidentTemplateTitle="Another", displayName="Team")
    held = api.get_response_plan(arn=arn)
    assert (held["incidentTemplate"]["title"], held["incidentTemplate"]["impact"]) == ("Another", 2)
    assert held["displayName"] == "Team"
    record = api.get_incident_record(arn=incident)["incidentRecord"]
    assert (record["title"], record["summary"]) == ("A finding", "before")
    assert api.list_tags_for_resource(resourceArn=incident)["tags"] == {"a": "b"}


def topic(running: Emulator, name: str, *, open_: bool) -> tuple[str, str]:
    """A topic that lets Incident Manager publish if it is open, and a queue that hears of it."""
    sns = client(running, TAX, "sns")
    arn: str = sns.create_topic(Name=name)["TopicArn"]
    admitted = {"Service": SERVICE if open_ else EVENTS}
    admitting = allow("sns:Publish", arn, Principal=admitted)
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=document(admitting)
    )
    heard = queue(running, f"{name}-heard")
    sns.subscribe(
        TopicArn=arn, Protocol="sqs", Endpoint=heard, Attributes={"RawMessageDelivery": "true"}
    )
    return arn, heard


def test_incident_manager_announces_where_a_topic_lets_it(emulator: Start) -> None:
    running = emulator()
    (chat, heard), (closed, silent) = (
        topic(running, "chat", open_=True),
        topic(running, "closed", open_=False),
    )
    arn = plan(
        running,
        chatChannel={"chatbotSns": [chat]},
        template={"notificationTargets": [{"snsTopicArn": closed}]},
    )
    incident = start(running, arn)
    incidents(running).update_incident_record(arn=incident, status="RESOLVED")
    running.world.clock.sleep(1)
    told = [json.loads(text) for text in bodies(running, heard)]
    assert [one["detail-type"] for one in told] == [
        "SSM Incident Start",
        "SSM Incident Record Update",
    ]
    assert {tuple(one["resources"]) for one in told} == {(incident,)}
    assert bodies(running, silent) == []
    held = running.incidents.records.find(incident)
    assert held is not None
    assert [one.split(": ")[0] for one in held.unheard] == [closed, closed]
