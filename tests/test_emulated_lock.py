"""Emulated Object Lock: what is locked stays, for how long, and whom a lock lets pass."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.actors import START, allow, refused
from tests.emulated import REGION, SECURITY
from tests.locked import (
    ANYBODY,
    BUCKET,
    ENCRYPTS,
    EVERYWHERE,
    FOUND,
    INSIDE,
    KEY_USE,
    READS,
    locked,
    opened,
)


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
