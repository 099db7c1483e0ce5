"""EventBridge's buses as the emulator has them, where moto has nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, TAX, client

Start = Callable[..., Emulator]

QUEUE = f"arn:aws:sqs:{REGION}:{TAX}:containment-dead-letters"


def test_a_bus_is_changed_in_what_is_named_and_nothing_else(emulator: Start) -> None:
    events = client(emulator(), TAX, "events")
    events.create_event_bus(Name="ledger", Description="before", DeadLetterConfig={"Arn": QUEUE})
    events.update_event_bus(Name="ledger", Description="after")
    seen = events.describe_event_bus(Name="ledger")
    assert (seen["Description"], seen["DeadLetterConfig"]) == ("after", {"Arn": QUEUE})
    events.update_event_bus(Name="ledger", DeadLetterConfig={})
    assert "DeadLetterConfig" not in events.describe_event_bus(Name="ledger")


def test_a_bus_that_is_not_there_is_not_changed(emulator: Start) -> None:
    events = client(emulator(), TAX, "events")
    with pytest.raises(ClientError) as refused:
        events.update_event_bus(Name="ledger", Description="after")
    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
