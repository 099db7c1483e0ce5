"""The security account's rules about people, as they follow from routes and teams: pure data.

Findings come from Security Hub, where all accounts and regions meet, and only GuardDuty's engage
people, whatever their severity: posture never does (trap 5.1). What the pipeline did, or wants, or
could not do, comes from the ledger. Only ``NEW`` and ``ACTIVE`` count, for every update is another
event, our own included (trap 5.7); the V2 hub's events have a detail type of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from components.asff import as_security_hub
from components.engagement import Engagement
from components.rules import PATTERN_LIMIT, size
from names import CENTRAL_BUS, PREFIX, RUNBOOK_EVENTS
from routes import ROUTES, Match

Pattern = dict[str, Any]

STAGES: Final = ("approval-wanted", "failed", "breached", "braked")
"""What runbooks report that calls for people; a cap that is reached engages a brake (trap 4.2)."""
HUB_ALARMS: Final = tuple(
    f"{PREFIX}{part}" for part in ("silent", "time-to-contain", "people", "ledger")
)
"""How the names begin of the security account's own alarms that call people by a rule."""


@dataclass(frozen=True, kw_only=True)
class PeopleRule:
    """A rule, and whom it engages; no team means that the chat is told, and nobody called."""

    name: str
    pattern: Pattern
    says: str
    """Which of the messages in ``components/central_messages.py``."""
    team: str | None
    route: str = ""
    bus: str = "default"
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameter of the response's document → path in the event; texts only (trap 1.8)."""


def finding_rules(engagement: Engagement) -> Iterator[PeopleRule]:
    """Every active, new GuardDuty finding of the organisation meets at most one of them.

    The first team's rule takes all that has no rule of its own and is not quiet, so that a type
    which nobody knew engages somebody. Raises ValueError where that rule grows too long.
    """
    apart: list[str] = []
    for route in ROUTES:
        for part, match in enumerate(route.matches, start=1):
            team = engagement.team_of(route.name)
            if route.engages and match.role is None and team == engagement.default_team:
                continue
            apart += _begins(match)
            if route.engages:
                suffix = f"-{part}" if len(route.matches) > 1 else ""
                yield PeopleRule(
                    name=f"people-{route.name}{suffix}",
                    pattern=_finding(_of_match(match)),
                    says="finding",
                    team=team,
                    route=route.name,
                )
    everything_else = _finding({"Types": [{"anything-but": {"prefix": sorted(set(apart))}}]})
    if (long := size(everything_else)) > PATTERN_LIMIT:
        raise ValueError(
            f"people.routes: the rule of the team {engagement.default_team} has {long} characters, "
            f"{PATTERN_LIMIT} are allowed; give the route with the most types to the first team"
        )
    yield PeopleRule(
        name="people-findings",
        pattern=everything_else,
        says="finding",
        team=engagement.default_team,
    )
    yield PeopleRule(
        name="people-drill",
        pattern=_finding({"Sample": [True]}),
        says="drill",
        team=engagement.default_team,
    )
    # Another product than AWS's own, and no posture: nobody is called, and nothing is hidden.
    other = {
        **_new(),
        "ProductArn": [{"anything-but": {"wildcard": "*:product/aws/*"}}],
        "Compliance": {"Status": [{"exists": False}]},
    }
    yield PeopleRule(
        name="people-other-product", pattern=_imported(other), says="other-product", team=None
    )


def ledger_rules(engagement: Engagement) -> Iterator[PeopleRule]:
    """What the pipeline says of itself, by the team of its route."""
    about = {
        "FindingArn": "$.detail.finding_arn",
        "FindingId": "$.detail.finding_id",
        "Stage": "$.detail.stage",
        "Route": "$.detail.route",
        "Resource": "$.detail.resource",
        "RunId": "$.detail.execution_id",
        **_WHERE,
    }
    yield PeopleRule(
        name="people-ledger",
        bus=CENTRAL_BUS,
        pattern={
            "source": [RUNBOOK_EVENTS],
            "detail": {"stage": [*STAGES], "dry_run": [False, {"exists": False}]},
        },
        says="stage",
        team=engagement.default_team,
        parameters=about,
    )
    prefixes = sorted({p for r in ROUTES for m in r.matches for p in m.types})
    yield PeopleRule(
        name="people-unrouted",
        bus=CENTRAL_BUS,
        pattern={
            "source": ["aws.guardduty"],
            "detail": {
                "type": [{"anything-but": {"prefix": prefixes}}],
                "service": {"archived": [False], "additionalInfo": {"sample": _ABSENT}},
            },
        },
        says="unrouted",
        team=engagement.default_team,
        parameters={"FindingArn": "$.detail.arn", "FindingId": "$.detail.id", **_WHERE},
    )
    run = {"source": ["aws.ssm"], "detail-type": [_RUN_CHANGED]}
    response = f"{PREFIX}respond-to-incident"
    yield PeopleRule(
        name="people-run-failed",
        bus=CENTRAL_BUS,
        pattern={**run, "detail": {"Definition": [{"anything-but": {"prefix": response}}]}},
        says="run",
        team=engagement.default_team,
        parameters={"RunId": "$.detail.ExecutionId", **_WHERE},
    )
    # It must not answer itself: a response that fails is told, and pages by its alarm (trap 1.16).
    yield PeopleRule(
        name="people-response-failed",
        pattern={
            **run,
            "detail": {
                "Definition": [{"prefix": response}],
                "Status": ["Failed", "TimedOut", "Cancelled"],
            },
        },
        says="response-failed",
        team=None,
    )


def alarm_rules(engagement: Engagement) -> Iterator[PeopleRule]:
    """Alarms: the members' come by the ledger, the security account's own are on its bus."""
    changed: Pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
    }
    ringing = {"state": {"value": ["ALARM"]}}
    for name, bus, names in (
        ("people-alarm", CENTRAL_BUS, [{"prefix": PREFIX}]),
        ("people-hub-alarm", "default", [{"prefix": alarm} for alarm in HUB_ALARMS]),
    ):
        yield PeopleRule(
            name=name,
            bus=bus,
            pattern={**changed, "detail": {**ringing, "alarmName": names}},
            says="alarm",
            team=engagement.default_team,
            parameters={"Resource": "$.resources[0]", **_WHERE},
        )


_ABSENT: Final = [{"exists": False}]
_WHERE: Final = {"Account": "$.account", "Region": "$.region"}
"""The envelope's: which account spoke, nobody can write into a detail (trap 6.1)."""
_RUN_CHANGED: Final = "EC2 Automation Execution Status-change Notification"


def _new() -> Pattern:
    return {"RecordState": ["ACTIVE"], "Workflow": {"Status": ["NEW"]}}


def _finding(more: Pattern) -> Pattern:
    """GuardDuty's by its product's ARN, which nobody else may import under (trap 5.1)."""
    borne = {"ProductArn": [{"suffix": "::product/aws/guardduty"}], **_new()}
    return _imported({**borne, "Sample": [False, *_ABSENT], **more})


def _imported(finding: Pattern) -> Pattern:
    return {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {"findings": finding},
    }


def _of_match(match: Match) -> Pattern:
    """Its types and, where those can mean either side, not the victim's (trap 1.3)."""
    types: Pattern = {"Types": [{"prefix": begin} for begin in _begins(match)]}
    if match.role is None:
        return types
    # Said or not said: only a finding that calls itself the target's stays quiet.
    acts = [{"anything-but": ["TARGET"]}, *_ABSENT]
    return {**types, "ProductFields": {"aws/guardduty/service/resourceRole": acts}}


def _begins(match: Match) -> list[str]:
    """How its types begin in Security Hub."""
    return [begin for prefix in match.types for begin in as_security_hub(prefix)]
