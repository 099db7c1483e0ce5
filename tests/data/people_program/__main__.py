"""A replication set, a person with a channel, a rotation, an escalation plan, a rule to a plan."""

import json

import pulumi
import pulumi_aws as aws
from pulumi_aws import ssmcontacts, ssmincidents

ACCOUNT = "333333333333"
REGION = "eu-west-1"

provider = aws.Provider(
    "account",
    region=REGION,
    assume_roles=[
        aws.ProviderAssumeRoleArgs(
            role_arn=f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole",
            session_name="people",
        )
    ],
    allowed_account_ids=[ACCOUNT],
    default_tags=aws.ProviderDefaultTagsArgs(tags={"stack": "people"}),
)
here = pulumi.ResourceOptions(provider=provider)

replication = ssmincidents.ReplicationSet(
    "replication", regions=[ssmincidents.ReplicationSetRegionArgs(name=REGION)], opts=here
)
after = pulumi.ResourceOptions(provider=provider, depends_on=[replication])
anna = ssmcontacts.Contact("anna", alias="anna", type="PERSONAL", opts=after)
mail = ssmcontacts.ContactChannel(
    "mail",
    contact_id=anna.arn,
    name="mail",
    type="EMAIL",
    delivery_address=ssmcontacts.ContactChannelDeliveryAddressArgs(
        simple_address="anna@example.org"
    ),
    opts=here,
)
reached = ssmcontacts.Plan(
    "reached",
    contact_id=anna.arn,
    stages=[
        ssmcontacts.PlanStageArgs(
            duration_in_minutes=5,
            targets=[
                ssmcontacts.PlanStageTargetArgs(
                    channel_target_info=ssmcontacts.PlanStageTargetChannelTargetInfoArgs(
                        contact_channel_id=mail.arn, retry_interval_in_minutes=1
                    )
                )
            ],
        )
    ],
    opts=here,
)
rotation = aws.ssm.ContactsRotation(
    "rotation",
    name="team",
    contact_ids=[anna.arn],
    start_time="2026-11-23T07:00:00Z",
    time_zone_id="Europe/Berlin",
    recurrence=aws.ssm.ContactsRotationRecurrenceArgs(
        number_of_on_calls=1,
        recurrence_multiplier=1,
        weekly_settings=[
            aws.ssm.ContactsRotationRecurrenceWeeklySettingArgs(
                day_of_week="MON",
                hand_off_time=aws.ssm.ContactsRotationRecurrenceWeeklySettingHandOffTimeArgs(
                    hour_of_day=8, minute_of_hour=0
                ),
            )
        ],
    ),
    opts=here,
)
team = ssmcontacts.Contact("team", alias="team", type="ESCALATION", opts=after)
ssmcontacts.Plan(
    "escalation",
    contact_id=team.arn,
    stages=[
        ssmcontacts.PlanStageArgs(
            duration_in_minutes=5,
            targets=[
                ssmcontacts.PlanStageTargetArgs(
                    contact_target_info=ssmcontacts.PlanStageTargetContactTargetInfoArgs(
                        contact_id=anna.arn, is_essential=True
                    )
                )
            ],
        )
    ],
    opts=here,
)
role = aws.iam.Role(
    "engager",
    name="engager",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    ),
    opts=here,
)
plan = ssmincidents.ResponsePlan(
    "plan",
    name="team",
    incident_template=ssmincidents.ResponsePlanIncidentTemplateArgs(title="A finding", impact=2),
    engagements=[team.arn],
    action=ssmincidents.ResponsePlanActionArgs(
        ssm_automations=[
            ssmincidents.ResponsePlanActionSsmAutomationArgs(
                document_name="respond",
                role_arn=role.arn,
                parameters=[
                    ssmincidents.ResponsePlanActionSsmAutomationParameterArgs(
                        name="Team", values=["security"]
                    )
                ],
                dynamic_parameters={"IncidentRecordArn": "INCIDENT_RECORD_ARN"},
            )
        ]
    ),
    opts=after,
)
aws.iam.RolePolicy(
    "may",
    name="may",
    role=role.name,
    policy=plan.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "ssm-incidents:StartIncident", "Resource": arn}
                ],
            }
        )
    ),
    opts=here,
)
rule = aws.cloudwatch.EventRule(
    "rule", name="people", event_pattern=json.dumps({"source": ["shop.orders"]}), opts=here
)
aws.cloudwatch.EventTarget(
    "target", rule=rule.name, target_id="plan", arn=plan.arn, role_arn=role.arn, opts=here
)
pulumi.export("replicationRegions", replication.regions)
