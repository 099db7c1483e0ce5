"""A year of a ledger that never was: 400 incidents in 30 accounts, of events in their real shapes.

``python -m tests.made_up_year FILE`` writes it. Each event is one of a real rehearsal's ledger with
other times, places and names: ``data/ledger/rehearsal.jsonl.gz`` is what ``python -m rehearsal run
--engine mocks --ledger FILE --scenario …`` wrote. The same seed makes the same year.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

PLAYED: Final = Path(__file__).parent / "data" / "ledger" / "rehearsal.jsonl.gz"
BEGIN: Final = datetime(2025, 11, 1, tzinfo=UTC)
DAYS: Final = 365
INCIDENTS: Final = 400
CENTRE: Final = ("222222222222", "eu-west-1")
ACCOUNTS: Final = tuple(f"3000000000{number:02}" for number in range(30))
REGIONS: Final = ("eu-west-1", "eu-central-1", "eu-north-1")
TEAMS: Final = {
    "compromised-instance": "security",
    "attacking-instance": "platform",
    "suspicious-activity": "security",
}
TYPES: Final = {
    "compromised-instance": "CryptoCurrency:EC2/BitcoinTool.B",
    "attacking-instance": "UnauthorizedAccess:EC2/SSHBruteForce",
    "suspicious-activity": "Behavior:EC2/TrafficVolumeUnusual",
}
Event = dict[str, Any]


def kind_of(event: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes two events of the ledger alike: source, detail type, stage, action, sample."""
    detail = event["detail"]
    sample = "sample" in detail.get("service", {}).get("additionalInfo", {})
    named = (detail.get("stage") or "", detail.get("action") or "")
    return (event["source"], event["detail-type"], *named, "sample" if sample else "")


def played() -> list[Event]:
    """The events of a rehearsal's ledger, in order of time."""
    return [json.loads(text) for text in gzip.decompress(PLAYED.read_bytes()).splitlines()]


def examples() -> dict[tuple[str, ...], Event]:
    """The first event of each kind in it."""
    found: dict[tuple[str, ...], Event] = {}
    for event in played():
        found.setdefault(kind_of(event), event)
    return found


class Incident:
    """One finding, and the events about it."""

    def __init__(self, year: Year, when: datetime) -> None:
        self._year, self._chance = year, year.chance
        self.when = when
        self.account = self._chance.choice(ACCOUNTS)
        self.region = self._chance.choice(REGIONS)
        self.route = self._chance.choices([*TYPES], [60, 25, 15])[0]
        self.finding, self._run = self._id(), self._id()
        self.learnt = (when - BEGIN) / timedelta(days=DAYS)
        """How much of the year is over, 0 to 1: people and runbooks get quicker."""
        self.drill = self._chance.random() < 0.08
        self.occurrence = 1

    def _id(self) -> str:
        return uuid.UUID(int=self._chance.getrandbits(128), version=4).hex

    def put(self, seconds: float, like: tuple[str, ...], /, **said: Any) -> Event:
        """An event, so many seconds after the first sign."""
        event = copy.deepcopy(self._year.examples[like])
        at = self.when + timedelta(seconds=seconds)
        centre = event["source"] == "containment.response"
        place = CENTRE if centre else (self.account, self.region)
        resource = f"arn:aws:ec2:{self.region}:{self.account}:instance/i-{self.finding[:17]}"
        detail = event["detail"]
        about = {
            "finding_id": self.finding,
            "route": self.route,
            "resource": resource,
            "finding_type": TYPES[self.route],
            "team": TEAMS[self.route],
            "drill": self.drill,
            "occurrence": self.occurrence,
            "first_seen": self.when.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "event_time": self._told.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "elapsed_s": round(seconds, 3),
            "execution_id": self._run,
            "at": at.isoformat(),
            "account": self.account,
            "region": self.region,
        }
        # A finding's own resource is an object, and stays what it is.
        told = {name for name in detail if not isinstance(detail[name], dict)}
        detail.update({name: value for name, value in about.items() if name in told})
        detail.update(said)
        event.update(id=self._id(), account=place[0], region=place[1])
        event["time"] = at.isoformat(timespec="seconds").replace("+00:00", "Z")
        return event

    def stage(self, seconds: float, stage: str, action: str = "Contain", **said: Any) -> Event:
        """A stage that a runbook reports."""
        return self.put(
            seconds, ("containment.runbook", "Containment Stage", stage, action, ""), **said
        )

    def response(self, seconds: float, stage: str, **said: Any) -> Event:
        """A stage that the response reports."""
        kind = ("containment.response", "Response Stage", stage, "Respond", "")
        return self.put(seconds, kind, **said)

    def step(self, seconds: float, name: str, kind: str, took: float, outcome: str) -> Event:
        """A step of the response."""
        said = {"step": name, "kind": kind, "seconds": round(took, 1), "outcome": outcome}
        return self.put(seconds, ("containment.response", "Response Step", "", "", ""), **said)

    def events(self) -> Iterator[Event]:
        """What the ledger has of it."""
        chance = self._chance
        late = chance.lognormvariate(4.2, 0.7)
        self._told = self.when + timedelta(seconds=late)
        if self.route == "suspicious-activity":
            yield from self._for_people(late)
            return
        # Clocks differ now and then: GuardDuty's first sign is then later than ours (trap 6.9).
        received = late + chance.uniform(1, 5) if chance.random() > 0.01 else -2.5
        yield self.stage(received, "received")
        fate = chance.random()
        if fate < 0.06:
            why = chance.choice(["exempt", "the brake of the route is on", "archived"])
            yield self.stage(received + 2, "skipped", why=why)
        elif fate < 0.09:
            yield self.stage(received + 9, "failed", why="mitigate_swap: no permission")
            yield from self._steps(received + 20, by_hand=True)
        elif chance.random() < 0.55 - 0.45 * self.learnt:
            yield from self._asked(received)
        else:
            yield from self._contained(received)
            yield from self._steps(received + 30, by_hand=False)

    def _contained(self, received: float) -> Iterator[Event]:
        took = self._chance.lognormvariate(3.6 - 0.9 * self.learnt, 0.45)
        blocked = received + took
        yield self.stage(blocked, "blocked")
        yield self.stage(blocked + 4, "contained")
        for _ in range(self._chance.choice([0, 0, 1, 3])):  # seen again: no new incident
            again = blocked + self._chance.uniform(900, 4000)
            run = self._id()
            yield self.stage(again, "received", execution_id=run)
            yield self.stage(again + 1, "joined", execution_id=run)
        end = blocked + self._chance.lognormvariate(9, 0.8)
        yield self.stage(end, "released", "Release", execution_id=self._id())
        if self.occurrence == 1 and self._chance.random() < 0.04:
            self.occurrence, self.when = 2, self.when + timedelta(seconds=end + 3600)
            self._run = self._id()
            yield self.stage(3, "received")
            yield from self._contained(3)

    def _asked(self, received: float) -> Iterator[Event]:
        yield self.stage(received + 1, "approval-wanted", why="the mode is approval")
        yield self.response(received + 10, "engaged")
        yield self.response(received + 12, "asked")
        waited = self._chance.lognormvariate(6.3 - self.learnt, 0.8)
        answer = self._chance.random()
        if answer < 0.1:
            who = "arn:aws:sts::222222222222:assumed-role/containment-approver/ben"
            yield self.response(received + 12 + waited, "refused", who=who)
        elif answer < 0.16:
            yield self.response(received + 3600, "not-contained", why="nobody answered")
        else:
            yield self.response(received + 12 + waited, "approved")
            yield from self._contained(received + 14 + waited)
        outcome = "success" if answer >= 0.16 else "failed"
        yield self.step(received + 20 + waited, "mitigate_ask", "manual", waited, outcome)
        yield from self._steps(received + 30 + waited, by_hand=answer < 0.16)

    def _for_people(self, late: float) -> Iterator[Event]:
        event = self.put(late, ("aws.guardduty", "GuardDuty Finding", "", "", ""))
        detail = event["detail"]
        detail["service"]["eventFirstSeen"] = self.when.isoformat().replace("+00:00", "Z")
        detail["resource"]["instanceDetails"].pop("tags")
        detail.update(id=self.finding, type=TYPES[self.route], accountId=self.account)
        self.drill = False
        yield event
        yield self.response(late + 10, "engaged")
        yield from self._steps(late + 60, by_hand=True)

    def _steps(self, seconds: float, *, by_hand: bool) -> Iterator[Event]:
        for number, name in enumerate(("triage_read", "triage_open", "mitigate_follow")):
            took = self._chance.uniform(2, 9)
            yield self.step(seconds + number * 10, name, "automatic", took, "success")
        if by_hand:
            took = self._chance.lognormvariate(7.2 - 0.6 * self.learnt, 0.7)
            yield self.step(seconds + took, "mitigate_by_hand", "manual", took, "success")


class Year:
    """All of it, in order of time."""

    def __init__(self, seed: int = 7) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a year that is made up, no secret
        self.examples = examples()

    def events(self) -> list[Event]:
        """The year's events, and what is in each ledger beside incidents."""
        days = sorted(self.chance.uniform(0, DAYS) for _ in range(INCIDENTS))
        incidents = [Incident(self, BEGIN + timedelta(days=day)) for day in days]
        found = [event for each in incidents for event in each.events()]
        found += list(self._beside(incidents))
        return sorted(found, key=lambda event: str(event["time"]))

    def _beside(self, incidents: Iterable[Incident]) -> Iterator[Event]:
        """Beats, dry runs, and what is no report of ours."""
        for number, each in enumerate(incidents):
            if number % 40 == 0:
                yield each.put(5, ("containment.runbook", "Containment Heartbeat", "alive", "", ""))
                yield {**each.stage(7, "contained", dry_run=True)}
                yield {**each.stage(9, "blocked", at="yesterday")}
                yield {**each.stage(11, "blocked"), "source": "somebody.else"}


if __name__ == "__main__":
    lines = (f"{json.dumps(event)}\n" for event in Year().events())
    Path(sys.argv[1]).write_text("".join(lines))
