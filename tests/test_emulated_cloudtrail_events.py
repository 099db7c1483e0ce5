"""CloudTrail's events on the bus: each signal that somebody sends, refused or not."""

from __future__ import annotations

import json
from typing import Any

from tests.actors import allow
from tests.approving import answer, approve, asked, person
from tests.automated import Start, refused, sleep
from tests.emulated import REGION, TAX, Bus, client, listening
from tests.routed import bodies, passed, queue, rule

CALL = "AWS API Call via CloudTrail"


def signals(bus: Bus) -> list[dict[str, Any]]:
    """The events of CloudTrail among all."""
    return [e for *_, e in bus.events if e["detail-type"] == CALL]


def test_each_signal_is_an_event_with_the_person_s_identity(emulator: Start) -> None:
    running = emulator()
    execution = asked(running, approve(), sleep("go"))
    people = [
        person(running, allow("sns:Publish"), name="reader", as_="carl"),
        person(running, name="passer-by", as_="bert"),
        person(running, as_="anna"),
        person(running, as_="dora"),
    ]
    bus = listening(running)
    begun = running.world.clock.now()
    with refused("AccessDeniedException"):
        answer(people[0], execution)
    with refused("InvalidAutomationSignalException"):
        answer(people[1], execution)
    answer(people[2], execution, "Reject", "a false alarm")
    with refused("InvalidAutomationSignalException"):
        answer(people[3], execution)
    running.world.clock.sleep(4.9)
    assert signals(bus) == []
    running.world.clock.sleep(0.1)
    events = signals(bus)
    assert {(account, region, name) for account, region, name, _ in bus.events} == {
        (TAX, REGION, "default")
    }
    assert [e["detail"]["userIdentity"]["arn"].rsplit("/", 1)[-1] for e in events] == [
        "carl",
        "bert",
        "anna",
        "dora",
    ]
    assert [e["detail"].get("errorCode") for e in events] == [
        "AccessDenied",
        "InvalidAutomationSignalException",
        None,
        "InvalidAutomationSignalException",
    ]
    assert "not one of the step's approvers" in events[1]["detail"]["errorMessage"]
    counted = events[2]
    assert (counted["source"], counted["account"], counted["region"]) == ("aws.ssm", TAX, REGION)
    assert counted["time"] == begun.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert counted["detail"]["eventSource"] == "ssm.amazonaws.com"
    assert counted["detail"]["eventName"] == "SendAutomationSignal"
    assert counted["detail"]["requestParameters"] == {
        "automationExecutionId": execution.id,
        "signalType": "Reject",
        "payload": {"Comment": ["a false alarm"]},
    }
    assert counted["detail"]["awsRegion"] == REGION
    assert counted["detail"]["recipientAccountId"] == TAX


def test_nothing_else_is_such_an_event(emulator: Start) -> None:
    running = emulator()
    bus = listening(running)
    client(running, TAX, "sqs").create_queue(QueueName="q")
    client(running, TAX, "ssm").create_ops_item(Title="x", Description="y", Source="z")
    running.world.clock.sleep(60)
    assert signals(bus) == []


def test_a_rule_takes_the_refused_ones_to_whoever_listens(emulator: Start) -> None:
    running = emulator()
    relay = running.world.relay
    execution = asked(running, approve(), sleep("go", "PT10M"))
    running.world.relay = relay
    refusals = {"eventName": ["SendAutomationSignal"], "errorCode": [{"exists": True}]}
    target = queue(running, "ledger")
    pattern = {"source": ["aws.ssm"], "detail-type": [CALL], "detail": refusals}
    rule(running, {"Arn": target}, pattern=pattern)
    with refused("InvalidAutomationSignalException"):
        answer(person(running, name="passer-by", as_="bert"), execution)
    answer(person(running), execution)
    passed(running, 10)
    with refused("InvalidAutomationSignalException"):
        answer(person(running), execution)
    passed(running, 10)
    arrived = [json.loads(body)["detail"] for body in bodies(running, target)]
    assert [
        one["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] for one in arrived
    ] == [
        "passer-by",
        "responder",
    ]
    assert "waits for no signal" in arrived[1]["errorMessage"]
