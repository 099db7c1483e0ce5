"""What a pull request is told of a change: where it lands, and what may newly be touched."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from promotion.comment import LONGEST, comment
from promotion.drifting import told_of
from promotion.operation import Change
from promotion.reach import WHOLE, narrowed, widened
from promotion.worker import Done
from tests.declared import Graph, declared, settings_of

Settings = dict[str, Any]
ACCOUNTS = {"111111111111": "management", "222222222222": "security"} | {
    "333333333333": "tax",
    "444444444444": "land-registry",
}


def changes(before: Graph, after: Graph) -> Iterator[Change]:
    """What a preview says of the difference between two declared graphs."""
    old, new = ({(each.type, each.name): each for each in graph.aws()} for graph in (before, after))
    for key in sorted({*old, *new}):
        was, now = (found[key].inputs if key in found else {} for found in (old, new))
        if was == now:
            continue
        op = "update" if key in old and key in new else "create" if key in new else "delete"
        keys = tuple(sorted(name for name in {*was, *now} if was.get(name) != now.get(name)))
        account = (new.get(key) or old[key]).account
        yield Change(op, *key, keys, ACCOUNTS[account], was, now)


def changed(change: Callable[[Settings], None], *, of: str = "dev") -> list[Change]:
    after = copy.deepcopy(settings_of(of))
    change(after)
    return list(changes(declared(settings_of(of)), declared(after)))


def a_route_contains(settings: Settings) -> None:
    settings["accounts"][3]["routes"] = {}


def a_cap_is_raised(settings: Settings) -> None:
    settings["caps"]["attacking-instance"]["per_hour"] = 7


def a_role_may_be_touched(settings: Settings) -> None:
    settings["never_touch"] = []


def an_account_is_new(settings: Settings) -> None:
    settings["accounts"][3]["contain"] = True


def nothing_is_exempt(settings: Settings) -> None:
    settings["exemptions"] = []


def test_a_route_that_contains_by_itself_is_told_in_each_region() -> None:
    assert widened(changed(a_route_contains)) == [
        "land-registry, eu-central-1; land-registry, eu-west-1: the route `attacking-instance` "
        "contains by itself, instead of approval"
    ]
    assert narrowed(changed(a_route_contains)) == []


def test_a_cap_that_is_raised_is_told_and_one_that_is_lowered_is_no_reach() -> None:
    [sentence] = widened(changed(a_cap_is_raised))
    assert "; tax, eu-west-1: `attacking-instance` may contain 7 an hour instead of 3" in sentence
    assert sentence.count(", eu-") == 6
    lowered = changed(lambda settings: settings["caps"]["attacking-instance"].update(per_hour=1))
    assert widened(lowered) == []
    assert len(narrowed(lowered)) == 1


def test_what_is_no_longer_exempt_is_told() -> None:
    [sentence] = widened(changed(nothing_is_exempt, of="staging"))
    assert sentence.endswith("instance/i-0a1b2c3d4e5f60718` is no longer exempt")
    assert narrowed(changed(nothing_is_exempt, of="staging")) == []


def test_a_role_that_is_no_longer_protected_is_told() -> None:
    before = settings_of("dev") | {"never_touch": ["break-glass"]}
    sentences = widened(list(changes(declared(before), declared(settings_of("dev")))))
    assert len(sentences) == 3, "each account has its own"
    assert all("role/break-glass` may be touched, and was not before" in one for one in sentences)


def test_an_account_that_gets_a_pipeline_is_told_with_its_routes_and_one_word_of_its_roles() -> (
    None
):
    before = copy.deepcopy(settings_of("dev"))
    before["accounts"][3] |= {"contain": False}
    found = list(changes(declared(before), declared(settings_of("dev"))))
    sentences = widened(found)
    places = "land-registry, eu-central-1; land-registry, eu-west-1"
    route = f"{places}: the route `compromised-instance` contains by itself, newly"
    assert route in sentences
    assert f"land-registry: {WHOLE}" in sentences
    assert not any(" may `" in one for one in sentences)
    text = comment("dev", "0123456789abcdef", [Done(stack="dev", outcome="looked", changes=found)])
    assert "### Preview of `dev` at `0123456789ab`" in text
    assert "| land-registry | eu-west-1 | " in text
    assert f"- {route}" in text


def test_a_permission_that_a_new_runbook_gets_is_told_in_full_where_the_account_is_not_new() -> (
    None
):
    kind, name = "aws:iam/rolePolicy:RolePolicy", "tax-access-isolate-user-may"
    change = Change("create", kind, name, (), "tax", {}, _policy(WIDE))
    assert widened([change]) == [
        "tax: the role of `isolate-user` may `ec2:StopInstances` on `arn:aws:ec2:*:3:instance/*`"
    ]


def test_places_are_counted_where_there_are_too_many_to_read() -> None:
    kind, name = "aws:iam/role:Role", "containment-responder"
    roles = [
        Change(
            "update",
            kind,
            f"a{n}",
            (),
            f"a{n}",
            {"name": name},
            {"name": name, "assumeRolePolicy": "x"},
        )
        for n in range(9)
    ]
    assert widened(roles) == [f"in 9 places: who may take the role `{name}` changes: read it"]
    assert widened(roles[:2]) == [f"a0; a1: who may take the role `{name}` changes: read it"]


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"policy": json.dumps({"Statement": list(statements)})}


NARROW = {
    "Effect": "Allow",
    "Action": ["ec2:StopInstances"],
    "Resource": "arn:aws:ec2:*:3:instance/*",
    "Condition": {"StringEquals": {"aws:ResourceTag/x": "y"}},
}
WIDE = {key: value for key, value in NARROW.items() if key != "Condition"}


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        ("tax-access-isolate-instance-may", [NARROW], [WIDE], 1),
        ("tax-access-isolate-instance-may", [], [NARROW], 1),
        ("tax-access-isolate-instance-may", [WIDE], [NARROW], 1),
        ("tax-access-isolate-instance-may", [NARROW], [NARROW, NARROW], 0),
        ("tax-access-isolate-instance-may", [NARROW], [], 0),
        ("tax-access-ledger-forwarder-may", [], [WIDE], 0),
    ],
)
def test_permissions_of_runbooks_are_told_where_they_are_new(
    name: str, before: list[Any], after: list[Any], told: int
) -> None:
    kind = "aws:iam/rolePolicy:RolePolicy"
    change = Change("update", kind, name, (), "tax", _policy(*before), _policy(*after))
    assert len(widened([change])) == told


def test_a_script_that_does_something_else_is_told_by_its_step() -> None:
    before = declared("dev")
    [document] = [
        each
        for each in before.of("Document", name="containment-isolate-instance")
        if (each.account, each.region) == ("333333333333", "eu-west-1")
    ]
    whole = json.loads(document.inputs["content"])
    step = next(each for each in whole["mainSteps"] if each["name"] == "mitigate_judge")
    step["inputs"]["Script"] += "# another\n"
    after = {**document.inputs, "content": json.dumps(whole)}
    change = Change("update", document.type, document.name, (), "tax", document.inputs, after)
    [sentence] = widened([change])
    assert "does something else in `mitigate_judge`" in sentence


def test_a_preview_whose_content_is_not_known_yet_is_no_crash() -> None:
    for kind in ("aws:ssm/document:Document", "aws:iam/rolePolicy:RolePolicy"):
        unknown = {"content": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "policy": None}
        name = "tax-access-isolate-instance-may"
        assert widened([Change("update", kind, name, (), "tax", unknown, unknown)]) == []


def test_nothing_that_changes_is_one_sentence_and_a_failure_is_never_left_out() -> None:
    looked, failed = (
        Done(stack="prod", outcome="looked", counts={"same": 5}),
        Done(stack="prod-01", outcome="failed", errors=["no role there"]),
    )
    assert "Nothing changes in 1 stack." in comment("prod", "", [looked])
    both = comment("prod", "", [looked, failed])
    assert "**`prod-01` could not be previewed:**" in both
    assert "no role there" in both


def test_a_comment_is_never_longer_than_github_takes() -> None:
    kind = "aws:cloudwatch/eventRule:EventRule"
    many = [
        Change("create", kind, f"account-{n}-rule-{'x' * 60}", (), f"account-{n}", {}, {})
        for n in range(3000)
    ]
    text = comment("prod", "", [Done(stack="prod", outcome="looked", changes=many)])
    assert len(text) < LONGEST + 100
    assert text.endswith("the rest is in the job's log.\n")


def test_drift_is_told_by_resource_and_clean_is_one_sentence() -> None:
    change = Change(
        "update", "aws:cloudwatch/eventRule:EventRule", "tax-rule", ("state",), "tax", {}, {}
    )
    told = told_of("prod", [Done(stack="prod-01", outcome="looked", changes=[change])])
    assert "| prod-01 | tax | EventRule `tax-rule` | changed | state |" in told
    assert "make promote ENVIRONMENT=prod AGAIN=1" in told
    clean = told_of("prod", [Done(stack="prod", outcome="looked")])
    assert "`prod` is as it was deployed." in clean
    failed = told_of("prod", [Done(stack="prod", outcome="failed", errors=["locked"])])
    assert "could not be read" in failed
    assert "as it was deployed" not in failed
