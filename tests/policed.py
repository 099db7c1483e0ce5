"""The policy pack as the engine starts it, and a deployment whose previews and updates it judges.

Without Pulumi's language host for Python, which is in no package registry, the engine looks on PATH
for ``pulumi-analyzer-policy-python``, starts it in the pack's folder with its own address, a dot
and the options of ``PulumiPolicy.yaml``, and reads a port from its output (Go module
github.com/pulumi/pulumi/pkg/v3, resource/plugin). The SDK has what such a launcher runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from pulumi import automation
from pulumi.runtime.proto import analyzer_pb2_grpc

from promotion.operation import Result
from promotion.program import CHECKOUT
from rehearsal.engine import Deployment

PACK = CHECKOUT / "policy"
NAME = "pulumi-analyzer-policy-python"
COMMAND = (sys.executable, "-u", "-m", "pulumi.policy")
_ENVIRONMENT = {"PYTHONWARNINGS": "ignore"}


@contextmanager
def serving() -> Iterator[Any]:
    """The pack in a process of its own; what the engine would ask it with."""
    process = subprocess.Popen(
        [*COMMAND, "127.0.0.1:0", "."],
        cwd=PACK,
        env={**os.environ, **_ENVIRONMENT},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
    finally:
        process.kill()
        process.communicate()


class Policed(Deployment):
    """A deployment that the pack judges."""

    def __init__(self, stack: str, *, config: Path | None = None, **how: Any) -> None:
        self.told: list[tuple[str, str, str]] = []
        """Level, rule and what it says, of the last operation."""
        self._config = config
        super().__init__(stack, **how)

    def _engine_environment(self) -> dict[str, str]:
        launchers = self._folder / "launchers"
        launchers.mkdir()
        launcher = launchers / NAME
        launcher.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$1" "$2"\n')
        launcher.chmod(0o755)
        inherited = super()._engine_environment()
        path = f"{launchers}{os.pathsep}{inherited['PATH']}"
        return {**inherited, **_ENVIRONMENT, "PATH": path}

    def _run(self, operation: Callable[..., Any], **options: Any) -> Result:
        self.told = []
        policies: dict[str, Any] = {}
        if operation in (self._stack.preview, self._stack.up):
            policies["policy_packs"] = [str(PACK)]
            if self._config:
                policies["policy_pack_configs"] = [str(self._config)]

        def policed(*, on_event: Callable[[Any], None], **rest: Any) -> Any:
            def heard(event: automation.EngineEvent) -> None:
                self._hear(event)
                on_event(event)

            return operation(on_event=heard, **rest, **policies)

        return super()._run(policed, **options)

    def _hear(self, event: automation.EngineEvent) -> None:
        if found := event.policy_event:
            says = found.message.strip().rpartition("\n")[2]
            self.told.append((found.enforcement_level, found.policy_name, says))
