"""For each rule of the policy pack a violation, and a near miss of it."""

from __future__ import annotations

from tests.plants.allowed import ALLOWED
from tests.plants.kept import KEPT
from tests.plants.made import MADE
from tests.plants.started import STARTED

PLANTS = (*MADE, *KEPT, *ALLOWED, *STARTED)
