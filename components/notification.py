"""What people hear: our own key, the topic that everything is said on, and who listens to it.

An AWS-managed key would shut EventBridge and the alarms out, and a source condition on our own key
would do the same, for EventBridge gives none to an encrypted topic (AWS docs: sns-key-management;
trap 5.6). So the key lets the services in by the topic's encryption context, and the topic's policy
says for whom they may speak.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.engagement import Engagement
from names import NOTIFICATION_KEY, PREFIX, TOPIC, Place


@dataclass(frozen=True, kw_only=True)
class NotificationArgs:
    """What ``Notification`` needs; ``place`` is the security account in the home region."""

    place: Place
    engagement: Engagement


class Notification(pulumi.ComponentResource):
    """Key, topic and the persons' subscriptions."""

    topic: aws.sns.Topic
    ready: list[pulumi.Resource]
    """What has to be there before anything is said."""

    def __init__(
        self, name: str, args: NotificationArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Notification", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        region = args.place.region
        speakers = ["events.amazonaws.com", "cloudwatch.amazonaws.com"]
        if args.engagement.backend == "incident-manager":
            speakers.append("ssm-incidents.amazonaws.com")
        key = aws.kms.Key(
            f"{name}-key",
            description="What people are told about incidents",
            enable_key_rotation=True,
            policy=json.dumps(_key_policy(args.place, speakers)),
            region=region,
            opts=child,
        )
        aws.kms.Alias(
            f"{name}-key-alias",
            name=NOTIFICATION_KEY,
            target_key_id=key.key_id,
            region=region,
            opts=child,
        )
        self.topic = aws.sns.Topic(
            f"{name}-topic",
            name=TOPIC,
            display_name="Incidents",
            kms_master_key_id=key.arn,
            region=region,
            opts=child,
        )
        admits = aws.sns.TopicPolicy(
            f"{name}-topic-from-services",
            arn=self.topic.arn,
            policy=json.dumps(_topic_policy(args.place, speakers)),
            region=region,
            opts=child,
        )
        self.ready = [self.topic, admits]
        self._subscriptions(name, args.engagement, region, child)
        self.register_outputs({})

    def _subscriptions(
        self, name: str, engagement: Engagement, region: str, opts: pulumi.ResourceOptions
    ) -> None:
        """Each person hears what is addressed to them; e-mail waits for a click (trap 5.10).

        With Incident Manager as well: it pages for its incidents, but not for a question that
        nobody answered, or for a response that stopped.
        """
        for person in engagement.persons:
            for protocol in ("email", "sms"):
                if protocol in person:
                    aws.sns.TopicSubscription(
                        f"{name}-{person['name']}-{protocol}",
                        topic=self.topic.arn,
                        protocol=protocol,
                        endpoint=person[protocol],
                        filter_policy=json.dumps({"to": [person["name"]]}),
                        region=region,
                        opts=opts,
                    )


def _key_policy(place: Place, speakers: list[str]) -> dict[str, Any]:
    own = {
        "Sid": "OwnAccount",
        "Effect": "Allow",
        "Principal": {"AWS": place.arn("iam", "root", region="")},
        "Action": "kms:*",
        "Resource": "*",
    }
    speaking = {
        "Sid": "Speakers",
        "Effect": "Allow",
        "Principal": {"Service": speakers},
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {
            "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": place.arn("sns", TOPIC)}
        },
    }
    return {"Version": "2012-10-17", "Statement": [own, speaking]}


def _topic_policy(place: Place, speakers: list[str]) -> dict[str, Any]:
    """Each service for what is ours of it, and for no other account's."""
    sources: Mapping[str, dict[str, Any]] = {
        "events.amazonaws.com": {
            "ArnLike": {"aws:SourceArn": place.arn("events", f"rule/{PREFIX}*")}
        },
        "cloudwatch.amazonaws.com": {
            "ArnLike": {"aws:SourceArn": place.arn("cloudwatch", f"alarm:{PREFIX}*")},
        },
        "ssm-incidents.amazonaws.com": {
            "StringEquals": {"aws:SourceAccount": place.account},
        },
    }
    statements = [
        {
            "Sid": speaker.partition(".")[0].title().replace("-", ""),
            "Effect": "Allow",
            "Principal": {"Service": speaker},
            "Action": "sns:Publish",
            "Resource": place.arn("sns", TOPIC),
            "Condition": sources[speaker],
        }
        for speaker in speakers
    ]
    return {"Version": "2012-10-17", "Statement": statements}
