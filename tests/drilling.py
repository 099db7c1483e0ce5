"""Scenarios played on an organisation of one account, for tests that spoil them."""

from __future__ import annotations

from operations import drill
from operations.drill import Played
from operations.scenarios import SCENARIOS, Scenario
from tests.organization import Deployed


def play(alone: Deployed, *scenarios: Scenario) -> list[Played]:
    return list(drill.play(alone.ground, scenarios))


def played(alone: Deployed, name: str) -> Played:
    [scenario] = [scenario for scenario in SCENARIOS if scenario.name == name]
    [result] = play(alone, scenario)
    return result


def why(result: Played) -> str:
    assert result.verdict == "failed"
    return str(result.why)
