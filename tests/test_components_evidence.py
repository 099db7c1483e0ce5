"""The evidence component on its own: what guards both buckets, and whom key and policies let in."""

from __future__ import annotations

import json
from typing import Any

import pytest

import names
from components.evidence import Evidence, EvidenceArgs
from components.evidence_policies import Reach
from names import Place
from rehearsal.emulator.iam.evaluate import Policies, Policy, Request, evaluate
from tests.declared import Graph, Resource, made

ORGANIZATION = "o-exampleorgid"
CENTRAL = Place(partition="aws", account="222222222222", region="eu-west-1")
EVIDENCE, EXEMPTIONS = names.evidence_bucket(CENTRAL), names.exemptions_bucket(CENTRAL)
KEY: Any = "arn:aws:kms:eu-west-1:222222222222:key/1"
TAX = "333333333333"
EXEMPTION = {"Resource": "arn:aws:ec2:*", "Owner": "o", "Reason": "r", "Expires": "2999-12-31"}
SETTINGS = {
    "BucketVersioning",
    "BucketServerSideEncryptionConfiguration",
    "BucketPublicAccessBlock",
    "BucketOwnershipControls",
    "BucketPolicy",
}


WRITERS = ["containment-isolate-instance", "containment-isolate-instance-preserve"]


def reach(organization: str | None) -> Reach:
    """Two roles that put evidence, the first of which reads exemptions as well."""
    return Reach(place=CENTRAL, organization=organization, writers=WRITERS, readers=WRITERS[:1])


def evidence(organization: str | None = ORGANIZATION, *, retain: bool = False) -> Graph:
    """The component in the security account."""
    args = EvidenceArgs(
        place=CENTRAL,
        organization=organization,
        retention_days=7,
        retention_mode="GOVERNANCE",
        exemptions=[EXEMPTION] * 30,
        writers=WRITERS,
        readers=WRITERS[:1],
        retain_data=retain,
    )
    return made(lambda opts: Evidence("evidence", args, opts), CENTRAL.account)


def of_bucket(graph: Graph, kind: str, bucket: str) -> Resource:
    """What is set on a bucket."""
    return graph.one(kind, bucket=bucket)


def test_names_are_such_as_s3_takes_in_the_region_with_the_longest_name() -> None:
    longest = Place(partition="aws", account="222222222222", region="ap-southeast-1")
    for name in (names.evidence_bucket(longest), names.exemptions_bucket(longest)):
        assert len(name) <= 63
        assert name.startswith("containment-")
        assert name.endswith("-222222222222-ap-southeast-1")


@pytest.mark.parametrize("bucket", [EVIDENCE, EXEMPTIONS])
def test_a_bucket_is_versioned_encrypted_with_our_key_closed_and_its_owners(bucket: str) -> None:
    graph = evidence()
    versioning = of_bucket(graph, "BucketVersioning", bucket).inputs["versioningConfiguration"]
    assert versioning == {"status": "Enabled"}
    (rule,) = of_bucket(graph, "BucketServerSideEncryptionConfiguration", bucket).inputs["rules"]
    assert rule["bucketKeyEnabled"] is True
    assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
    closed = of_bucket(graph, "BucketPublicAccessBlock", bucket).inputs
    assert {key: value for key, value in closed.items() if key not in ("bucket", "region")} == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    owner = of_bucket(graph, "BucketOwnershipControls", bucket).inputs["rule"]
    assert owner == {"objectOwnership": "BucketOwnerEnforced"}


def test_settings_of_one_bucket_are_made_one_after_the_other_and_content_last() -> None:
    graph = evidence()
    for bucket, last in (
        (EVIDENCE, "BucketObjectLockConfiguration"),
        (EXEMPTIONS, "BucketObjectv2"),
    ):
        there = [of_bucket(graph, kind, bucket) for kind in SETTINGS]
        behind = sorted(len(graph.waits_for(each) & {s.urn for s in there}) for each in there)
        assert behind == [0, 1, 2, 3, 4]
        end = graph.waits_for(of_bucket(graph, last, bucket))
        assert {each.urn for each in there} <= end


def test_only_evidence_is_locked_and_only_exemptions_are_written_from_git() -> None:
    graph = evidence()
    locked, plain = (of_bucket(graph, "Bucket", name) for name in (EVIDENCE, EXEMPTIONS))
    assert (locked.inputs["objectLockEnabled"], plain.inputs["objectLockEnabled"]) == (True, False)
    lock = graph.one("BucketObjectLockConfiguration").inputs
    assert lock["bucket"] == EVIDENCE
    assert lock["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}
    written = graph.one("BucketObjectv2").inputs
    assert (written["bucket"], written["key"]) == (EXEMPTIONS, "exemptions.json")
    assert json.loads(written["content"]) == {"exemptions": [EXEMPTION] * 30}


@pytest.mark.parametrize("retain", [True, False])
def test_where_data_is_retained_all_of_it_is_and_elsewhere_it_goes_by_force(
    *, retain: bool
) -> None:
    graph = evidence(retain=retain)
    assert {each.retained for each in graph.aws()} == {retain}
    assert {each.inputs["forceDestroy"] for each in graph.of("Bucket")} == {not retain}


def test_the_key_goes_by_its_alias_and_turns() -> None:
    graph = evidence()
    assert graph.one("Alias").inputs["name"] == names.EVIDENCE_KEY
    assert graph.one("Key").inputs["enableKeyRotation"] is True


@pytest.mark.parametrize("organization", [ORGANIZATION, None])
def test_no_policy_names_a_role_in_a_principal(organization: str | None) -> None:
    graph = evidence(organization)
    texts = [p.inputs["policy"] for p in [graph.one("Key"), *graph.of("BucketPolicy")]]
    for text in texts:
        for statement in json.loads(text)["Statement"]:
            assert ":role/" not in json.dumps(statement["Principal"])


# action, on, by whom, from which organisation, through which service, for which bucket: allowed?
CASES: list[tuple[str, str, str, str, str, str, bool]] = [
    ("kms:GenerateDataKey", WRITERS[0], TAX, ORGANIZATION, "s3", EVIDENCE, True),
    ("kms:GenerateDataKey", WRITERS[1], TAX, ORGANIZATION, "s3", EVIDENCE, True),
    ("kms:GenerateDataKey", "other", TAX, ORGANIZATION, "s3", EVIDENCE, False),
    ("kms:GenerateDataKey", "containment-starter", TAX, ORGANIZATION, "s3", EVIDENCE, False),
    ("kms:GenerateDataKey", WRITERS[0], TAX, "o-another0000", "s3", EVIDENCE, False),
    ("kms:GenerateDataKey", WRITERS[0], TAX, ORGANIZATION, "sns", EVIDENCE, False),
    ("kms:Decrypt", WRITERS[0], TAX, ORGANIZATION, "s3", EXEMPTIONS, True),
    ("kms:Decrypt", WRITERS[1], TAX, ORGANIZATION, "s3", EXEMPTIONS, False),
    ("kms:Decrypt", WRITERS[0], TAX, ORGANIZATION, "s3", EVIDENCE, False),
    ("kms:ScheduleKeyDeletion", WRITERS[0], TAX, ORGANIZATION, "s3", EVIDENCE, False),
]


@pytest.mark.parametrize(
    ("action", "role", "account", "organization", "service", "bucket", "allowed"), CASES
)
def test_members_encrypt_evidence_and_decrypt_exemptions_through_s3_only(
    action: str,
    role: str,
    account: str,
    organization: str,
    service: str,
    bucket: str,
    *,
    allowed: bool,
) -> None:
    policy = Policy.parse(reach(ORGANIZATION).to_key())
    key = f"arn:aws:kms:eu-west-1:{CENTRAL.account}:key/1"
    everything: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    identity = Policy.parse({"Version": "2012-10-17", "Statement": [everything]})
    request = Request(
        principal=f"arn:aws:sts::{account}:assumed-role/{role}/run",
        action=action,
        resource=key,
        context={
            "aws:principalarn": (f"arn:aws:iam::{account}:role/{role}",),
            "aws:principalorgid": (organization,),
            "kms:viaservice": (f"{service}.eu-west-1.amazonaws.com",),
            "kms:encryptioncontext:aws:s3:arn": (f"arn:aws:s3:::{bucket}",),
        },
    )
    decision = evaluate(request, Policies(identity=[identity], resource=policy))
    assert decision.allowed is allowed


def test_without_an_organisation_the_account_itself_is_let_in_and_no_other() -> None:
    own = reach(None)
    for policy in (own.to_key(), own.to_evidence(KEY), own.to_exemptions(KEY)):
        granting = [s for s in policy["Statement"] if s["Effect"] == "Allow"]
        assert "aws:PrincipalOrgID" not in json.dumps(granting)
        for statement in [each for each in granting if each["Sid"] != "OwnAccount"]:
            assert statement["Principal"] == {"AWS": CENTRAL.account}
            named = statement["Condition"]["ArnLike"]["aws:PrincipalArn"]
            roles = [f"arn:aws:iam::{CENTRAL.account}:role/{name}" for name in WRITERS]
            assert named == (roles[:1] if statement["Sid"].startswith("Read") else roles)
