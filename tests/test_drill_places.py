"""Where a drill is played: by the environment's file, and by what was asked for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from operations.drilling.attack import DOMAIN, KIND, ROUTE, SCRIPT, SEVERITY
from operations.drilling.place import PlaceError, environment, place_of
from operations.routing.answers import RoutesError
from operations.routing.stack_file import CHECKOUT
from rehearsal.emulator.guardduty.lookups import LOOKUP, TEST_DOMAIN
from rehearsal.stacks import raw_settings
from routes import route_of
from settings import Settings, SettingsError, parse
from tests.organization import ALONE


def changed(**more: Any) -> Settings:
    return parse({**raw_settings("dev"), **more})


def accounts(**routes: dict[str, str]) -> list[dict[str, Any]]:
    """The accounts of the first stack; each has these modes."""
    listed = raw_settings("dev")["accounts"]
    return [{**each, "routes": routes.get(each["name"].replace("-", "_"), {})} for each in listed]


def test_without_a_name_it_is_the_first_member_that_contains_by_itself_at_home() -> None:
    place = place_of(changed(), "dev")
    assert (place.account, place.id, place.region) == ("tax", "333333333333", "eu-west-1")
    assert place.mode == "automatic"
    assert str(place) == "tax (333333333333), eu-west-1 of dev"


def test_a_member_that_asks_is_passed_over_for_one_that_contains_by_itself() -> None:
    asking = accounts(tax={ROUTE: "approval"})
    place = place_of(changed(accounts=asking), "dev")
    assert (place.account, place.mode) == ("land-registry", "automatic")


def test_where_no_member_contains_by_itself_it_is_one_that_asks_and_then_one_that_tells() -> None:
    asking = accounts(tax={ROUTE: "notify"}, land_registry={ROUTE: "approval"})
    place = place_of(changed(accounts=asking), "dev")
    assert (place.account, place.mode) == ("land-registry", "approval")
    place = place_of(changed(routes={ROUTE: "notify"}), "dev")
    assert (place.account, place.mode) == ("tax", "notify")


def test_an_account_is_named_by_its_name_or_its_id() -> None:
    for named in ("land-registry", "444444444444"):
        place = place_of(changed(), "dev", account=named, region="eu-central-1")
        assert (place.account, place.region) == ("land-registry", "eu-central-1")


def test_a_single_account_is_its_own_member() -> None:
    place = place_of(changed(**ALONE), "dev")
    assert (place.account, place.region) == ("security", "eu-central-1")


@pytest.mark.parametrize(("threshold", "mode"), [(8, "automatic"), (8.1, "notify")])
def test_below_its_threshold_a_finding_is_for_people(threshold: float, mode: str) -> None:
    place = place_of(changed(severity_thresholds={ROUTE: threshold}), "dev")
    assert place.mode == mode
    assert ("below the threshold 8.1" in place.why) == (mode == "notify")


def test_a_place_that_is_not_there_is_refused_with_what_is_there() -> None:
    with pytest.raises(PlaceError) as refused:
        place_of(changed(), "dev", account="management", region="us-east-1")
    assert str(refused.value) == (
        "no account management with a pipeline in dev; there are: security, tax, land-registry; "
        "dev is not deployed in us-east-1; it is in eu-west-1, eu-central-1"
    )


def test_an_environment_is_read_from_its_file_and_a_part_names_the_whole(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "Pulumi.dev.yaml", tmp_path / "Pulumi.dev.yaml")
    part = 'config:\n  containment:settings: {of: dev, batch: "01"}\n'
    tmp_path.joinpath("Pulumi.dev-01.yaml").write_text(part)
    assert environment("dev", tmp_path).security.name == "security"
    with pytest.raises(PlaceError, match="dev-01 is a part of the environment dev: name that one"):
        environment("dev-01", tmp_path)
    with pytest.raises(RoutesError, match=r"no stack 'qa': Pulumi\.qa\.yaml is missing"):
        environment("qa", tmp_path)


def test_an_environment_with_mistakes_is_refused_with_each_of_them(tmp_path: Path) -> None:
    text = CHECKOUT.joinpath("Pulumi.dev.yaml").read_text()
    broken = text.replace('"333333333333"', '"3333"').replace("eu-central-1]", "mars-1]")
    tmp_path.joinpath("Pulumi.dev.yaml").write_text(broken)
    with pytest.raises(SettingsError) as refused:
        environment("dev", tmp_path)
    assert len(refused.value.mistakes) == 2


def test_the_attack_is_of_the_route_that_it_is_thought_to_be_of() -> None:
    found = {"type": KIND, "severity": SEVERITY, "resource": {"resourceType": "Instance"}}
    assert route_of({**found, "service": {"resourceRole": "TARGET", "archived": False}}) == ROUTE


def test_what_the_instance_runs_is_a_script_that_looks_one_name_up_and_does_nothing_else() -> None:
    assert SCRIPT.startswith("#!/bin/sh\n")
    assert LOOKUP.findall(SCRIPT) == [DOMAIN] == [TEST_DOMAIN]
    commands = {line.split()[0] for line in SCRIPT.splitlines() if line and line[0] != "#"}
    assert commands == {"for", "getent", "sleep", "done"}
