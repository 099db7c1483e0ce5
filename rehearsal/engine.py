"""The real Pulumi engine deploys a program into the emulated organisation.

The program runs in this process, by the Automation API; the engine and one stand-in provider per
account run beside it. State lives in a temporary folder and goes with it; nothing is read from, or
written to, the user's own Pulumi.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from pulumi import automation

from promotion.operation import Loops, Output, Result, perform
from promotion.program import CHECKOUT, Program
from promotion.unasked import unasked
from rehearsal.provider.forks import PORT, Forks

PROVIDER = Path(__file__).parent / "provider"


class Deployment:
    """One stack of a program, deployed at an emulator's endpoint; a context manager.

    ``output`` gets the engine's own lines. Every operation raises DeploymentError where it fails.
    """

    def __init__(
        self,
        stack: str,
        *,
        endpoint: str,
        engine: Path,
        directory: Path = CHECKOUT,
        output: Output | None = None,
    ) -> None:
        self.program = Program(directory)
        self._name = stack
        self._loops = Loops()
        self._output = output
        self._folder = Path(tempfile.mkdtemp(prefix="containment-rehearsal-"))
        self._providers = Forks(endpoint)
        try:
            self._stack = self._make(stack, engine)
        except BaseException:
            self.close()
            raise

    def preview(self, *, refresh: bool = False) -> Result:
        """What an up would do; with ``refresh``, compared with AWS rather than with the state."""
        self._configure()
        return self._run(self._stack.preview, refresh=refresh)

    def up(self) -> Result:
        """Make AWS what the program declares."""
        self._configure()
        return self._run(self._stack.up)

    def reconfigure(self, given: Mapping[str, Any]) -> None:
        """From now on this configuration, ``namespace:key`` → value, before the stack's file."""
        self.program = replace(self.program, given=given)

    def refresh(self) -> Result:
        """Read everything from AWS; what differs from the state is drift, and is in ``changes``."""
        return self._run(self._stack.refresh)

    def destroy(self) -> Result:
        """Take everything away but what the program retains."""
        return self._run(self._stack.destroy)

    def state(self) -> list[dict[str, Any]]:
        """The resources that the engine holds, as its checkpoint has them: secrets encrypted."""
        # From the backend's own file: what the API exports has its secrets in the clear.
        place = self._folder / "state" / ".pulumi" / "stacks" / self.program.project
        held = json.loads((place / f"{self._name}.json").read_text())["checkpoint"]["latest"]
        resources: list[dict[str, Any]] = (held or {}).get("resources") or []
        return resources

    def close(self) -> None:
        """Forget the stack and its state; what is on the emulator stays there."""
        self._providers.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def _make(self, stack: str, engine: Path) -> automation.Stack:
        work, root = self._folder / "work", self._folder / "root"
        for part in (work, root / "bin", self._folder / "home", self._folder / "state"):
            part.mkdir(parents=True)
        # Copies: the Automation API writes into the folder that it works in.
        for path in self.program.files(stack):
            shutil.copy(path, work)
        (root / "bin" / "pulumi").symlink_to(engine)
        options = automation.LocalWorkspaceOptions(
            work_dir=str(work),
            pulumi_home=str(self._folder / "home"),
            pulumi_command=automation.PulumiCommand(str(root)),
            env_vars=self._engine_environment(),
        )
        return unasked(
            automation.create_stack(
                stack_name=stack,
                project_name=self.program.project,
                program=self._loops.running(lambda: self.program.run()),
                opts=options,
            )
        )

    def _engine_environment(self) -> dict[str, str]:
        path = os.environ.get("PATH", os.defpath)
        return {
            "PATH": f"{PROVIDER}{os.pathsep}{path}",
            PORT: self._providers.port(),
            "PULUMI_BACKEND_URL": f"file://{self._folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "rehearsal",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            # The state is written once at an operation's end, rather than whole at every step:
            # nobody takes up an operation that was killed, for the emulator dies with it.
            "PULUMI_SKIP_CHECKPOINTS": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }

    def _configure(self) -> None:
        """Take the stack's file as it is now; the engine keeps its key in the copy."""
        [_, source] = self.program.files(self._name)
        copy = self._folder / "work" / source.name
        held = yaml.safe_load(copy.read_text()) or {}
        held["config"] = self.program.decided(self._name)
        copy.write_text(yaml.safe_dump(held))

    def _run(self, operation: Callable[..., Any], **options: Any) -> Result:
        return perform(operation, self._loops, output=self._output, **options)
