"""The workflows keep every rule; and each rule notices what it is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import planted_promotion, planted_workflows, promotion_rules, workflow_rules
from tests.planted_workflows import Planted
from tests.workflow_rules import Workflows, read

ROOT = Path(__file__).parents[1]
PLANTED = (*planted_workflows.PLANTED, *planted_promotion.PLANTED)
RULES = {each.__name__: each for each in (*workflow_rules.RULES, *promotion_rules.RULES)}


@pytest.fixture(scope="module")
def workflows() -> Workflows:
    return read(ROOT / ".github")


@pytest.mark.parametrize("rule", RULES)
def test_every_workflow_keeps_the_rule(workflows: Workflows, rule: str) -> None:
    assert list(RULES[rule](workflows)) == []


@pytest.mark.parametrize("planted", PLANTED, ids=[each.says for each in PLANTED])
def test_a_rule_notices_what_breaks_it(planted: Planted, tmp_path: Path) -> None:
    github = tmp_path / ".github"
    shutil.copytree(ROOT / ".github", github)
    path = github / "workflows" / f"{planted.file}.yml"
    assert planted.old in path.read_text()
    path.write_text(path.read_text().replace(planted.old, planted.new, 1))
    told = list(RULES[planted.rule](read(github)))
    assert any(planted.says in each for each in told), told


def test_every_rule_has_something_planted_that_breaks_it() -> None:
    assert {each.rule for each in PLANTED} == RULES.keys()
