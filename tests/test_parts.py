"""Stacks that deploy a part of an environment: what they read, and that the parts are the whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from promotion.program import CHECKOUT, Program
from settings import KEY, SettingsError
from settings.stack import stack_of
from tests.declared import Graph, recorded, settings_of
from tests.judged import BY_NAME, broken, verdicts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the program and an environment whose members are in two batches."""
    shutil.copy(CHECKOUT / "__main__.py", tmp_path)
    shutil.copy(CHECKOUT / "Pulumi.yaml", tmp_path)
    whole = settings_of("dev")
    whole["accounts"][2]["batch"], whole["accounts"][3]["batch"] = "01", "02"
    written(tmp_path, "town", whole)
    for batch in ("01", "02"):
        written(tmp_path, f"town-{batch}", {"of": "town", "batch": batch})
    return tmp_path


def written(folder: Path, stack: str, settings: Any) -> None:
    text = yaml.safe_dump({"config": {KEY: settings}}, sort_keys=False)
    (folder / f"Pulumi.{stack}.yaml").write_text(text)


def declared(folder: Path, stack: str) -> Graph:
    settings = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text())["config"][KEY]
    return recorded(Program(folder), settings, stack="test")


def what(graph: Graph) -> dict[tuple[str, str, str], Any]:
    return {
        (each.type, each.name, each.account): each.inputs
        for each in graph.resources
        if not each.type.startswith("pulumi:")
    }


def test_the_hub_and_the_batches_declare_together_what_one_stack_would(folder: Path) -> None:
    whole = what(recorded(Program(), settings_of("dev"), stack="test"))
    parts = [what(declared(folder, stack)) for stack in ("town", "town-01", "town-02")]
    assert sum(map(len, parts)) == len(whole), "something is declared by two stacks"
    assert {key: value for part in parts for key, value in part.items()} == whole


def test_each_part_keeps_every_rule_of_the_policy_pack(folder: Path) -> None:
    for stack in ("town", "town-01", "town-02"):
        part = declared(folder, stack)
        assert broken(part) == []
        kept = verdicts(part, BY_NAME["data-kept"], {"retain": True})
        assert len(kept) == len([*part.of("Table"), *part.of("Bucket")]) > 0


def test_a_batch_has_a_provider_for_each_of_its_accounts_and_no_other(folder: Path) -> None:
    graph = declared(folder, "town-02")
    providers = [each.name for each in graph.resources if each.type == "pulumi:providers:aws"]
    assert providers == ["land-registry"]
    assert {each.account for each in graph.aws()} == {"444444444444"}


def test_the_hub_awaits_beats_of_every_account_of_the_environment(folder: Path) -> None:
    silent = [
        each.inputs["name"]
        for each in declared(folder, "town").of("MetricAlarm")
        if "silent" in each.inputs["name"]
    ]
    for account in ("222222222222", "333333333333", "444444444444"):
        assert any(account in name for name in silent), silent


MISTAKES = [
    ({"of": "city", "batch": "01"}, "of: no stack 'city': Pulumi.city.yaml is missing; there are"),
    ({"of": "town"}, "batch: '(missing)' is wrong"),
    ({"batch": "01"}, "of: '(missing)' is wrong"),
    ({"of": "town", "batch": "1"}, "batch: '1' is wrong"),
    ({"of": "town", "batch": "01", "regions": []}, "regions: [] is not known here"),
    ({"of": "town-01", "batch": "01"}, "of: town-01 is itself a part, of 'town'"),
    ({"of": "town", "batch": "07"}, "no account of town has the batch '07'"),
    ({"of": "torn", "batch": "01"}, "Pulumi.torn.yaml is no YAML"),
    ({"of": "bare", "batch": "01"}, "Pulumi.bare.yaml has no containment:settings"),
    ({"of": "../town", "batch": "01"}, "of: '../town' is wrong"),
]


@pytest.mark.parametrize(("raw", "told"), MISTAKES)
def test_a_part_that_cannot_be_read_is_told(folder: Path, raw: Any, told: str) -> None:
    (folder / "Pulumi.torn.yaml").write_text("config: [")
    (folder / "Pulumi.bare.yaml").write_text("config: {}")
    with pytest.raises(SettingsError) as caught:
        stack_of(raw, folder)
    assert told in "\n".join(caught.value.mistakes)


def test_the_mistakes_of_the_whole_environment_are_told_in_each_part(folder: Path) -> None:
    whole = settings_of("dev")
    whole["accounts"][2] |= {"batch": "01", "id": "333"}
    written(folder, "town", whole)
    with pytest.raises(SettingsError, match=r"accounts\[2\].id: '333' is wrong"):
        stack_of({"of": "town", "batch": "02"}, folder)
