"""A finding's stages as rows: when, how long after the first sign, where, who, why, links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from operations import links
from operations.records import STEP, Record

FIRST_SIGN = "first-sign"
"""The row with which the clock of an occurrence starts: GuardDuty's word, not a record of ours."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One stage, or one step of the response."""

    at: str
    since_s: float | None
    """Seconds since the first sign of this occurrence; None before any is known."""
    account: str
    region: str
    stage: str
    runbook: str = ""
    """What did it: the runbook and its action, or ``respond``."""
    who: str = ""
    why: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    """What can be looked at → address."""


def way(records: list[Record]) -> list[Row]:
    """A finding's rows in order of time, each occurrence from its own first sign."""
    return list(_rows(sorted(records, key=lambda each: each.moment)))


def _rows(records: list[Record]) -> Iterator[Row]:
    signs: dict[int, datetime] = {}
    sign: datetime | None = next(iter(_signs(records)), None)
    for each in records:
        if each.elapsed_s is not None and each.occurrence not in signs:
            sign = signs[each.occurrence] = _sign(each)
            yield _first(each, sign)
        yield _row(each, sign)


def _signs(records: list[Record]) -> Iterator[datetime]:
    yield from (_sign(each) for each in records if each.elapsed_s is not None)


def _sign(record: Record) -> datetime:
    return record.moment - timedelta(seconds=record.elapsed_s or 0.0)


def _first(record: Record, sign: datetime) -> Row:
    return Row(
        at=sign.isoformat(),
        since_s=0.0,
        account=record.account,
        region=record.region,
        stage=FIRST_SIGN,
        why=record.finding_type or record.route,
        links={"finding": links.finding(record.region, record.finding_id)},
    )


def _row(record: Record, sign: datetime | None) -> Row:
    since = record.elapsed_s
    if since is None and sign is not None:
        since = (record.moment - sign).total_seconds()
    return Row(
        at=record.at,
        since_s=round(since, 1) if since is not None else None,
        account=record.account,
        region=record.region,
        stage=record.stage,
        runbook=" ".join(filter(None, (record.runbook, record.action.lower()))),
        who=record.who or "",
        why=_why(record),
        links=dict(_links(record)),
    )


def _why(record: Record) -> str:
    if record.stage == STEP:
        took = f"{record.seconds:g} s" if record.seconds is not None else "no time"
        return f"{record.step}: {record.kind}, {record.outcome or 'no outcome'}, {took}"
    return ": ".join(filter(None, (record.outcome, record.why)))


def _links(record: Record) -> Iterator[tuple[str, str]]:
    if record.execution_id:
        yield "run", links.run(record.region, record.execution_id)
    if record.incident:
        kind = "incidents" if record.incident.startswith("arn:") else "OpsItem"
        yield kind, links.engagement(record.region, record.incident)
