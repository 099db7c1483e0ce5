"""What tests of topics need: topics, keys with a policy, subscriptions, and what was delivered."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.actors import allow, document
from tests.emulated import REGION, TAX, client
from tests.routed import admitting

Start = Callable[..., Emulator]
EVENTS = "events.amazonaws.com"
USE = ["kms:GenerateDataKey*", "kms:Decrypt"]


def root(account: str = TAX) -> dict[str, Any]:
    """The statement that leaves a key to the account's IAM."""
    return allow("kms:*", Principal={"AWS": f"arn:aws:iam::{account}:root"})


def serving(service: str = EVENTS, **condition: Any) -> dict[str, Any]:
    """The statement that lets a service use a key, under conditions."""
    held = {"Condition": condition} if condition else {}
    return allow(USE, Principal={"Service": service}, **held)


def key(emulator: Emulator, *statements: dict[str, Any], account: str = TAX) -> str:
    """A key that its account's IAM rules as well; its ARN."""
    made = client(emulator, account, "kms").create_key(Policy=document(root(account), *statements))
    return str(made["KeyMetadata"]["Arn"])


def topic(
    emulator: Emulator, *statements: dict[str, Any], key: str = "", name: str = "orders"
) -> str:
    """A topic of the tax account that EventBridge may publish on; its ARN."""
    sns = client(emulator, TAX, "sns")
    attributes = {"KmsMasterKeyId": key} if key else {}
    arn: str = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    policy = json.loads(admitting("sns:Publish", resource=arn))
    policy["Statement"] += [{**one, "Resource": arn} for one in statements]
    sns.set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy)
    )
    return arn


def subscribed(
    emulator: Emulator, arn: str, protocol: str, endpoint: str, **attributes: str
) -> str:
    """Subscribe in the tax account; the subscription's ARN, even of one that waits."""
    made = client(emulator, TAX, "sns").subscribe(
        TopicArn=arn,
        Protocol=protocol,
        Endpoint=endpoint,
        Attributes=attributes,
        ReturnSubscriptionArn=True,
    )
    return str(made["SubscriptionArn"])


def confirmed(emulator: Emulator, arn: str, endpoint: str, **more: str) -> None:
    """Confirm, signed, with the token in the newest mail to an address."""
    token = next(
        mail.token for mail in reversed(emulator.world.outbox) if mail.endpoint == endpoint
    )
    client(emulator, TAX, "sns").confirm_subscription(TopicArn=arn, Token=token, **more)


def texts(emulator: Emulator, endpoint: str) -> list[str]:
    """What was delivered to an address or a telephone, without SNS's own mails."""
    return [
        mail.text
        for mail in emulator.world.outbox
        if mail.endpoint == endpoint and "Confirmation" not in mail.subject
    ]


def topic_arn(name: str = "orders", account: str = TAX) -> str:
    """The ARN of a topic, there or not."""
    return f"arn:aws:sns:{REGION}:{account}:{name}"


def publish(emulator: Emulator, arn: str, message: str = "hello", **more: Any) -> None:
    """Publish in the tax account."""
    client(emulator, TAX, "sns").publish(TopicArn=arn, Message=message, **more)
