"""What is taken away, and how: policies with versions, buckets that hold something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from tests.emulated import TAX
from tests.provided import Accounts
from tests.provided.documents import denial


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    with Emulator(VirtualClock()) as emulator:
        yield Accounts(emulator)


def test_a_policy_that_was_changed_often_keeps_its_latest_versions_and_can_be_taken_away(
    accounts: Accounts,
) -> None:
    handlers, iam = accounts.handlers(TAX), accounts.client(TAX, "iam")
    token = "aws:iam/policy:Policy"
    inputs = handlers.check(token, "x", {"name": "deny", "policy": denial("0")}, {})
    made, state = handlers.create(token, inputs)
    for number in range(1, 7):
        new = {**inputs, "policy": denial(str(number))}
        state, inputs = handlers.update(token, made, inputs, new, state), new
    versions = iam.list_policy_versions(PolicyArn=made)["Versions"]
    assert sorted(each["VersionId"] for each in versions) == ["v3", "v4", "v5", "v6", "v7"]
    assert [each["VersionId"] for each in versions if each["IsDefaultVersion"]] == ["v7"]
    handlers.delete(token, made, state)
    assert handlers.read(token, made, inputs, state) is None


@pytest.mark.parametrize("forced", [True, False])
def test_a_bucket_that_holds_something_goes_only_by_force_and_then_past_governance(
    accounts: Accounts, *, forced: bool
) -> None:
    handlers, s3 = accounts.handlers(TAX), accounts.client(TAX, "s3")
    token = "aws:s3/bucket:Bucket"
    asked = {"bucket": "full", "objectLockEnabled": True, "forceDestroy": forced}
    made, state = handlers.create(token, handlers.check(token, "x", asked, {}))
    default = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket="full",
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": default},
    )
    for _ in range(2):
        s3.put_object(Bucket="full", Key="found", Body=b"x")
    s3.delete_object(Bucket="full", Key="found")
    if forced:
        handlers.delete(token, made, state)
        assert handlers.read(token, made, state, state) is None
    else:
        with pytest.raises(ClientError, match="BucketNotEmpty"):
            handlers.delete(token, made, state)
