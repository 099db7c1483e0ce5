"""A key for copies of snapshots in each region, which a forensic account may read (trap 2.11).

A snapshot on AWS's own key is shared with nobody, so the copy is on a key of ours, in the security
account: whoever takes a member over can delete its copies, and can let nobody else read them. The
member's role encrypts with it, the forensic account decrypts, both through EC2 only. (AWS docs:
share-kms-key, ebs-encryption-requirements, policy-conditions.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from names import SNAPSHOT_KEY, Place

ENCRYPTS: Final = ["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptTo"]
"""What copying to the key takes, beside a grant."""
DECRYPTS: Final = ["kms:Decrypt", "kms:DescribeKey", "kms:ReEncryptFrom"]
"""What reading a copy takes, beside a grant: no more than that, so that nobody writes with it."""


@dataclass(frozen=True, kw_only=True)
class ForensicsArgs:
    """What ``Forensics`` needs; ``place`` is the security account, whatever the region."""

    place: Place
    regions: Sequence[str]
    organization: str | None
    account: str
    """The forensic account, of this organisation or not."""
    preserving: Sequence[str]
    """Names of the roles that keep evidence, in whichever account."""
    retain_data: bool


class Forensics(pulumi.ComponentResource):
    """The keys; a copy whose key is gone is lost, so that they are kept where data is."""

    def __init__(
        self, name: str, args: ForensicsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("containment:index:Forensics", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, retain_on_delete=args.retain_data)
        for region in args.regions:
            key = aws.kms.Key(
                f"{name}-{region}-key",
                description="copies of snapshots for the forensic account",
                enable_key_rotation=True,
                policy=json.dumps(key_policy(args, region)),
                region=region,
                opts=child,
            )
            aws.kms.Alias(
                f"{name}-{region}-alias",
                name=SNAPSHOT_KEY,
                target_key_id=key.key_id,
                region=region,
                opts=child,
            )
        self.register_outputs({})


def key_policy(args: ForensicsArgs, region: str) -> dict[str, Any]:
    """By IAM for its own account; for the roles that preserve, to encrypt; for the other, to read.

    Roles are compared by text, since one in ``Principal`` has to exist (trap 6.4); the key's own
    policy has to let another account in (trap 6.5).
    """
    place = replace(args.place, region=region)
    through_ec2 = {"kms:ViaService": f"ec2.{region}.*"}  # partitions differ in the end
    for_aws = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    whose = "*" if args.organization else place.account
    theirs = replace(place, account=whose)
    preserving = {
        "ArnLike": {"aws:PrincipalArn": [theirs.role(name) for name in args.preserving]},
        "StringLike": through_ec2,
    }
    if args.organization:
        preserving["StringEquals"] = {"aws:PrincipalOrgID": args.organization}
    investigating = {"StringLike": through_ec2}
    outside = replace(place, account=args.account)
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allowed("OwnAccount", _root(place), ["kms:*"]),
            _allowed("Copy", whose, ENCRYPTS, preserving),
            _allowed("CopyByGrant", whose, ["kms:CreateGrant"], {**preserving, **for_aws}),
            _allowed("Read", _root(outside), DECRYPTS, investigating),
            _allowed(
                "ReadByGrant", _root(outside), ["kms:CreateGrant"], {**investigating, **for_aws}
            ),
        ],
    }


def _root(place: Place) -> str:
    return place.arn("iam", "root", region="")


def _allowed(
    sid: str,
    whom: str,
    actions: Sequence[str],
    condition: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": whom},
        "Action": list(actions),
        "Resource": "*",
    }
    return {**statement, "Condition": dict(condition)} if condition else statement
