"""The stacks that the tests of the program look at: the three files, and what no file shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FEW: dict[str, Any] = {
    "persons": [{"name": "anna", "email": "anna@agency.example"}],
    "teams": [{"name": "security", "on_call": {"members": ["anna"]}}],
}
"""The least that a stack says of people: one, by mail."""

ALONE: dict[str, Any] = {
    "home_region": "eu-west-1",
    "regions": ["eu-west-1"],
    "deployer_role": "Deployer",
    "people": FEW,
    "accounts": [{"name": "alone", "id": "555555555555", "role": "security"}],
}
"""A single account: no organisation, nothing delegated."""

ELSEWHERE: dict[str, Any] = {
    "organization": {"id": "o-exampleorgid", "root": "r-root"},
    "delegation": "existing",
    "home_region": "us-gov-west-1",
    "regions": ["us-gov-west-1", "us-gov-east-1"],
    "deployer_role": "Deployer",
    "people": FEW,
    "accounts": [
        {
            "name": "hub",
            "id": "666666666666",
            "role": "security",
            "existing_detectors": {"us-gov-east-1": "d0d0"},
            "existing_security_hub": True,
        },
        {"name": "plant", "id": "777777777777", "role": "member"},
        {"name": "watched", "id": "888888888888", "role": "member", "contain": False},
    ],
    "routes": {"compromised-instance": "approval"},
    "forensics": {"account": "999999999999"},
    "severity_thresholds": {"compromised-instance": 7},
}
"""Another partition, delegated by a landing zone, with services that are there already, and with a
forensic account."""

STACKS: Mapping[str, str | dict[str, Any]] = {
    "dev": "dev",
    "staging": "staging",
    "prod": "prod",
    "alone": ALONE,
    "elsewhere": ELSEWHERE,
}
