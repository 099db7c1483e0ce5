"""A drill in virtual time: the code that plays it on AWS, with another clock and other clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from operations import drill
from operations.drill import Played
from operations.drilling import verdict
from operations.drilling.course import Course
from operations.drilling.ground import DeployedGround
from operations.drilling.place import place_of
from operations.entry import DEPLOYER
from rehearsal.stacks import raw_settings
from settings import Settings, parse
from tests.organization import Deployed, deployed

ENVIRONMENT = "staging"
AUTOMATIC, ASKING, TELLING = "tax", "land-registry", "security"
HOME = "eu-west-1"
DETECTION = 120.0
"""Seconds that GuardDuty takes here: half an hour of schedules would be played as well."""


def of_every_mode() -> dict[str, Any]:
    """The accounts of an environment in which one contains, one asks and one tells."""
    accounts = [dict(each) for each in raw_settings(ENVIRONMENT)["accounts"]]
    for each in accounts:
        if each["name"] == TELLING:
            each["routes"] = {"compromised-instance": "notify"}
    return {"accounts": accounts, "caps": {"compromised-instance": {"per_hour": 100}}}


@dataclass(kw_only=True)
class Drilled:
    """An environment that is deployed, and drills in it."""

    organization: Deployed
    settings: Settings
    said: list[str] = field(default_factory=list)

    def ground(self) -> DeployedGround:
        """The organisation as the verb sees it, in virtual time."""
        world = self.organization.emulator.world
        return DeployedGround(
            self.settings,
            lambda account: world.clients.account(account, DEPLOYER),
            now=world.clock.now,
            sleep=world.clock.sleep,
        )

    def course(self, account: str, region: str = HOME, patience: float = 7200) -> Course:
        """A drill in an account."""
        place = place_of(self.settings, ENVIRONMENT, account=account, region=region)
        return Course(place=place, say=self.said.append, patience=patience)

    def play(self, course: Course) -> Played:
        """Play it, and let what follows from it come to its end."""
        self.said.clear()
        [played] = drill.play(self.ground(), [course.scenario()])
        return played

    def answered(self, course: Course) -> dict[str, Any]:
        """The verdict for machines."""
        return dict(verdict.as_data(course, self.play(course)))

    def clients(self, course: Course) -> Callable[[str], Any]:
        """Service → its client in the place of a drill."""
        place = course.place
        return lambda service: self.organization.ground.client(place.id, service, place.region)

    def left(self, course: Course) -> dict[str, list[str]]:
        """What an account has that it did not come with."""
        ec2 = self.clients(course)("ec2")
        found = {
            "vpcs": [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"]],
            "instances": [
                one["InstanceId"]
                for reservation in ec2.describe_instances()["Reservations"]
                for one in reservation["Instances"]
                if one["State"]["Name"] != "terminated"
            ],
            "interfaces": [
                one["NetworkInterfaceId"]
                for one in ec2.describe_network_interfaces()["NetworkInterfaces"]
            ],
            "volumes": [one["VolumeId"] for one in ec2.describe_volumes()["Volumes"]],
            "snapshots": [
                one["SnapshotId"] for one in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]
            ],
        }
        return {kind: those for kind, those in found.items() if those}


@contextmanager
def drilled() -> Iterator[Drilled]:
    """The environment with an account of every mode, with its people."""
    changed = of_every_mode()
    settings = parse({**raw_settings(ENVIRONMENT), **changed})
    with deployed(ENVIRONMENT, changed, people=True) as organization:
        world = organization.emulator.world
        world.timing = replace(world.timing, detection=DETECTION)
        organization.ground.accept_invitations(raw_settings(ENVIRONMENT)["people"]["persons"])
        yield Drilled(organization=organization, settings=settings)


def stages(said: dict[str, Any]) -> list[str]:
    """The stages in a verdict, in order."""
    [scenario] = said["scenarios"]
    return [each["stage"] for each in scenario["stages"]]


def why(said: dict[str, Any]) -> str:
    """Why a drill failed."""
    [scenario] = said["scenarios"]
    assert (said["passed"], scenario["verdict"]) == (False, "failed")
    return str(scenario["why"])


def archived(running: Drilled, course: Course) -> bool:
    """Whether a drill has put its finding away."""
    guardduty = running.clients(course)("guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    [found] = guardduty.get_findings(DetectorId=detector, FindingIds=[course.finding])["Findings"]
    return bool(found["Service"]["Archived"])


def hooked(running: Drilled, course: Course, word: str, deed: Any) -> list[str]:
    """Do something at the moment at which the drill says this; what was said is the answer."""
    done: list[str] = []

    def say(text: str) -> None:
        running.said.append(text)
        if text.startswith(word) and not done:
            done.append(text)
            deed()

    course.say = say
    return done
