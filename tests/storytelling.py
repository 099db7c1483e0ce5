"""Plays a story: contained, seen again, released; and says what did not end as it must."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from operations.expectations import UnmetError, isolated
from operations.findings import finding
from operations.scenarios.credentials import let_in
from operations.scenarios.playing import started_release, updated
from operations.victims import Network, Target
from tests.condition import Condition, condition, item, names_of, refused, slots
from tests.killed import execution
from tests.organization import MINING, Deployed
from tests.sabotage import ACCOUNT, REGION
from tests.stories import BETWEEN, CONTAINING, Story, done
from tests.watched import WATCH

CLAIMS = {"blocked", "severed", "contained"}
VERIFIED = CONTAINING.index("mitigate_verify_blocked")


@dataclass(kw_only=True)
class Telling:
    """A story while it is told."""

    alone: Deployed
    story: Story
    network: Network
    target: Target
    siblings: list[Target]
    thief: Any
    colleague: Any
    before: Condition
    others: dict[str, Any] = field(default_factory=dict)
    """What somebody wanted, by kind."""
    found: str = ""
    sent: dict[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> int:
        """At which step of Contain somebody came; after its last one for all that is later."""
        came = self.story.disturbed if self.others else None
        steps = [*CONTAINING, BETWEEN]
        return steps.index(came.step) if came and came.step in steps else len(CONTAINING)

    def seen(self) -> Condition:
        """How the instance is now."""
        return condition(self.network, self.target)

    def stages(self) -> list[str]:
        """What was told of the finding."""
        return self.alone.stages(self.found)


def begun(alone: Deployed, story: Story) -> Telling:
    """The instance of a story, in a network of its own, before anything happens."""
    network = Network(ground=alone.ground, account=ACCOUNT, region=REGION).build()
    profile = network.add_role() if story.profile else None
    if story.scaling:
        target = network.add_scaling_group(1, 2, 3).members[0]
    else:
        target = network.add_instance(
            interfaces=story.interfaces, profile=profile, elsewhere=story.elsewhere
        )
    siblings = [network.add_instance(profile=profile)] if story.sibling and profile else []
    place = (ACCOUNT, REGION)
    thief = alone.ground.credentials_of(*place, target.instance) if profile else None
    colleague = alone.ground.credentials_of(*place, siblings[0].instance) if siblings else None
    if story.protected:
        network.ec2.modify_instance_attribute(
            InstanceId=target.instance, DisableApiTermination={"Value": True}
        )
    if story.stopped:
        network.ec2.stop_instances(InstanceIds=[target.instance])
        alone.ground.wait(lambda: network.state_of(target.instance) == "stopped", 120)
    alone.settle(10)
    return Telling(
        alone=alone,
        story=story,
        network=network,
        target=target,
        siblings=siblings,
        thief=thief,
        colleague=colleague,
        before=condition(network, target),
        sent=finding(MINING, network, target),
    )


@contextmanager
def disturbed(telling: Telling) -> Iterator[None]:
    """Somebody comes at the story's step, once."""
    came = telling.story.disturbed
    made: list[Any] = []

    def come(call: Any) -> None:
        run = execution(telling.alone, call.execution_id)
        given = str(run.parameters)
        about = telling.sent["id"] in given or telling.target.instance in given
        if came is None or telling.others or not about or call.step != came.step:
            return
        made.append(call)
        if len(made) == came.calls + 1:
            telling.others = done(telling.network, telling.target, came.what)

    telling.alone.emulator.world.automation.before_call = come
    try:
        yield
    finally:
        telling.alone.emulator.world.automation.before_call = None


def seen_by_guardduty(telling: Telling, count: int = 1) -> None:
    """GuardDuty sees it, or sees it again; everything that follows happens."""
    alone = telling.alone
    sent = telling.sent if count == 1 else updated(alone.ground, telling.sent, count)
    telling.found = alone.ground.attack(ACCOUNT, REGION, sent)
    alone.settle()


def released(telling: Telling, **parameters: str) -> None:
    """A responder releases it; everything that follows happens."""
    started_release(telling.network, telling.target, **parameters)
    telling.alone.settle()


def is_isolated(telling: Telling) -> str:
    """Why it is not isolated; empty if it is, or if it is gone."""
    if telling.seen().state in (None, "terminated", "shutting-down"):
        return ""
    attached = {**telling.target.interfaces, **telling.others.get("attached", {})}
    now = telling.network.groups_of(telling.target.instance)
    known = Target(
        instance=telling.target.instance,
        interfaces={each: groups for each, groups in attached.items() if each in now},
    )
    try:
        isolated(telling.network, known)
    except UnmetError as unmet:
        return str(unmet)
    return ""


def open_to_all(telling: Telling) -> list[str]:
    """Interfaces that are in a transitional group."""
    named = names_of(telling.network, telling.target)
    return [each for each, names in named.items() if "transitional" in " ".join(names)]


def watch_tells(telling: Telling) -> bool:
    """Whether Watch, at its next look, tells people that it is not as it was left."""
    telling.alone.start(telling.network, WATCH)
    return "breached" in telling.stages()


def wrong_claims(telling: Telling) -> list[str]:
    """What is claimed and is not so, by the one who is to see it."""
    claimed, wrong = CLAIMS & set(telling.stages()), []
    why = is_isolated(telling) if claimed else ""
    if why and telling.moment < VERIFIED:
        wrong.append(f"{claimed} was claimed, and {why}")
    elif why and not watch_tells(telling):
        wrong.append(f"{claimed} was claimed, since then {why}, and Watch does not tell")
    stolen = (
        "contained" in claimed and telling.thief and not refused(telling.network, telling.thief)
    )
    if stolen and not ("untagged" in telling.others and telling.moment > VERIFIED):
        wrong.append("contained was claimed, and the stolen credentials are let in")
    if open_to_all(telling):
        wrong.append(f"open to all: {open_to_all(telling)}")
    return wrong


def wrong_siblings(telling: Telling) -> list[str]:
    """What happened to those that were not meant."""
    now = [(each, telling.network.groups_of(each.instance)) for each in telling.siblings]
    wrong = [f"{each} is in {groups}" for each, groups in now if groups != each.interfaces]
    if telling.colleague and not let_in(telling.colleague, telling.network):
        wrong.append("the sibling's credentials are refused")
    return wrong


def wrong_end(telling: Telling) -> list[str]:
    """What is neither as before nor as somebody wanted it, once it is released."""
    before, now, others = telling.before, telling.seen(), telling.others
    wrong = []
    gone = now.state in (None, "terminated", "shutting-down")
    if now.state != others.get("state", before.state) and not gone:
        wrong.append(f"it was {before.state} and is {now.state}")
    if not gone:
        theirs = {**others.get("groups", {}), **others.get("attached", {})}
        for interface, groups in now.groups.items():
            was = before.groups.get(interface)
            # Somebody who changes what is being contained loses to the containment.
            # Somebody who comes while it is given its groups is seen too late: reads lag (2.13).
            lost = (telling.moment <= VERIFIED or too_late(telling)) and groups == was
            if groups != theirs.get(interface, was) and not lost:
                wrong.append(f"{interface} is in {groups}; it was in {was}, wanted in {theirs}")
        for name, value in now.attributes.items():
            if value != others.get("attributes", {}).get(name, before.attributes[name]):
                wrong.append(f"{name} is {value}")
        wrong += [f"volumes: {now.volumes}"] if now.volumes != before.volumes else []
        wrong += [f"scaling: {now.scaling}"] if now.scaling != before.scaling else []
    if now.role != before.role or (telling.target.profile and taken(telling)):
        wrong.append(f"left on the role: {now.role} {taken(telling)}")
    held = {name for names in names_of(telling.network, telling.target).values() for name in names}
    left = set(telling.network.groups_made()) - (held if others.get("groups") else set())
    wrong += [f"left behind: {left}"] if left else []
    stage = item(telling.network, telling.target).get("stage")
    if stage not in (None, "released"):
        wrong.append(f"the state is {stage}; the ledger: {telling.stages()}")
    return wrong


def too_late(telling: Telling) -> bool:
    """Whether somebody came when Release had compared and was undoing."""
    came = telling.story.disturbed
    return came is not None and came.step == "recover_restore"


def taken(telling: Telling) -> dict[str, str]:
    """The slots of its role that the table has for it."""
    held = slots(telling.network, str(telling.target.profile))
    return {slot: value for slot, value in held.items() if telling.target.instance in value}
