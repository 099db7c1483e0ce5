"""The security account's centre, deployed: what it does of itself when Security Hub has something.

``ResponseHub`` as the program composes it, beside the access of a member, on an emulated
organisation whose GuardDuty and Security Hub are on. What follows from an event is read by AWS's
calls and from what reached people.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from components.access import AccountAccess, AccountAccessArgs
from components.engagement import Engagement
from components.hub import ResponseHub, ResponseHubArgs
from names import PEOPLE_DEAD_LETTERS, RESPOND, Place
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.mocks import deploy_with_mocks
from runbooks import RESPONSE, RUNBOOKS
from tests.declared import Function
from tests.emulated import REGION, SECURITY, TAX, client, control, file, finding
from tests.hubs import aggregating, arrive
from tests.routed import messages

HOME = Place(partition="aws", account=SECURITY, region=REGION)
MEMBER = Place(partition="aws", account=TAX, region=REGION)
DEPLOYER = "OrganizationAccountAccessRole"
ORGANIZATION = "o-exampleorgid"
FOLDER = Path(__file__).parent / "data" / "people_program"
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""In the weeks of anna, by the rotation of ``agency.SECURITY``."""


@dataclass(kw_only=True)
class Centre:
    """The centre and what came of it since the test began."""

    running: Emulator
    engagement: Engagement
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _before: Mapping[str, set[str]] = field(default_factory=dict)

    def client(self, service: str, account: str = SECURITY) -> Any:
        """The deployer's client at home."""
        return client(self.running, account, service)

    def begin(self) -> None:
        """From here on only what is new is told."""
        self._before = {}
        self._before = {
            "incidents": set(self.incidents()),
            "runs": {run.id for run in self.runs()},
            "chat": {each["id"] for each in self.chat()},
        }
        self.running.world.outbox.clear()

    def settle(self) -> None:
        """Somebody takes up all that is open, so that nobody else is called about it."""
        for incident in self.incidents():
            if self.engagement.backend == "ops-center":
                self.client("ssm").update_ops_item(OpsItemId=incident, Status="Resolved")
                continue
            about = {"arn": incident, "status": "RESOLVED"}
            self.client("ssm-incidents").update_incident_record(**about)
            contacts = self.client("ssm-contacts")
            for each in contacts.list_engagements(IncidentId=incident)["Engagements"]:
                contacts.stop_engagement(EngagementId=each["EngagementArn"])
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        """Let time pass; no task of the clock may fail."""
        clock: Any = self.running.world.clock
        clock.sleep(seconds)
        assert clock.failures == []

    def attacked(self, **more: Any) -> str:
        """GuardDuty finds something in the member, and Security Hub tells it; the finding's ARN."""
        arn = self.found(**more)
        arrive(self.running)
        self.wait()
        return arn

    def found(self, **more: Any) -> str:
        """The same, before Security Hub has heard of it."""
        machine = {"instanceId": f"i-{next(self._numbers):017x}"}
        resource = {"resourceType": "Instance", "instanceDetails": machine}
        status, made = file(self.running, what=finding(resource=resource, **more))
        assert status == 200, made
        return str(made["arn"])

    def incidents(self) -> list[str]:
        """Incidents, or else OpsItems: what people are engaged in."""
        if self.engagement.backend == "incident-manager":
            listed = self.client("ssm-incidents").list_incident_records()
            found = [each["arn"] for each in listed["incidentRecordSummaries"]]
        else:
            every = {"Key": "Source", "Values": ["containment"], "Operator": "Equal"}
            listed = self.client("ssm").describe_ops_items(OpsItemFilters=[every])
            found = [each["OpsItemId"] for each in listed["OpsItemSummaries"]]
        return [each for each in found if each not in self._before.get("incidents", ())]

    def runs(self) -> list[Any]:
        """Runs of the response's document."""
        return [
            run
            for run in self.running.world.automation.executions(SECURITY, REGION)
            if run.document.name == RESPOND and run.id not in self._before.get("runs", ())
        ]

    def chat(self) -> list[dict[str, Any]]:
        """What the channel got, shown or not."""
        status, told = control(self.running, "GET", "chat")
        assert status == 200
        return [each for each in told if each["id"] not in self._before.get("chat", ())]

    def paged(self) -> list[str]:
        """Who was woken, in order: by Incident Manager, or by a mail or SMS that names them."""
        if self.engagement.backend == "incident-manager":
            names = [mail.contact.rpartition("/")[2] for mail in self.running.world.outbox]
        else:
            names = [
                next(p["name"] for p in self.engagement.persons if mail.endpoint in p.values())
                for mail in self.running.world.outbox
            ]
        names = [name.removeprefix("containment-person-") for name in names]
        return [name for name, _ in itertools.groupby(names)]

    def unheard(self) -> list[dict[str, Any]]:
        """What a rule could not bring to people."""
        return messages(self.running, HOME.queue(PEOPLE_DEAD_LETTERS))

    def answer(self, person: str) -> None:
        """Somebody answers their newest page."""
        self._person("page-answer", person)

    def _person(self, what: str, person: str) -> None:
        body = {"account": SECURITY, "region": REGION, "person": f"containment-person-{person}"}
        status, told = control(self.running, "POST", what, body)
        assert status == 200, told

    def press(self, message: Mapping[str, Any], button: str, role: str | None) -> str:
        """What chat answers when Anna presses a button under a role."""
        body = {"account": SECURITY, "message": message["id"], "action": f"containment-{button}"}
        status, told = control(
            self.running, "POST", "chat-press", {**body, "user": "anna", "role": role}
        )
        assert status == 200, told
        return str(told["answered"])

    def made_ready(self) -> None:
        """What people do once by hand: codes entered, subscriptions confirmed."""
        if self.engagement.backend == "incident-manager":
            for person in self.engagement.persons:
                self._person("activate-channel", person["name"])
            return
        sns = self.client("sns")
        for mail in self.running.world.outbox:
            if mail.token:
                [topic] = sns.list_topics()["Topics"]
                sns.confirm_subscription(TopicArn=topic["TopicArn"], Token=mail.token)


@contextmanager
def deployed_centre(engagement: Engagement) -> Iterator[Centre]:
    """An organisation with the centre in it, and every person ready to be called."""
    with Emulator(VirtualClock(TUESDAY)) as running:
        relay = running.world.relay
        aggregating(running)
        running.world.relay = relay
        program = Function(folder=FOLDER, body=lambda: _compose(engagement))
        deploy_with_mocks(running.endpoint, "test", program=program)
        centre = Centre(running=running, engagement=engagement)
        centre.made_ready()
        centre.wait()
        yield centre


def hub_args(engagement: Engagement) -> ResponseHubArgs:
    """The centre's arguments, of which the tests vary who is engaged."""
    return ResponseHubArgs(
        place=HOME,
        organization=ORGANIZATION,
        objective_minutes=15,
        retain_data=False,
        retention_days=1,
        retention_mode="GOVERNANCE",
        exemptions=[],
        beats=[],
        watch_minutes=15,
        runbooks=RUNBOOKS,
        engagement=engagement,
        response=RESPONSE,
    )


def _compose(engagement: Engagement) -> None:
    into = {
        account: pulumi.ResourceOptions(
            providers=[
                aws.Provider(
                    f"to-{account}",
                    region=REGION,
                    assume_roles=[
                        aws.ProviderAssumeRoleArgs(
                            role_arn=f"arn:aws:iam::{account}:role/{DEPLOYER}",
                            session_name="centre",
                        )
                    ],
                    allowed_account_ids=[account],
                )
            ]
        )
        for account in (SECURITY, TAX)
    }
    ResponseHub("hub", hub_args(engagement), into[SECURITY])
    for place in (HOME, MEMBER):
        access = AccountAccessArgs(
            home=place,
            central=HOME,
            runbooks=RUNBOOKS,
            never_touch=[place.role(DEPLOYER)],
            retain_data=False,
            organization=ORGANIZATION,
        )
        AccountAccess(f"access-{place.account}", access, into[place.account])
