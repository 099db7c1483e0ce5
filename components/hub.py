"""The security account's centre, in the home region: where everything that matters is known.

Composes the ledger; the people's path (response plan, chat, approvals) belongs here as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components.ledger import Ledger, LedgerArgs
from names import Place


@dataclass(frozen=True, kw_only=True)
class ResponseHubArgs:
    """What ``ResponseHub`` needs; ``place`` is the security account in the home region."""

    place: Place
    organization: str | None
    objective_minutes: int
    retain_data: bool
    beats: Sequence[Place]
    """Every account and region that contains, and has to be heard of."""
    watch_minutes: int


class ResponseHub(pulumi.ComponentResource):
    """One per organisation."""

    def __init__(
        self, name: str, args: ResponseHubArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:ResponseHub", name, None, opts)
        Ledger(
            f"{name}-ledger",
            LedgerArgs(
                place=args.place,
                organization=args.organization,
                objective_minutes=args.objective_minutes,
                retain_data=args.retain_data,
                beats=args.beats,
                watch_minutes=args.watch_minutes,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({})
