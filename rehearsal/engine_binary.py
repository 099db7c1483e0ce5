"""Where the Pulumi engine comes from: PATH, our cache, or its Go module, in this order.

The engine's command is in no package registry as a binary. Its source is a Go module, which
``go.sum`` beside ``engine_build/go.mod`` pins by content. What is built lands in a cache outside
the checkout, keyed by version, so that a fresh clone does not build it again.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

VERSION = "3.259.0"
OLDEST = (3, 200, 0)
MODULE = Path(__file__).parent / "engine_build"
PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
OPTIMISED = (
    "std",
    "github.com/pulumi/pulumi/pkg/v3/backend/...",
    "github.com/pulumi/pulumi/pkg/v3/engine/...",
    "github.com/pulumi/pulumi/pkg/v3/resource/...",
    "github.com/pulumi/pulumi/sdk/v3/...",
    "google.golang.org/protobuf/...",
    "google.golang.org/grpc/...",
)
"""What a deployment spends its time in. The rest (cloud backends, API browsers, code generation) is
compiled without optimisation: the build takes two thirds of the time, the rehearsal takes the same.
"""

GIGABYTE = 1_000_000_000
DISK_NEEDED = 3.2
"""Gigabytes while it builds: 1.4 of modules, 1.6 of build cache, 0.1 of binary, as measured."""

Progress = Callable[[str], None]


class EngineUnavailableError(RuntimeError):
    """There is no engine and none can be built; the message says why."""


def find(progress: Progress) -> Path | None:
    """The engine, built if need be; None where there is none, and ``progress`` is told why."""
    try:
        return locate(progress)
    except EngineUnavailableError as why:
        progress(f"no Pulumi engine: {why}")
        return None


def locate(progress: Progress) -> Path:
    """As ``find``; raises EngineUnavailableError instead."""
    on_path = shutil.which("pulumi")
    if on_path and fits(version_of(Path(on_path))):
        return Path(on_path)
    cached = cache_folder() / f"pulumi-v{VERSION}"
    if cached.exists() and fits(version_of(cached)):
        return cached
    return build(cached, progress)


def cache_folder() -> Path:
    """``containment-rehearsal`` under XDG_CACHE_HOME, or else under ``~/.cache``."""
    place = os.environ.get("XDG_CACHE_HOME")
    return (Path(place) if place else Path.home() / ".cache") / "containment-rehearsal"


def version_of(engine: Path) -> tuple[int, ...] | None:
    """What ``pulumi version`` says; None where it says nothing, or the file does not run."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        said = subprocess.run(
            [engine, "version"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", said.stdout.strip())
    return tuple(int(part) for part in found.groups()) if found else None


def fits(version: tuple[int, ...] | None) -> bool:
    """Major 3, and not older than what the Automation API and the stand-in were tried with."""
    return version is not None and version[0] == OLDEST[0] and version >= OLDEST


def build(target: Path, progress: Progress) -> Path:
    """Build the engine under a temporary name and rename it; says beforehand what that takes."""
    go = shutil.which("go")
    if go is None:
        raise EngineUnavailableError(
            "neither a fitting pulumi nor go is on PATH; install either (any Pulumi "
            f">= {'.'.join(map(str, OLDEST))} of major 3, or Go 1.26)"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(target.parent).free / GIGABYTE
    progress(
        f"building the Pulumi engine v{VERSION} from its Go module, once: three to five minutes "
        f"on two cores, up to {DISK_NEEDED} GB of disk for Go's caches ({free:.0f} GB are free)"
    )
    if free < DISK_NEEDED:
        raise EngineUnavailableError(
            f"building it takes up to {DISK_NEEDED} GB in Go's caches, {free:.1f} GB are free"
        )
    started = time.monotonic()
    # Built in a copy: the checkout may be read-only, and go.sum has to stay what is in Git.
    with tempfile.TemporaryDirectory(prefix="engine-build-") as folder:
        for name in ("go.mod", "go.sum"):
            shutil.copy(MODULE / name, folder)
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            _compile(go, Path(folder), temporary, progress)
            if not fits(version_of(temporary)):
                raise EngineUnavailableError("what was built does not say its version")
            temporary.rename(target)
        finally:
            temporary.unlink(missing_ok=True)
    progress(f"built the Pulumi engine in {time.monotonic() - started:.0f} s: {target}")
    return target


def _compile(go: str, folder: Path, output: Path, progress: Progress) -> None:
    flags = f"-s -w -X {VERSION_VARIABLE}=v{VERSION}"
    # Patterns are tried from the last to the first; debug information would be stripped anyway.
    compiled = ["all=-dwarf=false -N -l", *(f"{one}=-dwarf=false" for one in OPTIMISED)]
    command = [go, "build", "-mod=readonly", "-trimpath", "-ldflags", flags, "-o", str(output)]
    process = subprocess.Popen(
        [*command, *(f"-gcflags={one}" for one in compiled), PACKAGE],
        cwd=folder,
        # No C compiler is needed, and the Go compiler collects its garbage less often.
        env={**os.environ, "CGO_ENABLED": "0", "GOGC": "400"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started, said = time.monotonic(), ""
    while True:
        try:
            said, _ = process.communicate(timeout=20)
            break
        except subprocess.TimeoutExpired:
            progress(f"  still building, {time.monotonic() - started:.0f} s")
    if process.returncode:
        last = " | ".join(said.strip().splitlines()[-3:])
        raise EngineUnavailableError(f"its Go module could not be had or built: {last}")
