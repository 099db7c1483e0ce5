"""Canaries of OpsItems: no second one while the first is open."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.canaries import canary
from tests.emulated import SECURITY, client
from tests.working import deduplicated, item


@canary("5.9")
def test_no_second_item_is_made_while_the_first_is_open(
    emulator: Callable[..., Emulator],
) -> None:
    ssm = client(emulator(), SECURITY, "ssm")
    first = ssm.create_ops_item(**item(data=deduplicated("finding-1")))["OpsItemId"]
    with pytest.raises(ClientError, match="OpsItemAlreadyExistsException"):
        ssm.create_ops_item(**item(data=deduplicated("finding-1")))
    ssm.update_ops_item(OpsItemId=first, Status="Resolved")
    assert ssm.create_ops_item(**item(data=deduplicated("finding-1")))["OpsItemId"] != first
