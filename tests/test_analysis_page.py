"""docs/analyses held to the code: the command, on the ledger of that run, writes what is there."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from operations.__main__ import app
from operations.analysis.advice import ADVICE

ROOT = Path(__file__).parents[1]
LEDGER = Path(__file__).parent / "data" / "ledger" / "nobody-answers-ops-center.jsonl"
PAGE = ROOT / "docs" / "analyses" / "nobody-answers.md"


def analysed(wanted: str, *more: str) -> str:
    words = ["analyse", wanted, "--ledger", str(LEDGER), "--stack", "staging", *more]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stdout


def finding() -> str:
    named = re.search(r"^\| finding \| `([0-9a-f]{32})` \|$", PAGE.read_text(), re.MULTILINE)
    assert named
    return named[1]


def test_the_analysis_in_the_docs_is_what_the_command_writes(tmp_path: Path) -> None:
    assert analysed(finding()) == PAGE.read_text()
    out = tmp_path / "analysis.md"
    said = analysed(finding(), "--out", str(out))
    assert out.read_text() == PAGE.read_text()
    assert said == f"{out}: 4 facts, 5 action items; answer the whys\n"


def test_it_says_what_the_scenario_is_about() -> None:
    page = PAGE.read_text()
    assert "- **page-unanswered**: A call of the team `security` was not acknowledged in " in page
    assert "3 pages, at last to everybody." in page
    assert "| first call to acknowledgement | did not happen | paged |" in page
    assert "-          wait_minutes: 5\n" in page
    assert "+          wait_minutes: 2\n" in page


def test_the_opsitem_means_the_same_incident() -> None:
    item = re.search(r"`(oi-[0-9a-f]+)`", PAGE.read_text())
    assert item
    assert analysed(item[1]) == PAGE.read_text()


def test_what_is_wrong_is_a_sentence() -> None:
    for words, said in (
        (["--ledger", str(LEDGER)], "the ledger has nothing about f0"),
        (["--ledger", "no-such-file"], "no-such-file is not there"),
        (["--ledger", str(LEDGER), "--stack", "none"], "no stack 'none'"),
        (["--ledger", str(LEDGER), "--open"], "--open needs the security account"),
        ([], "say where the ledger is"),
    ):
        done = CliRunner().invoke(app, ["analyse", "f0", *words], env={"COLUMNS": "200"})
        assert (done.exit_code, said in done.stderr) == (1, True), done.stderr
    done = CliRunner().invoke(
        app, ["analyse", finding(), "--ledger", str(LEDGER), "--occurrence", "2"]
    )
    assert "has no occurrence 2: there are [1]" in done.stderr.replace("\n", " ")


def test_every_rule_is_told_in_the_operations_page() -> None:
    page = ROOT.joinpath("docs", "operations.md").read_text()
    assert [rule for rule in ADVICE if f"`{rule}`" not in page] == []
