"""What must hold of every workflow: each rule tells what breaks it, a line each.

Rules take the workflows as they are read from a folder, so that a test can plant what they forbid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """One file: its text, and what YAML makes of it."""

    text: str
    raw: Mapping[str, Any]

    @property
    def jobs(self) -> Mapping[str, Any]:
        """Its jobs, by id."""
        jobs: Mapping[str, Any] = self.raw["jobs"]
        return jobs

    @property
    def triggers(self) -> set[str]:
        """The events that start it."""
        return set(self.raw["on"])


Workflows = Mapping[str, Workflow]
Rule = Callable[[Workflows], Iterator[str]]

READS: Final = {"contents": "read"}
DEPLOYS: Final = {"contents": "read", "id-token": "write"}
GRANTS: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {
    ("accounts", "accounts"): DEPLOYS | {"contents": "write", "pull-requests": "write"},
    ("check", "check"): READS,
    ("check", "rehearse"): READS,
    ("drift", "drift"): DEPLOYS | {"issues": "write"},
    ("drill", "drill"): DEPLOYS,
    ("preview", "comment"): READS | {"pull-requests": "write"},
    ("preview", "preview"): DEPLOYS,
    ("promote", "dev"): DEPLOYS,
    ("promote", "staging"): DEPLOYS,
    ("promote", "prod"): DEPLOYS,
    ("stage", "deploy"): DEPLOYS,
    ("stage", "rehearse"): READS,
}
"""What each job's token may do, and nothing more."""

CREDENTIALS: Final = "aws-actions/configure-aws-credentials@"
PINNED: Final = re.compile(r"(?:actions|aws-actions)/[a-z-]+@[0-9a-f]{40}")
SUPERSEDED: Final = {"check", "preview"}
"""Where a newer run makes an older one worthless, and nothing is left half done."""


def read(github: Path) -> Workflows:
    """Every workflow of a ``.github`` folder, by name; every value is text, and so is ``on``."""
    return {
        path.stem: Workflow(
            text=path.read_text(),
            raw=yaml.load(path.read_text(), Loader=yaml.BaseLoader),  # noqa: S506 - text only
        )
        for path in sorted(github.glob("workflows/*.yml"))
    }


def jobs(workflows: Workflows) -> Iterator[tuple[str, str, Any]]:
    """Every job, with its workflow's name and its own."""
    for workflow, each in workflows.items():
        for name, job in each.jobs.items():
            yield workflow, name, job


def runs(job: Mapping[str, Any]) -> list[str]:
    """What its steps run."""
    return [step["run"] for step in job.get("steps", ()) if "run" in step]


def grants_are_exact(workflows: Workflows) -> Iterator[str]:
    """No permission by default; each job has those of the table."""
    for workflow, each in workflows.items():
        if each.raw.get("permissions") != {}:
            yield f"{workflow}: permissions at the top must be {{}}"
    for workflow, name, job in jobs(workflows):
        granted, due = job.get("permissions"), GRANTS.get((workflow, name))
        if granted != due:
            yield f"{workflow}.{name}: permissions are {granted}, not {due}"


def actions_are_pinned(workflows: Workflows) -> Iterator[str]:
    """By commit, with the version beside it; each action in one version, of two publishers."""
    versions: dict[str, set[str]] = {}
    for workflow, each in workflows.items():
        for used, said in re.findall(r"uses: (\S+)(.*)", each.text):
            if re.fullmatch(r"\./\.github/workflows/[a-z]+\.yml", used):
                continue
            if not PINNED.fullmatch(used):
                yield f"{workflow}: {used} is not pinned by its commit, or is of a stranger"
            if not re.fullmatch(r" # v\d+\.\d+\.\d+", said):
                yield f"{workflow}: {used} does not say its version"
            action, _, commit = used.partition("@")
            versions.setdefault(action, set()).add(commit + said)
    for action, different in versions.items():
        if len(different) > 1:
            yield f"{action} is used in {len(different)} versions"


def jobs_end(workflows: Workflows) -> Iterator[str]:
    """Each after a time that is said, on a machine that is named."""
    for workflow, name, job in jobs(workflows):
        if "uses" in job:
            continue
        if not 0 < int(job.get("timeout-minutes", 0)) <= 300:
            yield f"{workflow}.{name}: no timeout of at most five hours"
        if job["runs-on"] != "ubuntu-24.04":
            yield f"{workflow}.{name}: runs on {job['runs-on']}"


def runs_wait_for_each_other(workflows: Workflows) -> Iterator[str]:
    """One run at a time of each workflow, and none that deploys or tells is cut off."""
    groups = [each.raw.get("concurrency", {}).get("group", "") for each in workflows.values()]
    if len({group.partition("$")[0] for group in groups}) != len(workflows) or "" in groups:
        yield f"the groups of concurrency are not one for each workflow: {groups}"
    for workflow, each in workflows.items():
        cut_off = each.raw.get("concurrency", {}).get("cancel-in-progress", "false")
        if cut_off != "false" and workflow not in SUPERSEDED:
            yield f"{workflow}: a run that is under way may be cut off"
    for workflow, name, job in jobs(workflows):
        if "concurrency" in job:
            yield f"{workflow}.{name}: a group of its own can drop a run of another that waits"
    if "$" in workflows["promote"].raw["concurrency"]["group"]:
        yield "promote: two promotions may run at once, and the older overtake the newer"


def steps_run_make_and_nothing_else(workflows: Workflows) -> Iterator[str]:
    """A step is a target, so that it can be run by hand; no event's text becomes a command."""
    for workflow, name, job in jobs(workflows):
        for command in runs(job):
            if not re.fullmatch(r"make [a-z]+( [a-z]+)*", command):
                yield f"{workflow}.{name}: {command!r} is not make and its targets"
        for step in job.get("steps", ()):
            if step.keys() & {"shell", "continue-on-error"}:
                yield f"{workflow}.{name}: {step['name']!r} goes on after a failure"


def credentials_are_short_lived(workflows: Workflows) -> Iterator[str]:
    """By the job's identity alone, for a protected environment, after packages are installed."""
    for workflow, each in workflows.items():
        if found := re.findall(
            r"secrets\.\w+|secrets: inherit|aws-(?:access|secret)\S*", each.text
        ):
            yield f"{workflow}: {found[0]} is a key that lives on"
    for workflow, name, job in jobs(workflows):
        steps = job.get("steps", [])
        taken = [n for n, step in enumerate(steps) if CREDENTIALS in step.get("uses", "")]
        identity = job["permissions"].get("id-token") == "write" and "uses" not in job
        if identity != bool(taken):
            yield f"{workflow}.{name}: an identity and no role, or a role and no identity"
        for place in taken:
            if "environment" not in job:
                yield f"{workflow}.{name}: takes a role outside of an environment"
            if steps[place]["with"]["role-to-assume"] != "${{ vars.AWS_ROLE }}":
                yield f"{workflow}.{name}: the role is not the environment's"
            if not any("ready" in step.get("run", "").split() for step in steps[:place]):
                yield f"{workflow}.{name}: packages are installed beside credentials"
        for step in steps:
            checks_out = step.get("uses", "").startswith("actions/checkout@")
            if checks_out and step.get("with", {}).get("persist-credentials") != "false":
                yield f"{workflow}.{name}: the checkout keeps GitHub's token"


def nothing_is_cached(workflows: Workflows) -> Iterator[str]:
    """What one run leaves for another is what a bad run leaves for a good one."""
    for workflow, each in workflows.items():
        if re.search(r"actions/cache|\bcache\S*:", each.text):
            yield f"{workflow}: something is cached"


def strangers_get_nothing(workflows: Workflows) -> Iterator[str]:
    """A pull request's code runs beside no token that writes, and from a fork beside no role."""
    own = "github.event.pull_request.head.repo.full_name == github.repository"
    for workflow, each in workflows.items():
        if each.triggers & {"pull_request_target", "workflow_run", "issue_comment"}:
            yield f"{workflow}: a stranger's event starts it with all that main may do"
    for workflow, name, job in jobs(workflows):
        if "pull_request" not in workflows[workflow].triggers:
            continue
        granted = job["permissions"]
        if "id-token" in granted:
            if job.get("if") != own:
                yield f"{workflow}.{name}: takes a role for a fork's code"
            if not job.get("environment", "").endswith("-preview"):
                yield f"{workflow}.{name}: takes a role that may do more than a preview"
        if {key for key, value in granted.items() if value == "write"} - {"id-token"}:
            refs = [step.get("with", {}).get("ref") for step in job["steps"]]
            if "${{ github.event.pull_request.base.sha }}" not in refs:
                yield f"{workflow}.{name}: the pull request's own code runs beside a token"


RULES: Final[tuple[Rule, ...]] = (
    grants_are_exact,
    actions_are_pinned,
    jobs_end,
    runs_wait_for_each_other,
    steps_run_make_and_nothing_else,
    credentials_are_short_lived,
    nothing_is_cached,
    strangers_get_nothing,
)
