"""Events as they should not be: never a crash, never a change, always a record or a dead letter."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from operations.expectations import isolated, untouched
from operations.findings import finding
from operations.victims import Network, Target
from tests.emulated import control
from tests.organization import MINING, Deployed
from tests.published import (
    ACCOUNT,
    REGION,
    dead_letters,
    detail_of,
    event,
    having,
    published,
    runs,
    seen,
    without,
)

LARGEST = 256 * 1024


@pytest.fixture(autouse=True)
def nothing_crashes(organization: Deployed) -> Iterator[None]:
    """Whatever a test puts on the bus: no task of the clock fails, and no event is lost."""
    yield
    clock: Any = organization.emulator.world.clock
    failures, clock.failures = clock.failures, []
    assert failures == []
    assert organization.emulator.world.relay.lost == []


@pytest.mark.parametrize(
    "change",
    [
        without("type"),
        without("resource"),
        without("service"),
        without("accountId"),
        without("service", "archived"),
        having(7, "type"),
        having("none", "service"),
        having(["none"], "resource"),
        having(None, "accountId"),
        having("yes", "service", "archived"),
        having(True, "service", "archived"),
        having("{", "service", "additionalInfo"),
        having("false", "service", "additionalInfo", "sample"),
        having("Ransom:EC2/Unheard.Of", "type"),
        having("EKSCluster", "resource", "resourceType"),
    ],
)
def test_a_finding_of_another_shape_is_recorded_for_people_or_refused(
    organization: Deployed, network: Network, change: Callable[[dict[str, Any]], None]
) -> None:
    target = network.add_instance()
    detail = detail_of(network, target)
    change(detail)
    published(organization, what := event(detail))
    untouched(network, target)
    stages = organization.stages(detail["id"])
    assert stages in (["received"], ["received", "skipped"])
    assert seen(organization, what) == (stages == ["received"])


@pytest.mark.parametrize("arn", [None, "", "arn:aws:ec2:eu-central-1:1:x", "'; rm -rf /", ["a"]])
def test_a_finding_without_a_usable_arn_is_a_dead_letter(
    organization: Deployed, network: Network, arn: object
) -> None:
    # A path that leads nowhere leaves a hole in the target's input (trap 1.8).
    target = network.add_instance()
    detail = detail_of(network, target)
    detail["arn"] = arn
    if arn is None:
        del detail["arn"]
    started = runs(organization)
    published(organization, what := event(detail))
    untouched(network, target)
    assert runs(organization) == started
    [letter] = dead_letters(organization)
    assert json.loads(letter["body"])["id"] == what["id"]
    assert letter["attributes"]["RULE_ARN"].endswith("/containment-compromised-instance-1")
    assert letter["attributes"]["ERROR_CODE"]


def test_an_event_without_a_time_is_a_dead_letter(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    what = event(detail_of(network, target))
    del what["time"]
    published(organization, what)
    untouched(network, target)
    assert len(dead_letters(organization)) == 1


def test_a_finding_that_guardduty_does_not_have_is_skipped(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    detail = detail_of(network, target)
    published(organization, event(detail))
    untouched(network, target)
    last = organization.records(detail["id"])[-1]
    assert (last.stage, last.why) == ("skipped", "this account and region have no such finding")


@pytest.mark.parametrize(("was", "foreign"), [(ACCOUNT, "444444444444"), (REGION, "eu-west-1")])
def test_a_finding_whose_arn_is_of_elsewhere_is_skipped(
    organization: Deployed, network: Network, was: str, foreign: str
) -> None:
    target = network.add_instance()
    detail = detail_of(network, target)
    detail["arn"] = detail["arn"].replace(was, foreign)
    published(organization, event(detail))
    untouched(network, target)
    assert organization.stages(detail["id"]) == ["received", "skipped"]


def test_a_finding_of_another_account_is_left_to_that_accounts_own_rules(
    organization: Deployed, network: Network
) -> None:
    # The administrator's bus carries its members' findings as well (trap 1.1).
    target = network.add_instance()
    detail = {**detail_of(network, target), "accountId": "444444444444"}
    started = runs(organization)
    published(organization, event(detail))
    untouched(network, target)
    assert (runs(organization), organization.stages(detail["id"])) == (started, [])


def test_an_archived_finding_is_recorded_and_left_alone(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    archived = finding(MINING, network, target)["service"] | {"archived": True}
    found = organization.attack(network, target, service=archived)
    untouched(network, target)
    [record] = organization.records(found)
    assert (record.stage, record.route) == ("received", "set-aside")


def test_quotes_and_lines_in_a_title_break_nothing(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    title = 'a "quoted\\" title",\n"Mode":["automatic"]}\r\n<time> {{ Route }} \u2028 $(reboot)'
    found = organization.attack(network, target, title=title, description=title)
    isolated(network, target)
    assert "contained" in organization.stages(found)


def test_the_largest_event_is_answered_and_a_larger_one_is_refused(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    large = finding(MINING, network, target) | {"description": "x" * (LARGEST - 8_000)}
    place = {"account": ACCOUNT, "region": REGION}
    status, answer = control(organization.emulator, "POST", "findings", {**place, "finding": large})
    assert status == 200, answer
    organization.settle()
    isolated(network, target)
    assert "contained" in organization.stages(large["id"])
    larger = large | {"description": "x" * LARGEST, "id": uuid.uuid4().hex}
    status, answer = control(
        organization.emulator, "POST", "findings", {**place, "finding": larger}
    )
    assert (status, str(LARGEST) in answer["error"]) == (400, True)
    assert organization.stages(larger["id"]) == []


def test_twice_is_once_however_far_apart_the_copies_come(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    relay = organization.emulator.world.relay
    relay.duplicate = lambda _, rule: (
        [0.5, 3.0, 90.0] if rule == "containment-compromised-instance-1" else [0.5]
    )
    try:
        found = organization.attack(network, target)
    finally:
        relay.duplicate = None
    isolated(network, target)
    stages = organization.stages(found)
    assert [stages.count(each) for each in ("received", "contained", "joined")] == [3, 1, 2]
    organization.release(network, target)
    untouched(network, target)


def test_an_update_that_comes_before_the_finding_changes_nothing_afterwards(
    organization: Deployed, network: Network
) -> None:
    # The first event is delivered long after its update (trap 1.6), when all is over.
    target = network.add_instance()
    relay = organization.emulator.world.relay
    delays = iter([[400.0], [0.5]])
    relay.duplicate = lambda _, rule: (
        next(delays) if rule == "containment-compromised-instance-1" else [0.5]
    )
    found = finding(MINING, network, target)
    try:
        organization.ground.attack(ACCOUNT, REGION, found)
        organization.ground.attack(ACCOUNT, REGION, {**found, "severity": 9.0})
        organization.settle()
    finally:
        relay.duplicate = None
    isolated(network, target)
    groups = network.groups_of(target.instance)
    organization.settle(300)
    assert network.groups_of(target.instance) == groups
    stages = organization.stages(found["id"])
    assert stages[-2:] == ["received", "joined"]
    assert stages.count("contained") == 1


@pytest.mark.parametrize("gone", ["unknown", "terminated"])
def test_an_instance_that_is_not_there_is_contained_for_it_is_gone(
    organization: Deployed, network: Network, gone: str
) -> None:
    target = network.add_instance()
    if gone == "terminated":
        network.ec2.terminate_instances(InstanceIds=[target.instance])
        organization.settle(10)
    else:
        target = Target(instance="i-0fedcba9876543210", interfaces={})
    found = organization.attack(network, target)
    told = [record.why for record in organization.records(found)]
    assert f"gone: the instance is {gone}" in told
    assert f"no disk is left: the instance is {gone}" in told
    assert network.groups_made() == []


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"account": "333333333333"}', b"\xff\xfe"]
)
def test_the_control_interface_refuses_what_is_no_request(
    organization: Deployed, body: bytes
) -> None:
    status, answer = control(organization.emulator, "POST", "findings", body)
    assert status == 400
    assert len(answer["error"].split()) > 3
