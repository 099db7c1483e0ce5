"""People and teams of an imagined agency, for tests of what engages them."""

from __future__ import annotations

from dataclasses import replace

from components.engagement import Chat as Channel
from components.engagement import Engagement, Team

SECURITY = Team(
    members=("anna", "ben"),
    time_zone="Europe/Berlin",
    starts="2026-07-06T08:00:00",
    days=7,
    backups=("carla",),
    wait_minutes=5,
)
MANAGED = Engagement(
    backend="incident-manager",
    persons=[
        {"name": "anna", "email": "anna@agency.example", "sms": "+4915100000001"},
        {"name": "ben", "email": "ben@agency.example"},
        {"name": "carla", "voice": "+4915100000003"},
    ],
    teams={"security": SECURITY, "platform": replace(SECURITY, members=("ben",), days=3)},
    routes={"suspicious-activity": "platform"},
    chat=Channel(kind="slack", workspace="T0CONTAIN1", channel="C0CONTAIN1", region="eu-west-1"),
)
OPS = replace(MANAGED, backend="ops-center")
