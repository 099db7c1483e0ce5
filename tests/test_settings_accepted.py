"""Settings that are right: stack files, what they decide, and the schema that editors use."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml
from pydantic import ValidationError

from settings import KEY, parse
from settings import __main__ as command
from tests.stacks import FEW

ROOT = Path(__file__).parents[1]
STACKS = sorted(ROOT.glob("Pulumi.*.yaml"))
ALONE: dict[str, Any] = {
    "home_region": "eu-west-1",
    "regions": ["eu-west-1"],
    "deployer_role": "Deployer",
    "people": FEW,
    "accounts": [{"name": "alone", "id": "012345678901", "role": "security"}],
}


def _of(stack: str) -> dict[str, Any]:
    whole = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())
    settings: dict[str, Any] = whole["config"][KEY]
    return settings


def _modes(stack: str) -> dict[str, str]:
    settings = parse(_of(stack))
    return {each.name: settings.modes(each)["compromised-instance"] for each in settings.accounts}


def test_there_are_three_stacks_and_no_other() -> None:
    assert [path.name for path in STACKS] == [
        "Pulumi.dev.yaml",
        "Pulumi.prod.yaml",
        "Pulumi.staging.yaml",
    ]


def test_dev_is_automatic_in_every_account_and_keeps_nothing() -> None:
    assert set(_modes("dev").values()) == {"automatic"}
    assert parse(_of("dev")).retain_data is False


def test_staging_is_automatic_but_for_one_accounts_override() -> None:
    assert _modes("staging") == {
        "management": "automatic",
        "security": "automatic",
        "tax": "automatic",
        "land-registry": "approval",
    }
    (exemption,) = parse(_of("staging")).exemptions
    assert exemption.expires == date(2026, 12, 31)


def test_prod_watches_first_and_keeps_its_data() -> None:
    assert set(_modes("prod").values()) == {"notify"}
    assert parse(_of("prod")).retain_data is True


def test_what_is_left_out_has_the_careful_default() -> None:
    settings = parse(ALONE)
    assert settings.organization is None
    assert settings.retain_data is True
    assert settings.contained.suffices == "blocked"
    assert settings.contained.two_swaps_proven is False
    assert settings.guardduty.publishing_frequency == "FIFTEEN_MINUTES"
    assert settings.modes(settings.security)["compromised-instance"] == "automatic"
    assert settings.modes(settings.security)["attacked-instance"] == "notify"


def test_a_single_account_needs_neither_organization_nor_management() -> None:
    settings = parse(ALONE)
    assert settings.security.id == "012345678901"
    assert settings.of_role("management") is None
    assert settings.security.contains


def test_all_but_the_management_account_contain_unless_they_say_otherwise() -> None:
    dev = _of("dev")
    assert [each.name for each in parse(dev).accounts if each.contains] == [
        "security",
        "tax",
        "land-registry",
    ]
    dev["accounts"][0]["contain"] = True
    dev["accounts"][2]["contain"] = False
    assert [each.name for each in parse(dev).accounts if each.contains] == [
        "management",
        "security",
        "land-registry",
    ]


def test_a_landing_zone_that_delegates_needs_no_management_account() -> None:
    dev = {**_of("dev"), "delegation": "existing"}
    dev["accounts"] = [each for each in dev["accounts"] if each["role"] != "management"]
    assert parse(dev).of_role("management") is None


def test_an_accounts_mode_comes_before_its_stacks_and_the_stacks_before_the_routes() -> None:
    alone = copy.deepcopy(ALONE)
    settings = parse({**alone, "routes": {"compromised-instance": "notify"}})
    assert settings.modes(settings.security)["compromised-instance"] == "notify"
    alone["accounts"][0]["routes"] = {"compromised-instance": "approval"}
    settings = parse({**alone, "routes": {"compromised-instance": "notify"}})
    assert settings.modes(settings.security)["compromised-instance"] == "approval"


def test_bounds_are_plain_data_for_the_components() -> None:
    assert parse(_of("staging")).bounds() == {
        "suffices": "blocked",
        "two_swaps_proven": False,
        "credentials_margin": 30,
        "dns_firewalled": (),
        "forensic_network": None,
        "forensic_endpoints": None,
        "forensic_account": None,
        "never_touch": ["OrganizationAccountAccessRole"],
        "caps": {"compromised-instance": 5, "attacking-instance": 3},
        "severity_thresholds": {"compromised-instance": 7.0, "attacking-instance": 7.0},
    }


def test_what_is_kept_is_plain_data_for_the_hub_and_exemptions_are_of_any_number() -> None:
    raw = _of("staging")
    staging = parse(raw)
    assert staging.for_hub() == {
        "objective_minutes": 15,
        "watch_minutes": 15,
        "regions": ("eu-west-1", "eu-central-1"),
        "forensic_account": None,
        "retain_data": True,
        "retention_days": 30,
        "retention_mode": "GOVERNANCE",
        "exemptions": [
            {
                "Resource": "arn:aws:ec2:eu-west-1:333333333333:instance/i-0a1b2c3d4e5f60718",
                "Owner": "tax-platform@example.org",
                "Reason": "Runs the yearly penetration test; agreed with the security office.",
                "Expires": "2026-12-31",
            }
        ],
    }
    many = parse({**raw, "exemptions": raw["exemptions"] * 500})
    assert len(many.for_hub()["exemptions"]) == 500
    assert parse(ALONE).for_hub()["retention_days"] == 90


def test_settings_cannot_be_changed_once_they_are_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        parse(ALONE).retain_data = False  # type: ignore[misc]  # what the test shows


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema as the command writes it."""
    ran = subprocess.run(
        [sys.executable, "-m", "settings", "--schema"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    written: dict[str, Any] = json.loads(ran.stdout)
    return written


@pytest.mark.parametrize("path", STACKS, ids=lambda path: path.name)
def test_the_schema_admits_every_stack_file(schema: dict[str, Any], path: Path) -> None:
    # JSON has no dates: an editor sees text.
    stack = json.loads(json.dumps(yaml.safe_load(path.read_text()), default=str))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(stack, schema)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("home_region", "eu-wst-1"),
        ("regions", ["mars-1"]),
        ("routes", {"reconnaissance": "automatic"}),
        ("routes", {"compromised-instance": "off"}),
        ("caps", {"compromised-instance": {"per_hour": 0}}),
        ("accounts", [{"name": "tax", "id": 333333333333, "role": "member"}]),
        ("colour", "red"),
    ],
)
def test_the_schema_refuses_what_the_settings_refuse(
    schema: dict[str, Any], key: str, value: object
) -> None:
    jsonschema.validate({"config": {KEY: ALONE}}, schema)
    with pytest.raises(jsonschema.ValidationError) as caught:
        jsonschema.validate({"config": {KEY: {**ALONE, key: value}}}, schema)
    assert key in [*caught.value.absolute_path, *caught.value.message.replace("'", " ").split()]


def test_the_command_says_how_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["settings"])
    with pytest.raises(SystemExit, match=r"^usage: python -m settings --schema"):
        command._main()
