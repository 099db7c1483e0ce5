"""A stack's file, ``Pulumi.<stack>.yaml``: where it lies, and the settings in it as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from settings import KEY


class StackFileError(ValueError):
    """The file has no settings; the message says what to write."""


def path_of(stack: str, folder: Path) -> Path:
    """The stack's file; raises FileNotFoundError that names the stacks there are."""
    path = folder / f"Pulumi.{stack}.yaml"
    if not path.exists():
        there = sorted(each.name.split(".")[1] for each in folder.glob("Pulumi.*.yaml"))
        raise FileNotFoundError(f"no stack {stack!r}: {path.name} is missing; there are {there}")
    return path


def raw_settings(path: Path) -> Mapping[str, Any]:
    """``containment:settings`` of a file, unchecked; raises StackFileError."""
    try:
        read = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise StackFileError(f"{path.name} is no YAML: {error}") from error
    config = read.get("config") if isinstance(read, Mapping) else None
    raw = config.get(KEY) if isinstance(config, Mapping) else None
    if not isinstance(raw, Mapping):
        raise StackFileError(
            f"{path.name} has no {KEY}: write it under config, as in Pulumi.dev.yaml"
        )
    return raw
