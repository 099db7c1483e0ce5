"""Who reaches the key, the evidence and the exemptions: policies as data.

Across accounts they name the organisation and compare ``aws:PrincipalArn``: a role in ``Principal``
must exist when the policy is written (trap 6.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from names import EXEMPTIONS_OBJECT, PREFIX, Place, evidence_bucket, exemptions_bucket

Statements = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """The roles of the pipeline, in every account of the organisation or in the only one."""

    place: Place
    organization: str | None
    writers: Sequence[str]
    """Names of the roles that put evidence; in one account ``Principal: *`` would admit all."""
    readers: Sequence[str]
    """Names of the roles that read the exemptions."""

    def to_key(self) -> dict[str, Any]:
        """By IAM for its own account; for the roles through S3 only, and to read only exemptions.

        With a bucket key, the encryption context that S3 gives is the bucket's ARN, without one the
        object's (AWS docs: bucket-key).
        """
        exemptions = self._arn(exemptions_bucket(self.place))
        through_s3 = {"kms:ViaService": f"s3.{self.place.region}.*"}  # partitions differ in the end
        context = "kms:EncryptionContext:aws:s3:arn"
        own = {
            "Sid": "OwnAccount",
            "Effect": "Allow",
            "Principal": {"AWS": self.place.arn("iam", "root", region="")},
            "Action": "kms:*",
            "Resource": "*",
        }
        return _policy(
            [
                own,
                self._allowed(
                    self.writers, "Write", "kms:GenerateDataKey", "*", StringLike=through_s3
                ),
                self._allowed(
                    self.readers,
                    "ReadExemptions",
                    "kms:Decrypt",
                    "*",
                    StringLike={**through_s3, context: [exemptions, f"{exemptions}/*"]},
                ),
            ]
        )

    def to_evidence(self, key_arn: pulumi.Output[str]) -> dict[str, Any]:
        """The roles put under their own account's prefix, and no more than that."""
        bucket = self._arn(evidence_bucket(self.place))
        own_prefix = f"{bucket}/${{aws:PrincipalAccount}}/*"
        only_put = {
            "Sid": "PutAndNoMore",
            "Effect": "Deny",
            "Principal": "*",
            "Action": [
                "s3:GetObject*",
                "s3:DeleteObject*",
                "s3:PutObjectRetention",
                "s3:PutObjectLegalHold",
                "s3:BypassGovernanceRetention",
            ],
            "Resource": f"{bucket}/*",
            "Condition": {"ArnLike": {"aws:PrincipalArn": self._role("*", f"{PREFIX}*")}},
        }
        not_elsewhere = {
            "Sid": "OwnPrefixOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "NotResource": own_prefix,
            "Condition": {"ArnLike": {"aws:PrincipalArn": self._role("*", f"{PREFIX}*")}},
        }
        put = self._allowed(self.writers, "PutOwn", "s3:PutObject", own_prefix)
        return _policy([put, only_put, not_elsewhere, *_guards(bucket, key_arn)])

    def to_exemptions(self, key_arn: pulumi.Output[str]) -> dict[str, Any]:
        """The roles read the one object."""
        bucket = self._arn(exemptions_bucket(self.place))
        read = self._allowed(self.readers, "Read", "s3:GetObject", f"{bucket}/{EXEMPTIONS_OBJECT}")
        return _policy([read, *_guards(bucket, key_arn)])

    def _arn(self, bucket: str) -> str:
        return f"arn:{self.place.partition}:s3:::{bucket}"

    def _role(self, account: str, name: str) -> str:
        return f"arn:{self.place.partition}:iam::{account}:role/{name}"

    def _allowed(
        self,
        roles: Sequence[str],
        sid: str,
        action: str,
        resource: str,
        **conditions: dict[str, Any],
    ) -> dict[str, Any]:
        inside = {"StringEquals": {"aws:PrincipalOrgID": self.organization}}
        whose = "*" if self.organization else self.place.account
        return {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": {"AWS": "*" if self.organization else self.place.account},
            "Action": action,
            "Resource": resource,
            "Condition": {
                "ArnLike": {"aws:PrincipalArn": [self._role(whose, name) for name in roles]},
                **(inside if self.organization else {}),
                **conditions,
            },
        }


def _guards(bucket: str, key_arn: pulumi.Output[str]) -> Statements:
    """For everybody: TLS only, and no encryption but the bucket's own.

    A put that names an algorithm and no key gets AWS's own key, not the bucket's (botocore: s3
    model, SSEKMSKeyId); one that names neither gets the bucket's, which is ours.
    """
    named = "s3:x-amz-server-side-encryption"
    with_key = f"{named}-aws-kms-key-id"

    def denied(sid: str, action: str, on: str | list[str], condition: Any) -> dict[str, Any]:
        everybody = {"Sid": sid, "Effect": "Deny", "Principal": "*"}
        return {**everybody, "Action": action, "Resource": on, "Condition": condition}

    return [
        denied(
            "TlsOnly", "s3:*", [bucket, f"{bucket}/*"], {"Bool": {"aws:SecureTransport": "false"}}
        ),
        denied(
            "OurKeyOrNoneNamed",
            "s3:PutObject",
            f"{bucket}/*",
            {"Null": {with_key: "false"}, "StringNotEquals": {with_key: key_arn}},
        ),
        denied(
            "NoOtherEncryption",
            "s3:PutObject",
            f"{bucket}/*",
            {"Null": {named: "false", with_key: "true"}},
        ),
    ]


def _policy(statements: Statements) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
