"""Where a person decides: asked in chat, answered there, and done in another account."""

from __future__ import annotations

from typing import Final

from operations import timeline
from operations.expectations import expect, isolated, stage, untouched
from operations.findings import finding
from operations.ground import Ground, Message
from operations.scenarios.playing import Scenario, a_network, attack, told
from operations.scenarios.responding import (
    APPROVE,
    GUESSING,
    SUSPICIOUS,
    by_hand,
    home,
    offered,
    on_call,
    people,
    pressed,
    quiet,
    released_from_chat,
    responded,
    resumed,
    run_of,
    thread,
    until,
    waits,
)
from operations.victims import Network, Target

REJECT: Final = "containment-reject"


def _asked(network: Network, guesser: Target) -> tuple[str, Message]:
    """A machine guesses its way into others, and a person is asked before it is isolated."""
    ground = network.ground
    began = ground.now()
    found = attack(network, finding(GUESSING, network, guesser, role="ACTOR"))
    stage(ground, found, "approval-wanted")
    asked = responded(ground, found, "asked")
    untouched(network, guesser)
    waits(ground, str(asked.execution_id), "mitigate_ask")
    question = offered(ground, found, APPROVE, after=began)
    expect(REJECT in question.buttons, f"nobody can refuse: {question.buttons}")
    return found, question


def _signalled(ground: Ground, user: str) -> list[str]:
    """What a person's signals came to, as the ledger has them."""
    told_of = timeline.read(home(ground, "logs"))
    return [str(r.why) for r in told_of if r.stage == "signalled" and user in str(r.who)]


def _approval_from_chat(ground: Ground) -> None:
    """One press contains a machine in a member account; others do the right thing, by name."""
    with a_network(ground, "land-registry", ground.regions[0], attended=True) as network:
        guesser = network.add_instance()
        found, question = _asked(network, guesser)
        stranger = ground.press(question, APPROVE, user="mallory", role=None)
        expect("role" in stranger.lower(), f"somebody without a role was told: {stranger}")
        untouched(network, guesser)
        said = pressed(ground, question, APPROVE, user="anna")
        expect("rror" not in said and "xception" not in said, f"chat answered: {said}")
        approved = responded(ground, found, "approved")
        expect("anna" in str(approved.who), f"approved by {approved.who}, not by anna")
        told(network, found, "contained")
        isolated(network, guesser)
        again = pressed(ground, question, APPROVE, user="ben")
        expect("Invalid" in again, f"a second approval was answered: {again}")
        until(
            ground,
            lambda: any("refused" in each for each in _signalled(ground, "ben")),
            f"the ledger has of ben: {_signalled(ground, 'ben')}",
        )
        released_from_chat(network, guesser, found)


def _approval_refused(ground: Ground) -> None:
    """Whoever says no is recorded, and nothing is touched."""
    with a_network(ground, "land-registry", ground.regions[0], attended=True) as network:
        guesser = network.add_instance()
        found, question = _asked(network, guesser)
        pressed(ground, question, REJECT, user="ben")
        refused = responded(ground, found, "refused")
        expect("ben" in str(refused.who), f"refused by {refused.who}, not by ben")
        responded(ground, found, "closed")
        untouched(network, guesser)


def _approval_times_out(ground: Ground) -> None:
    """Nobody answers: the next are asked, then it is said that nothing was contained."""
    with a_network(ground, "land-registry", ground.regions[0], attended=True) as network:
        guesser = network.add_instance()
        found, question = _asked(network, guesser)
        minutes = people(ground)["ApprovalMinutes"]
        responded(ground, found, "asked", times=2, seconds=minutes * 60 + 300)
        quiet(ground, minutes * 60)
        end = responded(ground, found, "not-contained")
        expect(end.drill, "the record does not say that it was a drill")
        untouched(network, guesser)
        late = pressed(ground, question, APPROVE, user="anna")
        expect("Invalid" in late, f"an approval after the time-out was answered: {late}")
        untouched(network, guesser)
        _ended_by_hand(ground, found)


def _ended_by_hand(ground: Ground, found: str) -> None:
    ground.answer(on_call(ground, "security"))
    resumed(ground, run_of(ground, found))
    responded(ground, found, "closed")


def _archived_meanwhile(ground: Ground) -> None:
    """Somebody archived the finding before the approval came: nothing is touched."""
    with a_network(ground, "land-registry", ground.regions[0], attended=True) as network:
        guesser = network.add_instance()
        found, question = _asked(network, guesser)
        _archive(network, found)
        pressed(ground, question, APPROVE, user="anna")
        responded(ground, found, "approved")
        skipped = stage(ground, found, "skipped")
        expect("archived" in str(skipped.why), f"skipped because {skipped.why}")
        answered = responded(ground, found, "answered")
        expect("archived" in str(answered.why), f"people were told: {answered.why}")
        untouched(network, guesser)
        responded(ground, found, "closed")


def _archive(network: Network, found: str) -> None:
    """As the administrator of GuardDuty does who knows what it is."""
    administrator = network.ground.client(network.ground.security, "guardduty", network.region)
    (detector,) = administrator.list_detectors()["DetectorIds"]
    administrator.archive_findings(DetectorId=detector, FindingIds=[found])


def _settled_meanwhile(ground: Ground) -> None:
    """What was archived before a person could look takes no person's time; a stopped machine does.

    That a terminated one closes has its tests: on AWS, CloudTrail may know of it later than people.
    """
    with a_network(ground, "tax", ground.regions[0], attended=True) as network:
        archived, stopped = (
            attack(network, finding(SUSPICIOUS, network, suspect))
            for suspect in (network.add_instance(), network.add_instance())
        )
        _archive(network, archived)
        network.ec2.stop_instances(InstanceIds=[network.instances[-1]])
        answered = responded(ground, archived, "answered")
        expect(answered.outcome == "archived", f"settled as {answered.outcome}: {answered.why}")
        responded(ground, archived, "closed")
        steps = timeline.steps(home(ground, "logs"), finding_id=archived)
        kinds = {str(each.step): each.kind for each in steps}
        expect("mitigate_look" in kinds, f"nobody looked: {kinds}")
        expect(set(kinds.values()) == {"automatic"}, f"a person was waited for: {kinds}")
        waits(ground, run_of(ground, stopped), "mitigate_by_hand")
        said = [message.description for message in thread(ground, stopped)]
        expect(any("it is stopped" in each for each in said), f"people were told: {said}")
        by_hand(ground, stopped)


APPROVALS: Final[tuple[Scenario, ...]] = tuple(
    Scenario(name=name, shows=shows, play=play, quick=False)
    for name, shows, play in (
        ("approval-from-chat", "one press contains, in another account", _approval_from_chat),
        ("approval-refused", "a refusal is recorded, and nothing is touched", _approval_refused),
        ("approval-times-out", "silence escalates, and is recorded at last", _approval_times_out),
        (
            "archived-meanwhile",
            "an approval of what was archived touches nothing",
            _archived_meanwhile,
        ),
        (
            "settled-meanwhile",
            "what was archived meanwhile takes nobody's time",
            _settled_meanwhile,
        ),
    )
)
