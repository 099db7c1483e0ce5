"""``make workflows``: what zizmor finds; and what is said where there is no actionlint."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.workflow_lint import actionlint, zizmor
from tests.workflow_lint.__main__ import GITHUB, main


@pytest.fixture
def github(tmp_path: Path) -> Path:
    copied = tmp_path / ".github"
    shutil.copytree(GITHUB, copied)
    return copied


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with neither actionlint nor Go, and with an empty cache."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_strictest_audit_finds_nothing() -> None:
    assert zizmor.complaints(GITHUB) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        (
            "preview",
            "run: make comment",
            "run: echo ${{ github.event.pull_request.title }}",
            "[template-injection]",
        ),
        ("preview", "  pull_request:\n", "  pull_request_target:\n", "[dangerous-triggers]"),
        ("check", "permissions: {}", "permissions: write-all", "[excessive-permissions]"),
        ("drift", "de0fac2e4500dabe0009e67214ff5f5447ce83dd", "v6", "[unpinned-uses]"),
        ("drill", "persist-credentials: false", "fetch-depth: 1", "[artipacked]"),
    ],
)
def test_the_audit_finds_what_is_planted(
    github: Path, file: str, old: str, new: str, says: str
) -> None:
    path = github / "workflows" / f"{file}.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    found = zizmor.complaints(github)
    assert any(says in each and f"{file}.yml:" in each for each in found), found


def test_what_is_no_workflow_is_no_pass(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="zizmor could not judge"):
        zizmor.complaints(tmp_path / "nothing")


def test_a_complaint_is_shown_and_fails(
    github: Path, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(place / "bin" / "actionlint", 'echo 1.7.12; [ "$1" = -version ] || exit 1')
    assert main(github) == 1
    assert capsys.readouterr().out.splitlines() == ["1.7.12"]


def test_without_actionlint_and_go_that_is_said_and_the_audit_decides(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(GITHUB) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("NOT JUDGED BY ACTIONLINT: neither actionlint 1.7.12 nor go is on PATH")
    assert last.endswith("workflows: zizmor find nothing")
    assert "was not collected" in actionlint.unjudged()


@pytest.mark.parametrize("said", ["1.6.27", "", "what?"])
def test_an_actionlint_that_is_too_old_is_passed_over(place: Path, said: str) -> None:
    program(place / "bin" / "actionlint", f"echo {said}")
    with pytest.raises(actionlint.UnavailableError, match="install either"):
        actionlint.locate()


def test_it_is_built_once(place: Path) -> None:
    go = program(
        place / "bin" / "go",
        'while [ "$1" != -o ]; do shift; done\nprintf "#!/bin/sh\\n" > "$2"',
    )
    built = actionlint.locate()
    go.unlink()
    assert actionlint.locate() == built
    assert [path.name for path in built.parent.iterdir()] == ["actionlint-v1.7.12"]


def test_a_module_that_cannot_be_had_leaves_nothing_behind(place: Path) -> None:
    program(place / "bin" / "go", "echo 'no such host' >&2; exit 1")
    with pytest.raises(actionlint.UnavailableError, match="could not be had or built: no such"):
        actionlint.locate()
    assert list((place / "cache" / "containment-rehearsal").iterdir()) == []


def test_an_actionlint_that_fails_is_no_pass(place: Path) -> None:
    program(place / "bin" / "actionlint", '[ "$1" = -version ] && echo 1.7.12 || exit 3')
    with pytest.raises(actionlint.UnavailableError, match="actionlint failed"):
        actionlint.complaints([GITHUB / "workflows" / "check.yml"])


def test_go_may_not_change_what_is_checked() -> None:
    module = actionlint.MODULE.joinpath("go.mod").read_text()
    sums = actionlint.MODULE.joinpath("go.sum").read_text()
    assert f"github.com/rhysd/actionlint v{actionlint.VERSION}" in module
    assert f"github.com/rhysd/actionlint v{actionlint.VERSION} h1:" in sums
