"""A finding engages the right people and nobody else, once, in a message that can be read."""

from __future__ import annotations

from functools import partial
from typing import Final

from names import RESPOND, response_plan
from operations.expectations import UnmetError, expect, untouched
from operations.findings import finding
from operations.ground import Ground
from operations.scenarios.playing import (
    MINING,
    Scenario,
    a_network,
    attack,
    contained,
)
from operations.scenarios.responding import (
    PATIENCE,
    SUSPICIOUS,
    backend,
    by_hand,
    engaged,
    home,
    incidents,
    on_call,
    one_incident,
    released_from_chat,
    responded,
    resumed,
    thread,
    until,
    wait_for_pages,
    woken,
)

SAMPLED: Final = (
    "Backdoor:EC2/C&CActivity.B!DNS",
    "CryptoCurrency:EC2/BitcoinTool.B!DNS",
    "Trojan:EC2/DNSDataExfiltration",
    "UnauthorizedAccess:EC2/TorClient",
    "Impact:EC2/AbusedDomainRequest.Reputation",
)
WAIT_MINUTES: Final = 5
"""What the stacks of this repository say of the first team."""


def _sample_findings(ground: Ground) -> None:
    """GuardDuty's own samples prove the way to people; their resources are made up (trap 1.4)."""
    account, region, made = _samples(ground)
    runs = _containing(ground, account, region)
    for each in sorted(made):
        opened = engaged(ground, each)
        expect(opened.drill, f"{each} is not marked as a drill")
        responded(ground, each, "closed")
        shown = thread(ground, each)
        expect(shown, f"the channel shows nothing of {each}")
        expect(
            all("drill" in message.title.lower() for message in shown),
            f"not marked as a drill: {[message.title for message in shown]}",
        )
        until(
            ground,
            partial(_notified, ground, each),
            f"Security Hub does not say that people were notified of {each}",
        )
    expect(_containing(ground, account, region) == runs, "a sample started a containment")


def _samples(ground: Ground) -> tuple[str, str, set[str]]:
    """New samples, in the first account and region that has none: a second time updates them."""
    for name in ("tax", "land-registry"):
        for region in ground.regions:
            guardduty = ground.client(ground.accounts[name], "guardduty", region)
            (detector,) = guardduty.list_detectors()["DetectorIds"]
            before = set(guardduty.list_findings(DetectorId=detector)["FindingIds"])
            guardduty.create_sample_findings(DetectorId=detector, FindingTypes=list(SAMPLED))
            made = set(guardduty.list_findings(DetectorId=detector)["FindingIds"]) - before
            if len(made) == len(SAMPLED):
                return ground.accounts[name], region, made
    raise UnmetError(f"no account and region has none of these samples yet: {SAMPLED}")


def _notified(ground: Ground, finding_id: str) -> bool:
    """Whether Security Hub shows, as it does after a while, that people know of it (trap 5.7)."""
    of_guardduty = {"ProductName": [{"Value": "GuardDuty", "Comparison": "EQUALS"}]}
    pages = home(ground, "securityhub").get_paginator("get_findings").paginate(Filters=of_guardduty)
    return any(
        each["Id"].endswith(finding_id) and each["Workflow"]["Status"] == "NOTIFIED"
        for page in pages
        for each in page["Findings"]
    )


def _containing(ground: Ground, account: str, region: str) -> int:
    """How many runs of the containment there are."""
    ssm = ground.client(account, "ssm", region)
    named = {"Key": "DocumentNamePrefix", "Values": ["containment-isolate-instance"]}
    pages = ssm.get_paginator("describe_automation_executions").paginate(Filters=[named])
    listed = [one for page in pages for one in page["AutomationExecutionMetadataList"]]
    return sum(1 for one in listed if one["DocumentName"] == "containment-isolate-instance")


def _start_incident(ground: Ground) -> None:
    """A person starts it without any finding: people are called, and the document runs."""
    since, before = len(ground.pages()), set(incidents(ground))
    if backend(ground) == "incident-manager":
        plan = f"arn:aws:ssm-incidents::{ground.security}:response-plan/{response_plan('security')}"
        home(ground, "ssm-incidents").start_incident(responsePlanArn=plan, title="A drill")
    else:
        home(ground, "ssm").start_automation_execution(
            DocumentName=RESPOND, Parameters={"Team": ["security"]}
        )
    until(ground, lambda: bool(set(incidents(ground)) - before), "no incident was opened")
    wait_for_pages(ground, since, [on_call(ground, "security")], PATIENCE)
    run = _newest_run(ground)
    ground.answer(woken(ground, since)[0].person)
    resumed(ground, run)
    _ends(ground, run, "Success")


def _newest_run(ground: Ground) -> str:
    named = {"Key": "DocumentNamePrefix", "Values": [RESPOND]}
    listed = home(ground, "ssm").describe_automation_executions(Filters=[named])
    return next(
        str(each["AutomationExecutionId"])
        for each in listed["AutomationExecutionMetadataList"]
        if each["DocumentName"] == RESPOND
    )


def _ends(ground: Ground, run: str, status: str) -> None:
    def now() -> str:
        answer = home(ground, "ssm").get_automation_execution(AutomationExecutionId=run)
        return str(answer["AutomationExecution"]["AutomationExecutionStatus"])

    until(ground, lambda: now() == status, f"the run {run} is {now()}, not {status}")


def _two_targets(ground: Ground) -> None:
    """What no runbook answers calls its own team, by an incident and by the channel, once each."""
    since = len(ground.pages())
    with a_network(ground, "tax", ground.regions[-1], attended=True) as network:
        suspect = network.add_instance()
        found = attack(network, finding(SUSPICIOUS, network, suspect))
        opened = engaged(ground, found)
        one_incident(ground, found)
        expect(opened.incident in incidents(ground), f"there is no incident {opened.incident}")
        until(ground, lambda: bool(thread(ground, found)), "the channel shows nothing")
        wait_for_pages(ground, since, [on_call(ground, "platform")], PATIENCE)
        expect(
            on_call(ground, "security") == "ben"
            or "anna" not in {p.person for p in woken(ground, since)},
            "another team was called",
        )
        untouched(network, suspect)
        by_hand(ground, found)


def _nobody_answers(ground: Ground) -> None:
    """Whoever is on call is silent: the backup is called after the wait, then the whole team."""
    since = len(ground.pages())
    first = on_call(ground, "security")
    with a_network(ground, "tax", ground.regions[0], attended=True) as network:
        miner = network.add_instance()
        found = attack(network, finding(MINING, network, miner))
        contained(network, miner, found)
        engaged(ground, found)
        other = {"anna": "ben", "ben": "anna"}[first]
        called = wait_for_pages(ground, since, [first, "carla", other], PATIENCE)
        at = {page.person: page.at for page in reversed(called)}
        waited = (at["carla"] - at[first]).total_seconds()
        expect(
            WAIT_MINUTES * 60 <= waited <= 2 * WAIT_MINUTES * 60 + 60,
            f"the backup was called {waited:.0f} s after the first",
        )
        expect(at[other] > at["carla"], "the whole team was called before the backup")
        ground.answer("carla")
        released_from_chat(network, miner, found)


PEOPLE: Final[tuple[Scenario, ...]] = tuple(
    Scenario(name=name, shows=shows, play=play, quick=False)
    for name, shows, play in (
        (
            "sample-findings",
            "samples reach Security Hub, plan and chat, as drills",
            _sample_findings,
        ),
        (
            "start-incident",
            "a person starts it: people are called, the document runs",
            _start_incident,
        ),
        ("two-targets", "one finding, one incident and one thread, for its own team", _two_targets),
        (
            "nobody-answers",
            "the backup is called after the wait, then the whole team",
            _nobody_answers,
        ),
    )
)
