"""The rules of the policy pack: every stack keeps them, and a planted violation of each is caught.

They are asked about the declared graph; that the engine asks them, ``test_policy_pack.py`` shows.
"""

from __future__ import annotations

import re
from collections import Counter

import pytest

from policy.retention import RULES as OF_RETENTION
from policy.rule import Broken, Unjudged
from policy.rules import RULES
from settings import Settings
from tests.declared import Graph, declared
from tests.judged import BY_NAME, broken, verdicts
from tests.planting import planted
from tests.plants import PLANTS
from tests.plants.plant import Plant
from tests.preview import NOT_IN_A_PREVIEW
from tests.stacks import STACKS

BY_RULE = [plant.rule for plant in PLANTS]


@pytest.fixture(scope="module")
def told() -> dict[str, list[str]]:
    """What the rules said of everything that was planted."""
    return planted()


def test_every_stack_keeps_every_rule(graph: Graph) -> None:
    assert broken(graph) == []


def test_what_data_a_stack_keeps_is_what_its_settings_say(graph: Graph, settings: Settings) -> None:
    rule = BY_NAME["data-kept"]
    assert verdicts(graph, rule, {"retain": settings.retain_data}) == []
    wrong = verdicts(graph, rule, {"retain": not settings.retain_data})
    kept = [*graph.of("Table"), *graph.of("Bucket")]
    assert {(type(each), each.urn) for each in wrong} == {(Broken, each.urn) for each in kept}


def test_every_rule_has_a_violation_that_is_planted() -> None:
    assert Counter(BY_RULE) == Counter(rule.name for rule in RULES)


def test_where_nothing_is_planted_nothing_is_broken(told: dict[str, list[str]]) -> None:
    assert told["nothing"] == []


@pytest.mark.parametrize("plant", PLANTS, ids=BY_RULE)
def test_a_planted_violation_breaks_its_rule(told: dict[str, list[str]], plant: Plant) -> None:
    said = [each for each in told["violations"] if each.startswith(f"{plant.rule}: ")]
    assert [each for each in said if plant.says in each], said


@pytest.mark.parametrize("plant", PLANTS, ids=BY_RULE)
def test_its_near_miss_breaks_nothing(told: dict[str, list[str]], plant: Plant) -> None:
    assert len({plant.old, plant.new, plant.near}) == 3
    assert [each for each in told["near misses"] if each.startswith(f"{plant.rule}: ")] == []


def test_no_near_miss_breaks_the_rule_of_another(told: dict[str, list[str]]) -> None:
    assert told["near misses"] == []


@pytest.mark.parametrize("name", STACKS)
def test_a_preview_breaks_nothing_and_says_what_it_cannot_judge_yet(name: str) -> None:
    graph = declared(STACKS[name], preview=True)
    assert broken(graph) == []
    unjudged = {
        (rule.name, verdict.what)
        for rule in RULES
        for verdict in verdicts(graph, rule)
        if isinstance(verdict, Unjudged)
    }
    assert unjudged <= NOT_IN_A_PREVIEW
    assert unjudged >= {each for each in NOT_IN_A_PREVIEW if each[0] != "chat-guarded"}


def test_a_rule_judges_one_resource_or_a_whole_stack_and_never_both() -> None:
    assert [rule.name for rule in RULES if bool(rule.each) == bool(rule.whole)] == []


def test_a_rule_says_what_holds_why_and_what_to_do_under_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
        assert min(map(len, (rule.holds, rule.matters, rule.remedy))) > 10
        assert re.fullmatch(r"(\d\.\d+(, )?)*", rule.traps)


def test_only_what_is_said_to_be_configurable_is() -> None:
    configurable = [rule.name for rule in RULES if rule.properties]
    assert configurable == [rule.name for rule in OF_RETENTION if rule.whole]
