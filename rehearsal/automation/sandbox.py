"""Where a script of a document runs: in this process, on the world's clock, with nothing but AWS.

The imports it may use are listed; ``time``, ``datetime``, ``boto3`` and ``botocore`` are stand-ins.
It keeps an honest script from reaching the real time, the network and the disk by mistake. It is no
prison for a hostile one: documents are our own.
"""

from __future__ import annotations

import builtins
import importlib
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import CodeType, ModuleType
from typing import Any, Self

from rehearsal.automation import aws_modules, time_modules
from rehearsal.automation.budget import Budget
from rehearsal.automation.calls import Calls
from rehearsal.emulator.world import NotEmulatedError, World

PURE = frozenset(
    {
        "__future__",
        "abc",
        "base64",
        "binascii",
        "bisect",
        "calendar",
        "collections",
        "collections.abc",
        "contextlib",
        "copy",
        "csv",
        "dataclasses",
        "decimal",
        "difflib",
        "enum",
        "fnmatch",
        "fractions",
        "functools",
        "gzip",
        "hashlib",
        "heapq",
        "hmac",
        "html",
        "io",
        "ipaddress",
        "itertools",
        "json",
        "json.decoder",
        "keyword",
        "math",
        "numbers",
        "operator",
        "pprint",
        "random",
        "re",
        "secrets",
        "shlex",
        "statistics",
        "string",
        "struct",
        "textwrap",
        "traceback",
        "types",
        "typing",
        "unicodedata",
        "urllib",
        "urllib.parse",
        "uuid",
        "warnings",
        "zlib",
        "zoneinfo",
    }
)
"""Modules of the standard library that touch neither time, network, disk nor other processes."""

WITHHELD = (
    "open",
    "input",
    "breakpoint",
    "exit",
    "quit",
    "help",
    "copyright",
    "credits",
    "license",
)

Handler = Callable[[Any, Any], Any]


class Sandbox:
    """One run of one script; a context manager."""

    def __init__(self, world: World, budget: Budget, calls: Calls, log: list[str]) -> None:
        self._log = log
        self._standins: Mapping[str, ModuleType] = {
            **time_modules.modules(budget),
            **aws_modules.modules(world, calls),
        }
        self._module = ModuleType(f"customer_script_{uuid.uuid4().hex}")
        self._globals = vars(self._module)
        self._globals["__builtins__"] = self._builtins()

    def __enter__(self) -> Self:
        # Dataclasses look their own module up there.
        sys.modules[self._module.__name__] = self._module
        return self

    def __exit__(self, *_: object) -> None:
        del sys.modules[self._module.__name__]

    def handler(self, source: str, file: str, name: str) -> Handler:
        """Run the script's top level and return its handler; raises whatever the script raises."""
        self._globals["__file__"] = file
        # Run on purpose: it is the deployed document's own code, which AWS would run as well.
        exec(_renamed(_compiled(source), file), self._globals)  # noqa: S102
        if name not in self._globals:
            raise AttributeError(f"module 'customer_script' has no attribute '{name}'")
        found: Handler = self._globals[name]
        return found

    def _builtins(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(builtins).items() if name not in WITHHELD}
        return {**kept, "__import__": self._import, "print": self._print}

    def _import(
        self,
        name: str,
        globals_: Mapping[str, Any] | None = None,
        locals_: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if name in self._standins:
            return self._standins[name if fromlist else name.split(".")[0]]
        if name not in PURE or level:
            raise NotEmulatedError(
                f"A script that imports {name} is not emulated: it may use boto3, botocore and "
                "what of the standard library touches neither disk, network nor processes."
            )
        module = importlib.import_module(name)
        return module if fromlist else importlib.import_module(name.split(".")[0])

    def _print(self, *values: object, sep: str = " ", end: str = "\n", **_: object) -> None:
        self._log.append(sep.join(str(value) for value in values) + end)


@cache
def _compiled(source: str) -> CodeType:
    """The same few scripts run hundreds of times."""
    return compile(source, "", "exec")


def _renamed(code: CodeType, file: str) -> CodeType:
    """As if it had been compiled from this file, whose name is in tracebacks."""
    inner = tuple(
        _renamed(each, file) if isinstance(each, CodeType) else each for each in code.co_consts
    )
    return code.replace(co_filename=file, co_consts=inner)
