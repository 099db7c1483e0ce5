"""In which order stacks are deployed, and what is wrong with lists and stack files, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from promotion import order
from promotion.order import OrderError
from promotion.program import CHECKOUT
from rehearsal.promoting.scratch import small
from tests.environments import stack_file, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    batches = ("01", "01", "02", "03")
    return written(tmp_path, {"test": small((None,)), "prod": small(batches)})


def mistakes(folder: Path, environment: str = "prod") -> list[str]:
    with pytest.raises(OrderError) as caught:
        order.stacks_of(environment, folder)
    return caught.value.mistakes


def test_the_hub_comes_first_then_one_batch_alone_and_then_the_others(folder: Path) -> None:
    stacks = order.stacks_of("prod", folder)
    assert stacks.all == ("prod", "prod-01", "prod-02", "prod-03")
    assert list(stacks.waves(stacks.all)) == [("prod",), ("prod-01",), ("prod-02", "prod-03")]
    assert list(stacks.waves(("prod-03", "prod-01"))) == [("prod-01",), ("prod-03",)]


def test_an_environment_without_batches_is_one_stack(folder: Path) -> None:
    assert order.stacks_of("test", folder).all == ("test",)


def test_the_list_in_the_checkout_names_stacks_that_are_there() -> None:
    listed = order.read(CHECKOUT)
    assert [each.name for each in listed.environments] == ["dev", "staging", "prod"]
    for each in listed.environments:
        assert order.stacks_of(each.name, CHECKOUT).all == (each.name,)


def test_a_pattern_chooses_stacks_in_the_order_of_promotion(folder: Path) -> None:
    listed = order.read(folder)
    assert order.matching(["prod-0[23]", "test"], listed, folder) == {
        "test": ["test"],
        "prod": ["prod-02", "prod-03"],
    }
    assert order.matching(["prod*"], listed, folder) == {
        "prod": ["prod", "prod-01", "prod-02", "prod-03"]
    }
    with pytest.raises(OrderError, match=r"no stack matches 'prd-\*'; there are test, prod, prod-"):
        order.matching(["test", "prd-*"], listed, folder)


def test_an_environment_that_nobody_listed_is_told_with_those_that_are(folder: Path) -> None:
    with pytest.raises(OrderError, match="no environment 'prd'; there are test, prod"):
        order.read(folder).one("prd")


LISTS: list[tuple[Any, str]] = [
    (None, "promotion.yaml: settings: None is wrong"),
    ({"environments": []}, "environments: [] is wrong"),
    ({"environments": [{"name": "Prod"}]}, "environments[0].name: 'Prod' is wrong"),
    ({"environments": [{"name": "prod", "parallel": 0}]}, "environments[0].parallel: 0 is wrong"),
    ({"environments": [{"name": "prod", "role": "x"}]}, "environments[0].role: 'x' is not known"),
    ({"environments": [{"name": "a"}, {"name": "a"}]}, "['a'] more than once"),
]


@pytest.mark.parametrize(("raw", "told"), LISTS)
def test_a_list_that_is_wrong_is_told(tmp_path: Path, raw: Any, told: str) -> None:
    (tmp_path / "promotion.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(OrderError) as caught:
        order.read(tmp_path)
    assert told in str(caught.value)


def test_a_list_that_is_missing_or_no_yaml_is_told(tmp_path: Path) -> None:
    with pytest.raises(OrderError, match=r"promotion\.yaml is missing"):
        order.read(tmp_path)
    (tmp_path / "promotion.yaml").write_text("environments: [")
    with pytest.raises(OrderError, match=r"promotion\.yaml is no YAML"):
        order.read(tmp_path)


def test_every_mistake_of_the_stack_files_is_told_at_once(folder: Path) -> None:
    (folder / "Pulumi.prod-01.yaml").unlink()
    stack_file(folder, "prod-02", {"of": "test", "batch": "02"})
    (folder / "Pulumi.prod-03.yaml").write_text("config: [")
    stack_file(folder, "prod-09", {"of": "prod", "batch": "09"})
    stack_file(folder, "prod-eu", {"of": "elsewhere", "batch": "01"})
    assert [each.partition(":")[0].split(" is")[0] for each in mistakes(folder)] == [
        "Pulumi.prod-01.yaml",
        "Pulumi.prod-02.yaml",
        "Pulumi.prod-03.yaml",
        "Pulumi.prod-09.yaml",
    ]
    first, second, third, last = mistakes(folder)
    assert 'write config: {containment:settings: {of: prod, batch: "01"}}' in first
    assert "is {'of': 'test', 'batch': '02'}; write {of: prod" in second
    assert "is {}; write {of: prod" in third
    assert "pulumi destroy --stack prod-09, then take the file away" in last


def test_mistakes_of_an_environments_settings_are_told_with_its_file(folder: Path) -> None:
    settings = small(("01",))
    settings["accounts"][2]["id"] = "12"
    settings["deployer_role"] = ""
    stack_file(folder, "prod", settings)
    told = mistakes(folder)
    assert len(told) == 2
    assert all(each.startswith("Pulumi.prod.yaml: ") for each in told)
