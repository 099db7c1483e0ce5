"""zizmor, from the packages: what it has against the workflows, told as lines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROGRAM = Path(sys.executable).with_name("zizmor")


def complaints(folder: Path) -> list[str]:
    """Everything that the strictest persona finds in a ``.github`` folder, without a network.

    Raises RuntimeError where it cannot judge them.
    """
    said = subprocess.run(
        [PROGRAM, "--offline", "--persona=auditor", "--format=json", "--quiet", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found = json.loads(said.stdout)
    except json.JSONDecodeError as error:
        raise RuntimeError(f"zizmor could not judge {folder}: {said.stderr.strip()}") from error
    return [_told(each) for each in found]


def _told(finding: Mapping[str, Any]) -> str:
    first = finding["locations"][0]
    place = first["symbolic"]["key"]["Local"]["given_path"]
    line = first["concrete"]["location"]["start_point"]["row"] + 1
    return f"{place}:{line}: {finding['desc']} [{finding['ident']}]"
