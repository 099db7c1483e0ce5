"""Settings: what is right parses, and every mistake is told with its key, value and remedy."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from pydantic import BaseModel

from regions import OPT_IN
from settings import Settings, SettingsError, parse

GOOD: dict[str, Any] = {
    "organization": {"id": "o-exampleorgid"},
    "home_region": "eu-west-1",
    "regions": ["eu-west-1", "eu-central-1"],
    "deployer_role": "OrganizationAccountAccessRole",
    "accounts": [
        {"name": "management", "id": "111111111111", "role": "management"},
        {"name": "security", "id": "222222222222", "role": "security"},
        {"name": "tax", "id": "333333333333", "role": "member"},
    ],
    "exemptions": [
        {
            "resource": "arn:aws:ec2:*:333333333333:instance/i-0a1b2c3d4e5f60718",
            "owner": "tax-platform@example.org",
            "reason": "Runs the yearly penetration test.",
            "expires": "2026-12-31",
        }
    ],
}
AN_ACCOUNT, A_REGION = "write a list of accounts", "write an AWS region's name"
A_ROUTE = "routes with a runbook: compromised-instance"
MODES = "write route → automatic, approval or notify"
MISSING = "'(missing)' is wrong"

# Where, what is put there (... takes it out), how the sentence begins after the key, what to write.
Mistake = tuple[str, object, str, str]
MISTAKES: list[Mistake] = [
    ("organization", "o-exampleorgid", "'o-exampleorgid'", "write {id: o-…}"),
    ("organization", ..., "missing with more than one account", "write {id: o-…}"),
    ("organization.id", "exampleorgid", "'exampleorgid'", "write the organisation's id, o-…"),
    ("organization.root", "o-exampleorgid", "'o-exampleorgid'", "write the root's id, r-…"),
    ("organization.name", "ministry", "'ministry' is not known here", "take it out"),
    ("delegation", "none", "'none'", "write declared, or existing"),
    ("delegation", "existing", "'existing' beside a management account", "leave that out"),
    ("home_region", ..., MISSING, A_REGION),
    ("home_region", "eu-wst-1", "'eu-wst-1'", A_REGION),
    ("home_region", ["eu-west-1"], "['eu-west-1']", A_REGION),
    ("home_region", "eu-west-2", "'eu-west-2' is not among regions", "add it, or choose one of"),
    ("regions", ..., MISSING, "write a list of AWS regions"),
    ("regions", [], "[]", "write a list of AWS regions"),
    ("regions", "eu-west-1", "'eu-west-1'", "write a list of AWS regions"),
    (
        "regions",
        ["eu-west-1", "us-gov-west-1"],
        "they lie in more than one",
        "make a stack for each",
    ),
    ("regions", ["eu-west-1", "eu-west-1"], "['eu-west-1'] more than once", "name each once"),
    ("regions[1]", "eu-cntral-1", "'eu-cntral-1'", "write a list of AWS regions"),
    ("regions[1]", {"home": "eu-west-1"}, "{'home': 'eu-west-1'}", "write a list of AWS regions"),
    ("deployer_role", ..., MISSING, "write the name of the role"),
    ("deployer_role", "org/Deployer", "'org/Deployer'", "write the name of the role"),
    ("accounts", ..., MISSING, AN_ACCOUNT),
    ("accounts", [], "[]", AN_ACCOUNT),
    ("accounts", {"tax": "333333333333"}, "{'tax': '333333333333'}", AN_ACCOUNT),
    ("accounts[2]", "tax", "'tax'", AN_ACCOUNT),
    ("accounts[2].name", ..., MISSING, "write lower case letters, digits, -"),
    ("accounts[2].name", "Tax", "'Tax'", "write lower case letters, digits, -"),
    ("accounts[2].name", "security", "'security' is there twice", "give each its own"),
    ("accounts[2].id", ..., MISSING, "write 12 digits in quotes"),
    ("accounts[2].id", 333333333333, "333333333333 is wrong", "write 12 digits in quotes"),
    ("accounts[2].id", "33333333333", "'33333333333' is wrong", "write 12 digits in quotes"),
    ("accounts[2].id", ["333333333333"], "['333333333333']", "write 12 digits in quotes"),
    ("accounts[2].id", "222222222222", "'222222222222' is there twice", "give each its own"),
    ("accounts[2].role", ..., MISSING, "write management, security or member"),
    ("accounts[2].role", "Member", "'Member'", "write management, security or member"),
    ("accounts[2].contain", "perhaps", "'perhaps'", "write true or false"),
    ("accounts[2].routes", ["notify"], "['notify']", MODES),
    ("accounts[2].routes.compromised-instance", "off", "'off'", MODES),
    ("accounts[2].routes.compromised-instnce", "notify", "the key 'compromised-instnce'", A_ROUTE),
    ("accounts[2].routes.reconnaissance", "notify", "the key 'reconnaissance'", A_ROUTE),
    ("accounts[1].existing_detectors.eu-west-1", 12, "12", "write region → id of a GuardDuty"),
    ("accounts[1].existing_detectors.mars-1", "d0", "the key 'mars-1'", "write region → id"),
    ("accounts[1].existing_security_hub", "perhaps", "'perhaps'", "write true where it has"),
    ("accounts[2].owner", "ministry", "'ministry' is not known here", "or correct the key"),
    ("guardduty", "all", "'all'", "write a mapping"),
    ("guardduty.protection_plans", "S3_DATA_EVENTS", "'S3_DATA_EVENTS'", "write a list of"),
    ("guardduty.protection_plans", ["S3"], "'S3'", "S3_DATA_EVENTS, EKS_AUDIT_LOGS"),
    ("guardduty.protection_plans", ["S3_DATA_EVENTS"] * 2, "['S3_DATA_EVENTS'] more", "once"),
    ("guardduty.publishing_frequency", "15m", "'15m'", "write FIFTEEN_MINUTES, ONE_HOUR or SIX"),
    ("routes", ["compromised-instance"], "['compromised-instance']", MODES),
    ("routes.compromised-instance", "auto", "'auto'", MODES),
    ("routes.compromised-instances", "automatic", "the key 'compromised-instances'", A_ROUTE),
    ("severity_thresholds.compromised-instance", 10.5, "10.5", "GuardDuty severity, 1 to 10"),
    ("severity_thresholds.compromised-instance", "high", "'high'", "GuardDuty severity, 1 to 10"),
    ("severity_thresholds.attacked-instance", 7, "the key 'attacked-instance'", A_ROUTE),
    ("caps.compromised-instance", 5, "5", "write route → {per_hour: …}"),
    ("caps.compromised-instance.per_hour", 0, "0", "write a whole number from 1 to 100"),
    ("caps.compromised-instance.per_hour", 101, "101", "write a whole number from 1 to 100"),
    ("caps.unknown", {"per_hour": 5}, "the key 'unknown'", A_ROUTE),
    ("contained.suffices", "contained", "'contained'", "write blocked (new traffic refused) or"),
    ("contained.two_swaps_proven", "perhaps", "'perhaps'", "write true once a probe"),
    ("contained.credentials_margin", 301, "301", "write seconds, 0 to 300"),
    ("contained.dns_firewalled", ["vpc"], "'vpc'", "write ids of VPCs"),
    ("contained.dns_firewalled", "vpc-0a1b2c3d", "'vpc-0a1b2c3d'", "write ids of VPCs"),
    ("forensics", "10.9.0.0/16", "'10.9.0.0/16'", "write a mapping"),
    ("forensics.network", "0.0.0.0/0", "'0.0.0.0/0' is wrong (not everybody", "the IPv4 range"),
    ("forensics.network", "10.9.0.1/16", "'10.9.0.1/16' is wrong", "the IPv4 range that may reach"),
    ("forensics.endpoints", "2001:db8::/32", "'2001:db8::/32' is wrong", "the IPv4 range of"),
    ("never_touch", "BreakGlass", "'BreakGlass'", "write a list of role names"),
    ("never_touch", ["a role"], "'a role'", "write a list of role names"),
    ("objective_minutes", 0, "0", "write whole minutes, 1 to 1440"),
    ("watch_minutes", 4, "4", "write whole minutes, 5 to 60"),
    ("evidence.retention_days", 0, "0", "write whole days, 1 to 3650"),
    ("evidence.retention_days", 3651, "3651", "write whole days, 1 to 3650"),
    ("evidence.mode", "compliance", "'compliance'", "write GOVERNANCE (whoever may bypass it"),
    ("exemptions[0].resource", "i-0a1b2c3d4e5f60718", "'i-0a1b2c", "write the ARN of a resource"),
    ("exemptions[0].owner", "me", "'me'", "write who answers for it"),
    ("exemptions[0].reason", "because", "'because'", "write why, in a sentence"),
    ("exemptions[0].expires", "next year", "'next year'", "YYYY-MM-DD"),
    ("exemptions[0].expires", ..., MISSING, "YYYY-MM-DD"),
    ("retain_data", "perhaps", "'perhaps'", "write true, or false to let destroy delete"),
    ("tags.cost-center", 4711, "4711", "both parts as text in quotes"),
    ("home", "eu-west-1", "'eu-west-1' is not known here", "or correct the key"),
]


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
