"""Promotions really run: the commands that workflows run, against emulated organisations.

``make promotions`` plays all scenarios, minutes of which are waits in real time. Here is the one
that only computes; what the others run has tests of its own, by the same commands.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from promotion.program import CHECKOUT
from rehearsal import engine_binary
from rehearsal.promoting import PROMOTIONS, resuming, travelling
from rehearsal.promoting.scratch import Ran
from rehearsal.promoting.travelling import WORKFLOW
from rehearsal.promoting.verdict import Verdict
from rehearsal.promoting.workflow import Played, WorkflowError, jobs, play


def test_a_batch_that_fails_stops_a_promotion_which_goes_on_when_it_is_mended() -> None:
    assert engine_binary.find(lambda line: None), "the engine is needed: make engine"
    verdict = resuming.play(lambda line: None)
    assert verdict.mistakes == []
    assert len(verdict.ran) >= 5
    assert verdict.passed


def test_every_scenario_is_played_by_its_name() -> None:
    assert list(PROMOTIONS) == ["promotion", "account-joins", "batch-fails-and-resumes"]


def test_a_scenario_that_ran_nothing_or_found_a_mistake_has_not_passed() -> None:
    verdict = Verdict(name="any", told=lambda line: None)
    passed = [verdict.passed]
    verdict.ran.append(Ran(command="make promote", status=0, output="done"))
    passed.append(verdict.passed)
    later = []
    with verdict:
        verdict.expect(verdict.name == "another", "it must hold", verdict.ran[0])
        later.append("what comes after it is not played")
    assert later == []
    assert verdict.mistakes == ["it must hold\ndone"]
    assert [*passed, verdict.passed] == [False, True, False]


def played(failing: Mapping[str, str], before: Played | None = None) -> tuple[Played, list[str]]:
    """The promotion's own workflow, in which these commands fail in these environments."""
    said: list[str] = []

    def run(environment: str, command: str, given: Mapping[str, str]) -> Ran:
        said.append(f"{environment}: {command}")
        return Ran(command=command, status=int(failing.get(environment) == command), output="")

    return play(CHECKOUT / WORKFLOW, run, before), said


STAGE = ["make rehearse", "make promote", "make preflight", "make drill"]


def test_the_promotions_own_steps_go_from_environment_to_environment() -> None:
    result, said = played({})
    assert result.passed == {"dev", "staging", "prod"} == set(travelling.STAGES)
    assert said == [f"{each}: {step}" for each in ("dev", "staging", "prod") for step in STAGE]


@pytest.mark.parametrize("step", STAGE)
def test_a_step_that_fails_keeps_every_later_environment_as_it_is(step: str) -> None:
    stopped, said = played({"staging": step})
    assert (stopped.passed, stopped.failed, stopped.not_begun) == ({"dev"}, {"staging"}, {"prod"})
    swept = ["staging: make sweep"] if step == "make drill" else []
    assert said[-1 - len(swept) :] == [f"staging: {step}", *swept]
    again, said = played({}, stopped)
    assert again.passed == {"dev", "staging", "prod"}
    assert said[0] == "staging: make rehearse", "what has passed is not run again"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({"run": "echo ${{ github.event.title }}"}, "an expression in"),
        ({"name": "neither"}, "neither runs nor uses"),
        ({"run": "make drill", "if": "success() || true"}, "a condition that is not played"),
    ],
)
def test_a_step_that_is_not_understood_is_no_success(
    tmp_path: Path, step: dict[str, str], told: str
) -> None:
    path = tmp_path / ".github" / "workflows" / "odd.yml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump({"jobs": {"one": {"steps": [step]}}}))
    with pytest.raises(WorkflowError, match=told):
        list(jobs(path))


def test_jobs_that_wait_for_each_other_are_told(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    shutil.copytree(CHECKOUT / ".github" / "workflows", folder)
    whole = yaml.safe_load((folder / "promote.yml").read_text())
    whole["jobs"]["dev"]["needs"] = "prod"
    (folder / "promote.yml").write_text(yaml.safe_dump(whole))
    with pytest.raises(WorkflowError, match="wait for each other"):
        list(jobs(folder / "promote.yml"))
