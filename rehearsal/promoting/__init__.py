"""Promotions against emulated organisations: the commands that a workflow runs, really run."""

from collections.abc import Callable, Mapping
from typing import Final

from rehearsal.promoting import joining, resuming, travelling
from rehearsal.promoting.verdict import Told, Verdict

PROMOTIONS: Final[Mapping[str, Callable[[Told], Verdict]]] = {
    travelling.NAME: travelling.play,
    joining.NAME: joining.play,
    resuming.NAME: resuming.play,
}
"""Every scenario about promotions, by its name."""
