"""What must hold of the workflows together: the order of promotion, and the gates on its way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import yaml

from tests.workflow_rules import Rule, Workflows, jobs, runs

ROOT = Path(__file__).parents[1]
MAIN: Final = "github.ref == 'refs/heads/main'"
TRIGGERS: Final = {
    "accounts": {"schedule", "workflow_dispatch"},
    "check": {"pull_request", "push"},
    "drift": {"schedule", "workflow_dispatch"},
    "drill": {"schedule", "workflow_dispatch"},
    "preview": {"pull_request"},
    "promote": {"push", "workflow_dispatch"},
    "stage": {"workflow_call"},
}
STAGE: Final = {
    "rehearse": ["make ready pulumi", "make rehearse"],
    "deploy": ["make ready pulumi", "make promote", "make preflight", "make drill", "make sweep"],
}
"""What a stage does, in this order: each step is the gate of the next."""
STATUS: Final = re.compile(r"(?:always|failure|cancelled|success)\(\)")
SWEEPS: Final = 'always() && contains(fromJSON(\'["failure", "cancelled"]\'), steps.attack.outcome)'
GOES_ON: Final[Mapping[tuple[str, str, str], str]] = {
    ("drill", "drill", "make sweep"): SWEEPS,
    ("stage", "deploy", "make sweep"): SWEEPS,
    ("preview", "preview", "actions/upload-artifact"): "${{ !cancelled() }}",
    ("preview", "comment", ""): "${{ !cancelled() && needs.preview.result != 'skipped' }}",
}
"""What runs after a failure, by workflow, job and step, under this condition; nothing else does."""


def order(folder: Path = ROOT) -> list[str]:
    """The environments, as ``promotion.yaml`` has them."""
    listed = yaml.safe_load(folder.joinpath("promotion.yaml").read_text())["environments"]
    return [each["name"] for each in listed]


def started_by_what_the_table_says(workflows: Workflows) -> Iterator[str]:
    """And from main alone, where a branch could be chosen by hand."""
    for name, due in TRIGGERS.items():
        if workflows[name].triggers != due:
            yield f"{name}: started by {sorted(workflows[name].triggers)}, not {sorted(due)}"
    if workflows.keys() != TRIGGERS.keys():
        yield f"there are {sorted(workflows)}"
    for workflow, name, job in jobs(workflows):
        by_hand = "workflow_dispatch" in workflows[workflow].triggers
        if by_hand and "needs" not in job and job.get("if") != MAIN:
            yield f"{workflow}.{name}: can be started on a branch that nobody reviewed"
    if workflows["promote"].raw["on"].get("push", {}).get("branches") != ["main"]:
        yield "promote: a push to another branch than main starts it"


def environments_are_those_of_the_list(workflows: Workflows) -> Iterator[str]:
    """All of them, in order, wherever they are named."""
    due = order()
    for workflow, name, job in jobs(workflows):
        matrix = job.get("strategy", {}).get("matrix", {}).get("environment")
        if matrix is None:
            continue
        if isinstance(matrix, str):
            [matrix] = [json.loads(each) for each in re.findall(r"'(\[\"\w+\",.*?\])'", matrix)]
        if matrix != due:
            yield f"{workflow}.{name}: environments are {matrix}, not {due}"
        if job["strategy"].get("fail-fast") != "false":
            yield f"{workflow}.{name}: one environment's failure hides the others"
    asked = workflows["drill"].raw["on"]["workflow_dispatch"]["inputs"]["environment"]["options"]
    if asked != ["all", *due]:
        yield f"drill: can be asked for {asked}"


def stages_follow_each_other(workflows: Workflows) -> Iterator[str]:
    """Each environment is deployed after the one before it, by the same stage."""
    stages, due = workflows["promote"].jobs, order()
    if list(stages) != due:
        yield f"promote: stages are {list(stages)}, not {due}"
    for before, name in zip(["", *due], due, strict=False):
        job = stages.get(name, {})
        if job.get("needs", "") != before:
            yield f"promote.{name}: does not wait for {before or 'nothing'} alone"
        if job.get("uses") != "./.github/workflows/stage.yml" or job.get("with") != {
            "environment": name
        }:
            yield f"promote.{name}: is not the stage of {name}"
        if "if" in job and before:
            yield f"promote.{name}: its condition can let it run after a failure"


def gates_stand(workflows: Workflows) -> Iterator[str]:
    """Rehearsed before it is deployed, asked and attacked before the next stage begins."""
    stage = workflows["stage"].jobs
    for name, due in STAGE.items():
        if runs(stage.get(name, {})) != due:
            yield f"stage.{name}: does {runs(stage.get(name, {}))}, not {due}"
    if stage["deploy"].get("needs") != "rehearse":
        yield "stage.deploy: does not wait for the rehearsal"
    chosen = "${{ inputs.environment }}"
    if stage["deploy"].get("environment") != chosen:
        yield "stage.deploy: GitHub's environment does not protect it"
    named = (stage["rehearse"]["env"].get("STACK"), stage["deploy"]["env"].get("ENVIRONMENT"))
    if named != (chosen, chosen):
        yield f"stage: rehearses and deploys {named}"


def nothing_else_goes_on_after_a_failure(workflows: Workflows) -> Iterator[str]:
    """By a status function in its condition, without which a failure ends the job."""
    found: dict[tuple[str, str, str], str] = {}
    for workflow, name, job in jobs(workflows):
        found[workflow, name, ""] = job.get("if", "")
        for step in job.get("steps", ()):
            what = step.get("run") or step["uses"].partition("@")[0]
            found[workflow, name, what] = step.get("if", "")
    goes_on = {place: said for place, said in found.items() if STATUS.search(said)}
    for place in goes_on.keys() | GOES_ON.keys():
        said, due = goes_on.get(place, "nothing"), GOES_ON.get(place, "nothing")
        if said != due:
            yield f"{'.'.join(filter(None, place))}: goes on after a failure if {said}, not {due}"
    for workflow, each in workflows.items():
        if "continue-on-error" in each.text:
            yield f"{workflow}: continue-on-error hides a failure"


def attacks_are_swept_up(workflows: Workflows) -> Iterator[str]:
    """A drill that is cut off leaves an instance: the step after it takes that away."""
    for workflow, name, job in jobs(workflows):
        steps = job.get("steps", [])
        drills = [n for n, step in enumerate(steps) if step.get("run") == "make drill"]
        for n in drills:
            after = steps[n + 1].get("run") if n + 1 < len(steps) else "nothing"
            if steps[n].get("id") != "attack" or after != "make sweep":
                yield f"{workflow}.{name}: after its drill comes {after}, not make sweep"


RULES: Final[tuple[Rule, ...]] = (
    started_by_what_the_table_says,
    environments_are_those_of_the_list,
    stages_follow_each_other,
    gates_stand,
    nothing_else_goes_on_after_a_failure,
    attacks_are_swept_up,
)
