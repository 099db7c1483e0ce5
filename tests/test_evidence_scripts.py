"""What scripts read and keep, with the rights that the program gives and no others."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import names
from names import Place
from rehearsal.emulator.identity import session_for_service
from runbooks import evidence
from tests.actors import refused
from tests.organization import Deployed, deployed

TAX, SECURITY, HOME = "333333333333", "222222222222", "eu-west-1"
CENTRAL = Place(partition="aws", account=SECURITY, region=HOME)
STACK = {
    "AccountId": TAX,
    "HomeRegion": HOME,
    "EvidenceBucket": names.evidence_bucket(CENTRAL),
    "ExemptionsBucket": names.exemptions_bucket(CENTRAL),
}
CASE = {"finding_id": "f" * 32, "execution_id": "11111111-2222-3333-4444-555555555555"}
INSTANCE = f"arn:aws:ec2:eu-central-1:{TAX}:instance/i-0123456789abcdef0"
EXEMPTIONS = [
    {"resource": f"arn:aws:ec2:*:{TAX}:instance/i-0123*", "expires": "2999-12-31"},
    {"resource": INSTANCE, "expires": "2020-01-01"},
    {"resource": INSTANCE.replace(TAX, SECURITY), "expires": "2999-12-31"},
]
WHO = {"owner": "tax-platform", "reason": "Runs the yearly penetration test."}


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """The whole dev stack, with exemptions."""
    with deployed(settings={"exemptions": [{**WHO, **each} for each in EXEMPTIONS]}) as running:
        yield running


def contain(organization: Deployed, account: str = TAX) -> Any:
    """A session of the Contain role of an account, as SSM would have it."""
    return session_for_service(
        organization.emulator.world,
        service="ssm.amazonaws.com",
        role_arn=f"arn:aws:iam::{account}:role/containment-isolate-instance",
        source_arn=f"arn:aws:ssm:eu-central-1:{account}:automation-execution/1",
        source_account=account,
        session_name="run",
    )


@pytest.fixture
def as_contain(organization: Deployed, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Scripts call AWS as the Contain role of the tax account; its S3 client."""
    session = contain(organization)
    monkeypatch.setattr(
        boto3,
        "client",
        lambda service, region_name=None: session.client(service, region_name),
    )
    return session.client("s3", HOME)


@pytest.fixture
def security(organization: Deployed) -> Any:
    """S3 as the security account's deployer."""
    return organization.ground.client(SECURITY, "s3", HOME)


@pytest.mark.usefixtures("as_contain")
def test_an_exemption_says_who_until_when_why_and_in_which_version(security: Any) -> None:
    head = security.head_object(Bucket=STACK["ExemptionsBucket"], Key=names.EXEMPTIONS_OBJECT)
    assert evidence.exemption_for(INSTANCE, STACK) == (
        "tax-platform, until 2999-12-31: Runs the yearly penetration test. "
        f"(exemptions, version {head['VersionId']})"
    )
    assert evidence.exemption_for(INSTANCE.replace("i-0123", "i-9999"), STACK) == ""


@pytest.mark.usefixtures("as_contain")
@pytest.mark.parametrize(
    "content",
    [
        "no json",
        "[]",
        "{}",
        '{"exemptions": [{"Resource": "*"}]}',
        '{"exemptions": [{"Resource": "*", "Owner": "o", "Reason": "r", "Expires": "soon"}]}',
    ],
)
def test_exemptions_that_cannot_be_read_are_an_error_and_never_no_exemption(
    security: Any, content: str
) -> None:
    where = {"Bucket": STACK["ExemptionsBucket"], "Key": names.EXEMPTIONS_OBJECT}
    was = security.get_object(**where)["Body"].read()
    version = security.put_object(**where, Body=content.encode())["VersionId"]
    try:
        with pytest.raises(RuntimeError, match=f"exemptions, version {version}, are malformed"):
            evidence.exemption_for(INSTANCE, STACK)
    finally:
        security.put_object(**where, Body=was)
    nowhere = {**STACK, "ExemptionsBucket": STACK["EvidenceBucket"]}
    with pytest.raises(ClientError, match="AccessDenied"):
        evidence.exemption_for(INSTANCE, nowhere)


@pytest.mark.usefixtures("as_contain")
def test_evidence_is_kept_encrypted_and_locked_under_the_accounts_own_prefix(
    organization: Deployed, security: Any
) -> None:
    kept = evidence.keep(CASE, STACK, "groups.json", '{"a": 1}')
    key = f"{TAX}/{CASE['finding_id']}/{CASE['execution_id']}/groups.json"
    assert kept == {
        "bucket": STACK["EvidenceBucket"],
        "key": key,
        "version": kept["version"],
        "sha256": hashlib.sha256(b'{"a": 1}').hexdigest(),
    }
    version = {"Bucket": kept["bucket"], "Key": key, "VersionId": kept["version"]}
    there = security.get_object(**version)
    assert there["Body"].read() == b'{"a": 1}'
    assert there["ObjectLockMode"] == "GOVERNANCE"
    assert there["ObjectLockRetainUntilDate"] > organization.emulator.world.clock.now()
    kms = organization.ground.client(SECURITY, "kms", HOME)
    ours = kms.describe_key(KeyId=names.EVIDENCE_KEY)["KeyMetadata"]["Arn"]
    assert there["SSEKMSKeyId"] == ours
    assert json.dumps(kept)  # plain, for the ledger
    binary = evidence.keep(CASE, STACK, "memory", b"\x00\xff")
    assert binary["sha256"] == hashlib.sha256(b"\x00\xff").hexdigest()


def test_the_contain_role_can_do_nothing_else_with_evidence(as_contain: Any) -> None:
    kept = evidence.keep(CASE, STACK, "once", b"x")
    there = {"Bucket": kept["bucket"], "Key": kept["key"]}
    version = {**there, "VersionId": kept["version"]}
    elsewhere = {**there, "Key": kept["key"].replace(TAX, "444444444444")}
    put = {"Body": b"y", "ChecksumAlgorithm": "SHA256"}
    attempts = [
        lambda: as_contain.get_object(**there),
        lambda: as_contain.get_object(**version),
        lambda: as_contain.delete_object(**there),
        lambda: as_contain.delete_object(**version, BypassGovernanceRetention=True),
        lambda: as_contain.put_object(**elsewhere, **put),
        lambda: as_contain.put_object(**there, **put, ServerSideEncryption="AES256"),
        lambda: as_contain.put_object(**there, **put, ObjectLockMode="GOVERNANCE"),
        lambda: as_contain.list_objects_v2(Bucket=kept["bucket"]),
        lambda: as_contain.put_object(
            Bucket=STACK["ExemptionsBucket"], Key=names.EXEMPTIONS_OBJECT, **put
        ),
    ]
    assert {refused(attempt)[0] for attempt in attempts} == {"AccessDenied"}


def test_the_security_accounts_own_role_may_no_more_than_others(organization: Deployed) -> None:
    s3 = contain(organization, SECURITY).client("s3", HOME)
    put = {"Bucket": STACK["EvidenceBucket"], "Body": b"y", "ChecksumAlgorithm": "SHA256"}
    assert s3.put_object(**put, Key=f"{SECURITY}/f/r/found")["VersionId"]
    other = {**put, "Key": f"{TAX}/f/r/found"}
    assert refused(lambda: s3.put_object(**other))[0] == "AccessDenied"
    own = {"Bucket": STACK["EvidenceBucket"], "Key": f"{SECURITY}/f/r/found"}
    assert refused(lambda: s3.get_object(**own))[0] == "AccessDenied"


def test_a_member_role_of_another_name_reaches_neither_bucket(organization: Deployed) -> None:
    s3 = organization.ground.client(TAX, "s3", HOME)
    exempt = {"Bucket": STACK["ExemptionsBucket"], "Key": names.EXEMPTIONS_OBJECT}
    assert refused(lambda: s3.get_object(**exempt))[0] == "AccessDenied"
    put = {"Bucket": STACK["EvidenceBucket"], "Key": f"{TAX}/x", "Body": b"y"}
    assert refused(lambda: s3.put_object(**put))[0] == "AccessDenied"


def test_even_the_deployer_puts_with_our_key_only(organization: Deployed, security: Any) -> None:
    put = {"Bucket": STACK["EvidenceBucket"], "Key": "x", "Body": b"y"}
    kms = organization.ground.client(SECURITY, "kms", HOME)
    other = kms.create_key()["KeyMetadata"]["Arn"]
    ours = kms.describe_key(KeyId=names.EVIDENCE_KEY)["KeyMetadata"]["Arn"]
    with_key = {**put, "ServerSideEncryption": "aws:kms"}
    assert security.put_object(**with_key, SSEKMSKeyId=ours)["VersionId"]
    code, message = refused(lambda: security.put_object(**with_key, SSEKMSKeyId=other))
    assert code == "AccessDenied"
    assert "explicit deny" in message
