"""actionlint finds nothing, but what is planted. Collected where it can be had."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.workflow_lint import actionlint
from tests.workflow_lint.__main__ import GITHUB

FILES = sorted(GITHUB.glob("workflows/*.yml"))


def test_it_finds_nothing() -> None:
    assert len(FILES) == 7
    assert actionlint.complaints(FILES) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("stage", "inputs.environment }}", "inputs.enviroment }}", "enviroment"),
        ("promote", "needs: staging", "needs: stagging", "stagging"),
        ("promote", "      environment: dev", "      environments: dev", "environments"),
        ("drill", 'cron: "23 8 * * 2"', 'cron: "23 8 * * 9"', "23 8 * * 9"),
        ("drift", "    runs-on: ubuntu-24.04\n", "", "runs-on"),
        ("check", "    timeout-minutes:", "    timeout-minute:", "timeout-minute"),
        ("accounts", "pull-requests: write", "pull-request: write", "pull-request"),
    ],
)
def test_it_finds_what_is_planted(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    workflows = tmp_path / ".github" / "workflows"
    shutil.copytree(GITHUB / "workflows", workflows)
    # It looks for a called workflow from the root of a repository, and knows one by this folder.
    (tmp_path / ".git").mkdir()
    path = workflows / f"{file}.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    found = actionlint.complaints(sorted(workflows.iterdir()))
    assert any(says in each and f"{file}.yml:" in each for each in found), found
