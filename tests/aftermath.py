"""What an interrupted run left, what came after it, and what of that is not as it should be."""

from __future__ import annotations

import json

from operations.expectations import UnmetError, isolated
from tests.condition import condition, item, marks, names_of, ours, refused, slots
from tests.killed import Case
from tests.organization import Deployed


def what_it_left(alone: Deployed, case: Case) -> str:
    """In words: the table, the role, the groups, the interfaces, what was told."""
    state, role = item(case.network, case.target), case.target.profile
    found = [f"lock `{state['stage']}`" if state else "no lock"]
    found += ["prior state saved"] if "prior" in state else []
    if role:
        found += ["slot taken"] if slots(case.network, role) else []
        added = set(marks(case.network, role)) - set(case.before.role)
        found += ["role tagged"] if any("=" in each for each in added) else []
        found += ["deny attached"] if any("=" not in each for each in added) else []
        found += ["denials saved"] if "credentials" in state else []
    scaling = condition(case.network, case.target).scaling
    found += [scaling] if scaling != case.before.scaling else []
    found += [f"{short(name)} group made" for name in case.network.groups_made()]
    found.append(interfaces(case))
    said = [each for each in alone.stages(case.found) if each != "received"]
    return ", ".join([*found, *([f"told: {' '.join(said)}"] if said else [])])


def interfaces(case: Case) -> str:
    """In which kind of group each interface is."""
    kinds = [
        next((short(name) for name in ours(names)), "own")
        for names in names_of(case.network, case.target).values()
    ]
    words = {"own": "in own groups", "transitional": "OPEN TO ALL", "quarantine": "quarantined"}
    if len(set(kinds)) == 1:
        return f"every interface {words[kinds[0]]}"
    return "interfaces: " + ", ".join(sorted(f"one {words[kind]}" for kind in kinds))


def short(group: str) -> str:
    """The kind of a group of ours."""
    return group.split("-")[1]


def not_contained(alone: Deployed, case: Case) -> list[str]:
    """What is not as it should be, once the next run has ended."""
    wrong = []
    try:
        isolated(case.network, case.target)
    except UnmetError as unmet:
        wrong.append(str(unmet))
    if case.thief and not refused(case.network, case.thief):
        wrong.append("the stolen credentials are let in")
    if alone.ground.alive(case.connection):
        wrong.append("the connection is alive")
    state, records = item(case.network, case.target), alone.records(case.found)
    if json.loads(state["prior"]) != case.target.interfaces:
        wrong.append(f"saved as the prior state: {state['prior']}")
    if state["stage"] != "contained":
        wrong.append(f"the state is {state['stage']}")
    stages = [each.stage for each in records]
    if not {"blocked", "contained", "preserved"} <= set(stages):
        wrong.append(f"the ledger holds {stages}")
    if {each.occurrence for each in records} != {1}:
        wrong.append("more than one occurrence")
    return wrong


def not_released(alone: Deployed, case: Case, *, contained: bool = True) -> list[str]:
    """What is not as it was before anything happened, once it was released."""
    wrong = []
    now = condition(case.network, case.target)
    if now != case.before:
        wrong.append(f"{case.before} became {now}")
    if case.network.groups_made():
        wrong.append(f"left behind: {case.network.groups_made()}")
    if case.target.profile and slots(case.network, case.target.profile):
        wrong.append(f"still denied: {slots(case.network, case.target.profile)}")
    if case.thief and refused(case.network, case.thief):
        wrong.append("its credentials are still refused")
    stage = item(case.network, case.target).get("stage")
    if contained and stage != "released":
        wrong.append(f"the state is {stage}: {alone.records(case.found)[-1].why}")
    return wrong


def since(alone: Deployed, case: Case, runs: set[str]) -> str:
    """What runs other than these told of it, in order; evidence comes in its own time."""
    told = [
        each.stage
        for each in alone.records(case.found)
        if each.execution_id not in runs and each.action in ("Contain", "Release")
    ]
    return ", ".join(told)
