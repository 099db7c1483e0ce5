"""For the scripts of every runbook: read what is exempt, and keep evidence where it is locked.

Standard library and boto3 only. A step that uses these carries its own copy inside the document.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import Any

from runbooks.ledger import call


def exemption_for(resource: str, stack: dict[str, Any]) -> str:
    """Who exempts a resource (an ARN), until when and why; empty where nobody does.

    The object is read at each use (trap 4.7), and its version is in the text. Raises what S3
    answers, and RuntimeError for what is malformed: unreadable fails towards people (trap 4.6).
    """
    where = {"Bucket": stack["ExemptionsBucket"], "Key": "exemptions.json"}
    answer = call("s3", "get_object", stack["HomeRegion"], **where)
    version = answer.get("VersionId", "none")
    try:
        exempt = [
            f"{each['Owner']}, until {date.fromisoformat(each['Expires'])}: {each['Reason']}"
            for each in json.loads(answer["Body"].read())["exemptions"]
            if fnmatchcase(resource, each["Resource"])
            and datetime.now(UTC).date() <= date.fromisoformat(each["Expires"])
        ]
    except (ValueError, KeyError, TypeError) as wrong:
        raise RuntimeError(f"exemptions, version {version}, are malformed: {wrong!r}") from wrong
    return f"{'; '.join(exempt)} (exemptions, version {version})" if exempt else ""


def keep(
    case: dict[str, Any], stack: dict[str, Any], name: str, body: bytes | str
) -> dict[str, str]:
    """Put one object of evidence; its place and the SHA-256 of its body in hex, for the ledger.

    It is encrypted and locked by the bucket's defaults; a put without a checksum is refused there
    (AWS docs: object-lock-managing). Raises what S3 answers.
    """
    data = body.encode() if isinstance(body, str) else body
    digest = hashlib.sha256(data)
    key = f"{stack['AccountId']}/{case['finding_id']}/{case['execution_id']}/{name}"
    answer = call(
        "s3",
        "put_object",
        stack["HomeRegion"],
        Bucket=stack["EvidenceBucket"],
        Key=key,
        Body=data,
        ChecksumAlgorithm="SHA256",
        ChecksumSHA256=base64.b64encode(digest.digest()).decode(),
    )
    return {
        "bucket": stack["EvidenceBucket"],
        "key": key,
        "version": answer["VersionId"],
        "sha256": digest.hexdigest(),
    }
