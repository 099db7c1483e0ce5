"""What scenarios about people have in common: who was engaged, woken, asked, and with what end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from names import APPROVER, RESPOND
from operations import timeline
from operations.expectations import expect, stage, untouched
from operations.ground import Ground, Message, Page
from operations.records import Record
from operations.victims import Network, Target

HUB_DELAY: Final = 600.0
"""Seconds in which Security Hub has told its administrator (2023 docs: "usually within five")."""
PATIENCE: Final = 1800.0
APPROVE: Final = "containment-approve"
SUSPICIOUS: Final = "Behavior:EC2/NetworkPortUnusual"
"""Engages people, and no runbook answers it: nothing is contained."""
GUESSING: Final = "UnauthorizedAccess:EC2/SSHBruteForce"


def home(ground: Ground, service: str) -> Any:
    """A client of the security account in the home region."""
    return ground.client(ground.security, service, ground.regions[0])


def records(ground: Ground, finding_id: str) -> list[Record]:
    """What the response to a finding has told."""
    told = timeline.read(home(ground, "logs"), finding_id=finding_id)
    return [each for each in told if each.action == "Respond"]


def responded(
    ground: Ground, finding_id: str, name: str, *, seconds: float = PATIENCE, times: int = 1
) -> Record:
    """Wait until the response to a finding tells a stage; the last of them."""

    def found() -> list[Record]:
        return [each for each in records(ground, finding_id) if each.stage == name]

    def so_far() -> str:
        return "; ".join(
            f"{r.stage} ({r.why})" if r.why else r.stage for r in records(ground, finding_id)
        )

    expect(
        ground.wait(lambda: len(found()) >= times, seconds),
        f"people: no {name} after {seconds:.0f} s; they have: {so_far() or 'nothing'}",
    )
    return found()[-1]


def engaged(ground: Ground, finding_id: str) -> Record:
    """Wait until an incident, or an OpsItem, is open for a finding."""
    return responded(ground, finding_id, "engaged", seconds=HUB_DELAY)


def thread(ground: Ground, finding_id: str) -> list[Message]:
    """What the channel shows about a finding."""
    return [each for each in ground.messages() if each.shown and finding_id in each.thread]


def offered(ground: Ground, finding_id: str, action: str, *, after: datetime) -> Message:
    """Wait for a message about a finding that has this button; the newest."""

    def found() -> list[Message]:
        return [
            each
            for each in thread(ground, finding_id)
            if action in each.buttons and each.at >= after
        ]

    expect(
        ground.wait(lambda: bool(found()), PATIENCE),
        f"the channel never offered {action}; it shows {[m.title for m in ground.messages()]}",
    )
    return found()[-1]


def approver(ground: Ground) -> str:
    """ARN of the role of whoever may decide."""
    return f"arn:aws:iam::{ground.security}:role/{APPROVER}"


def woken(ground: Ground, since: int) -> list[Page]:
    """Pages after so many."""
    return list(ground.pages()[since:])


def wait_for_pages(
    ground: Ground, since: int, persons: Sequence[str], seconds: float
) -> list[Page]:
    """Wait until each of them was woken, in this order of first pages."""

    def first() -> list[str]:
        return [*dict.fromkeys(page.person for page in woken(ground, since))]

    expect(
        ground.wait(lambda: first()[: len(persons)] == list(persons), seconds),
        f"woken were {first()}, not {list(persons)} in this order",
    )
    return woken(ground, since)


def quiet(ground: Ground, seconds: float) -> None:
    """Let time pass."""
    ground.wait(lambda: False, seconds)


def incidents(ground: Ground) -> list[str]:
    """Ids of all incidents or OpsItems that there are, whichever the stack has."""
    if backend(ground) == "incident-manager":
        pages = home(ground, "ssm-incidents").get_paginator("list_incident_records").paginate()
        return [each["arn"] for page in pages for each in page["incidentRecordSummaries"]]
    pages = (
        home(ground, "ssm")
        .get_paginator("describe_ops_items")
        .paginate(
            OpsItemFilters=[{"Key": "Source", "Values": ["containment"], "Operator": "Equal"}]
        )
    )
    return [each["OpsItemId"] for page in pages for each in page["OpsItemSummaries"]]


def incidents_about(ground: Ground, finding_id: str) -> list[str]:
    """Those that a finding began: by what triggered them, or by what they are the same as."""
    if backend(ground) == "incident-manager":
        return [arn for arn in incidents(ground) if finding_id in _trigger(ground, arn)]
    ssm = home(ground, "ssm")
    return [
        item
        for item in incidents(ground)
        if finding_id in str(ssm.get_ops_item(OpsItemId=item)["OpsItem"]["OperationalData"])
    ]


def _trigger(ground: Ground, incident: str) -> str:
    """The event that began an incident, as its timeline has it."""
    manager = home(ground, "ssm-incidents")
    listed = manager.list_timeline_events(incidentRecordArn=incident)["eventSummaries"]
    return "".join(
        manager.get_timeline_event(incidentRecordArn=incident, eventId=each["eventId"])["event"][
            "eventData"
        ]
        for each in listed
        if each["eventType"] == "SSM Incident Trigger"
    )


def one_incident(ground: Ground, finding_id: str) -> None:
    """Exactly one incident, or OpsItem, is about a finding."""
    about = incidents_about(ground, finding_id)
    expect(len(about) == 1, f"{len(about)} incidents about one finding: {about}")


def people(ground: Ground) -> Mapping[str, Any]:
    """Who is engaged, and how, as the deployed document says."""
    document = json.loads(
        home(ground, "ssm").get_document(Name=RESPOND, DocumentFormat="JSON")["Content"]
    )
    said: Mapping[str, Any] = document["mainSteps"][0]["inputs"]["InputPayload"]["People"]
    return said


def backend(ground: Ground) -> str:
    """How the stack engages people."""
    return str(people(ground)["Backend"])


def on_call(ground: Ground, team: str) -> str:
    """Who is on call now."""
    turns = people(ground)["Teams"][team]["OnCall"]
    zone = ZoneInfo(turns["TimeZone"])
    began = datetime.fromisoformat(turns["Starts"])
    now = ground.now().astimezone(zone).replace(tzinfo=None)
    return str(turns["Members"][(now - began).days // turns["Days"] % len(turns["Members"])])


def run_of(ground: Ground, finding_id: str) -> str:
    """The run that responds to a finding."""
    return str(engaged(ground, finding_id).execution_id)


def waits(ground: Ground, run: str, step: str) -> None:
    """Wait until a run waits in a step for a person."""

    def waiting() -> bool:
        answer = home(ground, "ssm").get_automation_execution(AutomationExecutionId=run)
        execution = answer["AutomationExecution"]
        return any(
            each["StepName"] == step and each["StepStatus"] == "Waiting"
            for each in execution["StepExecutions"]
        )

    expect(ground.wait(waiting, PATIENCE), f"the run {run} does not wait in {step}")


def resumed(ground: Ground, run: str) -> None:
    """Wait until a run waits for what is done by hand, and say that it is done."""
    waits(ground, run, "mitigate_by_hand")
    done = {"StepName": ["mitigate_by_hand"]}
    home(ground, "ssm").send_automation_signal(
        AutomationExecutionId=run, SignalType="Resume", Payload=done
    )


def by_hand(ground: Ground, found: str, team: str = "platform") -> None:
    """Whoever is on call takes it up, and says that it is done."""
    ground.answer(on_call(ground, team))
    resumed(ground, run_of(ground, found))
    responded(ground, found, "closed")


def until(ground: Ground, condition: Callable[[], bool], sentence: str) -> None:
    """Wait for something, as patiently as people are."""
    expect(ground.wait(condition, PATIENCE), sentence)


def pressed(ground: Ground, message: Message, action: str, *, user: str) -> str:
    """Press a button as somebody who may decide; the chat's answer."""
    return ground.press(message, action, user=user, role=approver(ground))


def released_from_chat(network: Network, target: Target, found: str) -> None:
    """The outcome is told in the thread with an offer to undo it, and somebody takes that up."""
    ground = network.ground
    answered = responded(ground, found, "answered")
    offer = offered(ground, found, APPROVE, after=datetime.fromisoformat(answered.at))
    waits(ground, str(answered.execution_id), "recover_offer")
    titles = [message.title for message in thread(ground, found)]
    expect(len(titles) >= 2, f"the thread has only {titles}")
    pressed(ground, offer, APPROVE, user="carla")
    stage(ground, found, "released")
    responded(ground, found, "closed")
    untouched(network, target)
