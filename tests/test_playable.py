"""What is played against a stack follows from what it decides, never from its name."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from operations.scenarios import SCENARIOS
from rehearsal.playable import playable
from rehearsal.stacks import raw_settings

Settings = dict[str, Any]


def names(stack: str, raw: Settings) -> list[str]:
    return [each.name for each in playable(stack, raw)]


def test_the_range_is_played_with_every_scenario_whatever_it_is_called() -> None:
    for name in ("dev", "prod"):
        assert playable(name, raw_settings("dev")) is SCENARIOS


def test_an_environment_is_played_with_a_drill_for_each_answer_that_it_gives() -> None:
    assert names("staging", raw_settings("staging")) == ["drill-approval", "drill-automatic"]
    assert names("prod", raw_settings("prod")) == ["drill-notify"]


def another_name(settings: Settings) -> None:
    settings["accounts"][2]["name"] = "taxes"


def another_mode(settings: Settings) -> None:
    settings["accounts"][2]["routes"] = {"compromised-instance": "approval"}


def a_threshold(settings: Settings) -> None:
    settings["severity_thresholds"] = {"compromised-instance": 9}


def told_only(settings: Settings) -> None:
    settings["routes"] = {**settings["routes"], "compromised-instance": "notify"}


@pytest.mark.parametrize("change", [another_name, another_mode, a_threshold, told_only])
def test_what_is_nearly_the_range_is_none(change: Callable[[Settings], None]) -> None:
    settings = copy.deepcopy(raw_settings("dev"))
    change(settings)
    assert all(each.startswith("drill-") for each in names("dev", settings))


def test_batches_are_rehearsed_as_one_stack(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from rehearsal import stacks
    from rehearsal.promoting.scratch import small
    from tests.environments import written

    written(tmp_path, {"town": small(("01", "02"))})
    monkeypatch.setattr(stacks, "CHECKOUT", tmp_path)
    given = stacks.program_of("town").given["containment:settings"]
    assert [each["name"] for each in given["accounts"]][-2:] == ["office-0", "office-1"]
    assert not any("batch" in each for each in given["accounts"])
    assert names("town", dict(given)) == ["drill-automatic"]
