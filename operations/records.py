"""What an event in the ledger says, as a record of one shape, whoever sent it.

Runbooks report stages; findings that are for people come as GuardDuty sent them; AWS tells of runs
that did not end well, of alarms, and of who approved what; the response reports what people were
asked and did. Which account spoke, the envelope tells: anybody may write anything into a detail
(trap 6.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from names import (
    ALIVE,
    BEAT,
    PREFIX,
    RESPOND,
    RESPONSE_BEAT,
    RESPONSE_EVENTS,
    RUNBOOK_EVENTS,
    WAITING,
)
from routes import SET_ASIDE, route_of
from runbooks import RESPONSE

UNREADABLE: Final = "unreadable"
"""The stage of what is in the ledger, and no report of ours."""
STEP: Final = "step"
"""The stage of a step of the response, which is about how, not about what happened."""

_TEXT: Final = (str, type(None))
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "at": (str,),
    "stage": (str,),
    "finding_id": (str,),
    "elapsed_s": (int, float, type(None)),
    "seconds": (int, float, type(None)),
    "drill": (bool,),
    "dry_run": (bool,),
    "occurrence": (int,),
    "evidence": (Mapping,),
}


@dataclass(frozen=True, kw_only=True)
class Record:
    """One stage of one finding; times are ISO 8601 in UTC."""

    at: str
    account: str
    region: str
    stage: str
    route: str = ""
    action: str = ""
    finding_id: str = ""
    finding_type: str = ""
    resource: str = ""
    why: str | None = None
    runbook: str | None = None
    execution_id: str | None = None
    elapsed_s: float | None = None
    """Seconds since the activity was first seen, in this occurrence of it."""
    occurrence: int = 1
    """A finding's activity that goes on after a release is the next one (trap 1.5)."""
    drill: bool = False
    dry_run: bool = False
    first_seen: str | None = None
    """When the activity was first seen, by GuardDuty's clock."""
    event_time: str | None = None
    """When GuardDuty told of it."""
    team: str | None = None
    """Who answers for it, as the response says."""
    who: str | None = None
    """The person who was called or who decided: a name, or the ARN of their session."""
    incident: str | None = None
    """The incident, or the OpsItem."""
    step: str | None = None
    """Of the response, with what did it: automatic or manual."""
    kind: str | None = None
    outcome: str | None = None
    owned: str | None = None
    """At the close of a response: whether a tag says whose the resource is, yes or no."""
    seconds: float | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        """When it was, in UTC."""
        return datetime.fromisoformat(self.at)


def record_of(event: Mapping[str, Any]) -> Record:
    """A record of anything: whoever may put events must not be able to blind the reader."""
    source, kind = event["source"], event.get("detail-type")
    says = _SAYS.get((source, kind)) or _SAYS.get((source, None)) or _strange
    return says(event, _part(event, "detail"))


def _strange(event: Mapping[str, Any], _detail: Mapping[str, Any]) -> Record:
    return _heard(event, stage=UNREADABLE, why=f"nobody here sends events of {event['source']}")


def _step(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    """How long a step of the response took, and whether a person did it."""
    return _reported(event, {**detail, "stage": STEP})


def _alarm(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    alarm = detail.get("alarmName")
    if not isinstance(alarm, str):
        return _heard(event, stage=UNREADABLE, why="an alarm without a name")
    return _heard(event, stage="alarm", why=alarm)


def _heard(event: Mapping[str, Any], **what: Any) -> Record:
    """Account, region and, unless it is among the rest, time by the envelope."""
    place = {"account": event["account"], "region": event["region"]}
    return Record(**{"at": event["time"], **what, **place})


def _reported(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    known = {name: detail[name] for name in Record.__dataclass_fields__ if name in detail}
    broken = [name for name in known if not isinstance(known[name], _KINDS.get(name, _TEXT))]
    broken += [name for name in ("at", "stage") if name not in known]
    broken += [] if "at" in broken or _is_time(known["at"]) else ["at"]
    if not broken:
        return _heard(event, **known)
    why = f"a report without a usable {', '.join(dict.fromkeys(broken))}"
    readable = {name: value for name, value in known.items() if name not in broken}
    return _heard(event, **{**readable, "stage": UNREADABLE, "why": why})


def _alive(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    """A beat counts by its envelope; what it says is open or stopped stands in the evidence."""
    said = {name: detail[name] for name in ("open", "oldest", "brakes") if name in detail}
    run = detail.get("execution_id")
    return _heard(
        event,
        stage=ALIVE,
        action="Watch",
        execution_id=run if isinstance(run, str) else None,
        evidence=said,
    )


def _waiting(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    """How many questions wait for people, and since when: about no finding."""
    said = {name: detail[name] for name in ("waiting", "oldest_s") if name in detail}
    return _heard(event, stage=WAITING, action="Escalate", evidence=said)


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _ended(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    runbook, action = _document(str(detail.get("Definition")))
    run = detail.get("ExecutionId")
    return _heard(
        event,
        stage="failed",
        action=action,
        runbook=runbook,
        execution_id=run if isinstance(run, str) else None,
        why=f"the run ended {detail.get('Status')} (said by AWS, not by the run)",
    )


def _signalled(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    """Who sent a signal to a response, and what came of it, as CloudTrail has it."""
    asked = _part(detail, "requestParameters")
    said, run = asked.get("signalType"), asked.get("automationExecutionId")
    who, refused = _part(detail, "userIdentity").get("arn"), detail.get("errorCode")
    if not (isinstance(said, str) and isinstance(run, str) and isinstance(who, str)):
        why = "a signal that does not say who sent what to which run"
        return _heard(event, stage=UNREADABLE, why=why)
    return _heard(
        event,
        stage="signalled",
        action="Respond",
        execution_id=run,
        who=who,
        why=f"{said}, refused: {refused}" if refused else said,
    )


def _document(name: str) -> tuple[str, str]:
    """Which runbook and action a document's name means."""
    if name == RESPOND:
        return RESPONSE.name, "Respond"
    base, _, last = name.removeprefix(PREFIX).rpartition("-")
    named = last in ("preserve", "release", "watch", "escalate")
    runbook = base if named else name.removeprefix(PREFIX)
    return runbook.replace("-", "_"), last.title() if named else "Contain"


def _for_people(event: Mapping[str, Any], detail: Mapping[str, Any]) -> Record:
    route = route_of(detail)
    service = _part(detail, "service")
    sample = "sample" in _part(service, "additionalInfo")
    first_seen = service.get("eventFirstSeen")
    instance = _part(_part(detail, "resource"), "instanceDetails")
    return _heard(
        event,
        stage="received",
        action="Notify",
        route=route,
        finding_id=str(detail.get("id", "")),
        finding_type=str(detail.get("type", "")),
        resource=str(instance.get("instanceId", "")),
        why="for people: " + (_set_aside(sample=sample) if route == SET_ASIDE else route),
        first_seen=first_seen if isinstance(first_seen, str) else None,
        event_time=str(event["time"]),
        drill=sample,
    )


def _part(whole: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """An object inside an event; empty where something else is there, or nothing."""
    part = whole.get(key)
    return part if isinstance(part, Mapping) else {}


def _set_aside(*, sample: bool) -> str:
    return "a sample" if sample else "archived"


_SAYS: Final[Mapping[tuple[str, str | None], Callable[..., Record]]] = {
    (RUNBOOK_EVENTS, BEAT): _alive,
    (RUNBOOK_EVENTS, None): _reported,
    (RESPONSE_EVENTS, "Response Step"): _step,
    (RESPONSE_EVENTS, RESPONSE_BEAT): _waiting,
    (RESPONSE_EVENTS, None): _reported,
    ("aws.guardduty", None): _for_people,
    ("aws.ssm", "AWS API Call via CloudTrail"): _signalled,
    ("aws.ssm", None): _ended,
    ("aws.cloudwatch", None): _alarm,
}
"""By source and detail type, or by source alone."""
