"""How an incident begins, and who is called: a response plan, or the response's own OpsItem.

``incident-manager`` calls people by its contacts and escalations, and starts the response's
document. It takes no new customers (AWS docs: incident-manager-availability-change), so
``ops-center`` is the other way: the rule starts the document, which opens an OpsItem and calls
people itself. Whoever engages names a team and need not know which of the two it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.contacts import Contacts, ContactsArgs
from components.engagement import Engagement
from names import PLAN_STARTER, PREFIX, RESPOND, Place, response_plan

IMPACT = 2  # Incident Manager's "high"; 1 is "critical" (botocore: ssm-incidents model)


@dataclass(frozen=True, kw_only=True)
class IncidentResponseArgs:
    """What ``IncidentResponse`` needs; ``place`` is the security account in the home region."""

    place: Place
    engagement: Engagement
    topic: pulumi.Input[str]
    """Which Incident Manager tells the chat channel through."""
    ready: Sequence[pulumi.Resource]
    """The response's document and role, and the topic."""


class IncidentResponse(pulumi.ComponentResource):
    """What a rule engages a team by."""

    engages: Mapping[str, str]
    """Team → ARN of the target that engages it."""
    ready: list[pulumi.Resource]

    def __init__(
        self, name: str, args: IncidentResponseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:IncidentResponse", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.ready = [*args.ready]
        if args.engagement.backend == "incident-manager":
            self.engages = self._plans()
        else:
            document = args.place.arn("ssm", f"automation-definition/{RESPOND}:$DEFAULT")
            self.engages = dict.fromkeys(args.engagement.teams, document)
        self.register_outputs({})

    def _plans(self) -> dict[str, str]:
        args = self._args
        replicated: list[pulumi.Resource] = []
        if args.engagement.replication == "declared":
            # Its region is the provider's own: there is no other argument for it.
            replicated.append(
                aws.ssmincidents.ReplicationSet(
                    f"{self._name}-replication",
                    regions=[
                        aws.ssmincidents.ReplicationSetRegionArgs(name=args.place.region),
                    ],
                    opts=self._child,
                )
            )
        contacts = Contacts(
            f"{self._name}-contacts",
            ContactsArgs(place=args.place, engagement=args.engagement, after=replicated),
            self._child,
        )
        starter = self._starter()
        after = pulumi.ResourceOptions(
            parent=self, depends_on=[*args.ready, *replicated, *contacts.ready, *starter]
        )
        for team in args.engagement.teams:
            self.ready.append(self._plan(team, contacts.escalations[team], after))
        return {
            team: args.place.arn("ssm-incidents", f"response-plan/{response_plan(team)}", region="")
            for team in args.engagement.teams
        }

    def _plan(
        self, team: str, escalation: pulumi.Output[str], opts: pulumi.ResourceOptions
    ) -> pulumi.Resource:
        """No ``dedupe_string``: with one, all findings would join the first incident (5.8)."""
        place = self._args.place
        respond = aws.ssmincidents.ResponsePlanActionSsmAutomationArgs(
            document_name=RESPOND,
            document_version="$DEFAULT",
            role_arn=place.role(PLAN_STARTER),
            target_account="RESPONSE_PLAN_OWNER_ACCOUNT",
            dynamic_parameters={
                "IncidentRecordArn": "INCIDENT_RECORD_ARN",
                "InvolvedResources": "INVOLVED_RESOURCES",
            },
            parameters=[
                aws.ssmincidents.ResponsePlanActionSsmAutomationParameterArgs(
                    name="Team", values=[team]
                )
            ],
        )
        return aws.ssmincidents.ResponsePlan(
            f"{self._name}-{team}",
            name=response_plan(team),
            display_name=f"Containment, team {team}",
            incident_template=aws.ssmincidents.ResponsePlanIncidentTemplateArgs(
                title=f"A finding for {team}",
                impact=IMPACT,
                summary="What happened, and what was done about it, is on its way.",
            ),
            engagements=[escalation],
            chat_channels=[self._args.topic],
            action=aws.ssmincidents.ResponsePlanActionArgs(ssm_automations=[respond]),
            region=place.region,
            opts=opts,
        )

    def _starter(self) -> list[pulumi.Resource]:
        """The role with which a plan starts the response (AWS docs: response-plans)."""
        place = self._args.place
        incidents = f"incident-record/{PREFIX}*"
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "ssm-incidents.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": place.account},
                "ArnLike": {"aws:SourceArn": place.arn("ssm-incidents", incidents, region="")},
            },
        }
        role = aws.iam.Role(
            f"{self._name}-plan-starter",
            name=PLAN_STARTER,
            assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
            opts=self._child,
        )
        allowed = aws.iam.RolePolicy(
            f"{self._name}-plan-starter-may",
            name="may",
            role=role.name,
            policy=json.dumps({"Version": "2012-10-17", "Statement": may_start(place, RESPOND)}),
            opts=self._child,
        )
        return [role, allowed]


def may_start(place: Place, *documents: str) -> list[dict[str, object]]:
    """Statements: start these documents here, with their roles (trap 5.11)."""
    resources = [place.arn("ssm", "automation-execution/*")]
    for document in documents:
        resources += [
            place.arn("ssm", f"document/{document}"),
            place.arn("ssm", f"automation-definition/{document}:*"),
        ]
    return [
        {
            "Effect": "Allow",
            "Action": "ssm:StartAutomationExecution",
            "Resource": sorted(resources),
        },
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": sorted(place.role(document) for document in documents),
            "Condition": {"StringEquals": {"iam:PassedToService": "ssm.amazonaws.com"}},
        },
    ]
