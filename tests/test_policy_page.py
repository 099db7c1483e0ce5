"""docs/policy.md held to the pack: every rule, when it is judged, and what may be configured."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from policy.rules import RULES
from tests.preview import NOT_IN_A_PREVIEW

ROOT = Path(__file__).parents[1]
PAGE = ROOT.joinpath("docs", "policy.md").read_text()


def test_the_table_has_every_rule_in_order_with_its_own_words() -> None:
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \| (.+) \| (.+) \| (.+) \| (each|whole) \w+ \|$", PAGE)
    assert rows == [
        (
            rule.name,
            rule.holds,
            rule.matters,
            rule.traps or "none",
            "each" if rule.each else "whole",
        )
        for rule in RULES
    ]


def test_what_a_preview_cannot_judge_is_listed() -> None:
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \| ((?:`[\w.]+`(?:, )?)+) \|$", PAGE)
    listed = {(rule, path) for rule, paths in rows for path in re.findall(r"`([\w.]+)`", paths)}
    assert listed == NOT_IN_A_PREVIEW


def test_every_rule_that_is_configured_there_is_one_and_takes_it() -> None:
    rules = {rule.name: rule for rule in RULES}
    configured = [yaml.safe_load(each) for each in re.findall(r"(?m)^\| `(\{.+\})` \|", PAGE)]
    assert len(configured) == 4
    for name, how in (pair for each in configured for pair in each.items()):
        if isinstance(how, str):
            assert name in {*rules, "all"}
            assert how in ("advisory", "disabled")
        else:
            assert how.keys() <= rules[name].properties.keys()


def test_every_file_that_it_names_is_there() -> None:
    named = re.findall(r"`((?:tests|policy)/[\w/.]*)`", PAGE)
    assert len(named) > 4
    assert [name for name in named if not ROOT.joinpath(name).exists()] == []


def test_the_packs_version_is_the_projects() -> None:
    project = ROOT.joinpath("policy", "PulumiPolicy.yaml").read_text()
    version = yaml.safe_load(project)["version"]
    assert f"containment@v{version}" in PAGE
    assert f'version = "{version}"' in ROOT.joinpath("pyproject.toml").read_text()
