"""The inventory: what a destroy left, sorted by whose doing it is."""

from __future__ import annotations

import pytest

from names import DENY_INSTANCE, LOG_GROUP, STATE_TABLE
from rehearsal.inventory import Thing, compared, taken
from tests.organization import Deployed

HOME, LINKED = "eu-west-1", "eu-central-1"
TABLE = Thing("tax", HOME, "table", STATE_TABLE)
LOG = Thing("security", HOME, "log group", LOG_GROUP)
DENY = Thing("tax", "", "policy", DENY_INSTANCE)
EVIDENCE = Thing("security", HOME, "bucket", "containment-evidence-222222222222-eu-west-1")
KEY = Thing("security", HOME, "key alias", "alias/containment-evidence")
COPIES = Thing("security", LINKED, "key alias", "alias/containment-snapshots")
QUEUE = Thing("tax", HOME, "queue", "containment-dead-letters")
NOTHING: dict[str, list[str]] = {"retained": [], "kept_by_aws": [], "unexpected": []}


def sorted_out(after: set[Thing], before: set[Thing], *, retain: bool) -> dict[str, list[str]]:
    remains = compared(before, after, "security", HOME, retain=retain)
    found = {name: getattr(remains, name) for name in NOTHING}
    return {name: things for name, things in found.items() if things}


def test_nothing_left_is_nothing_to_tell() -> None:
    assert sorted_out(set(), set(), retain=True) == {}


def test_what_was_there_before_is_nobodys_doing() -> None:
    assert sorted_out({TABLE, QUEUE}, {TABLE, QUEUE}, retain=False) == {}


def test_data_is_retained_where_the_settings_say_so() -> None:
    assert sorted_out({TABLE, LOG, DENY, EVIDENCE, KEY, COPIES}, set(), retain=True) == {
        "retained": [
            "security eu-central-1 key alias alias/containment-snapshots",
            "security eu-west-1 bucket containment-evidence-222222222222-eu-west-1",
            "security eu-west-1 key alias alias/containment-evidence",
            "security eu-west-1 log group /containment/ledger",
            "tax policy containment-deny-instance",
            "tax eu-west-1 table containment-state",
        ]
    }


def test_the_same_data_is_unexpected_where_they_do_not() -> None:
    left = {TABLE, LOG, DENY, EVIDENCE, KEY, COPIES}
    remains = sorted_out(left, set(), retain=False)
    assert remains == {"unexpected": [str(thing) for thing in sorted(left)]}


@pytest.mark.parametrize(
    "thing",
    [
        QUEUE,
        Thing("tax", HOME, "table", "containment-other"),
        Thing("tax", HOME, "bucket", "containment-somebody-333333333333-eu-west-1"),
        Thing("security", HOME, "detector", "d0"),
        Thing("security", HOME, "security hub", "arn:hub"),
        Thing("tax", "", "role", "containment-starter"),
        Thing("tax", "", "policy", "containment-other"),
        Thing("tax", HOME, "snapshot", "snap-1"),
        Thing("tax", HOME, "security group", "containment-quarantine-333333333333"),
    ],
    ids=str,
)
def test_anything_else_that_was_declared_or_done_is_unexpected(thing: Thing) -> None:
    assert sorted_out({thing}, set(), retain=True) == {"unexpected": [str(thing)]}


@pytest.mark.parametrize(
    "thing",
    [
        Thing("tax", HOME, "detector", "d1"),
        Thing("management", LINKED, "detector", "d2"),
        Thing("tax", HOME, "security hub", "arn:hub"),
        Thing("security", LINKED, "security hub", "arn:hub"),
    ],
    ids=str,
)
def test_what_aws_switched_on_by_itself_is_kept_by_aws(thing: Thing) -> None:
    assert sorted_out({thing}, set(), retain=False) == {"kept_by_aws": [str(thing)]}


def test_it_sees_what_a_deployment_makes_and_what_a_containment_leaves(
    organization: Deployed,
) -> None:
    region = "eu-central-1"
    with organization.network() as network:
        organization.attack(network, network.add_instance())
        found = taken(organization.emulator.world.clients, organization.ground.accounts, [region])
    kinds = {thing.kind for thing in found}
    named = {(thing.region, thing.kind, thing.name) for thing in found}
    assert kinds == {
        "event bus",
        "rule",
        "queue",
        "table",
        "document",
        "log group",
        "alarm",
        "dashboard",
        "detector",
        "security hub",
        "snapshot",
        "security group",
        "bucket",
        "key alias",
        "role",
        "policy",
    }
    assert {thing.account for thing in found} == {"security"}
    assert named >= {
        (region, "event bus", "containment-ledger"),
        (region, "event bus", "containment-ledger-local"),
        (region, "rule", "default/containment-unrouted-other"),
        (region, "rule", "containment-ledger/containment-ledger-record"),
        (region, "table", STATE_TABLE),
        (region, "document", "containment-isolate-instance"),
        (region, "document", "containment-isolate-instance-release"),
        (region, "log group", LOG_GROUP),
        (region, "bucket", "containment-evidence-333333333333-eu-central-1"),
        (region, "bucket", "containment-exemptions-333333333333-eu-central-1"),
        (region, "key alias", "alias/containment-evidence"),
        (region, "alarm", "containment-time-to-contain"),
        (region, "security group", "containment-quarantine-333333333333"),
        ("", "role", "containment-starter"),
    }
    assert any(kind == "queue" and name.endswith("-dead-letters") for _, kind, name in named)
