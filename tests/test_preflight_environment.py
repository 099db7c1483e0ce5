"""Preflight of a whole environment: bad ones, each answered by name and remedy, and a good one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from operations.readiness.checks import CHECKS, FIRST
from operations.readiness.examine import GRAVE, NOTHING
from tests.emulated import TAX
from tests.spoiled_places import PLACES
from tests.spoiled_policies import MINING, OURS, POLICIES, denies, under
from tests.unready import Ready, Unready, contained, ready, suppressing

BAD = [*PLACES, *POLICIES]


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


def test_there_are_at_least_twenty_bad_environments_of_every_check() -> None:
    assert len(BAD) >= 20
    assert {bad.check for bad in BAD} == {check.name for check in CHECKS} | {
        name for name, _ in FIRST
    }


NEARLY = [
    ("a policy that excepts our roles", under(denies("*", ArnNotLike={"aws:PrincipalArn": OURS}))),
    ("a policy against what nobody does", under(denies("organizations:LeaveOrganization"))),
    ("a policy against plain text", under(denies("*", Bool={"aws:SecureTransport": "false"}))),
    ("a filter to look with", partial(suppressing, criterion={}, action="NOOP")),
    (
        "a filter of what no route answers",
        partial(
            suppressing, criterion={"type": {"Equals": ["Policy:IAMUser/RootCredentialUsage"]}}
        ),
    ),
    (
        "a filter of all but what routes answer",
        partial(
            suppressing,
            criterion={
                "type": {"Equals": [MINING], "NotEquals": [MINING]},
            },
        ),
    ),
]


@pytest.mark.parametrize(("name", "spoil"), NEARLY, ids=[name for name, _ in NEARLY])
def test_what_is_nearly_bad_is_not_doubted(made: Ready, name: str, spoil: Any) -> None:
    with spoil(made):
        examined = made.examined()
    assert (examined.doubts, examined.unasked, examined.notes) == ([], [], []), name


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
