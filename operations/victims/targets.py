"""What a drill attacks: instances, as they were before anything happened."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Target:
    """One instance and its interfaces' groups as they were before anything happened."""

    instance: str
    interfaces: dict[str, list[str]]
    profile: str | None = None
    """Name of its instance profile, which is its role's name as well."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """An Auto Scaling group and its first members; those that replace them are not listed."""

    group: str
    members: tuple[Target, ...]
