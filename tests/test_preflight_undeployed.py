"""Preflight before the first deployment: everything is answered, and what is missing is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from names import LOG_GROUP
from operations.readiness import quotas
from operations.readiness.beats import WATCH
from operations.readiness.checks import CHECKS
from operations.readiness.doors import Doors
from operations.readiness.environment import settings_of
from operations.readiness.examine import GRAVE, Examined, Pace, examine
from rehearsal.emulator.server import Emulator
from tests.emulated import SECURITY, TAX, client

Start = Callable[..., Emulator]
HOME = "eu-west-1"
ROLE = "OrganizationAccountAccessRole"


def asked(
    running: Emulator, environment: str, *checks: str, later: timedelta = timedelta()
) -> Examined:
    """An environment of the checkout, some of it asked."""
    settings = settings_of(environment)
    return examine(
        environment,
        settings,
        Doors(ROLE, partition="aws", home=settings.home_region, seconds=30),
        ROLE,
        now=running.world.clock.now() + later,
        pace=Pace(parallel=4, seconds=30, progress=lambda what, done, of: None),
        checks=[check for check in CHECKS if check.name in checks],
    )


@pytest.fixture
def running(emulator: Start, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An organisation as a landing zone leaves it: its accounts, and the deployer's roles."""
    started = emulator()
    monkeypatch.setenv("AWS_ENDPOINT_URL", started.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOUTSIDER00000000")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
    return started


def test_what_a_deployment_needs_is_there_before_it(running: Emulator) -> None:
    examined = asked(running, "prod", "control-policies", "suppression")
    assert (examined.doubts, examined.unasked, examined.notes) == ([], [], [])


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_what_is_not_deployed_is_named_and_nothing_is_left_unasked(
    running: Emulator, environment: str
) -> None:
    examined = asked(
        running, environment, "pipelines", "delegation", "keys", "people", "beats", "containments"
    )
    assert (examined.unasked, examined.status) == ([], GRAVE)
    for check, doubt in examined.doubts:
        trusting = "trusted access" in doubt.what
        command = "aws organizations enable-" if trusting else "pulumi up --refresh --stack "
        assert doubt.remedy.startswith(command), check
    told = {doubt.what.partition(":")[0] for _, doubt in examined.doubts}
    assert told == {
        "no pipeline is deployed",
        "the central bus containment-ledger has no rule",
        "of GuardDuty's administrator",
        "of Security Hub's administrator",
        "guardduty.amazonaws.com has no trusted access",
        "securityhub.amazonaws.com has no trusted access",
        "there is no key alias/containment-notification",
        "there is no key alias/containment-evidence",
        "the document containment-respond-to-incident is missing",
        "the log group /containment/ledger is missing",
        "the table containment-state is missing",
    }


def test_room_is_counted_before_anything_is_there(running: Emulator) -> None:
    examined = asked(running, "dev", "quotas")
    hub = "security (222222222222), eu-west-1"
    counted = {
        figure.what: (figure.value, figure.adds)
        for _, figure in examined.figures
        if figure.where == hub
    }
    assert counted["documents"] == (0, 6)
    assert counted["subscriptions of the topic that have a filter"] == (0, 5)
    assert {doubt.what.partition(":")[0] for _, doubt in examined.doubts} == {
        "adaptive concurrency is off"
    }
    assert not any(doubt.grave for _, doubt in examined.doubts)


def test_too_much_of_what_more_may_have_been_granted_is_doubtful_and_says_so(
    running: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quotas, "DOCUMENTS", 5)
    examined = asked(running, "dev", "quotas")
    hub = [doubt for _, doubt in examined.doubts if doubt.where.startswith("security")]
    [full] = [doubt for doubt in hub if doubt.what.startswith("documents")]
    assert full.what == "documents: 0 there, at most 6 to come, and by default 5 are allowed"
    assert full.remedy.endswith("where more was granted already, this is no fault")
    assert not full.grave


def test_a_place_without_a_beat_is_grave_unless_it_was_deployed_just_now(running: Emulator) -> None:
    client(running, SECURITY, "logs", HOME).create_log_group(logGroupName=LOG_GROUP)
    young, never = (f"tax ({TAX}), {region}" for region in (HOME, "eu-central-1"))
    ssm = client(running, TAX, "ssm", HOME)
    step = {"name": "wait", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}, "isEnd": True}
    content = json.dumps({"schemaVersion": "0.3", "mainSteps": [step]})
    assert {young, never} <= silent(asked(running, "prod", "beats"))
    ssm.create_document(Name=WATCH, DocumentType="Automation", Content=content)
    [made] = ssm.list_documents(Filters=[{"Key": "Name", "Values": [WATCH]}])["DocumentIdentifiers"]
    since = running.world.clock.now() - made["CreatedDate"]
    examined = asked(running, "prod", "beats", later=timedelta(minutes=44) - since)
    assert never in silent(examined)
    assert young not in silent(examined)
    assert any(young in note and "ask again then" in note for note in examined.notes)
    assert young in silent(asked(running, "prod", "beats", later=timedelta(minutes=46) - since))


def silent(examined: Examined) -> set[str]:
    return {doubt.where for check, doubt in examined.doubts if check == "beats" and doubt.grave}
