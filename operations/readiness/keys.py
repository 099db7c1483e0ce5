"""``keys``: do the keys let in whom they must, as they are deployed?

EventBridge gives no source to an encrypted topic, so that a source condition on the key shuts it
out, as AWS's own key does (trap 5.6). Evidence and exemptions are read and written by the roles of
every account: a key that does not let one in ends its containment before it begins (trap 4.6).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from names import EVIDENCE_KEY, NOTIFICATION_KEY, SNAPSHOT_KEY, TOPIC, exemptions_bucket
from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.key_policies import EVENTS, admitted, shut_out
from operations.readiness.question import Question, doubting
from operations.readiness.statements import Facts, Statement, statements
from runbooks import RUNBOOKS, Action

NAME = "keys"
ASKS = "the keys are enabled, and let in EventBridge, the alarms and the roles of every account"
USES: Final[tuple[tuple[Action, str], ...]] = (
    ("Contain", "kms:GenerateDataKey"),
    ("Contain", "kms:Decrypt"),
    ("Preserve", "kms:GenerateDataKey"),
)
"""Which runs put evidence, and which read the exemptions."""


def questions(environment: Environment) -> Iterator[Question]:
    """Two at home, and one in each region where copies are shared."""
    settings = environment.settings
    if not environment.hub:
        return
    security = settings.security
    for ask in (_notification, _evidence):
        yield Question(
            check=NAME,
            where=where(security, settings.home_region),
            ask=partial(doubting, ask, environment),
        )
    for region in settings.regions if settings.forensics.account else ():
        if region in environment.regions[security.id]:
            yield Question(
                check=NAME,
                where=where(security, region),
                ask=partial(doubting, _copies, environment, region),
            )


def _notification(environment: Environment) -> Iterator[Doubt]:
    security, home = environment.settings.security, environment.settings.home_region
    here = where(security, home)
    topic = environment.central.arn("sns", TOPIC)
    policy, arn, wrong = _key(environment, NOTIFICATION_KEY, home)
    if wrong:
        yield wrong
        return
    speakers = [EVENTS, "cloudwatch.amazonaws.com"]
    if environment.settings.people.backend == "incident-manager":
        speakers.append("ssm-incidents.amazonaws.com")
    context: Facts = {"kms:encryptioncontext:aws:sns:topicarn": [topic]}
    for speaker in speakers:
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            why = shut_out(policy, speaker, action, context)
            if why is not None:
                what = f"{NOTIFICATION_KEY} does not let {speaker} do {action}{why}"
                yield _doubt(environment, here, f"{what}: what it says reaches nobody")
    used = _key_of_topic(environment.client(security.id, "sns"), topic)
    if used is None:
        yield _doubt(environment, here, f"the topic {TOPIC} is missing: nobody is told anything")
    elif used not in (arn, NOTIFICATION_KEY, arn.rpartition("/")[2]):
        what = f"the topic {TOPIC} is encrypted with {used} and not with {NOTIFICATION_KEY}"
        yield _doubt(environment, here, f"{what}: what EventBridge says may reach nobody")


def _key_of_topic(sns: Any, topic: str) -> str | None:
    """As the topic names it; None where there is no topic."""
    try:
        attributes = sns.get_topic_attributes(TopicArn=topic)["Attributes"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFound":
            raise
        return None
    return str(attributes.get("KmsMasterKeyId", "no key"))


def _evidence(environment: Environment) -> Iterator[Doubt]:
    settings = environment.settings
    home = settings.home_region
    here = where(settings.security, home)
    policy, _, wrong = _key(environment, EVIDENCE_KEY, home)
    if wrong:
        yield wrong
        return
    wanted = [
        (runbook.document_name(kind), action)
        for runbook in RUNBOOKS.values()
        for kind, action in USES
        if kind in runbook.actions
    ]
    bucket = f"arn:{environment.partition}:s3:::{exemptions_bucket(environment.central)}"
    through = {
        "kms:viaservice": [f"s3.{home}.amazonaws.com"],
        "kms:encryptioncontext:aws:s3:arn": [bucket],
    }
    for account in [each for each in settings.accounts if each.contains]:
        for role, action in wanted:
            if not admitted(policy, environment, account, role, action, through):
                what = f"{EVIDENCE_KEY} does not let {role} of {where(account)} do {action}"
                yield _doubt(environment, here, f"{what}: what it finds is not contained")


def _copies(environment: Environment, region: str) -> Iterator[Doubt]:
    """A copy that fails fails no containment, so neither of these is grave."""
    settings = environment.settings
    here = where(settings.security, region)
    policy, _, wrong = _key(environment, SNAPSHOT_KEY, region)
    if wrong:
        yield replace(wrong, grave=False)
        return
    if not any(str(settings.forensics.account) in str(each.get("Principal")) for each in policy):
        what = f"{SNAPSHOT_KEY} does not name {settings.forensics.account}"
        yield _doubt(environment, here, f"{what}: it cannot read the copies", grave=False)
    through = {"kms:viaservice": [f"ec2.{region}.amazonaws.com"]}
    action = "kms:GenerateDataKeyWithoutPlaintext"
    for account in [each for each in settings.accounts if each.contains]:
        for runbook in [each for each in RUNBOOKS.values() if "Preserve" in each.actions]:
            role = runbook.document_name("Preserve")
            if not admitted(policy, environment, account, role, action, through):
                what = f"{SNAPSHOT_KEY} does not let {role} of {where(account)} copy to it"
                yield _doubt(environment, here, what, grave=False)


def _key(
    environment: Environment, alias: str, region: str
) -> tuple[list[Statement], str, Doubt | None]:
    """A key's policy and ARN, or why it is of no use."""
    here = where(environment.settings.security, region)
    kms = environment.client(environment.settings.security.id, "kms", region)
    try:
        told: dict[str, Any] = kms.describe_key(KeyId=alias)["KeyMetadata"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return [], "", _doubt(environment, here, f"there is no key {alias}")
    if told["KeyState"] != "Enabled":
        what = f"the key {alias} is {told['KeyState']}: nothing can be encrypted or read with it"
        remedy = f"aws kms cancel-key-deletion or enable-key --key-id {told['KeyId']}, then find "
        remedy += "out in CloudTrail who did it"
        return [], "", Doubt(where=here, what=what, remedy=remedy, grave=True)
    text = kms.get_key_policy(KeyId=told["KeyId"], PolicyName="default")["Policy"]
    return statements(text), str(told["Arn"]), None


def _doubt(environment: Environment, here: str, what: str, *, grave: bool = True) -> Doubt:
    return Doubt(where=here, what=what, remedy=environment.deploy(), grave=grave)
