"""Small environments in a folder of their own: a hub, and members in batches."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from promotion.program import CHECKOUT
from settings import KEY


def written(folder: Path, environments: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write program, list, and stack files of every environment and batch."""
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(CHECKOUT / name, folder)
    listed = [{"name": name, "parallel": 2} for name in environments]
    (folder / "promotion.yaml").write_text(yaml.safe_dump({"environments": listed}))
    for name, settings in environments.items():
        stack_file(folder, name, settings)
        for batch in sorted({each["batch"] for each in settings["accounts"] if "batch" in each}):
            stack_file(folder, f"{name}-{batch}", {"of": name, "batch": batch})
    return folder


def stack_file(folder: Path, stack: str, settings: Any) -> None:
    """One stack's file."""
    text = yaml.safe_dump({"config": {KEY: settings}}, sort_keys=False)
    (folder / f"Pulumi.{stack}.yaml").write_text(text)
