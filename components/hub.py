"""The security account's centre, in the home region: where everything that matters is known.

    what the members report ─→ Ledger ────┐
    aggregated findings ──────────────────┴→ CentralRouting ─→ IncidentResponse ─→ Response
                                                    └────────→ Notification ─────→ Chat

Beside it, the evidence and, in each region, the key of what is copied for a forensic account.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.central import CentralRouting, CentralRoutingArgs
from components.chat import Chat, ChatArgs
from components.engagement import Engagement
from components.evidence import Evidence, EvidenceArgs, Mode
from components.forensics import Forensics, ForensicsArgs
from components.incident import IncidentResponse, IncidentResponseArgs
from components.ledger import Ledger, LedgerArgs
from components.notification import Notification, NotificationArgs
from components.response import Response, ResponseArgs
from names import Place
from runbooks import Action, Runbook


@dataclass(frozen=True, kw_only=True)
class ResponseHubArgs:
    """What ``ResponseHub`` needs; ``place`` is the security account in the home region."""

    place: Place
    organization: str | None
    objective_minutes: int
    retain_data: bool
    retention_days: int
    retention_mode: Mode
    exemptions: Sequence[Mapping[str, str]]
    runbooks: Mapping[str, Runbook]
    beats: Sequence[Place]
    """Every account and region that contains, and has to be heard of."""
    watch_minutes: int
    engagement: Engagement
    response: Runbook
    regions: Sequence[str] = ()
    """Regions of the stack, each with a key of its own for copies of snapshots."""
    forensic_account: str | None = None
    """Account that copies of snapshots are shared with; None makes no key."""


class ResponseHub(pulumi.ComponentResource):
    """One per organisation."""

    def __init__(
        self, name: str, args: ResponseHubArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:ResponseHub", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        ledger = Ledger(
            f"{name}-ledger",
            LedgerArgs(
                place=args.place,
                organization=args.organization,
                objective_minutes=args.objective_minutes,
                retain_data=args.retain_data,
                beats=args.beats,
                watch_minutes=args.watch_minutes,
            ),
            child,
        )
        Evidence(
            f"{name}-evidence",
            EvidenceArgs(
                place=args.place,
                organization=args.organization,
                retention_days=args.retention_days,
                retention_mode=args.retention_mode,
                exemptions=args.exemptions,
                writers=_roles(args.runbooks, "Contain", "Preserve"),
                readers=_roles(args.runbooks, "Contain"),
                retain_data=args.retain_data,
            ),
            child,
        )
        if args.forensic_account:
            Forensics(
                f"{name}-forensics",
                ForensicsArgs(
                    place=args.place,
                    regions=args.regions,
                    organization=args.organization,
                    account=args.forensic_account,
                    preserving=_roles(args.runbooks, "Preserve"),
                    retain_data=args.retain_data,
                ),
                child,
            )
        self._people(name, args, ledger, child)
        self.register_outputs({})

    def _people(
        self, name: str, args: ResponseHubArgs, ledger: Ledger, child: pulumi.ResourceOptions
    ) -> None:
        """From what is known to who is called, what they read and what they decide."""
        told = Notification(
            f"{name}-notification",
            NotificationArgs(place=args.place, engagement=args.engagement),
            child,
        )
        Chat(
            f"{name}-chat",
            ChatArgs(place=args.place, channel=args.engagement.chat, topic=told.topic.arn),
            child,
        )
        response = Response(
            f"{name}-response",
            ResponseArgs(
                place=args.place,
                engagement=args.engagement,
                response=args.response,
                runbooks=args.runbooks,
                ready=told.ready,
            ),
            child,
        )
        incidents = IncidentResponse(
            f"{name}-incidents",
            IncidentResponseArgs(
                place=args.place,
                engagement=args.engagement,
                topic=told.topic.arn,
                ready=response.ready,
            ),
            child,
        )
        CentralRouting(
            f"{name}-central",
            CentralRoutingArgs(
                place=args.place,
                engagement=args.engagement,
                engages=incidents.engages,
                topic=told.topic.arn,
                ready=[*ledger.ready, *incidents.ready],
            ),
            child,
        )


def _roles(runbooks: Mapping[str, Runbook], *actions: Action) -> list[str]:
    """Names of the roles with which some actions run: they are named like their documents."""
    return [
        runbook.document_name(action)
        for runbook in runbooks.values()
        for action in actions
        if action in runbook.actions
    ]
