"""The Pulumi program that is rehearsed: found, configured and run from its folder, never imported.

It is run by ``runpy``, as the engine's own language host runs it, so the rehearsal knows nothing of
its components. Its folder holds ``__main__.py``, ``Pulumi.yaml`` and ``Pulumi.<stack>.yaml``.
"""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Program:
    """A Pulumi program in a folder."""

    folder: Path = CHECKOUT
    given: Mapping[str, Any] = field(default_factory=dict)
    """Configuration in place of what the stack's file says, ``namespace:key`` → value."""

    @property
    def project(self) -> str:
        """The project's name, as ``Pulumi.yaml`` has it."""
        return str(self._yaml("Pulumi.yaml")["name"])

    def files(self, stack: str) -> list[Path]:
        """What the engine reads beside the program; FileNotFoundError names a stack's file."""
        stack_file = self.folder / f"Pulumi.{stack}.yaml"
        if not stack_file.exists():
            known = sorted(path.name for path in self.folder.glob("Pulumi.*.yaml"))
            raise FileNotFoundError(f"no {stack_file.name} in {self.folder}: there are {known}")
        return [self.folder / "Pulumi.yaml", stack_file]

    def config(self, stack: str) -> dict[str, str]:
        """The stack's configuration as a program sees it: ``namespace:key`` → text, or JSON."""
        project = self._yaml("Pulumi.yaml").get("config") or {}
        defaults = {
            key: declared["value"]
            for key, declared in project.items()
            if isinstance(declared, dict) and "value" in declared
        }
        return {
            self._qualified(key): value if isinstance(value, str) else json.dumps(value)
            for key, value in {**defaults, **self.decided(stack)}.items()
        }

    def decided(self, stack: str) -> dict[str, Any]:
        """What the stack's file says, or what was given in its place."""
        [_, stack_file] = self.files(stack)
        return {**(yaml.safe_load(stack_file.read_text()).get("config") or {}), **self.given}

    def run(self) -> None:
        """Run the program in this process; its own modules are found beside it."""
        before = list(sys.path)
        sys.path.insert(0, str(self.folder))
        try:
            runpy.run_path(str(self.folder / "__main__.py"), run_name="__main__")
        finally:
            sys.path[:] = before

    def _qualified(self, key: str) -> str:
        return key if ":" in key else f"{self.project}:{key}"

    def _yaml(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.safe_load((self.folder / name).read_text())
        return loaded


def end(loop: asyncio.AbstractEventLoop) -> None:
    """Close a program's event loop; what a failed program left waiting in it is given up."""
    # Pulumi's own handler stops the loop at the first error, and the rest would never be ended.
    loop.set_exception_handler(lambda loop, context: None)
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    if waiting:  # to gather nothing would ask for another loop, that of this thread
        ended = asyncio.gather(*waiting, return_exceptions=True)
        ended.add_done_callback(lambda _: loop.stop())
        while not ended.done():  # a stop that was asked for before ends one round, and no more
            loop.run_forever()
    loop.close()
