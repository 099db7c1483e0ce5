"""Incident Manager's people: contacts with their channels, who is on call, who follows whom.

A channel pages nobody before its person has entered the code that Incident Manager sends them
(trap 5.5); no deployment can do that for them. (AWS docs: incident-manager contacts, escalation.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pulumi
import pulumi_aws as aws

from components.engagement import Engagement, Team
from names import PREFIX, Place, response_plan

CHANNELS = {"email": "EMAIL", "sms": "SMS", "voice": "VOICE"}
RETRY_MINUTES = 1
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True, kw_only=True)
class ContactsArgs:
    """What ``Contacts`` needs; ``place`` is the security account in the home region."""

    place: Place
    engagement: Engagement
    after: Sequence[pulumi.Resource] = ()
    """The replication set, without which there are no contacts."""


class Contacts(pulumi.ComponentResource):
    """Persons, rotations and one escalation for each team."""

    escalations: Mapping[str, pulumi.Output[str]]
    """Team → ARN of its escalation plan."""
    ready: list[pulumi.Resource]

    def __init__(
        self, name: str, args: ContactsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Contacts", name, None, opts)
        self._name, self._region = name, args.place.region
        self._after = pulumi.ResourceOptions(parent=self, depends_on=[*args.after])
        self.ready = []
        persons = {person["name"]: self._person(person) for person in args.engagement.persons}
        self.escalations = {
            team: self._escalation(team, members, persons)
            for team, members in args.engagement.teams.items()
        }
        self.register_outputs({})

    def _contact(self, alias: str, kind: str, shown: str) -> aws.ssmcontacts.Contact:
        return aws.ssmcontacts.Contact(
            f"{self._name}-{alias.removeprefix(PREFIX)}",
            alias=alias,
            type=kind,
            display_name=shown,
            region=self._region,
            opts=self._after,
        )

    def _person(self, person: Mapping[str, str]) -> pulumi.Output[str]:
        """A contact whose every channel is tried at once."""
        name = person["name"]
        contact = self._contact(f"{PREFIX}person-{name}", "PERSONAL", name)
        targets = []
        for way, kind in CHANNELS.items():
            if way not in person:
                continue
            channel = aws.ssmcontacts.ContactChannel(
                f"{self._name}-{name}-{way}",
                contact_id=contact.arn,
                name=way,
                type=kind,
                delivery_address=aws.ssmcontacts.ContactChannelDeliveryAddressArgs(
                    simple_address=person[way]
                ),
                region=self._region,
                opts=self._after,
            )
            targets.append(
                aws.ssmcontacts.PlanStageTargetArgs(
                    channel_target_info=aws.ssmcontacts.PlanStageTargetChannelTargetInfoArgs(
                        contact_channel_id=channel.arn, retry_interval_in_minutes=RETRY_MINUTES
                    )
                )
            )
        self._plan(f"{name}-plan", contact, [(1, targets)])
        return contact.arn

    def _escalation(
        self, team: str, members: Team, persons: Mapping[str, pulumi.Output[str]]
    ) -> pulumi.Output[str]:
        """Who is on call, then the backups one by one, then everybody."""
        on_call = self._on_call(team, members, persons)
        escalation = self._contact(response_plan(team), "ESCALATION", f"{team} whoever answers")
        wait = members.wait_minutes
        stages = [(wait, [_target(on_call)])]
        stages += [(wait, [_target(persons[backup])]) for backup in members.backups]
        stages.append((wait, [_target(persons[name]) for name in members.everybody]))
        self._plan(f"{team}-plan", escalation, stages)
        return escalation.arn

    def _on_call(
        self, team: str, members: Team, persons: Mapping[str, pulumi.Output[str]]
    ) -> pulumi.Output[str]:
        rotation = aws.ssm.ContactsRotation(
            f"{self._name}-{team}-rotation",
            name=f"{PREFIX}{team}",
            contact_ids=[persons[name] for name in members.members],
            time_zone_id=members.time_zone,
            start_time=first_shift(members),
            recurrence=_recurrence(members),
            region=self._region,
            opts=self._after,
        )
        # The SDK's contact has no plan with rotations, CloudFormation's has.
        schedule = aws.cloudcontrol.Resource(
            f"{self._name}-{team}-on-call",
            type_name="AWS::SSMContacts::Contact",
            desired_state=pulumi.Output.json_dumps(
                {
                    "Alias": f"{response_plan(team)}-on-call",
                    "DisplayName": f"{team} on call",
                    "Type": "ONCALL_SCHEDULE",
                    "Plan": [{"RotationIds": [rotation.arn]}],
                }
            ),
            region=self._region,
            opts=self._after,
        )
        self.ready.append(schedule)
        return schedule.id.apply(str)

    def _plan(
        self,
        part: str,
        contact: aws.ssmcontacts.Contact,
        stages: Sequence[tuple[int, Sequence[aws.ssmcontacts.PlanStageTargetArgs]]],
    ) -> None:
        self.ready.append(
            aws.ssmcontacts.Plan(
                f"{self._name}-{part}",
                contact_id=contact.arn,
                stages=[
                    aws.ssmcontacts.PlanStageArgs(duration_in_minutes=minutes, targets=[*targets])
                    for minutes, targets in stages
                ],
                region=self._region,
                opts=self._after,
            )
        )


def first_shift(team: Team) -> str:
    """When the rotation begins, RFC 3339 in UTC."""
    local = datetime.fromisoformat(team.starts).replace(tzinfo=ZoneInfo(team.time_zone))
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _recurrence(team: Team) -> aws.ssm.ContactsRotationRecurrenceArgs:
    """By weeks where whole weeks are asked for, else by days; one person at a time."""
    began = datetime.fromisoformat(team.starts)
    weeks, rest = divmod(team.days, 7)
    if rest:
        return aws.ssm.ContactsRotationRecurrenceArgs(
            number_of_on_calls=1,
            recurrence_multiplier=team.days,
            daily_settings=[
                aws.ssm.ContactsRotationRecurrenceDailySettingArgs(
                    hour_of_day=began.hour, minute_of_hour=began.minute
                )
            ],
        )
    return aws.ssm.ContactsRotationRecurrenceArgs(
        number_of_on_calls=1,
        recurrence_multiplier=weeks,
        weekly_settings=[
            aws.ssm.ContactsRotationRecurrenceWeeklySettingArgs(
                day_of_week=DAYS[began.weekday()],
                hand_off_time=aws.ssm.ContactsRotationRecurrenceWeeklySettingHandOffTimeArgs(
                    hour_of_day=began.hour, minute_of_hour=began.minute
                ),
            )
        ],
    )


def _target(contact: pulumi.Input[str]) -> aws.ssmcontacts.PlanStageTargetArgs:
    """A contact whose answer ends the escalation."""
    return aws.ssmcontacts.PlanStageTargetArgs(
        contact_target_info=aws.ssmcontacts.PlanStageTargetContactTargetInfoArgs(
            contact_id=contact, is_essential=True
        )
    )
