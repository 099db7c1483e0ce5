"""Where the engine is found: PATH, cache, or a build; with stand-ins for pulumi and go."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal import engine_binary
from rehearsal.engine_binary import VERSION, EngineUnavailableError


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def cached(place: Path) -> Path:
    return place / "cache" / "containment-rehearsal" / f"pulumi-v{VERSION}"


BUILDS = '''while [ "$1" != -o ]; do shift; done
printf "#!/bin/sh\\necho v3.259.0\\n" > "$2"
chmod +x "$2"'''


def test_a_fitting_pulumi_on_path_is_taken(place: Path) -> None:
    engine = program(place / "bin" / "pulumi", "echo v3.272.0")
    assert engine_binary.find(print) == engine


@pytest.mark.parametrize("said", ["v3.199.9", "v4.0.0", "", "what?"])
def test_a_pulumi_that_does_not_fit_is_passed_over_for_the_cache(
    place: Path, cached: Path, said: str
) -> None:
    program(place / "bin" / "pulumi", f"echo {said}")
    program(cached, f"echo v{VERSION}")
    assert engine_binary.find(print) == cached


def test_it_is_built_once_and_what_that_takes_is_said_before(place: Path, cached: Path) -> None:
    go = program(place / "bin" / "go", BUILDS)
    said: list[str] = []
    assert engine_binary.find(said.append) == cached
    assert "3.2 GB of disk" in said[0]
    assert "minutes" in said[0]
    go.unlink()
    assert engine_binary.find(said.append) == cached
    assert [path.name for path in cached.parent.iterdir()] == [cached.name]


def test_without_pulumi_and_go_there_is_none_and_the_reason_is_said(place: Path) -> None:
    said: list[str] = []
    assert engine_binary.find(said.append) is None
    assert "neither a fitting pulumi nor go is on PATH" in said[0]


def test_a_module_that_cannot_be_had_leaves_nothing_behind(place: Path, cached: Path) -> None:
    program(place / "bin" / "go", "echo 'no such host' >&2; exit 1")
    with pytest.raises(EngineUnavailableError, match="could not be had or built: no such host"):
        engine_binary.locate(print)
    assert list(cached.parent.iterdir()) == []


def test_go_may_not_change_what_is_checked() -> None:
    module = (engine_binary.MODULE / "go.mod").read_text()
    sums = (engine_binary.MODULE / "go.sum").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION}" in module
    assert f"github.com/pulumi/pulumi/pkg/v3 v{VERSION} h1:" in sums
