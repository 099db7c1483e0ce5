"""The policy pack: ``pulumi preview --policy-pack policy``.

The engine runs this file, and only this file makes the pack: whoever makes one serves the engine
until it is ended. The rules are in the other modules.
"""

import sys
from pathlib import Path

from pulumi_policy import EnforcementLevel, PolicyPack

# The engine starts it in this folder; the rules are imported from the checkout, as everywhere.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from policy.pack import policy_of
from policy.rules import RULES

PolicyPack(
    name="containment",
    policies=[policy_of(rule) for rule in RULES],
    enforcement_level=EnforcementLevel.MANDATORY,
)
