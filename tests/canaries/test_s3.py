"""Canaries of S3's and KMS's traps: a lock keeps what it locks, an alias is not its key."""

from __future__ import annotations

from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from tests.actors import START, allow, document
from tests.canaries import canary
from tests.emulated import REGION, SECURITY, client
from tests.locked import ALIAS, BUCKET, locked


@canary("object-lock")
def test_a_locked_version_is_not_deleted(emulator: START) -> None:
    made = locked(emulator())
    version = made.put(made.owner, "found")
    with suppress(ClientError):
        made.owner.delete_object(Bucket=BUCKET, Key="found", VersionId=version)
    there = made.owner.list_object_versions(Bucket=BUCKET).get("Versions", [])
    assert [each["VersionId"] for each in there] == [version]


@canary("6.5")
def test_an_alias_in_a_resource_does_not_stand_for_its_key(emulator: START) -> None:
    made = locked(emulator())
    kms = client(made.running, SECURITY, "kms")
    statement = allow("kms:DescribeKey", f"arn:aws:kms:{REGION}:{SECURITY}:{ALIAS}")
    iam = client(made.running, SECURITY, "iam")
    user = iam.create_user(UserName="reader")["User"]["UserName"]
    iam.put_user_policy(UserName=user, PolicyName="may", PolicyDocument=document(statement))
    keys = iam.create_access_key(UserName=user)["AccessKey"]
    reader = made.running.world.clients.session(keys["AccessKeyId"], keys["SecretAccessKey"])
    assert kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["Arn"] == made.key
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.client("kms", REGION).describe_key(KeyId=made.key)
