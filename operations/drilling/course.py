"""What happens in a drill: attacked, found, answered as the route's mode says, and taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from operations.drilling.attack import DOMAIN, ROUTE, SCRIPT, detector_of, found_about
from operations.drilling.clearing import Say, clear
from operations.drilling.place import Place
from operations.expectations import UnmetError, expect, isolated, ledger, run_ended, untouched
from operations.ground import Ground
from operations.records import Record
from operations.scenarios.playing import QUIET, Scenario, preserved, release
from operations.scenarios.responding import responded
from operations.victims import Network, Target

ANSWER: Final = 600.0
"""Seconds from GuardDuty's finding to the end of an answer, which is a matter of minutes."""
KEPT: Final = 1800.0
"""Seconds until evidence is kept: snapshots, and copies of them, take as long as they are large."""
TO_PEOPLE: Final = 1800.0
"""Seconds until people are engaged: through Security Hub "usually within five minutes"."""
INSTEAD: Final = ("skipped", "failed", "approval-wanted")
"""Stages after which an answer that is awaited does not come."""
EVERY: Final = timedelta(minutes=5)
"""Between two words about a wait."""


@dataclass(kw_only=True)
class Course:
    """One drill in one place; afterwards its traces tell what it was about."""

    place: Place
    say: Say
    patience: float
    """Seconds that GuardDuty has to find it."""
    answer: float = ANSWER
    """Seconds that the pipeline has from then to the end of its answer."""
    victim: Target | None = None
    finding: str | None = None
    detected: dict[str, str | float | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What whoever reads the verdict has to know besides."""

    def scenario(self) -> Scenario:
        """As ``operations.drill`` plays it."""
        shows = f"GuardDuty finds it by itself; {self.place.mode}"
        return Scenario(name=f"drill-{self.place.mode}", shows=shows, play=self.play)

    def play(self, ground: Ground) -> None:
        """All of it; raises UnmetError with what did not come true, or was left behind."""
        network = Network(
            ground=ground, account=self.place.id, region=self.place.region, closed=True
        )
        with self._cleared(network):
            detector_of(ground, self.place.id, self.place.region)
            self.say(f"launching an instance in {self.place}")
            self.victim = network.build().add_instance(script=SCRIPT)
            found = self._found(network, self.victim)
            answer = {"automatic": self._contained, "approval": self._asked, "notify": self._told}
            answer[self.place.mode](network, self.victim, found)

    @contextmanager
    def _cleared(self, network: Network) -> Iterator[None]:
        why = ""
        try:
            yield
        except UnmetError as unmet:
            why = str(unmet)
        except KeyboardInterrupt:
            why = "interrupted before its end"
        except Exception as error:  # whatever breaks, what was made is taken away
            why = f"{type(error).__name__}: {error}"
        left = clear(network, self.victim, self.finding, self.say)
        self.say("everything is taken away" if not left else "something was left behind")
        behind = f"left behind: {'; '.join(left)}" if left else ""
        expect(not (why or behind), "; ".join(each for each in (why, behind) if each))

    def _found(self, network: Network, victim: Target) -> str:
        """Wait until GuardDuty has found it; the finding's id."""
        ground, where = network.ground, (network.account, network.region)
        found: list[Any] = []

        def looked() -> bool:
            one = found_about(ground, *where, victim.instance)
            found.extend([one] if one else [])
            return bool(found)

        what = f"GuardDuty has not found that {victim.instance} looks up {DOMAIN}"
        minutes = self.patience / 60
        self.say(f"waiting {minutes:.0f} minutes at most for GuardDuty to find {victim.instance}")
        expect(
            self._awaited(ground, looked, self.patience, what),
            f"GuardDuty did not find in {minutes:.0f} minutes that {victim.instance} looked up "
            f"{DOMAIN}: it sees only what the VPC's own resolver is asked, and may take two hours; "
            "look whether a suppression rule of GuardDuty hides it, or give more --patience",
        )
        at, seen = found[0]["CreatedAt"], found[0]["Service"]["EventFirstSeen"]
        after = datetime.fromisoformat(at) - datetime.fromisoformat(seen)
        self.detected = {"stage": "detected", "at": at, "elapsed_s": after.total_seconds()}
        self.finding = str(found[0]["Id"])
        ground.attacked.append(self.finding)
        self.say(f"GuardDuty has found it, {after.total_seconds():.0f} s after it was first seen")
        return self.finding

    def _contained(self, network: Network, victim: Target, finding: str) -> None:
        """Isolated, by what AWS says; evidence kept; and as it was before, when it is released."""
        said = self._stage(network, finding, "contained", self.answer)
        run_ended(network.ground, network.account, network.region, str(said.execution_id))
        isolated(network, victim)
        self._stage(network, finding, "preserved", KEPT)
        preserved(network, victim, finding)
        stages = [record.stage for record in ledger(network.ground, finding)]
        expect("blocked" in stages, f"contained, and never blocked: the ledger holds {stages}")
        self._drill(network, finding)
        self.say("releasing it")
        release(network, victim, finding)
        self.say("released: as it was before")

    def _asked(self, network: Network, victim: Target, finding: str) -> None:
        """As far as the question: whoever is asked decides, and nothing is touched before."""
        self._stage(network, finding, "approval-wanted", self.answer)
        self.say("an approval is wanted; waiting for people to be asked")
        asked = responded(network.ground, finding, "asked", seconds=TO_PEOPLE)
        untouched(network, victim)
        self._drill(network, finding)
        self.notes.append(
            f"{self.place.account} asks before it contains ({ROUTE}: approval): {asked.team} was "
            "asked, and nothing was touched. People see the response to its end; the instance is "
            "gone and its finding archived, so that an approval touches nothing"
        )

    def _told(self, network: Network, victim: Target, finding: str) -> None:
        """Nothing to contain: it is in the ledger, people are engaged, and nothing is touched."""
        received = self._stage(network, finding, "received", self.answer)
        expect(received.route == ROUTE, f"recorded under {received.route!r}, not under {ROUTE!r}")
        self.say("recorded; waiting for people to be engaged")
        engaged = responded(network.ground, finding, "engaged", seconds=TO_PEOPLE)
        network.ground.wait(lambda: False, QUIET)
        untouched(network, victim)
        self._drill(network, finding)
        because = self.place.why or f"{ROUTE}: notify"
        self.notes.append(
            f"nothing to contain in {self.place.account} ({because}): the finding reached the "
            f"ledger and {engaged.team}, and nothing was touched. People see the response to its "
            "end"
        )

    def _stage(self, network: Network, finding: str, name: str, seconds: float) -> Record:
        """Wait for a stage, and no longer than until the ledger says that it will not come."""
        ground = network.ground

        def has(*stages: str) -> list[Record]:
            return [each for each in ledger(ground, finding) if each.stage in stages]

        instead = [each for each in INSTEAD if each != name]
        what = f"{finding} is not {name}"
        self._awaited(ground, lambda: bool(has(name, *instead)), seconds, what)
        found = has(name)
        if not found:
            raise UnmetError(self._missing(name, seconds, ledger(ground, finding), network))
        after = found[0].elapsed_s
        self.say(f"{name}" + (f" {after:.0f} s after the first sign" if after else ""))
        return found[0]

    def _missing(self, name: str, seconds: float, records: list[Record], network: Network) -> str:
        where = f"--account {network.account} --region {network.region}"
        if not records:
            return (
                f"GuardDuty has found it, and the ledger has nothing of it after {seconds:.0f} s: "
                f"no rule answers in {self.place}, or its way to the ledger is broken. "
                f"python -m operations routes {where} shows rules that are disabled; look at the "
                "queues containment-dead-letters there and containment-ledger-dead-letters"
            )
        told = "; ".join(f"{r.stage} ({r.why})" if r.why else r.stage for r in records)
        return f"GuardDuty has found it, and it is not {name}: the ledger holds {told}"

    def _drill(self, network: Network, finding: str) -> None:
        """Every record is marked, or the drill would be in the figures of production."""
        earnest = [each.stage for each in ledger(network.ground, finding) if not each.drill]
        expect(not earnest, f"recorded as no drill, and so among production's figures: {earnest}")

    def _awaited(
        self, ground: Ground, condition: Callable[[], bool], seconds: float, what: str
    ) -> bool:
        """Wait, and say once in a while for what and for how long."""
        began = said = ground.now()

        def looked() -> bool:
            nonlocal said
            if condition():
                return True
            now = ground.now()
            if now - said >= EVERY:
                said, waited = now, (now - began).total_seconds() / 60
                self.say(f"{what}: {waited:.0f} of at most {seconds / 60:.0f} minutes")
            return False

        return ground.wait(looked, seconds)
