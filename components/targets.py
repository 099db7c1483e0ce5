"""Where EventBridge sends what it matched: every target retried, then dead-lettered."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from names import PREFIX, Place

MAXIMUM_AGE = 86_400  # seconds; both are EventBridge's maxima (botocore: events model; trap 4.5)
MAXIMUM_ATTEMPTS = 185


def target(
    name: str,
    *,
    rule: aws.cloudwatch.EventRule,
    arn: pulumi.Input[str],
    dead_letters: aws.sqs.Queue,
    region: str,
    opts: pulumi.ResourceOptions,
    role_arn: str | None = None,
    transformer: aws.cloudwatch.EventTargetInputTransformerArgs | None = None,
    constant: str | None = None,
    target_id: str = "answer",
) -> aws.cloudwatch.EventTarget:
    """The one way to a target; no ``role_arn`` for queues, topics and log groups (trap 6.6).

    What it gets is the event, what ``transformer`` makes of it, or the ``constant``, a JSON text.
    """
    return aws.cloudwatch.EventTarget(
        name,
        rule=rule.name,
        event_bus_name=rule.event_bus_name,
        target_id=target_id,
        arn=arn,
        role_arn=role_arn,
        input=constant,
        input_transformer=transformer,
        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=dead_letters.arn),
        retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
            maximum_event_age_in_seconds=MAXIMUM_AGE,
            maximum_retry_attempts=MAXIMUM_ATTEMPTS,
        ),
        region=region,
        opts=opts,
    )


def dead_letter_queue(
    name: str, physical: str, place: Place, opts: pulumi.ResourceOptions
) -> aws.sqs.Queue:
    """A queue that keeps undelivered events for 14 days, and lets only our own rules in.

    Encrypted with SQS's own key: an AWS-managed KMS key would shut EventBridge out. A queue whose
    policy refuses EventBridge loses the event (trap 4.5).
    """
    queue = aws.sqs.Queue(
        name,
        name=physical,
        message_retention_seconds=1_209_600,
        sqs_managed_sse_enabled=True,
        region=place.region,
        opts=opts,
    )
    statement = {
        "Sid": "UndeliveredEvents",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": place.queue(physical),
        "Condition": {"ArnLike": {"aws:SourceArn": place.arn("events", f"rule/{PREFIX}*")}},
    }
    aws.sqs.QueuePolicy(
        f"{name}-from-rules",
        queue_url=queue.url,
        policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        region=place.region,
        opts=opts,
    )
    return queue
