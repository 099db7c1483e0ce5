"""What somebody changed on AWS is seen by a read; what AWS fills in by itself is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ParamValidationError

from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, TAX
from tests.provided import Accounts, acting, keeping, watching
from tests.provided.documents import denial, document, policy, trust

SAMPLES = {**watching.SAMPLES, **acting.SAMPLES, **keeping.SAMPLES}
ROLE = "aws:iam/role:Role"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
DOCUMENT = "aws:ssm/document:Document"
QUEUE = "aws:sqs/queue:Queue"
SETTING_OF_BUCKET = "aws:s3/bucket"

BEHIND_ITS_BACK: list[tuple[str, str, Callable[[Any], object], set[str]]] = [
    (
        ROLE,
        "iam",
        lambda iam: iam.update_assume_role_policy(RoleName="role", PolicyDocument=trust("1")),
        {"assumeRolePolicy"},
    ),
    (
        ROLE,
        "iam",
        lambda iam: iam.untag_role(RoleName="role", TagKeys=["containment:stack"]),
        {"tagsAll"},
    ),
    (
        "aws:iam/rolePolicy:RolePolicy",
        "iam",
        lambda iam: iam.put_role_policy(
            RoleName="actor", PolicyName="may", PolicyDocument=policy("Other")
        ),
        {"policy"},
    ),
    (
        "aws:iam/policy:Policy",
        "iam",
        lambda iam: iam.create_policy_version(
            PolicyArn=f"arn:aws:iam::{TAX}:policy/deny",
            PolicyDocument=denial("Other"),
            SetAsDefault=True,
        ),
        {"policy"},
    ),
    (
        TARGET,
        "events",
        lambda events: events.put_targets(
            Rule="answered",
            Targets=[{"Id": "answer", "Arn": f"arn:aws:sqs:{REGION}:{TAX}:dead"}],
        ),
        {"deadLetterConfig", "retryPolicy", "inputTransformer"},
    ),
    (
        "aws:cloudwatch/eventRule:EventRule",
        "events",
        lambda events: events.disable_rule(Name="rule"),
        {"state"},
    ),
    (
        DOCUMENT,
        "ssm",
        lambda ssm: (
            ssm.update_document(Name="runbook", Content=document(9), DocumentVersion="$LATEST"),
            ssm.update_document_default_version(Name="runbook", DocumentVersion="2"),
        ),
        {"content"},
    ),
    (
        "aws:dynamodb/table:Table",
        "dynamodb",
        lambda dynamodb: dynamodb.update_continuous_backups(
            TableName="state",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
        ),
        {"pointInTimeRecovery"},
    ),
    (
        "aws:cloudwatch/logGroup:LogGroup",
        "logs",
        lambda logs: logs.delete_retention_policy(logGroupName="/ledger"),
        {"retentionInDays"},
    ),
    (
        "aws:kms/key:Key",
        "kms",
        lambda kms: kms.disable_key(KeyId=kms.list_keys()["Keys"][0]["KeyId"]),
        {"isEnabled"},
    ),
    (
        "aws:s3/bucket:Bucket",
        "s3",
        lambda s3: s3.put_bucket_tagging(Bucket="sample", Tagging={"TagSet": []}),
        {"tagsAll"},
    ),
    (
        f"{SETTING_OF_BUCKET}PublicAccessBlock:BucketPublicAccessBlock",
        "s3",
        lambda s3: s3.put_public_access_block(
            Bucket="guarded", PublicAccessBlockConfiguration={"BlockPublicAcls": True}
        ),
        {"blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"},
    ),
    (
        f"{SETTING_OF_BUCKET}Policy:BucketPolicy",
        "s3",
        lambda s3: s3.put_bucket_policy(Bucket="guarded", Policy=keeping.bucket_policy("Other")),
        {"policy"},
    ),
    (
        f"{SETTING_OF_BUCKET}ObjectLockConfiguration:BucketObjectLockConfiguration",
        "s3",
        lambda s3: s3.put_object_lock_configuration(
            Bucket="guarded",
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 9}},
            },
        ),
        {"rule"},
    ),
    (
        f"{SETTING_OF_BUCKET}Objectv2:BucketObjectv2",
        "s3",
        lambda s3: s3.put_object(Bucket="guarded", Key="exemptions.json", Body=b"all"),
        {"content", "contentType", "tagsAll"},
    ),
]


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    with Emulator(VirtualClock()) as emulator:
        yield Accounts(emulator)


@pytest.mark.parametrize(("token", "service", "change", "keys"), BEHIND_ITS_BACK)
def test_a_change_behind_its_back_is_seen_and_put_back(
    accounts: Accounts,
    token: str,
    service: str,
    change: Callable[[Any], object],
    keys: set[str],
) -> None:
    handlers = accounts.handlers(TAX)
    asked = {**SAMPLES[token].inputs, **SAMPLES[token].needs(accounts)}
    inputs = handlers.check(token, "sample", asked, {})
    made, state = handlers.create(token, inputs)
    change(accounts.client(TAX, service))

    found = handlers.read(token, made, inputs, state)
    assert found
    _, seen, state = found
    assert set(handlers.diff(token, seen, inputs).keys) == keys
    assert {key for key in keys if state.get(key) == inputs[key]} == set()

    state = handlers.update(token, made, seen, inputs, state)
    assert handlers.read(token, made, inputs, state) == (made, inputs, state)


def test_a_new_content_of_a_document_is_its_default_version(accounts: Accounts) -> None:
    handlers, ssm = accounts.handlers(TAX), accounts.client(TAX, "ssm")
    inputs = handlers.check(DOCUMENT, "sample", dict(SAMPLES[DOCUMENT].inputs), {})
    made, state = handlers.create(DOCUMENT, inputs)
    assert (state["defaultVersion"], state["latestVersion"]) == ("1", "1")

    second = {**inputs, "content": document(2)}
    state = handlers.update(DOCUMENT, made, inputs, second, state)
    assert (state["defaultVersion"], state["latestVersion"]) == ("2", "2")
    assert json.loads(ssm.get_document(Name="runbook")["Content"]) == json.loads(document(2))

    # SSM has the first content already: it becomes the default again, without a third version.
    state = handlers.update(DOCUMENT, made, second, inputs, state)
    assert (state["defaultVersion"], state["latestVersion"]) == ("1", "2")
    assert json.loads(ssm.get_document(Name="runbook")["Content"]) == json.loads(document(1))


def test_a_resource_that_is_imported_is_read_by_its_id_and_region(accounts: Accounts) -> None:
    guardduty = accounts.client(TAX, "guardduty")
    made = guardduty.create_detector(
        Enable=True, FindingPublishingFrequency="ONE_HOUR", Tags={"containment:stack": "test"}
    )["DetectorId"]
    token, handlers = "aws:guardduty/detector:Detector", accounts.handlers(TAX)

    found = handlers.read(token, f"{made}@{REGION}", {}, {})
    assert found
    identity, inputs, state = found
    declared = {"enable": True, "findingPublishingFrequency": "ONE_HOUR", "region": REGION}
    assert identity == made
    assert handlers.diff(token, inputs, handlers.check(token, "x", declared, {})).keys == []
    assert state["arn"] == f"arn:aws:guardduty:{REGION}:{TAX}:detector/{made}"


def test_what_fails_half_way_is_taken_away_again(accounts: Accounts) -> None:
    handlers, kms = accounts.handlers(TAX), accounts.client(TAX, "kms")
    asked = {"enableKeyRotation": True, "rotationPeriodInDays": 1}
    token = "aws:kms/key:Key"
    with pytest.raises(ParamValidationError, match="RotationPeriodInDays"):
        handlers.create(token, handlers.check(token, "x", asked, {}))
    [key] = kms.list_keys()["Keys"]
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_made_up_name_stays_through_changes_and_two_of_a_name_never_meet(
    accounts: Accounts,
) -> None:
    handlers = accounts.handlers(TAX)
    first = handlers.check(QUEUE, "q", {}, {}, b"\x01\x02\x03\x04")
    assert first["name"] == "q-01020304"
    again = handlers.check(QUEUE, "q", {"delaySeconds": 1}, first, b"\x09")
    assert again["name"] == "q-01020304"
    assert not handlers.diff(QUEUE, first, again).replacing

    fifo = handlers.check(QUEUE, "q", {"name": "n.fifo", "fifoQueue": True}, {})
    plain = handlers.check(QUEUE, "q", {"name": "n.fifo"}, {})
    renamed = handlers.check(QUEUE, "q", {"name": "other"}, {})
    assert handlers.diff(QUEUE, fifo, plain).delete_first
    assert not handlers.diff(QUEUE, plain, renamed).delete_first
