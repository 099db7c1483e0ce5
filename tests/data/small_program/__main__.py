"""A queue, a rule with a target, a table and a component in each account, as the settings say."""

import json

import pulumi
import pulumi_aws as aws

settings = pulumi.Config().require_object("settings")


class Kept(pulumi.ComponentResource):
    """A log group that a destroy leaves where it is, if the settings say so."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__("small:index:Kept", name, None, opts)
        aws.cloudwatch.LogGroup(
            f"{name}-log",
            name=f"/small/{name}",
            retention_in_days=settings["retention"],
            region="eu-central-1",
            opts=pulumi.ResourceOptions(
                parent=self, retain_on_delete=settings.get("retain", False)
            ),
        )
        self.register_outputs({})


for account in settings["accounts"]:
    provider = aws.Provider(
        f"account-{account}",
        region="eu-west-1",
        assume_roles=[
            aws.ProviderAssumeRoleArgs(
                role_arn=f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole",
                session_name="small",
            )
        ],
        allowed_account_ids=[account],
        default_tags=aws.ProviderDefaultTagsArgs(tags={"stack": "small"}),
    )
    here = pulumi.ResourceOptions(provider=provider)
    queue = aws.sqs.Queue(
        f"queue-{account}",
        name=settings["queue"],
        message_retention_seconds=1_209_600,
        region="eu-central-1",
        opts=here,
    )
    rule = aws.cloudwatch.EventRule(
        f"rule-{account}",
        name="containment-small",
        event_pattern=json.dumps({"source": [settings["pattern"]]}),
        region="eu-central-1",
        opts=here,
    )
    aws.cloudwatch.EventTarget(
        f"target-{account}",
        rule=rule.name,
        target_id="answer",
        arn=f"arn:aws:sqs:eu-central-1:{account}:elsewhere",
        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=queue.arn),
        region="eu-central-1",
        opts=here,
    )
    aws.sns.Topic(f"auto-named-{account}", opts=here)
    Kept(f"kept-{account}", pulumi.ResourceOptions(providers=[provider]))
    if secret := settings.get("secret"):
        aws.ssm.Document(
            f"secret-{account}",
            name="containment-secret",
            document_type="Automation",
            content=pulumi.Output.secret(
                json.dumps(
                    {
                        "schemaVersion": "0.3",
                        "description": secret,
                        "mainSteps": [
                            {"name": "w", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}
                        ],
                    }
                )
            ),
            opts=here,
        )
    for extra in settings.get("extra", []):
        match extra:
            case "no-provider":
                aws.sns.Topic("orphan", name="orphan")
            case "unmapped":
                aws.sns.Topic("unmapped", name="unmapped", archive_policy="{}", opts=here)
            case "unmapped-within":
                aws.cloudwatch.EventTarget(
                    "unmapped",
                    rule=rule.name,
                    arn=queue.arn,
                    kinesis_target=aws.cloudwatch.EventTargetKinesisTargetArgs(),
                    opts=here,
                )
            case "untyped":
                aws.kinesis.Stream("untyped", name="untyped", opts=here)
            case "twice":
                aws.sns.Topic("twice", name="one", opts=here)
                aws.sns.Topic("twice", name="two", opts=here)
