"""A deployed, emulated organisation for the tests of runbooks: a stack's graph, really created.

It is deployed under mocks, which takes seconds; the engine has tests of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from names import CENTRAL_BUS, PREFIX
from operations import timeline
from operations.expectations import ledger
from operations.findings import finding
from operations.records import Record
from operations.victims import Network, Target
from promotion.program import Program
from rehearsal import mocks
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.ground import RehearsedGround
from rehearsal.stacks import organization_of, raw_settings
from tests.stacks import FEW

CONTAIN = "containment-isolate-instance"
PRESERVE = f"{CONTAIN}-preserve"
RELEASE = f"{CONTAIN}-release"
SETTINGS = "containment:settings"
MINING = "CryptoCurrency:EC2/BitcoinTool.B"


@dataclass(kw_only=True)
class Deployed:
    """The organisation and its parts."""

    emulator: Emulator
    ground: RehearsedGround

    @contextmanager
    def network(self, account: str = "", region: str = "eu-central-1") -> Iterator[Network]:
        """A network of its own, in the account ``tax`` or the only one; gone at the end."""
        identity = self.ground.accounts.get(account or "tax", "333333333333")
        made = Network(ground=self.ground, account=identity, region=region)
        try:
            yield made.build()
        finally:
            self.settle()
            made.clean_up()

    def attack(self, network: Network, target: Target, kind: str = MINING, **more: Any) -> str:
        """File a finding and let everything that follows from it happen; the finding's id."""
        found = self.ground.attack(
            network.account, network.region, {**finding(kind, network, target), **more}
        )
        self.settle()
        return found

    def file(self, network: Network, found: dict[str, Any]) -> str:
        """File a finding while the rules are switched off, so that nothing starts; its ARN."""
        events = self.ground.client(network.account, "events", network.region)
        found_on = events.list_rules()["Rules"]
        rules = [rule["Name"] for rule in found_on if rule["State"] == "ENABLED"]
        for rule in rules:
            events.disable_rule(Name=rule)
        identifier = self.ground.attack(network.account, network.region, found)
        self.settle(5)
        for rule in rules:
            events.enable_rule(Name=rule)
        guardduty = self.ground.client(network.account, "guardduty", network.region)
        detector = guardduty.list_detectors()["DetectorIds"][0]
        place = f"{network.region}:{network.account}"
        return f"arn:aws:guardduty:{place}:detector/{detector}/finding/{identifier}"

    def contain(self, network: Network, finding_arn: str, **parameters: str) -> Any:
        """Start the Contain document for a filed finding; its execution."""
        given = {"EventTime": "2026-11-24T12:00:00Z", "Route": "compromised-instance"}
        return self.start(network, CONTAIN, FindingArn=finding_arn, **{**given, **parameters})

    def start(self, network: Network, document: str, **parameters: str) -> Any:
        """Start a document as a person would, and let it run to its end; its execution."""
        ssm = self.ground.client(network.account, "ssm", network.region)
        given = {name: [value] for name, value in parameters.items()}
        self.ground.wait(lambda: False, 2)  # one start a second (trap 4.5)
        run = ssm.start_automation_execution(DocumentName=document, Parameters=given)
        self.settle()
        return self.run(network, run["AutomationExecutionId"])

    def release(self, network: Network, target: Target, **parameters: str) -> Any:
        """Start the Release document for an instance."""
        arn = f"arn:aws:ec2:{network.region}:{network.account}:instance/{target.instance}"
        return self.start(network, RELEASE, Resource=arn, **parameters)

    def run(self, network: Network, execution_id: str) -> Any:
        """An execution as the step runner knows it."""
        automation = self.emulator.world.automation
        return automation.execution(network.account, network.region, execution_id)

    def settle(self, seconds: float = 240) -> None:
        """Let time pass until everything that was set going has come to its end."""
        self.ground.wait(lambda: False, seconds)

    def begin_an_hour(self) -> None:
        """Let time pass until an hour by the clock begins, for which a cap is (trap 4.2)."""
        self.settle(3600 - self.ground.now().timestamp() % 3600)

    def records(self, finding_id: str) -> list[Record]:
        """What the pipeline did about a finding, by the ledger."""
        return ledger(self.ground, finding_id)

    def engage_nobody(self) -> None:
        """Switch off what the stack engages people by: rules and the schedule."""
        events = self.ground.client(self.ground.security, "events", self.ground.regions[0])
        for bus in ("default", CENTRAL_BUS):
            rules = events.list_rules(EventBusName=bus, NamePrefix=f"{PREFIX}people-")["Rules"]
            assert rules, bus
            for rule in rules:
                events.disable_rule(Name=rule["Name"], EventBusName=bus)

    def moment(self, record: Record) -> datetime:
        """When something was recorded."""
        return datetime.fromisoformat(record.at)

    def failures(self) -> list[Record]:
        """Everything in the ledger that did not end well, by a run's word or by AWS's."""
        logs = self.ground.client(self.ground.security, "logs", self.ground.regions[0])
        return [record for record in timeline.read(logs) if record.stage == "failed"]

    def stages(self, finding_id: str) -> list[str]:
        """What the pipeline did about a finding, in order."""
        return [record.stage for record in self.records(finding_id)]


ALONE: Mapping[str, Any] = {
    "organization": None,
    "home_region": "eu-central-1",
    "regions": ["eu-central-1"],
    "accounts": [{"name": "security", "id": "333333333333", "role": "security"}],
    "people": FEW,
}
"""Settings of a single account in one region: the smallest stack that there is."""

CALLING: Mapping[str, Any] = {**ALONE, "people": raw_settings("dev")["people"]}
"""The same with the people of the first stack, whom Incident Manager calls, and their channel."""


@dataclass(frozen=True)
class Changed(Program):
    """The program with some of its stack's settings changed."""

    settings: Mapping[str, Any] = field(default_factory=dict)

    def config(self, stack: str) -> dict[str, str]:
        """The stack's configuration with the changed settings in it."""
        config = super().config(stack)
        config[SETTINGS] = json.dumps({**json.loads(config[SETTINGS]), **self.settings})
        return config


@contextmanager
def deployed(
    stack: str = "dev", settings: Mapping[str, Any] | None = None, *, people: bool = False
) -> Iterator[Deployed]:
    """Emulate the stack's organisation and deploy the program, with some settings changed.

    Unless a test is about them no people are engaged: a response to each attack takes its time.
    """
    changed = settings or {}
    organization = organization_of({**raw_settings(stack), **changed})
    clock = VirtualClock()
    with Emulator(clock, organization=organization) as running:
        program = Changed(settings=changed)
        mocks.deploy_with_mocks(running.endpoint, stack, program=program)
        made = Deployed(emulator=running, ground=RehearsedGround(running.world, organization))
        if not people:
            made.engage_nobody()
        yield made
        assert clock.failures == []
