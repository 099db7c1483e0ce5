"""What AWS answered, as a resource's inputs and state: true drift, and no false one."""

from __future__ import annotations

from typing import Any

import jmespath

from rehearsal.provider.codecs import nothing
from rehearsal.provider.kinds import Kind
from rehearsal.provider.plans import Inputs


def inputs_seen(
    kind: Kind, inputs: Inputs, state: Inputs, found: Any, tags: Inputs | None
) -> Inputs:
    """The inputs as AWS has them.

    What was never asked for stays out, for AWS's own defaults are nobody's drift; in an import,
    which asks for nothing, everything that AWS tells comes in.
    """
    seen = dict(inputs)
    for name, one in kind.properties.items():
        if not one.read or (inputs and name not in inputs):
            continue
        held = inputs.get(name, state.get(name))
        now = one.codec.seen(jmespath.search(one.read, found), held)
        if now is None and one.default is not None:
            now = one.default
        if nothing(now) and nothing(held):
            continue
        seen[name] = now
    if tags is not None and (inputs or tags):
        seen["tagsAll"] = tags
    return {name: value for name, value in seen.items() if value is not None}


def state_seen(inputs: Inputs, state: Inputs, seen: Inputs) -> Inputs:
    """The state after a read: what is not an input stays, and an input is as it was seen."""
    gone = {name for name in inputs if name not in seen}
    return {**{name: value for name, value in state.items() if name not in gone}, **seen}
