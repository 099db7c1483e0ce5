"""Emulated S3: who may put and read across accounts, with which key, and what a lock keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.actors import START, allow, refused
from tests.emulated import REGION, SECURITY, TAX, client
from tests.locked import (
    ANYBODY,
    BUCKET,
    BY_ALIAS,
    ENCRYPTS,
    EVERYWHERE,
    KEYS,
    PUTS,
    READS,
    Locked,
    locked,
)

FOUND = {"Bucket": BUCKET, "Key": f"{TAX}/found"}
INSIDE = {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
OWN = f"arn:aws:s3:::{BUCKET}/${{aws:PrincipalAccount}}/*"
KEY_USE = ["kms:GenerateDataKey", "kms:Decrypt"]


def opened(running: Any, **options: Any) -> Locked:
    """A bucket that lets the organisation put under its own prefixes, and read all."""
    made = locked(running, **options)
    put = allow("s3:PutObject", OWN, Condition=INSIDE, **ANYBODY)
    made.admit(put, allow("s3:GetObject", EVERYWHERE, Condition=INSIDE, **ANYBODY))
    made.guard(allow(KEY_USE, Condition=INSIDE, **ANYBODY))
    return made


def test_another_account_puts_and_reads_where_bucket_key_and_role_all_let_it(
    emulator: START,
) -> None:
    made = opened(emulator())
    s3 = made.member(PUTS, READS, ENCRYPTS)
    version = made.put(s3)
    answer = s3.get_object(**FOUND)
    assert (answer["Body"].read(), answer["VersionId"]) == (b"memory", version)
    assert answer["SSEKMSKeyId"] == made.key


@pytest.mark.parametrize(
    ("statements", "action"),
    [
        ([ENCRYPTS], "s3:PutObject"),
        ([PUTS], "kms:GenerateDataKey"),
        ([PUTS, allow("kms:Decrypt", KEYS)], "kms:GenerateDataKey"),
        (
            [PUTS, allow(KEY_USE, KEYS, Condition={"StringEquals": {"kms:ViaService": "sns"}})],
            "kms:GenerateDataKey",
        ),
    ],
    ids=["no put", "no key", "only decrypt", "through another service"],
)
def test_a_put_needs_the_put_and_the_key(
    emulator: START, statements: list[Any], action: str
) -> None:
    made = opened(emulator())
    code, message = refused(lambda: made.put(made.member(*statements)))
    assert code == "AccessDenied"
    assert f"not authorized to perform: {action}" in message


def test_a_bucket_policy_decides_by_the_callers_account(emulator: START) -> None:
    made = opened(emulator())
    s3 = made.member(PUTS, READS, ENCRYPTS)
    assert refused(lambda: made.put(s3, "444444444444/found"))[0] == "AccessDenied"
    made.admit(allow("s3:PutObject", EVERYWHERE, Principal={"AWS": "444444444444"}))
    assert refused(lambda: made.put(s3))[0] == "AccessDenied"


def test_a_bucket_without_a_policy_and_a_key_that_knows_nobody_let_no_other_account_in(
    emulator: START,
) -> None:
    made = opened(emulator())
    s3 = made.member(PUTS, READS, ENCRYPTS)
    made.guard()
    assert "kms:GenerateDataKey" in refused(lambda: made.put(s3))[1]
    made.owner.delete_bucket_policy(Bucket=BUCKET)
    assert "s3:PutObject" in refused(lambda: made.put(s3))[1]


def test_an_explicit_deny_with_a_condition_holds_only_where_the_condition_does(
    emulator: START,
) -> None:
    made = opened(emulator())
    header = "s3:x-amz-server-side-encryption"
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": EVERYWHERE, **ANYBODY}
    put = allow("s3:PutObject", OWN, Condition=INSIDE, **ANYBODY)
    made.admit(put, {**deny, "Condition": {"Null": {header: "false"}}})
    s3 = made.member(PUTS, ENCRYPTS)
    assert made.put(s3)
    named = {"ServerSideEncryption": "AES256"}
    assert "explicit deny" in refused(lambda: made.put(s3, **named))[1]


def test_with_a_bucket_key_the_context_is_the_bucket_and_without_it_the_object(
    emulator: START,
) -> None:
    made = opened(emulator())
    s3 = made.member(PUTS, ENCRYPTS)

    def for_context(arn: str) -> None:
        only = {"StringEquals": {"kms:EncryptionContext:aws:s3:arn": arn}}
        made.guard(allow(KEY_USE, Condition={**only}, **ANYBODY))

    for_context(f"arn:aws:s3:::{BUCKET}/{TAX}/found")
    assert "kms:GenerateDataKey" in refused(lambda: made.put(s3))[1]
    for_context(f"arn:aws:s3:::{BUCKET}")
    assert made.put(s3)


def test_a_key_of_another_name_is_not_the_one_that_a_policy_names(emulator: START) -> None:
    made = opened(emulator())
    s3 = made.member(PUTS, ENCRYPTS)
    kms = client(made.running, SECURITY, "kms")
    other = kms.create_key()["KeyMetadata"]["Arn"]
    kms.update_alias(
        AliasName=BY_ALIAS["ForAnyValue:StringEquals"]["kms:ResourceAliases"], TargetKeyId=other
    )
    assert "kms:GenerateDataKey" in refused(lambda: made.put(s3))[1]


def test_a_disabled_key_encrypts_and_decrypts_nothing(emulator: START) -> None:
    made = locked(emulator())
    made.put(made.owner)
    client(made.running, SECURITY, "kms").disable_key(KeyId=made.key.rpartition("/")[2])
    assert refused(lambda: made.owner.get_object(**FOUND))[0] == "KMS.DisabledException"
    assert refused(lambda: made.put(made.owner))[0] == "KMS.DisabledException"


def test_what_is_not_there_is_told_only_to_those_who_may_list(emulator: START) -> None:
    made = opened(emulator())
    s3 = made.member(READS, ENCRYPTS)
    assert refused(lambda: s3.get_object(**FOUND))[0] == "AccessDenied"
    assert refused(lambda: made.owner.get_object(**FOUND))[0] == "NoSuchKey"


def test_a_locked_version_outlives_even_its_owner_until_its_time(emulator: START) -> None:
    made = locked(emulator(), days=2)
    version = {**FOUND, "VersionId": made.put(made.owner)}
    assert refused(lambda: made.owner.delete_object(**version))[0] == "AccessDenied"
    made.owner.delete_object(**FOUND)  # a marker only
    assert made.owner.get_object(**version)["Body"].read() == b"memory"
    made.running.world.clock.sleep(3 * 24 * 3600)
    made.owner.delete_object(**version)
    assert refused(lambda: made.owner.get_object(**version))[0] == "NoSuchVersion"


def test_governance_lets_those_pass_who_may_and_say_so_and_compliance_nobody(
    emulator: START,
) -> None:
    past = {"BypassGovernanceRetention": True}
    made = locked(emulator())
    made.guard(allow(KEY_USE, Condition=INSIDE, **ANYBODY))
    version = {**FOUND, "VersionId": made.put(made.owner)}
    made.admit(allow(["s3:DeleteObjectVersion"], EVERYWHERE, **ANYBODY))
    member = made.member(allow("s3:*"))
    assert (
        "s3:BypassGovernanceRetention"
        in refused(lambda: member.delete_object(**version, **past))[1]
    )
    made.owner.delete_object(**version, **past)
    firm = locked(emulator(), mode="COMPLIANCE")
    version = {**FOUND, "VersionId": firm.put(firm.owner)}
    assert refused(lambda: firm.owner.delete_object(**version, **past))[0] == "AccessDenied"


@pytest.mark.parametrize(("mode", "passes"), [("GOVERNANCE", True), ("COMPLIANCE", False)])
def test_a_retention_is_lengthened_by_any_and_shortened_by_few(
    emulator: START, mode: str, *, passes: bool
) -> None:
    made = locked(emulator(), mode=mode, days=10)
    version = {**FOUND, "VersionId": made.put(made.owner)}

    def keep(days: int, **more: Any) -> None:
        until = made.running.world.clock.now() + timedelta(days=days)
        made.owner.put_object_retention(
            **version,
            Retention={"Mode": mode, "RetainUntilDate": until},
            ChecksumAlgorithm="SHA256",
            **more,
        )

    keep(20)
    held = made.owner.get_object_retention(**version)["Retention"]
    assert held["Mode"] == mode
    assert (held["RetainUntilDate"] - made.running.world.clock.now()).days in (19, 20)
    assert refused(lambda: keep(5))[0] == "AccessDenied"
    if passes:
        keep(5, BypassGovernanceRetention=True)
    else:
        assert refused(lambda: keep(5, BypassGovernanceRetention=True))[0] == "AccessDenied"


def test_a_put_into_a_locked_bucket_needs_a_checksum_that_is_right(emulator: START) -> None:
    made = locked(emulator())
    keys = made.running.world.clients.account(SECURITY).credentials
    bare = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=made.running.endpoint,
        aws_access_key_id=keys.access_key_id,
        aws_secret_access_key=keys.secret_access_key,
        aws_session_token=keys.session_token,
        config=Config(request_checksum_calculation="when_required"),
    )
    assert refused(lambda: bare.put_object(**FOUND, Body=b"x"))[0] == "InvalidRequest"
    assert made.put(made.owner)
    wrong = {"ChecksumSHA256": "A" * 43 + "="}
    assert refused(lambda: made.put(made.owner, **wrong))[0] == "BadDigest"


def test_the_versions_of_a_locked_bucket_cannot_be_given_up(emulator: START) -> None:
    made = locked(emulator())
    suspended = {"VersioningConfiguration": {"Status": "Suspended"}}
    code, _ = refused(lambda: made.owner.put_bucket_versioning(Bucket=BUCKET, **suspended))
    assert code == "InvalidBucketState"


def test_only_those_who_may_read_a_retention_are_told_of_it(emulator: START) -> None:
    made = opened(emulator())
    made.put(made.owner)
    told = made.owner.head_object(**FOUND)
    assert told["ObjectLockMode"] == "GOVERNANCE"
    until = made.running.world.clock.now() + timedelta(days=1)
    assert abs((told["ObjectLockRetainUntilDate"] - until).total_seconds()) < 5
    assert "ObjectLockMode" not in made.member(READS, ENCRYPTS).head_object(**FOUND)


def test_access_lists_are_refused_where_the_owner_owns_all(emulator: START) -> None:
    made = locked(emulator())
    refusal = refused(lambda: made.put(made.owner, ACL="public-read"))
    assert refusal[0] == "AccessControlListNotSupported"


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("copy_object", {"Key": "a", "CopySource": f"{BUCKET}/found"}),
        ("create_multipart_upload", {"Key": "a"}),
        ("put_bucket_acl", {"ACL": "private"}),
        ("delete_objects", {"Delete": {"Objects": [{"Key": "a"}]}}),
    ],
)
def test_what_is_not_known_of_s3_is_not_emulated(
    emulator: START, operation: str, more: dict[str, Any]
) -> None:
    made = locked(emulator())
    code, message = refused(lambda: getattr(made.owner, operation)(Bucket=BUCKET, **more))
    assert code == "NotEmulated"
    assert operation.replace("_", "") in message.lower()
