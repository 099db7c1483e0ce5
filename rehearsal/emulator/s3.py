"""S3, where moto is kinder than AWS: who may, which key, and what a lock keeps.

moto answers S3 past the door that every other service goes through, heeds of a bucket's policy
neither conditions nor principals, and lets anybody shorten a lock. Not emulated: that a public
policy is blocked, access lists, uploads in parts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from moto.iam.access_control import PermissionResult
from moto.kms.models import kms_backends
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, S3Backend, s3_backends
from moto.s3.responses import S3Response

from rehearsal.emulator.actions import Call, Need
from rehearsal.emulator.actions.s3 import bucket_of, encryption_of, version_of
from rehearsal.emulator.authorization import answered, caller, decide
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.world import World

LOCKED = "Access Denied because object protected by object lock."
UNSUMMED = (
    "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object "
    "Lock parameters"
)
RETENTION = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    "<Mode>{}</Mode><RetainUntilDate>{}</RetainUntilDate></Retention>"
)


def install(world: World) -> Callable[[], None]:
    """Put the patches in; returns what takes them out."""
    world.emulated["s3"] = "moto, with authorisation, keys and Object Lock of our own"

    def answering(original: Callable[..., Any]) -> Callable[..., Any]:
        def respond(self: Any, request: Any, full_url: str) -> Any:
            def answer(call: Call) -> Any:
                _refuse(world, call, self)
                if call.operation == "GetObjectRetention":
                    return _retention(call)
                given = original(self, request, full_url)
                if call.operation in ("GetObject", "HeadObject"):
                    _hide_retention(world, call, self, given)
                return given

            return answered(world, self, answer)

        return respond

    def keep_for(self: Any, bucket_name: str, *_: Any, **given: Any) -> None:
        # moto wants an empty bucket, as AWS did until 2023 (AWS docs: object-lock-configure).
        enabled, mode, days, years = (*_, *given.values())
        bucket = self.get_bucket(bucket_name)
        if not bucket.is_versioned:
            raise RefusedError("InvalidBucketState", "Versioning must be 'Enabled'", 409)
        bucket.object_lock_enabled = bucket.object_lock_enabled or enabled
        bucket.default_lock_mode = mode
        bucket.default_lock_days, bucket.default_lock_years = days or 0, years or 0

    def now() -> datetime:
        return world.clock.now().replace(tzinfo=None)

    undo = ExitStack()
    undo.callback(_close)
    for target, name, new in (
        (S3Response, "_bucket_response", answering(S3Response._bucket_response)),
        (S3Response, "_key_response", answering(S3Response._key_response)),
        (S3Response, "_authenticate_and_authorize_s3_action", _nothing),
        (FakeBucket, "get_permission", lambda *_: PermissionResult.NEUTRAL),
        (FakeKey, "is_locked", lambda *_, **__: False),  # asked of _refuse
        (S3Backend, "put_object_lock_configuration", keep_for),
    ):
        undo.enter_context(mock.patch.object(target, name, new))
    # moto lists copies, of which each would open a file of its own and leave it.
    for copied in (FakeKey, FakeDeleteMarker):
        undo.enter_context(mock.patch.object(copied, "__deepcopy__", _itself, create=True))
    undo.enter_context(mock.patch("moto.s3.models.utcnow", now))
    return undo.close


def _itself(self: Any, _memo: Any) -> Any:
    return self


def _close() -> None:
    """moto has each object in an open file, and whose bucket is whose beside its own state."""
    s3_backends.bucket_accounts.clear()
    for account in list(s3_backends.values()):
        for backend in list(account.values()):
            for bucket in backend.buckets.values():
                for name in list(bucket.keys):
                    for version in bucket.keys.getlist(name):
                        if isinstance(version, FakeKey):
                            version.dispose()


def _nothing(self: Any, **_: Any) -> None:
    """moto's own check, which is off unless it is asked for."""


def _refuse(world: World, call: Call, response: Any) -> None:
    """Raise RefusedError for what AWS does not do, whoever asks."""
    params, bucket = call.params, bucket_of(call.params.get("Bucket", ""))
    if bucket is None:
        return
    if encryption := encryption_of(call):
        _, _, _, region, account, key = encryption.key.split(":")
        held = kms_backends[account][region].keys.get(key.removeprefix("key/"))
        if held is None or not held.enabled:
            raise RefusedError("KMS.DisabledException", f"{encryption.key} is disabled or gone")
    if params.get("ACL") and bucket.ownership_rule == "BucketOwnerEnforced":
        raise RefusedError("AccessControlListNotSupported", "The bucket does not allow ACLs")
    summed = any(name.startswith("Checksum") for name in params) or "ContentMD5" in params
    if call.operation == "PutObject" and bucket.has_default_lock and not summed:
        raise RefusedError("InvalidRequest", UNSUMMED)
    if call.operation == "PutObject" and (told := params.get("ChecksumSHA256")):
        digest = base64.b64encode(hashlib.sha256(response.body or b"").digest()).decode()
        if told != digest:
            raise RefusedError("BadDigest", "The SHA256 you specified did not match")
    status = params.get("VersioningConfiguration", {}).get("Status", "Enabled")
    if bucket.object_lock_enabled and status != "Enabled":
        raise RefusedError("InvalidBucketState", "Object Lock keeps the versioning as it is", 409)
    if world.bites("object-lock"):
        _refuse_locked(world, call, bucket)


def _refuse_locked(world: World, call: Call, bucket: Any) -> None:
    """A locked version is neither deleted nor held for a shorter time.

    Governance lets those pass who may bypass it and say so, compliance and legal holds nobody (AWS
    docs: object-lock-overview). A delete without a version only puts a marker before it.
    """
    version = call.params.get("VersionId")
    held = version_of(bucket, call.params.get("Key", ""), version)
    if held is None or call.operation not in ("DeleteObject", "PutObjectRetention"):
        return
    until = _utc(held.lock_until or "1970-01-01")
    passed = held.lock_mode == "GOVERNANCE" and call.params.get("BypassGovernanceRetention")
    retained = until > world.clock.now() and not passed
    if call.operation == "DeleteObject":
        if version and (retained or held.lock_legal_status == "ON"):
            raise RefusedError("AccessDenied", LOCKED, 403)
    elif retained:
        asked = call.params.get("Retention") or {}
        wanted = asked.get("RetainUntilDate")
        weaker = held.lock_mode == "COMPLIANCE" and asked.get("Mode") != "COMPLIANCE"
        if weaker or wanted is None or _utc(wanted) < until:
            raise RefusedError("AccessDenied", LOCKED, 403)


def _utc(moment: Any) -> datetime:
    parsed = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _retention(call: Call) -> tuple[int, dict[str, str], str]:
    """moto has no such read, and would answer with the object."""
    held = version_of(bucket_of(call.params["Bucket"]), call.params["Key"], _version(call))
    if held is None:
        raise RefusedError("NoSuchKey", "The specified key does not exist.", 404)
    if not held.lock_mode:
        raise RefusedError("NoSuchObjectLockConfiguration", "The object has no retention", 404)
    return 200, {}, RETENTION.format(held.lock_mode, held.lock_until)


def _version(call: Call) -> str | None:
    return call.params.get("VersionId")


def _hide_retention(world: World, call: Call, response: Any, answer: Any) -> None:
    """Only those who may read the retention are told of it (AWS docs: HeadObject)."""
    bucket = bucket_of(call.params["Bucket"])
    if bucket is None or not isinstance(answer, tuple):
        return
    need = Need(
        action="s3:GetObjectRetention",
        resource=f"arn:aws:s3:::{bucket.name}/{call.params['Key']}",
        owner=bucket.account_id,
    )
    if not decide(world, caller(world, response), need, region=call.region).allowed:
        for header in ("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"):
            answer[1].pop(header, None)
