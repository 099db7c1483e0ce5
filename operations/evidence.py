"""What is kept of a finding: every object that the ledger names, fetched and compared.

The ledger says which bucket, key, version and SHA-256; the bucket says what is there. Neither is
believed alone: what is in one of them only is told as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError

from operations.records import Record

INTACT: Final = "intact"
FINDING: Final = re.compile(r"[0-9a-f]{32}")
"""A finding's id, as GuardDuty makes them."""

_FIELDS: Final = ("bucket", "key", "version", "sha256")
_GONE: Final = ("NoSuchKey", "NoSuchVersion")
_UNLOCKED: Final = ("NoSuchObjectLockConfiguration", *_GONE)


class EvidenceError(ValueError):
    """What was asked for makes no sense; the message says what does."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One object of evidence and what is true of it."""

    key: str
    version: str
    sha256: str
    """In hex, as the ledger has it; empty where the ledger knows nothing of it."""
    state: str
    """``intact``, or what is wrong: missing, differs, hidden, elsewhere, unrecorded, unreadable."""
    stage: str = ""
    at: str = ""
    """When it was recorded."""
    mode: str = ""
    until: str = ""
    """Until when it cannot be deleted, ISO 8601; empty where nothing holds it."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The evidence of one stack; ``s3`` is a boto3 client of the security account at home."""

    s3: Any
    bucket: str

    def of(self, finding: str, records: Sequence[Record]) -> list[Kept]:
        """All that is kept of a finding, in the order of its records; ``records`` are the ledger's.

        Raises EvidenceError for what is no finding's id or is not in the ledger, and what S3
        answers where evidence may not be read.
        """
        if not FINDING.fullmatch(finding):
            raise EvidenceError(f"{finding!r} is no finding: write its id, 32 of 0-9 and a-f")
        told = [each for each in records if each.finding_id == finding]
        if not told:
            raise EvidenceError(f"the ledger knows no finding {finding}")
        listed = [self._checked(record, each) for record in told for each in _objects(record)]
        known = {(each.key, each.version) for each in listed}
        accounts = dict.fromkeys(record.account for record in told)
        prefixes = [f"{account}/{finding}/" for account in accounts]
        return [*listed, *(one for prefix in prefixes for one in self._others(prefix, known))]

    def _checked(self, record: Record, told: object) -> Kept:
        if not isinstance(told, Mapping) or not all(isinstance(told.get(f), str) for f in _FIELDS):
            return Kept(
                key=str(told)[:100], version="", sha256="", state="unreadable", stage=record.stage
            )
        one = {name: told[name] for name in ("key", "version", "sha256")}
        said = {"stage": record.stage, "at": record.at}
        # Anybody may write a detail (trap 6.1): only what this account could put is looked at.
        own = f"{record.account}/{record.finding_id}/"
        if told["bucket"] != self.bucket or not told["key"].startswith(own):
            return Kept(**one, **said, state="elsewhere")
        where = {"Bucket": self.bucket, "Key": told["key"], "VersionId": told["version"]}
        try:
            body = self.s3.get_object(**where)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _GONE:
                raise
            return Kept(**one, **said, state="missing")
        state = INTACT if _sha256(body) == told["sha256"] else "differs"
        return Kept(**one, **said, state=state, **self._held(where))

    def _others(self, prefix: str, known: set[tuple[str, str]]) -> Iterator[Kept]:
        """Versions that no record names, and markers that hide what is named."""
        pages = self.s3.get_paginator("list_object_versions").paginate(
            Bucket=self.bucket, Prefix=prefix
        )
        for page in pages:
            for state, listed in (("unrecorded", "Versions"), ("hidden", "DeleteMarkers")):
                for each in page.get(listed, ()):
                    key, version = each["Key"], each["VersionId"]
                    if (key, version) in known:
                        continue
                    where = {"Bucket": self.bucket, "Key": key, "VersionId": version}
                    held = self._held(where) if state == "unrecorded" else {}
                    yield Kept(key=key, version=version, sha256="", state=state, **held)

    def _held(self, where: Mapping[str, str]) -> dict[str, str]:
        try:
            retention = self.s3.get_object_retention(**where)["Retention"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in _UNLOCKED:
                raise
            return {}
        until = retention["RetainUntilDate"].isoformat(timespec="seconds")
        return {"mode": retention["Mode"], "until": until}


def _objects(record: Record) -> Iterable[object]:
    told = record.evidence.get("objects", ())
    return told if isinstance(told, list | tuple) else [told]


def _sha256(body: Any) -> str:
    digest = hashlib.sha256()
    for part in body.iter_chunks(1024 * 1024):
        digest.update(part)
    return digest.hexdigest()
