"""From detection to containment in one account and region.

    GuardDuty finding → default bus → rule of its route ─→ runbook ──→ local ledger bus ─┐
                                    └ for people ────────────────────────────────────────┴→ ledger

    every few minutes ─────────────────────────→ Watch of each runbook ──────────────────┘

``Routing`` is the rules and targets, ``Containment`` the runbooks behind them, ``Watch`` the second
look at what they did. Roles and the state table are the account's (``AccountAccess``), the ledger
is the organisation's (``Ledger``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.bounds import Bounds
from components.containment import Containment, ContainmentArgs
from components.routing import Routing, RoutingArgs
from components.rules import rules
from components.watch import Watch, WatchArgs
from names import Place
from routes import Mode
from runbooks import Runbook


@dataclass(frozen=True, kw_only=True)
class ContainmentPipelineArgs:
    """What ``ContainmentPipeline`` needs."""

    place: Place
    central: Place
    """The security account in the home region: where the ledger is."""
    runbooks: Mapping[str, Runbook]
    modes: Mapping[str, Mode]
    bounds: Bounds
    watch_minutes: int
    roles: Sequence[pulumi.Resource]
    """The account's roles, which documents and targets name and therefore wait for."""


class ContainmentPipeline(pulumi.ComponentResource):
    """What answers the findings of one account in one region."""

    def __init__(
        self, name: str, args: ContainmentPipelineArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:ContainmentPipeline", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        containment = Containment(
            f"{name}-containment",
            ContainmentArgs(
                place=args.place,
                central=args.central,
                runbooks=args.runbooks,
                bounds=args.bounds,
                roles=args.roles,
            ),
            child,
        )
        ready = [*args.roles, *containment.documents]
        routing = Routing(
            f"{name}-routing",
            RoutingArgs(
                place=args.place,
                home_region=args.central.region,
                central=args.central,
                rules=rules(args.place.account, args.modes, args.bounds.severity_thresholds),
                runbooks=args.runbooks,
                ready=ready,
            ),
            child,
        )
        Watch(
            f"{name}-watch",
            WatchArgs(
                place=args.place,
                runbooks=args.runbooks,
                minutes=args.watch_minutes,
                dead_letters=routing.dead_letters,
                ready=ready,
            ),
            child,
        )
        self.register_outputs({})
