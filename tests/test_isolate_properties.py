"""What is true of isolate_instance for any instance, whoever changes it meanwhile.

Hypothesis makes up the stories, always the same ones; the rare ways are told as examples.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from runbooks import RUNBOOKS
from tests.interruptions import quiet
from tests.organization import ALONE, CONTAIN, RELEASE, Deployed, deployed
from tests.stories import BETWEEN, DEEDS, Disturbance, Story, done, stories
from tests.storytelling import (
    Telling,
    begun,
    disturbed,
    released,
    seen_by_guardduty,
    wrong_claims,
    wrong_end,
    wrong_siblings,
)

REFUSALS = ("UnauthorizedOperation", "AccessDenied")


@pytest.fixture(scope="module")
def shared() -> Iterator[Deployed]:
    """One organisation for all stories: each has a network of its own."""
    with deployed(settings=ALONE) as alone:
        quiet(alone)
        yield alone


EXAMPLES = 2
"""Stories for each deed: about three seconds each."""

RARE = {
    "Contain": {
        "ec2:DescribeTrunkInterfaceAssociations",  # no story has a trunk
        "ec2:RevokeSecurityGroupIngress",  # each story has a group of its own to close
        "ec2:CreateTags",  # asked for by what makes a group with its tags, never called
        "kms:Decrypt",  # asked for by what S3 encrypts and decrypts
        "kms:GenerateDataKey",
    },
    "Release": set[str](),
}
"""Listed, and not called by a step of a story; each has its own test elsewhere."""


@pytest.mark.parametrize("what", DEEDS)
def test_whoever_disturbs_it(shared: Deployed, what: str) -> None:
    """What is claimed is so, twice is once, and Release leaves what others wanted."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(story=stories(what))
    def holds(story: Story) -> None:
        told(shared, story)

    holds()


@pytest.mark.parametrize(
    "story",
    [
        Story(interfaces=2, elsewhere=True, profile=True, sibling=True),
        Story(scaling=True, protected=True),
        Story(profile=True, disturbed=Disturbance("takes the tag off the role", BETWEEN, 0)),
        Story(disturbed=Disturbance("opens the quarantine group", "mitigate_judge", 0)),
        # What left an interface behind in quarantine: it outlives its instance.
        Story(
            elsewhere=True,
            disturbed=Disturbance("terminates it", "mitigate_swap_to_transitional", 0),
        ),
    ],
    ids=repr,
)
def test_rare_ways_hold_as_well(shared: Deployed, story: Story) -> None:
    told(shared, story)


def told(shared: Deployed, story: Story) -> None:
    """Play a story, and look at each of its ends."""
    telling = begun(shared, story)
    with disturbed(telling):
        seen_by_guardduty(telling)
        assert wrong_claims(telling) == []
        assert wrong_siblings(telling) == []
    again(telling)
    if story.disturbed and story.disturbed.step == BETWEEN:
        telling.others = done(telling.network, telling.target, story.disturbed.what)
        shared.settle(60)
    with disturbed(telling):
        released(telling)
    if telling.stages()[-1] in ("approval-wanted", "breached", "failed"):
        released(telling, AcceptChanged="true")
    shared.settle(60)  # IAM and Auto Scaling act late (traps 2.5, 3.15)
    assert wrong_end(telling) == []
    assert wrong_siblings(telling) == []
    ended = telling.seen()
    released(telling, AcceptChanged="true")
    assert telling.seen() == ended, "released twice is not released once"


def again(telling: Telling) -> None:
    """Seen again: what was contained is left as it is, and what was not is contained now."""
    was, stages = telling.seen(), telling.stages()
    seen_by_guardduty(telling, 2)
    if "contained" in stages:
        assert telling.seen() == was, "contained twice is not contained once"
        assert telling.stages()[-1] == "joined"
    elif was.state not in (None, "terminated", "shutting-down"):
        assert "contained" in telling.stages(), f"seen twice, and the ledger has {stages}"
        assert wrong_claims(telling) == []


def test_the_stories_needed_no_permission_that_is_not_listed(shared: Deployed) -> None:
    runs = shared.emulator.world.automation.executions()
    refused = [
        (run.document.name, record.name, record.failure)
        for run in runs
        for record in run.steps
        if any(each in str(record.failure) for each in REFUSALS)
    ]
    assert refused == []
    permissions = RUNBOOKS["isolate_instance"].permissions
    for document, action in ((CONTAIN, "Contain"), (RELEASE, "Release")):
        listed = {name for entry in permissions[action] for name in entry["Action"]}
        calls = [call for run in runs if run.document.name == document for call in run.calls]
        used = {f"{call.service}:{call.operation}" for call in calls}
        assert used, f"no story came to {document}: this test runs after the stories"
        assert used <= listed
        assert listed - used == RARE[action]
