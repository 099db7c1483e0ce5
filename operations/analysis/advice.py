"""What each rule's fact recommends: the setting, the command or the file to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from operations.analysis import stack_change
from operations.analysis.case import Case
from operations.analysis.facts import Fact
from runbooks.respond_to_incident.messages import quoted


@dataclass(frozen=True, kw_only=True)
class Advice:
    """One recommendation."""

    title: str
    change: str
    diff: str = ""


Advise = Callable[[Case, Fact], Iterator[Advice]]

AUTOMATED: Final = "docs/runbooks.md"
"""Where it stands how a manual step becomes automatic."""
DECISIONS: Final = ("mitigate_ask", "mitigate_ask_again")
"""Steps that a route's mode takes away."""


def _automatic(case: Case, _fact: Fact) -> Iterator[Advice]:
    """A person decided, or did not, what the route can do by itself."""
    if case.mode in ("approval", "notify") and case.route:
        yield Advice(
            title=f"Make {case.route} automatic in {case.account_name}",
            change=f"`routes: {{{case.route}: automatic}}` of that account in "
            f"`Pulumi.{case.stack.name}.yaml`; a release undoes what it does.",
            diff=stack_change.route_made_automatic(case.stack, case.account, case.route),
        )


def _manual(case: Case, fact: Fact) -> Iterator[Advice]:
    if fact.about in DECISIONS:
        yield from _automatic(case, fact)
    elif fact.about == "mitigate_by_hand":
        yield Advice(
            title="Take one piece out of mitigate_by_hand",
            change="Write down what was done by hand, and make the first piece of it a step: "
            f"{AUTOMATED} says how, with the diff.",
        )


def _called(case: Case, _fact: Fact) -> Iterator[Advice]:
    """Nobody acknowledged: sooner to the next, and somebody more to call."""
    yield Advice(
        title=f"Call the next one of {case.team} sooner",
        change=f"Lower `wait_minutes` of that team in `Pulumi.{case.stack.name}.yaml`.",
        diff=stack_change.wait_shortened(case.stack, case.team),
    )
    yield Advice(
        title=f"Find out whether {case.team} can be reached",
        change="`python -m operations preflight` names each channel that nobody activated; the "
        "drill `start-incident` shows who answers.",
    )
    diff = stack_change.backup_added(case.stack, case.team)
    yield Advice(
        title=f"Add a backup to {case.team}",
        change=f"One more name in `backups` of that team in `Pulumi.{case.stack.name}.yaml`"
        + ("." if diff else ", and among `persons` first: all of them are in the team already."),
        diff=diff,
    )


def _owner(case: Case, _fact: Fact) -> Iterator[Advice]:
    arn = quoted(case.told("resource"), 200)
    yield Advice(
        title="Say whose the resource is",
        change=f"A tag `owner` on {arn}, and a tag policy of the organisation that asks for it.",
    )


def _detection(case: Case, _fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title="Look at what GuardDuty sees there",
        change="Whether each of `guardduty.protection_plans` is on in "
        f"{case.account_name}, {case.place[1]}, and its agent runs; an open finding's update "
        "comes after `guardduty.publishing_frequency`, `FIFTEEN_MINUTES` at best.",
    )


def _severed(case: Case, fact: Fact) -> Iterator[Advice]:
    if "no probe on AWS" in fact.says:
        yield Advice(
            title="Probe on AWS whether two swaps end open connections",
            change="If they do, `contained: {two_swaps_proven: true}` in "
            f"`Pulumi.{case.stack.name}.yaml`; `severed` is then claimed where no hop tracks.",
        )
    else:
        yield Advice(
            title="Take the hop away that keeps connections open",
            change="Or let a person stop the instance: `contained: {suffices: severed}` asks.",
        )


def _failed(case: Case, fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title=f"Repair what failed in {fact.about.lower() or 'the run'}",
        change="The link to the run is in the timeline; a permission that is missing goes into the "
        "runbook's `permissions.json`, with its reason and a test that fails without it.",
    )


def _brake(case: Case, _fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title=f"Decide whether the cap of {case.route} is right",
        change=f"`caps` in `Pulumi.{case.stack.name}.yaml`; the brake is let go by "
        f"`python -m operations brake off --account {case.account} --route {case.route}`.",
        diff=stack_change.cap_raised(case.stack, case.route),
    )


def _undone(case: Case, _fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title="Find who undid it, and whether they had to be able to",
        change="CloudTrail of that account names the caller: "
        "`ModifyNetworkInterfaceAttribute`, `DetachRolePolicy`, `UntagRole`.",
    )


def _cause(case: Case, _fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title="Remove the cause before the next release",
        change="A new image, new credentials, a closed way in; the kept evidence is listed by "
        f"`python -m operations evidence {case.finding_id}`.",
    )


def _undelivered(_case: Case, fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title=f"Read the dead letters of {fact.about}",
        change="docs/operations.md says how; `ERROR_CODE` names what is missing.",
    )


def _slow(case: Case, fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title=f"Find what {fact.about} waited for",
        change="The run's own page shows each step's calls; throttling shows as repeated calls.",
    )


def _engaged(case: Case, _fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title="Wait less for Security Hub",
        change=f"`people: {{silence_minutes: …}}` in `Pulumi.{case.stack.name}.yaml`, now "
        f"{case.stack.silence_minutes}, at least 5: after it the response begins by itself.",
    )


def _decisions(_case: Case, _fact: Fact) -> Iterator[Advice]:
    yield Advice(
        title="Say to everybody who may decide when a question is over",
        change="Each holds `containment-approver` in chat; a question that was answered, or timed "
        "out, takes no second answer.",
    )


ADVICE: Final[Mapping[str, Advise]] = {
    "late-detection": _detection,
    "objective-missed": _automatic,
    "nobody-decided": _automatic,
    "failed": _failed,
    "braked": _brake,
    "breached": _undone,
    "came-back": _cause,
    "seen-before": _cause,
    "dead-letters": _undelivered,
    "approval-waited": _automatic,
    "asked-twice": _called,
    "page-unanswered": _called,
    "engaged-late": _engaged,
    "refused-signal": _decisions,
    "no-owner-tag": _owner,
    "not-severed": _severed,
    "manual-step": _manual,
    "retried": _slow,
    "slow-step": _slow,
}
"""Every rule, the gravest first; a test holds it to the rules."""
