"""Where actionlint comes from: PATH, our cache, or its Go module, in this order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rehearsal.engine_binary import cache_folder

VERSION: Final = "1.7.12"
PACKAGE: Final = "github.com/rhysd/actionlint/cmd/actionlint"
MODULE: Final = Path(__file__).parent
TESTS: Final = "test_workflow_sense.py"
"""Collected only where it can be had."""


class UnavailableError(RuntimeError):
    """There is none and none can be built; the message says why, and what to do."""


def unjudged() -> str:
    """What is said where neither it nor Go is installed; empty where it can be had."""
    if shutil.which("actionlint") or shutil.which("go") or _cached().exists():
        return ""
    return (
        f"NOT JUDGED BY ACTIONLINT: neither it nor go is on PATH, so {TESTS} was not collected. "
        f"Install actionlint {VERSION}, or Go 1.25 or newer"
    )


def locate() -> Path:
    """The program, built if need be; raises UnavailableError."""
    on_path = shutil.which("actionlint")
    if on_path and _version(Path(on_path)) >= _numbers(VERSION):
        return Path(on_path)
    cached = _cached()
    if not cached.exists():
        _build(cached)
    return cached


def complaints(files: Sequence[Path]) -> list[str]:
    """What it has against these workflows, a line each; raises UnavailableError.

    The linters that it would call for scripts are left out: a step runs ``make`` and nothing else,
    and what it says should not hang on what is installed.
    """
    lint = [str(locate()), "-no-color", "-oneline", "-shellcheck=", "-pyflakes="]
    given = [str(path) for path in files]
    said = subprocess.run([*lint, *given], capture_output=True, text=True, check=False)
    # Its page on usage: 1 is a complaint, everything above a failure of its own.
    if said.returncode > 1:
        raise UnavailableError(f"actionlint failed: {said.stderr.strip()}")
    return said.stdout.splitlines()


def _cached() -> Path:
    return cache_folder() / f"actionlint-v{VERSION}"


def _build(target: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise UnavailableError(
            f"neither actionlint {VERSION} nor go is on PATH; install either (Go 1.25 or newer)"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Built in a copy and then renamed: the checkout may be read-only, and two may build at once.
    with tempfile.TemporaryDirectory(prefix="actionlint-build-") as folder:
        for name in ("go.mod", "go.sum"):
            shutil.copy(MODULE / name, folder)
        built = target.with_name(f".{target.name}.{os.getpid()}")
        flags = ["-mod=readonly", "-trimpath", "-ldflags", "-s -w", "-o", str(built)]
        said = subprocess.run(
            [go, "build", *flags, PACKAGE],
            cwd=folder,
            env={**os.environ, "CGO_ENABLED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode:
            last = " | ".join(said.stderr.strip().splitlines()[-3:])
            raise UnavailableError(f"its Go module could not be had or built: {last}")
        built.rename(target)


def _version(program: Path) -> tuple[int, ...]:
    try:
        said = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"v?(\d+\.\d+\.\d+)", said)
    return _numbers(found[1]) if found else ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
