"""Deeds on automation, detection and the account's data."""

from __future__ import annotations

from collections.abc import Iterator

from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import Need
from rehearsal.thief.deed import Deed, Scene, ask, deed
from rehearsal.thief.on_identities import CONTAIN, RELEASE


def service_deeds(scene: Scene) -> Iterator[Deed]:
    """To start something, to blind whoever watches, to read what is not the pipeline's."""
    yield from _automation(scene)
    yield from _detection(scene)
    yield from _data(scene)


def _automation(scene: Scene) -> Iterator[Deed]:
    here = scene.here
    run = here.arn("ssm", "automation-execution/*")

    def start(document: str, role: str = "") -> list[Need]:
        version = {"ssm:documentversion": ("$DEFAULT",)}
        definition = document.replace(":document/", ":automation-definition/") + ":$DEFAULT"
        needs = [
            ask("ssm:StartAutomationExecution", arn, version) for arn in (document, run, definition)
        ]
        return [*needs, pass_role(role, "ssm.amazonaws.com")] if role else needs

    def ours(name: str) -> list[Need]:
        return start(here.arn("ssm", f"document/{name}"), here.role(name))

    yield deed(
        "start a document",
        {
            "Contain": ours(CONTAIN),
            "Preserve": ours(f"{CONTAIN}-preserve"),
            "Watch": ours(f"{CONTAIN}-watch"),
            "Release": ours(RELEASE),
            "AWS's": start(f"arn:aws:ssm:{here.region}::document/AWS-StopEC2Instance"),
            "another of the account": start(here.arn("ssm", "document/any")),
        },
    )
    yield deed(
        "stop a run, or answer one that waits",
        {
            "stop": [ask("ssm:StopAutomationExecution", run)],
            "answer": [ask("ssm:SendAutomationSignal", run)],
        },
    )


def _detection(scene: Scene) -> Iterator[Deed]:
    here = scene.here
    detector = here.arn("guardduty", "detector/d")
    rule = here.arn("events", "rule/containment-any")
    document = here.arn("ssm", f"document/{CONTAIN}")
    yield deed(
        "blind detection",
        {
            "change a detector": [ask("guardduty:UpdateDetector", detector)],
            "delete a detector": [ask("guardduty:DeleteDetector", detector)],
            "archive findings": [ask("guardduty:ArchiveFindings", detector)],
            "suppress findings": [ask("guardduty:CreateFilter", detector)],
            "set a finding's workflow": [
                ask(
                    "securityhub:BatchUpdateFindings",
                    here.arn("securityhub", "hub/default"),
                )
            ],
            "stop a trail": [
                ask("cloudtrail:StopLogging", here.arn("cloudtrail", "trail/organisation"))
            ],
        },
    )
    yield deed(
        "cut the wires of the pipeline",
        {
            "disable a rule": [ask("events:DisableRule", rule)],
            "delete a rule": [ask("events:DeleteRule", rule)],
            "take a target away": [ask("events:RemoveTargets", rule)],
            "add a target": [ask("events:PutTargets", rule)],
            "change a document": [ask("ssm:UpdateDocument", document)],
            "delete a document": [ask("ssm:DeleteDocument", document)],
            "empty the dead letters": [
                ask("sqs:PurgeQueue", here.arn("sqs", "containment-dead-letters"))
            ],
            "delete an alarm": [
                ask("cloudwatch:DeleteAlarms", here.arn("cloudwatch", "alarm:containment-any"))
            ],
        },
    )


def _data(scene: Scene) -> Iterator[Deed]:
    here = scene.here
    yield deed(
        "read the account's data",
        {
            "an object of any bucket": [
                ask("s3:GetObject", "arn:aws:s3:::any-bucket/any", owner=here.account)
            ],
            "another table": [ask("dynamodb:Scan", here.arn("dynamodb", "table/customers"))],
            "a secret": [
                ask("secretsmanager:GetSecretValue", here.arn("secretsmanager", "secret:s"))
            ],
            "a parameter": [ask("ssm:GetParameter", here.arn("ssm", "parameter/p"))],
            "with another key": [ask("kms:Decrypt", here.arn("kms", "key/another"))],
        },
    )
    yield deed(
        "look around",
        {
            "which instances, interfaces or groups there are": [ask("ec2:DescribeInstances")],
            "what an instance printed while it started": [
                ask("ec2:GetConsoleOutput", here.arn("ec2", "instance/i-1"))
            ],
            "an instance's user data": [
                ask(
                    "ec2:DescribeInstanceAttribute",
                    here.arn("ec2", "instance/i-1"),
                )
            ],
            "findings": [ask("guardduty:GetFindings")],
            "tags and policies of any role": [
                ask("iam:ListRoleTags", here.role("some-application")),
                ask("iam:ListAttachedRolePolicies", here.role("some-application")),
            ],
            "all of IAM": [ask("iam:GetAccountAuthorizationDetails")],
        },
    )
