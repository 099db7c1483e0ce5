"""``rehearsal serve`` as a command, and an outsider who knows only the line that it prints."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.served import ROOT, Serving, serving_in

OUTSIDER = ROOT / "tests" / "outsider.py"


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving_in(tmp_path_factory.mktemp("serve")) as started:
        yield started


def test_it_prints_one_line_that_tells_a_client_all_that_it_needs(serving: Serving) -> None:
    told: dict[str, Any] = json.loads(serving.line)
    assert told.keys() == {"endpoint", "accounts", "regions", "role"}
    assert told["endpoint"].startswith("http://127.0.0.1:")
    assert list(told["accounts"].items())[-2:] == [
        ("tax", "333333333333"),
        ("land-registry", "444444444444"),
    ]
    assert told["regions"] == ["eu-west-1", "eu-central-1"]
    assert told["role"] == "OrganizationAccountAccessRole"
    assert "WITHOUT THE PULUMI ENGINE" in serving.log.read_text()


def test_an_outsider_sees_the_instance_and_it_alone_isolated(serving: Serving) -> None:
    # From elsewhere and isolated from this environment, so that nothing of ours can be imported.
    played = subprocess.run(
        [sys.executable, "-I", OUTSIDER, serving.line],
        cwd=serving.log.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    seen = json.loads(played.stdout)
    assert (seen["account"], seen["region"]) == ("444444444444", "eu-central-1")
    assert seen["seconds_to_isolate"] <= 40
    assert seen["wrong"] == []
    assert seen["stages"][0] == "received"


def test_the_outsider_uses_no_code_of_the_project() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(OUTSIDER.read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"boto3"}


def test_an_interrupt_ends_it_well_and_nothing_else_was_printed(serving: Serving) -> None:
    assert serving.end() == (0, "")
    assert "Traceback" not in serving.log.read_text()
