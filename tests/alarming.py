"""How each alarm of the program is driven to ALARM and back, on a deployed and emulated stack.

Nothing here sets a state: rules lose events, a queue refuses them, brakes are pulled, an attack is
old before it is seen, a containment is undone, a place falls silent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.events.models import events_backends

from names import CENTRAL_BUS, LOCAL_BUS
from operations.brakes import Brakes
from operations.findings import finding
from operations.victims import Network, Target
from tests.organization import MINING, Deployed
from tests.sabotage import ACCOUNT, REGION
from tests.watched import SCHEDULE, quarantine_of

LOOK = 15 * 60  # seconds between two looks of the stack
QUIET = 6 * LOOK
ESCALATION = "containment-people-escalation"
NOWHERE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:nowhere"
REFUSED, LETTERS = "InvocationsFailedToBeSentToDlq", "ApproximateNumberOfMessagesVisible"


@dataclass(kw_only=True)
class Stage:
    """A deployed stack of one account and region."""

    organization: Deployed
    network: Network
    began: datetime
    victim: Target | None = None

    def client(self, service: str) -> Any:
        """A client of the account."""
        return self.organization.ground.client(ACCOUNT, service, REGION)

    def alarms(self) -> dict[str, dict[str, Any]]:
        """Every alarm there is, as AWS describes it."""
        pages = self.client("cloudwatch").describe_alarms()["MetricAlarms"]
        return {each["AlarmName"]: each for each in pages}

    def state(self, alarm: str) -> str:
        """In which state an alarm is."""
        return str(self.alarms()[alarm]["StateValue"])

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.organization.settle(seconds)

    def until(self, alarm: str, state: str, seconds: float = 3 * QUIET) -> bool:
        """Let time pass until an alarm is in a state; whether it came to that."""
        return self.organization.ground.wait(lambda: self.state(alarm) == state, seconds)

    def rules(self) -> list[tuple[str, str]]:
        """Bus and name of every rule of ours."""
        buses = events_backends[ACCOUNT][REGION].event_buses
        return [
            (bus, name) for bus in ("default", LOCAL_BUS, CENTRAL_BUS) for name in buses[bus].rules
        ]

    def queue_of(self, bus: str, rule: str) -> str:
        """Where a rule's undelivered events go."""
        found = self.client("events").list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
        [arn] = {target["DeadLetterConfig"]["Arn"] for target in found}
        return str(arn)

    def lose(self, bus: str, rule: str) -> None:
        """Let a rule meet an event, and its targets lead nowhere for a moment."""
        events = self.client("events")
        kept = events.list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
        queue = self.queue_of(bus, rule)
        events.remove_targets(Rule=rule, EventBusName=bus, Ids=[each["Id"] for each in kept])
        broken = {"Id": "broken", "Arn": NOWHERE, "DeadLetterConfig": {"Arn": queue}}
        events.put_targets(Rule=rule, EventBusName=bus, Targets=[broken])
        held = events_backends[ACCOUNT][REGION].event_buses[bus].rules[rule]
        envelope = {"source": "test", "detail-type": "Lost", "detail": {}, "account": ACCOUNT}
        self.organization.emulator.world.relay.fire(held, {**envelope, "region": REGION})
        events.remove_targets(Rule=rule, EventBusName=bus, Ids=["broken"])
        events.put_targets(Rule=rule, EventBusName=bus, Targets=kept)
        self.wait(2)

    @contextmanager
    def refusing(self, queue: str) -> Iterator[None]:
        """A queue whose policy shuts EventBridge out."""
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        was = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
        yield
        sqs.set_queue_attributes(QueueUrl=url, Attributes=was)

    def empty(self, queue: str) -> None:
        """Purge a queue."""
        sqs = self.client("sqs")
        sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"])

    def brakes(self) -> Brakes:
        """The account's brakes."""
        return Brakes(dynamodb=self.client("dynamodb"), events=self.client("events"))


@dataclass(frozen=True, kw_only=True)
class Way:
    """How an alarm is driven to ALARM, and what lets it rest."""

    ring: Callable[[Stage, str], None]
    rest: Callable[[Stage, str], None]


def nothing(stage: Stage, alarm: str) -> None:
    """Time alone."""


def letter(stage: Stage, alarm: str) -> None:
    """A target that is not there: the event becomes a dead letter."""
    queue = alarm.removesuffix("-not-empty")
    bus, rule = next(each for each in stage.rules() if stage.queue_of(*each).endswith(f":{queue}"))
    stage.lose(bus, rule)


def purge(stage: Stage, alarm: str) -> None:
    """Somebody read the queue."""
    stage.empty(alarm.removesuffix("-not-empty"))


def refuse(stage: Stage, alarm: str) -> None:
    """The queue takes no letter of any of the alarm's rules."""
    with stage.refusing(alarm.partition("-refused")[0]):
        for query in stage.alarms()[alarm]["Metrics"]:
            if "MetricStat" in query:
                pairs = query["MetricStat"]["Metric"]["Dimensions"]
                named = {pair["Name"]: pair["Value"] for pair in pairs}
                stage.lose(named.get("EventBusName", "default"), named["RuleName"])


def old_attack(stage: Stage, _alarm: str) -> None:
    """An attack that had gone on for hours when GuardDuty saw it; no drill's."""
    stage.victim = target = stage.network.add_instance()
    stage.network.ec2.delete_tags(Resources=[target.instance], Tags=[{"Key": "containment:drill"}])
    found = finding(MINING, stage.network, target)
    found["service"]["eventFirstSeen"] = "2020-01-01T00:00:00Z"
    stage.organization.ground.attack(ACCOUNT, REGION, found)


def undo(stage: Stage, _alarm: str) -> None:
    """Somebody puts the groups of what is contained back, and Watch sees it."""
    if stage.victim is None:
        old_attack(stage, "")
        stage.wait(LOOK)
    assert stage.victim is not None
    [interface] = stage.victim.interfaces
    assert quarantine_of(stage.network, stage.victim) != stage.victim.interfaces[interface]
    stage.network.ec2.modify_network_interface_attribute(
        NetworkInterfaceId=interface, Groups=[*stage.victim.interfaces[interface]]
    )


def pull(stage: Stage, _alarm: str) -> None:
    """A brake."""
    stage.brakes().engage("compromised-instance", reason="a test", who="a test")


def let_go(stage: Stage, _alarm: str) -> None:
    """The same brake."""
    stage.brakes().let_go("compromised-instance", reason="a test", who="a test")


def silence(stage: Stage, _alarm: str) -> None:
    """Nobody starts the Watch any more."""
    stage.client("events").disable_rule(Name=SCHEDULE)


def speak(stage: Stage, _alarm: str) -> None:
    """The Watch is started again."""
    stage.client("events").enable_rule(Name=SCHEDULE)


_LETTERS, _REFUSALS = Way(ring=letter, rest=purge), Way(ring=refuse, rest=nothing)
QUEUES = tuple(f"containment-{of}dead-letters" for of in ("", "ledger-", "people-"))
WAYS = {
    **{f"{queue}-not-empty": _LETTERS for queue in QUEUES},
    **{f"{queue}-refused": _REFUSALS for queue in QUEUES},
    **{f"{QUEUES[number]}-refused-2": _REFUSALS for number in (0, 2)},
    "containment-time-to-contain": Way(ring=old_attack, rest=nothing),
    "containment-breached": Way(ring=undo, rest=nothing),
    "containment-braked": Way(ring=pull, rest=let_go),
    f"containment-silent-{ACCOUNT}-{REGION}": Way(ring=silence, rest=speak),
}
"""Every alarm that the smallest stack declares, and how it is driven."""


def record(detail: dict[str, Any]) -> dict[str, str]:
    """An entry for PutEvents on the local bus, as a runbook writes it."""
    return {
        "Source": "containment.runbook",
        "DetailType": "Containment Stage",
        "Detail": json.dumps(detail),
        "EventBusName": LOCAL_BUS,
    }
