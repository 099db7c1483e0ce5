"""A run that somebody stops (trap 4.12), at each of its steps: nothing stays open, people hear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.aftermath import interfaces, not_contained, not_released
from tests.condition import item
from tests.interruptions import quiet
from tests.killed import Case, attack_all, execution, make, release_all
from tests.organization import ALONE, CONTAIN, Deployed, deployed
from tests.sabotage import ACCOUNT, REGION

STEPS = {
    # Step → the call before which it is stopped, and how the interfaces are once it has ended.
    "triage_lock_and_look": ("PutObject", "own groups"),
    "mitigate_deny_credentials": ("AttachRolePolicy", "own groups"),
    "mitigate_prepare_network": ("CreateSecurityGroup", "own groups"),
    "mitigate_swap_to_transitional": ("DescribeNetworkInterfaces", "quarantined"),
    "mitigate_swap_to_quarantine": ("ModifyNetworkInterfaceAttribute", "own groups"),
    "mitigate_verify_blocked": ("DescribeNetworkInterfaces", "quarantined"),
    "mitigate_judge": ("ListRoleTags", "quarantined"),
}


@pytest.fixture(scope="module")
def stopped() -> Iterator[tuple[Deployed, dict[str, Case]]]:
    """One instance for each step, at which its run was stopped; each run has ended."""
    with deployed(settings=ALONE) as alone:
        quiet(alone)
        cases = {step: make(alone) for step in STEPS}
        by_finding = {case.sent["id"]: step for step, case in cases.items()}
        ssm = alone.ground.client(ACCOUNT, "ssm", REGION)

        def stop(call: Any) -> None:
            if call.document != CONTAIN:
                return
            given = execution(alone, call.execution_id).parameters["FindingArn"][0]
            step = by_finding[given.split("/")[-1]]
            at = (step, STEPS[step][0])
            if not cases[step].run and (call.step, call.operation) == at:
                cases[step].run = call.execution_id
                ssm.stop_automation_execution(AutomationExecutionId=call.execution_id)

        alone.emulator.world.automation.before_call = stop
        try:
            attack_all(alone, cases.values())
        finally:
            alone.emulator.world.automation.before_call = None
        yield alone, cases


def test_a_stopped_run_leaves_no_interface_open_and_says_so(
    stopped: tuple[Deployed, dict[str, Case]],
) -> None:
    alone, cases = stopped
    left = {step: interfaces(case) for step, case in cases.items()}
    assert {step: text.split(" in ")[-1] for step, text in left.items()} == {
        step: how if how == "own groups" else "every interface quarantined"
        for step, (_, how) in STEPS.items()
    }
    for case in cases.values():
        assert execution(alone, case.run).status == "Cancelled"
    told = {step: alone.stages(case.found) for step, case in cases.items()}
    assert {step: set(stages) & {"failed", "contained"} for step, stages in told.items()} == {
        step: {"contained"} if step == "mitigate_swap_to_transitional" else {"failed"}
        for step in STEPS
    }


def test_the_next_sighting_contains_without_waiting_for_a_lease_and_release_restores(
    stopped: tuple[Deployed, dict[str, Case]],
) -> None:
    alone, cases = stopped
    ended = [item(case.network, case.target)["lease_until"] for case in cases.values()]
    assert set(ended) == {"0", "9999999999"}
    attack_all(alone, cases.values(), 2)
    wrong = {step: not_contained(alone, case) for step, case in cases.items()}
    assert {step: why for step, why in wrong.items() if why} == {}
    release_all(alone, cases.values())
    wrong = {step: not_released(alone, case) for step, case in cases.items()}
    assert {step: why for step, why in wrong.items() if why} == {}
