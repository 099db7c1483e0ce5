"""The real program with a stack file of a test's own: a folder beside the checkout.

Its ``__main__.py`` runs the checkout's, whose modules are found as the checkout's are.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from promotion.program import CHECKOUT, Program
from tests.organization import ALONE, SETTINGS

STACK = "small"
MAIN = "import runpy\n\nrunpy.run_path({path!r}, run_name='__main__')\n"


def written(folder: Path, changes: Mapping[str, Any] | None = None) -> Program:
    """The smallest stack of the program, with some settings changed, in a folder."""
    shutil.copy(CHECKOUT / "Pulumi.yaml", folder)
    (folder / "__main__.py").write_text(MAIN.format(path=str(CHECKOUT / "__main__.py")))
    settings = {**json.loads(Program().config("dev")[SETTINGS]), **ALONE, **(changes or {})}
    configured = {"config": {SETTINGS: settings}}
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(configured))
    return Program(folder)
