"""Cases of an analysis, made of plain records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from operations.analysis.case import Case, plain
from operations.analysis.stack import Stack, read
from operations.records import STEP, Record

SIGN: Final = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ACCOUNT, CENTRE, FINDING = "444444444444", "222222222222", "f1"
RESOURCE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-0abc"
TEXT = """\
config:
  containment:settings:
    accounts:
      - {name: security, id: "222222222222", role: security}
      - {name: tax, id: "333333333333", role: member}
      - name: land-registry
        id: "444444444444"
        role: member
        routes: {attacking-instance: approval}
    people:
      teams:
        - name: security
          on_call: {members: [anna]}
          backups: []
          wait_minutes: 5
    routes: {compromised-instance: approval, attacking-instance: automatic}
    caps: {attacking-instance: {per_hour: 3}}
"""
RAW: Final[Mapping[str, Any]] = {
    "accounts": [
        {"name": "security", "id": CENTRE, "role": "security"},
        {"name": "tax", "id": "333333333333", "role": "member"},
        {
            "name": "land-registry",
            "id": ACCOUNT,
            "role": "member",
            "routes": {"attacking-instance": "approval"},
        },
    ],
    "people": {
        "persons": [{"name": "anna"}, {"name": "ben"}],
        "teams": [
            {
                "name": "security",
                "wait_minutes": 5,
                "on_call": {"members": ["anna"]},
                "backups": [],
            }
        ],
    },
    "routes": {"compromised-instance": "approval", "attacking-instance": "automatic"},
    "caps": {"attacking-instance": {"per_hour": 3}},
}


def stack(**changed: Any) -> Stack:
    """Two members, one of which asks about a route; fifteen minutes to contain."""
    return read("made-up", {**RAW, **changed}, TEXT)


def stage(name: str, at: float, **more: Any) -> Record:
    """A stage of the member's runbook, so many seconds after the first sign."""
    told: dict[str, Any] = {
        "at": (SIGN + timedelta(seconds=at)).isoformat(),
        "account": ACCOUNT,
        "region": "eu-west-1",
        "stage": name,
        "action": "Contain",
        "runbook": "isolate_instance",
        "route": "attacking-instance",
        "finding_id": FINDING,
        "finding_type": "UnauthorizedAccess:EC2/SSHBruteForce",
        "resource": RESOURCE,
        "elapsed_s": at,
        "execution_id": "run-1",
    }
    return Record(**{**told, **more})


def reached(name: str, at: float, **more: Any) -> Record:
    """A stage of the response."""
    told = {"account": CENTRE, "action": "Respond", "runbook": None, "elapsed_s": None}
    return stage(name, at, **{**told, "execution_id": "run-2", **more})


def step(name: str, seconds: float, *, kind: str = "automatic", **more: Any) -> Record:
    """A step of the response."""
    about = {"step": name, "kind": kind, "outcome": "success", "seconds": seconds}
    return reached(STEP, 900, **{**about, **more})


def case(*records: Record, **more: Any) -> Case:
    """A case that begins with a finding received in four seconds, and has these records."""
    begins = [] if any(each.stage == "received" for each in records) else [stage("received", 4)]
    every = sorted(map(plain, [*begins, *records]), key=lambda each: each.moment)
    told: dict[str, Any] = {
        "finding_id": FINDING,
        "occurrence": 1,
        "first_sign": SIGN,
        "records": every,
        "until": every[-1].moment,
        "stack": stack(),
    }
    return Case(**{**told, **more})
