"""Settings: what is right parses, and every mistake is told with its key, value and remedy."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import BaseModel

from regions import OPT_IN
from settings import Settings, SettingsError, parse
from tests.stack_mistakes import MISTAKES

GOOD: dict[str, Any] = {
    "organization": {
        "id": "o-exampleorgid",
        "left_out": [{"id": "999999999999", "reason": "A sandbox without a service."}],
    },
    "home_region": "eu-west-1",
    "regions": ["eu-west-1", "eu-central-1"],
    "deployer_role": "OrganizationAccountAccessRole",
    "accounts": [
        {"name": "management", "id": "111111111111", "role": "management"},
        {"name": "security", "id": "222222222222", "role": "security"},
        {"name": "tax", "id": "333333333333", "role": "member"},
    ],
    "people": {
        "persons": [
            {"name": "anna", "email": "anna@agency.example"},
            {"name": "ben", "sms": "+4915100000002"},
        ],
        "teams": [{"name": "security", "on_call": {"members": ["anna"]}, "backups": ["ben"]}],
        "chat": {"kind": "slack", "workspace": "T0CONTAIN1", "channel": "C0CONTAIN1"},
    },
    "exemptions": [
        {
            "resource": "arn:aws:ec2:*:333333333333:instance/i-0a1b2c3d4e5f60718",
            "owner": "tax-platform@example.org",
            "reason": "Runs the yearly penetration test.",
            "expires": "2026-12-31",
        }
    ],
}


def _with(*changes: tuple[str, object]) -> dict[str, Any]:
    """GOOD with values put at keys like ``accounts[2].id``; ``...`` takes the key out."""
    whole = copy.deepcopy(GOOD)
    for key, value in changes:
        node: Any = whole
        *way, last = key.replace("]", "").replace("[", ".").split(".")
        for part in way:
            node = node[int(part)] if part.isdigit() else node.setdefault(part, {})
        if value is ...:
            del node[last]
        elif isinstance(node, list):
            node[int(last)] = value
        else:
            node[last] = value
    return whole


def _mistakes(raw: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse(raw)
    return caught.value.mistakes


@pytest.mark.parametrize(("key", "value", "shown", "remedy"), MISTAKES)
def test_a_mistake_names_its_key_its_value_and_what_to_write(
    key: str, value: object, shown: str, remedy: str
) -> None:
    (told,) = _mistakes(_with((key, value)))
    where, _, sentence = told.partition(": ")
    assert where.removesuffix("[0]") == key.removesuffix("[0]")
    assert sentence.startswith(shown)
    assert remedy in sentence


def _keys(model: type[BaseModel]) -> set[str]:
    found: set[str] = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found |= _keys(inner)
    return found


def test_no_setting_is_without_a_mistake_in_the_table() -> None:
    told = {part for key, *_ in MISTAKES for part in key.replace("[", ".").split(".")}
    assert _keys(Settings) - told == set()


@pytest.mark.parametrize("raw", [None, [], "dev", 5])
def test_settings_that_are_no_mapping_are_one_mistake(raw: object) -> None:
    (told,) = _mistakes(raw)
    assert told.startswith(f"settings: {raw!r} is wrong")


def test_parts_that_accounts_play_are_one_of_each_at_most() -> None:
    security = "give it to exactly one, the delegated administrator"
    assert _mistakes(_with(("accounts[2].role", "security"))) == [
        f"accounts: 2 have the role security; {security}"
    ]
    assert _mistakes(_with(("accounts[1].role", "member"))) == [
        f"accounts: 0 have the role security; {security}"
    ]
    assert _mistakes(_with(("accounts[2].role", "management"))) == [
        "accounts: more than one has the role management; an organisation has one"
    ]
    assert _mistakes(_with(("accounts[0].role", "member"))) == [
        "delegation: an organisation without its management account cannot delegate; "
        "write existing, or list the management account"
    ]


def test_people_who_cannot_be_reached_or_are_there_twice_are_named() -> None:
    said = "cannot be reached; write an email, sms or voice"
    assert _mistakes(_with(("people.persons[0].email", ...))) == [
        f"people.persons[0]: 'anna' {said}"
    ]
    told = _mistakes(_with(("people.persons[1].name", "anna"), ("people.teams[0].backups", [])))
    assert told == ["people.persons[1].name: 'anna' is there twice; give each its own"]
    assert _mistakes(_with(("people.chat.kind", "teams"))) == [
        "people.chat.tenant: missing for teams; write the tenant's id"
    ]


def test_incident_manager_is_refused_where_it_is_not_there() -> None:
    changes = (
        ("people.backend", "incident-manager"),
        ("home_region", "eu-south-1"),
        ("regions", ["eu-south-1"]),
    )
    told = _mistakes(_with(*changes))
    assert any("incident-manager is not in the home region 'eu-south-1'" in one for one in told)
    assert parse(_with(changes[0])).people.backend == "incident-manager"


def test_a_voice_alone_is_enough_for_incident_manager_only() -> None:
    calls = ("people.persons[1]", {"name": "ben", "voice": "+4915100000002"})
    (told,) = _mistakes(_with(calls))
    assert told.startswith("people.persons[1]: 'ben' has voice only, which ops-center cannot call")
    parse(_with(calls, ("people.backend", "incident-manager")))


def test_what_a_member_has_already_is_not_imported_because_it_is_not_declared() -> None:
    for key, value in {
        "existing_detectors": {"eu-west-1": "d0"},
        "existing_security_hub": True,
    }.items():
        (told,) = _mistakes(_with((f"accounts[2].{key}", value)))
        assert told == (
            f"accounts[2].{key}: a member's are not declared, so there is nothing to import; "
            "take it out"
        )


def test_an_account_is_left_out_once_and_not_listed_as_well() -> None:
    once = {"id": "999999999999", "reason": "A sandbox without a service."}
    (told,) = _mistakes(_with(("organization.left_out", [once, once])))
    assert told == "organization.left_out[1].id: '999999999999' is there twice; name each once"
    (left,) = parse(GOOD).organization.left_out  # type: ignore[union-attr]  # it has one
    assert left.reason == "A sandbox without a service."


def test_what_nobody_can_delete_is_retained() -> None:
    compliance = ("evidence.mode", "COMPLIANCE")
    (told,) = _mistakes(_with(compliance, ("retain_data", False)))
    assert told.startswith("retain_data: False beside evidence.mode 'COMPLIANCE'")
    assert "write true, or GOVERNANCE" in told
    assert parse(_with(compliance)).evidence.mode == "COMPLIANCE"
    assert parse(_with(("retain_data", False))).evidence.mode == "GOVERNANCE"


@pytest.mark.parametrize("region", sorted(OPT_IN))
def test_no_opt_in_region_is_home(region: str) -> None:
    (told,) = _mistakes(_with(("home_region", region), ("regions", [region, "eu-west-1"])))
    assert told.startswith(f"home_region: {region!r} is an opt-in region")
    away = parse(_with(("regions", ["eu-west-1", region])))
    assert away.regions == ("eu-west-1", region)


def test_all_mistakes_are_told_at_once_and_each_once() -> None:
    wrong = _with(
        ("home_region", "af-south-1"),
        ("accounts[1].id", 222222222222),
        ("accounts[2].routes.nothing", "notify"),
        ("caps.compromised-instance.per_hour", 1000),
        ("exemptions[0].expires", "soon"),
        ("accounts[0].name", "tax"),
        ("colour", "red"),
    )
    told = _mistakes(wrong)
    keys = [line.partition(":")[0] for line in told]
    assert sorted(keys) == [
        "accounts[1].id",
        "accounts[2].name",
        "accounts[2].routes.nothing",
        "caps.compromised-instance.per_hour",
        "colour",
        "exemptions[0].expires",
        "home_region",  # not among regions
        "home_region",  # opt-in
    ]
    with pytest.raises(SettingsError, match=r"^8 mistakes in containment:settings:\n  ") as caught:
        parse(wrong)
    assert str(caught.value).splitlines()[1:] == [f"  {line}" for line in told]


def test_a_long_value_is_shown_shortened() -> None:
    (told,) = _mistakes(_with(("deployer_role", "x" * 300)))
    assert told.startswith("deployer_role: '" + "x" * 56 + "… is wrong")
