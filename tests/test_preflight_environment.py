"""Preflight of a whole environment: bad ones, each answered by name and remedy, and a good one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.readiness import verb
from operations.readiness.checks import CHECKS, FIRST
from operations.readiness.examine import GRAVE, NOTHING
from settings import parse
from tests.emulated import SECURITY, TAX
from tests.spoiled_places import PLACES, undelegated, without_hub
from tests.spoiled_policies import NEARLY, POLICIES, denies, under
from tests.unready import (
    ACCOUNTS,
    DEPLOYER,
    HOME,
    MILAN,
    SETTINGS,
    Ready,
    Unready,
    contained,
    policy,
    ready,
    suppressing,
)

BAD = [*PLACES, *POLICIES]
PAGE = Path(__file__).parents[1].joinpath("docs", "operations.md").read_text()


@pytest.fixture(scope="module")
def made() -> Iterator[Ready]:
    """The environment, deployed once."""
    with pytest.MonkeyPatch.context() as patch:

        def use(endpoint: str) -> None:
            for name, value in {
                "AWS_ENDPOINT_URL": endpoint,
                "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
                "AWS_SECRET_ACCESS_KEY": "anything",
            }.items():
                patch.setenv(name, value)

        with ready(use) as environment:
            yield environment


def test_an_environment_that_is_ready_has_no_doubt_at_all(made: Ready) -> None:
    examined = made.examined("detectors")
    assert (examined.doubts, examined.unasked, examined.notes) == ([], [], [])
    assert examined.status == NOTHING
    names = [name for name, _ in FIRST] + [check.name for check in CHECKS]
    assert [*dict.fromkeys(answer.check for answer in examined.answers)] == names


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_environment_is_answered_by_name_and_remedy(made: Ready, bad: Unready) -> None:
    with bad.spoil(made):
        examined = made.examined(bad.check)
    found = [
        doubt
        for check, doubt in examined.doubts
        if (check, doubt.where) == (bad.check, bad.where) and bad.what in doubt.what
    ]
    assert len(found) == 1, examined.doubts
    assert bad.remedy in found[0].remedy
    assert found[0].grave == bad.grave
    assert examined.unasked == []
    if bad.grave:
        assert examined.status == GRAVE
        assert examined.doubts[0][1].grave  # what is grave comes first


def test_where_more_rules_were_granted_a_bus_that_would_be_full_is_not(made: Ready) -> None:
    full = next(bad for bad in BAD if bad.name == "a bus that is full")
    applied = made.organization.emulator.world.quotas.applied
    applied[TAX, HOME] = 400
    with full.spoil(made):
        examined = made.examined("quotas")
    del applied[TAX, HOME]
    assert examined.doubts == []
    figures = {each.where: each for _, each in examined.figures if each.what.startswith("rules")}
    rules = figures[f"tax ({TAX}), {HOME}"]
    assert (rules.value, rules.limit, rules.certain) == (298, 400, True)


def test_what_is_called_is_what_the_page_says_that_the_role_needs(made: Ready) -> None:
    made.doors.calls.clear()
    gone = next(bad for bad in BAD if bad.name == "a channel that is gone")
    with suppressing(made, {}, action="NOOP"):
        assert made.examined("detectors").status == NOTHING
        with gone.spoil(made):
            assert made.examined().status == NOTHING
    listed = PAGE.partition("What the role has to be allowed")[2].partition("## ")[0]
    documented = set(re.findall(r"`([a-z0-9-]+:[A-Z]\w+)`", listed))
    # Incident Manager, and an organisation whose landing zone delegates, are asked otherwise.
    other = {each for each in documented if each.startswith("ssm-contacts:")} | {
        "guardduty:DescribeOrganizationConfiguration",
        "securityhub:DescribeOrganizationConfiguration",
    }
    assert made.doors.calls == documented - other
    assert documented > other


def run(*words: str) -> tuple[int, str]:
    answered = CliRunner().invoke(app, ["preflight", *words], env={"COLUMNS": "220"})
    return answered.exit_code, answered.output


@pytest.fixture
def filed(made: Ready, monkeypatch: pytest.MonkeyPatch) -> Ready:
    """The environment's file, as the verb reads it."""
    monkeypatch.setattr(verb, "settings_of", lambda name: parse(SETTINGS))
    return made


def test_the_verb_says_that_all_is_well_and_how_near_the_limits_are(filed: Ready) -> None:
    status, said = run("--environment", "prod")
    assert status == 0, said
    lines = said.splitlines()
    assert lines[0].startswith("beats: nearest to its limit is ")
    assert lines[1] == (
        f"quotas: nearest to its limit is security ({SECURITY}), eu-south-1: rules of the default "
        "bus, 12 and at most 4 to come of 100"
    )
    assert lines[-1].endswith("questions: 0 grave, 0 doubtful, 0 not asked")


def test_the_verb_shows_what_is_grave_and_its_remedy_or_tells_a_machine(filed: Ready) -> None:
    bad = next(each for each in BAD if each.name == "a topic on AWS's own key")
    with bad.spoil(filed):
        status, said = run("--environment", "prod", "--only", "keys", "--only", "people")
        machine, told = run("--environment", "prod", "--only", "keys", "--json")
    assert (status, machine) == (1, 1)
    assert "prod: preflight" in said
    assert "alias/aws/sns" in said
    assert said.splitlines()[-1].endswith("questions: 1 grave, 0 doubtful, 0 not asked")
    data = json.loads(told)
    assert (data["environment"], data["status"], data["unasked"]) == ("prod", 1, [])
    [doubt] = data["doubts"]
    assert doubt | {"what": ""} == {
        "check": "keys",
        "where": bad.where,
        "what": "",
        "remedy": "pulumi up --refresh --stack prod",
        "grave": True,
    }


def test_no_name_is_cut_where_the_table_is_narrow(filed: Ready) -> None:
    bad = next(each for each in BAD if each.name == "a forwarding rule that leads elsewhere")
    with bad.spoil(filed):
        _, said = run("--environment", "prod", "--only", "pipelines")
    assert "leads to" in said
    assert "…" not in said


def test_what_may_not_be_asked_is_neither_good_nor_bad(filed: Ready) -> None:
    iam = filed.client(SECURITY, "iam")
    denied = policy({"Effect": "Deny", "Action": "kms:GetKeyPolicy", "Resource": "*"})
    iam.put_role_policy(RoleName=DEPLOYER, PolicyName="no", PolicyDocument=denied)
    filed.organization.settle(60)  # IAM acts late (trap 3.15)
    status, said = run("--environment", "prod", "--only", "keys")
    iam.delete_role_policy(RoleName=DEPLOYER, PolicyName="no")
    filed.organization.settle(60)
    assert status == 2
    assert "not asked: An error" in said
    assert "let the role do" in said
    assert said.splitlines()[-1].endswith("questions: 0 grave, 0 doubtful, 4 not asked")
    assert run("--environment", "prod", "--only", "keys")[0] == 0


def test_where_another_role_asks_the_deployers_was_not_tried_and_that_is_told(filed: Ready) -> None:
    status, said = run("--environment", "prod", "--role", "Reader", "--json")
    data = json.loads(said)
    assert (status, len(data["doubts"])) == (1, len(SETTINGS["accounts"]))
    assert data["doubts"][0]["what"].startswith("the role Reader cannot be assumed")
    assert data["notes"] == [
        f"roles: asked as Reader: whether {DEPLOYER} can be assumed is not known",
        "control-policies: service control policies were not read, for no management account is "
        "listed or it cannot be entered: have them looked at there",
    ]


def test_there_are_at_least_twenty_bad_environments_of_every_check() -> None:
    assert len(BAD) >= 20
    assert {bad.check for bad in BAD} == {check.name for check in CHECKS} | {
        name for name, _ in FIRST
    }


@pytest.mark.parametrize(("name", "spoil"), NEARLY, ids=[name for name, _ in NEARLY])
def test_what_is_nearly_bad_is_not_doubted(made: Ready, name: str, spoil: Any) -> None:
    with spoil(made):
        examined = made.examined()
    assert (examined.doubts, examined.unasked, examined.notes) == ([], [], []), name


def test_where_a_landing_zone_delegates_the_administrator_itself_is_asked(made: Ready) -> None:
    made.changed = {"accounts": ACCOUNTS[1:], "delegation": "existing"}
    try:
        examined = made.examined()
        assert (examined.doubts, examined.unasked, len(examined.notes)) == ([], [], 1)
        assert examined.notes[0].startswith("control-policies: service control policies were not")
        with undelegated(made):
            examined = made.examined()
        with without_hub(made):
            examined_hub = made.examined()
    finally:
        made.changed = {}
    found = [doubt for each in (examined, examined_hub) for _, doubt in each.doubts]
    assert [(doubt.where, doubt.remedy) for doubt in found] == [
        (
            f"security ({SECURITY}), {MILAN}",
            f"have the landing zone delegate GuardDuty to {SECURITY}",
        ),
        (
            f"security ({SECURITY}), {HOME}",
            f"have the landing zone delegate Security Hub to {SECURITY}",
        ),
    ]


def test_a_control_policy_that_cannot_be_judged_is_told_and_not_passed(made: Ready) -> None:
    tagged = {"aws:ResourceTag/env": "prod"}
    statement = denies("ec2:ModifyNetworkInterfaceAttribute", StringEquals=tagged)
    with under(statement)(made):
        examined = made.examined()
    assert examined.doubts == []
    [note] = examined.notes
    assert note.startswith(f"control-policies: tax ({TAX}): whether the service control policy")
    assert "that hangs on aws:ResourceTag/env; look at it" in note


def test_a_containment_of_today_is_told_and_no_doubt(made: Ready) -> None:
    now = made.organization.ground.now().isoformat()
    with contained(made, now):
        examined = made.examined()
    assert (examined.doubts, examined.status) == ([], NOTHING)
    [note] = examined.notes
    assert note.startswith(f"containments: tax ({TAX}): 1 open containment, the oldest of arn:aws")
