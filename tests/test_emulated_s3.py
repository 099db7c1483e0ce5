"""Emulated S3: who may put and read across accounts, with which key, and what a lock keeps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actors import START, allow, refused
from tests.emulated import SECURITY, TAX, client
from tests.locked import (
    ANYBODY,
    BUCKET,
    BY_ALIAS,
    ENCRYPTS,
    EVERYWHERE,
    FOUND,
    INSIDE,
    KEY_USE,
    KEYS,
    OWN,
    PUTS,
    READS,
    locked,
    opened,
)


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
