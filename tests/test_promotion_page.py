"""docs/promotion.md held to the workflows, and its policies to what they must say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from settings import Settings
from tests.promotion_rules import STAGE, order
from tests.workflow_rules import GRANTS, jobs, read, runs

ROOT = Path(__file__).parents[1]
TEXT = ROOT.joinpath("docs", "promotion.md").read_text()
WORKFLOWS = read(ROOT / ".github")
TARGETS = set(re.findall(r"(?m)^([a-z]+):", ROOT.joinpath("Makefile").read_text()))
PREPARES = {"make ready", "make ready pulumi"}
GITHUB = "token.actions.githubusercontent.com"


def blocks(language: str) -> list[str]:
    """The examples in that language, without their indentation."""
    found = re.findall(rf"(?m)^( *)```{language}\n(.*?)^ *```", TEXT, re.DOTALL)
    return [re.sub(rf"(?m)^{indent}", "", block) for indent, block in found]


POLICIES = [json.loads(each) for each in blocks("json")]
[GITLAB] = [yaml.safe_load(each) for each in blocks("yaml")]


def environments() -> set[str]:
    """GitHub's environments that a job names."""
    named = set()
    for _, _, job in jobs(WORKFLOWS):
        if "environment" in job:
            suffix = job["environment"].partition("}}")[2]
            named |= {f"{each}{suffix}" for each in order()}
    return named


def rows() -> dict[str, list[str]]:
    """The table of workflows: name → the other cells."""
    lines = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line] for line in lines if len(line) == 5]
    return {name.strip("`"): rest for name, *rest in cells}


def test_every_target_that_is_named_is_there() -> None:
    named = set(re.findall(r"make ([a-z]+)", TEXT))
    assert {"promote", "preview", "drift", "discover"} <= named
    assert named - TARGETS == set()


def test_the_table_has_every_workflow_with_what_it_runs_and_as_whom() -> None:
    told = rows()
    assert told.keys() == WORKFLOWS.keys() - {"stage"}
    for name, (_, run, role, granted) in told.items():
        parts = [WORKFLOWS[name], *([WORKFLOWS["stage"]] if name == "promote" else [])]
        every = [job for each in parts for job in each.jobs.values()]
        commands = {command for job in every for command in runs(job)} - PREPARES
        assert set(re.findall(r"make [a-z]+", run)) - {"make drift"} == commands, name
        roles = {job["environment"].partition("}}")[2] for job in every if "environment" in job}
        assert role == (f"`<environment>{roles.pop()}`" if roles else "nobody"), name
        writes = {
            permission
            for (workflow, _), grants in GRANTS.items()
            for permission, level in grants.items()
            if workflow == name and level == "write" and permission != "id-token"
        }
        assert (granted == "read") == (not writes), name


def test_the_environments_and_variables_are_those_that_the_workflows_ask_for() -> None:
    section = TEXT.split("## Set up once: GitHub")[1].split("## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| `")]
    cells = [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in table]
    named = {name for names in cells for name in names}
    every = {name for each in WORKFLOWS.values() for name in re.findall(r"vars\.(\w+)", each.text)}
    assert named == environments() | every
    assert len(environments()) == 3 * len(order())


def test_the_trust_is_in_one_environment_of_one_repository() -> None:
    trust = POLICIES[0]["Statement"]
    assert [each["Action"] for each in trust] == ["sts:AssumeRoleWithWebIdentity"]
    assert trust[0]["Principal"]["Federated"].endswith(f":oidc-provider/{GITHUB}")
    assert trust[0]["Condition"].keys() == {"StringEquals"}
    compared = trust[0]["Condition"]["StringEquals"]
    assert compared.keys() == {f"{GITHUB}:aud", f"{GITHUB}:sub"}
    assert compared[f"{GITHUB}:aud"] == "sts.amazonaws.com"
    repository, _, environment = compared[f"{GITHUB}:sub"].rpartition(":environment:")
    assert repository == "repo:<owner>@<owner id>/<repository>@<repository id>"
    others = set(re.findall(r"`environment:([a-z-]+)`", TEXT))
    assert {environment, *others} == {each for each in environments() if each.startswith("prod")}


def test_the_role_that_deploys_may_do_what_state_and_accounts_need() -> None:
    granted: dict[str, Any] = {}
    for each in POLICIES[1]["Statement"]:
        actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
        granted |= dict.fromkeys(actions, each)
    assert granted.keys() == {
        *("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        *("kms:Encrypt", "kms:Decrypt", "sts:AssumeRole"),
    }
    assumed = granted["sts:AssumeRole"]
    assert assumed["Resource"] == "arn:aws:iam::*:role/<deployer_role>"
    assert "deployer_role" in Settings.model_fields
    assert assumed["Condition"] == {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}}
    assert len(POLICIES) == 2


def test_its_longest_session_is_as_long_as_a_deployment_may_take() -> None:
    deploy = WORKFLOWS["stage"].jobs["deploy"]
    [role] = [step["with"] for step in deploy["steps"] if "role-to-assume" in step.get("with", {})]
    assert int(role["role-duration-seconds"]) == int(deploy["timeout-minutes"]) * 60 == 5 * 3600
    assert "longest session is five hours" in TEXT


def test_gitlab_runs_the_same_targets_in_the_same_order() -> None:
    stages = GITLAB["stages"]
    assert [each for each in stages if each in order()] == order()
    scripts = {name: job["script"] for name, job in GITLAB.items() if "script" in job}
    assert scripts["rehearse-dev"] == STAGE["rehearse"]
    swept = GITLAB["deploy-dev"]["after_script"]
    assert ["make ready pulumi", *scripts["deploy-dev"], *swept] == STAGE["deploy"]
    assert GITLAB["deploy-dev"]["needs"] == ["rehearse-dev"]
    assert {word for script in scripts.values() for line in script for word in line.split()} <= (
        TARGETS | {"make"}
    )
    assert GITLAB["deploy-dev"]["resource_group"] == "dev"
