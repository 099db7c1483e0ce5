"""What a target's template makes of an event."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.emulator.world import NotEmulatedError
from rehearsal.relay.inputs import MISSING, fill, follow

EVENT = {"detail": {"instance-id": "i-1", "list": [{"id": "a"}, "b"], "none": None}}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.detail.instance-id", "i-1"),
        ("$.detail.list[0].id", "a"),
        ("$.detail.list[1]", "b"),
        ("$.detail.none", None),
        ("$.detail.list[2]", MISSING),
        ("$.detail.instance-id.more", MISSING),
        ("$.nothing.here", MISSING),
    ],
)
def test_a_path_leads_to_a_value_or_nowhere(path: str, expected: Any) -> None:
    assert follow(path, EVENT) == expected


@pytest.mark.parametrize("path", ["$.detail.*", "$..id", "detail", "$['detail']", "$.list[-1]"])
def test_other_json_paths_are_refused_by_name(path: str) -> None:
    with pytest.raises(NotEmulatedError, match="JSON path"):
        follow(path, EVENT)


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ('{"a": <v>}', "x", '{"a": "x"}'),
        ('{"a": "<v>"}', "x", '{"a": "x"}'),
        ('{"a": <v>}', 8.5, '{"a": 8.5}'),
        ('{"a": "<v>"}', 8.5, '{"a": "8.5"}'),
        ('{"a": <v>}', True, '{"a": true}'),
        ('{"a": "<v>"}', None, '{"a": "null"}'),
        ('{"a": <v>}', 'say "x"', '{"a": "say \\"x\\""}'),
        ('{"a": "<v>"}', 'say "x"', '{"a": "say "x""}'),
        ('{"a": <v>}', {"b": ["c"]}, '{"a": {"b": ["c"]}}'),
        ('{"a": "<v>"}', {"b": ["c"]}, '{"a": "{b: [c]}"}'),
        ('"the \\"<v>\\" of <v>"', "x", '"the \\"x\\" of x"'),
        ('{"a": <v>}', MISSING, '{"a": }'),
        ('{"a": "<v>"}', MISSING, '{"a": ""}'),
    ],
)
def test_a_variable_is_put_in_as_json_outside_quotes_and_as_it_is_inside(
    template: str, value: Any, expected: str
) -> None:
    assert fill(template, {"v": value}) == expected
