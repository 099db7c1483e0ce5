"""An emulated organisation in a process of its own, to which other processes deploy.

``python -m rehearsal.promoting FOLDER ENVIRONMENT`` prints one line of JSON: the
variables that point Pulumi, its providers and every AWS client at it. For each line that it reads,
people answer their invitations. It ends when its standard input does. Time is real, and waits are
shortened as in ``rehearsal serve``.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import yaml

from rehearsal import engine_binary
from rehearsal.clock import RealClock
from rehearsal.emulator.clients import OPERATOR_KEY
from rehearsal.emulator.server import Emulator
from rehearsal.engine import PROVIDER
from rehearsal.ground import RehearsedGround
from rehearsal.provider.forks import PORT, Forks
from rehearsal.serving import PROMPT
from rehearsal.stacks import organization_of

CHECKOUT: Final = Path(__file__).resolve().parents[2]


class Organisation:
    """That process, started and ended from another one; a context manager."""

    def __init__(self, folder: Path, environment: str) -> None:
        self.environment = environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rehearsal.promoting", str(folder), environment],
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError("the emulated organisation did not start; it said why on stderr")
        told: dict[str, Any] = json.loads(said)
        self.variables: Mapping[str, str] = told["variables"]
        self.pids: list[int] = told["pids"]
        """Of the emulator and of the process that forks for providers."""

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of a command that is to reach this organisation, and no other AWS.

        Nothing of a make that this one may run under: a workflow's step has none above it.
        """
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PULUMI_", "MAKE", "MFLAGS"))
        }
        return {**kept, **self.variables}

    def people_answer(self) -> None:
        """Everybody enters the codes and clicks the links that a deployment sent."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("people answer\n")
        self._process.stdin.flush()
        if self._process.stdout.readline().strip() != "answered":
            raise RuntimeError(f"people of {self.environment} could not answer: see stderr")

    def end(self) -> None:
        """What is in it is gone; twice is once."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.end()


def run(folder: Path, environment: str) -> None:
    """Be that process."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    path = folder / f"Pulumi.{environment}.yaml"
    raw = yaml.safe_load(path.read_text())["config"]["containment:settings"]
    organization = organization_of(raw)
    engine = engine_binary.locate(lambda line: print(line, file=sys.stderr))
    with (
        tempfile.TemporaryDirectory(prefix="containment-organisation-") as place,
        Emulator(RealClock(), organization=organization, timing=PROMPT) as emulator,
    ):
        providers = Forks(emulator.endpoint)
        try:
            variables = _variables(Path(place), engine, emulator.endpoint, providers.port())
            pids = [os.getpid(), providers.pid]
            print(json.dumps({"variables": variables, "pids": pids}), flush=True)
            ground = RehearsedGround(emulator.world, organization)
            for _ in sys.stdin:
                ground.accept_invitations(raw["people"]["persons"])
                print("answered", flush=True)
        finally:
            providers.stop()


def _variables(place: Path, engine: Path, endpoint: str, port: str) -> dict[str, str]:
    for part in ("bin", "home", "state"):
        (place / part).mkdir()
    (place / "bin" / "pulumi").symlink_to(engine)
    return {
        "PATH": os.pathsep.join(
            [str(place / "bin"), str(PROVIDER), os.environ.get("PATH", os.defpath)]
        ),
        PORT: port,
        "PULUMI_HOME": str(place / "home"),
        "PULUMI_BACKEND_URL": f"file://{place / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "rehearsal",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        # As in rehearsal/engine.py: the state is written once, at an operation's end.
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": OPERATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
