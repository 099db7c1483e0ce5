"""Who is on call now, and who is paged after whom: pure functions of the settings and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def on_call(rotation: dict[str, Any], now: float) -> str:
    """The member whose shift it is; empty where nobody is in the rotation.

    Shifts change at the same hour by the clock on the wall, so the one in which the clocks change
    is an hour shorter or longer: days are counted on the wall and not in seconds.
    """
    members = rotation["Members"]
    if not members:
        return ""
    zone = ZoneInfo(rotation["TimeZone"])
    starts = datetime.fromisoformat(rotation["Starts"]).replace(tzinfo=None)
    wall = datetime.fromtimestamp(now, UTC).astimezone(zone).replace(tzinfo=None)
    shift = (wall - starts) // timedelta(days=rotation["Days"])
    return str(members[shift % len(members)])


def stages_of(team: dict[str, Any], now: float) -> list[list[str]]:
    """Whom to page, one after the other: on call, the backups in succession, the whole team."""
    first = on_call(team["OnCall"], now)
    singles = [name for name in dict.fromkeys([first, *team["Backups"]]) if name]
    everybody = list(dict.fromkeys([*singles, *team["OnCall"]["Members"]]))
    stages = [[name] for name in singles]
    return [*stages, everybody] if len(everybody) > 1 else stages
