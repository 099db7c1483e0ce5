"""What the stand-in provider makes of Incident Manager's types beyond making and taking away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from tests.emulated import LAND_REGISTRY, REGION, TAX
from tests.provided import Accounts
from tests.provided.engaging import SAMPLES
from tests.provided.needs import owner

SET = "aws:ssmincidents/replicationSet:ReplicationSet"
RESPONSE_PLAN = "aws:ssmincidents/responsePlan:ResponsePlan"
PLAN = "aws:ssmcontacts/plan:Plan"
CHANNEL = "aws:ssmcontacts/contactChannel:ContactChannel"


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    with Emulator(VirtualClock()) as emulator:
        yield Accounts(emulator)


def test_stages_in_another_order_are_a_drift_and_none_at_all_is_no_plan(
    accounts: Accounts,
) -> None:
    handlers = accounts.handlers(TAX)
    sample = SAMPLES[PLAN]
    asked = {**sample.inputs, **sample.needs(accounts)}
    inputs = handlers.check(PLAN, "sample", asked, {}, b"seed")
    made, state = handlers.create(PLAN, inputs)
    api = accounts.client(TAX, "ssm-contacts")
    stages = api.get_contact(ContactId=made)["Plan"]["Stages"]

    api.update_contact(ContactId=made, Plan={"Stages": stages[::-1]})
    seen = handlers.read(PLAN, made, inputs, state)
    assert seen is not None
    assert seen[1]["stages"] == inputs["stages"][::-1]

    api.update_contact(ContactId=made, Plan={"Stages": []})
    assert handlers.read(PLAN, made, inputs, state) is None


def test_a_channel_is_made_without_sending_its_code_and_its_activation_is_no_drift(
    accounts: Accounts,
) -> None:
    handlers = accounts.handlers(TAX)
    inputs = handlers.check(
        CHANNEL, "sample", {**SAMPLES[CHANNEL].inputs, **owner(accounts)}, {}, b"seed"
    )
    made, state = handlers.create(CHANNEL, inputs)
    world = accounts.emulator.world
    assert (state["activationStatus"], world.outbox) == ("NOT_ACTIVATED", [])
    api = accounts.client(TAX, "ssm-contacts")
    api.send_activation_code(ContactChannelId=made)
    code = world.outbox[-1].text.rstrip(".").rsplit(" ", 1)[-1]
    api.activate_contact_channel(ContactChannelId=made, ActivationCode=code)
    seen = handlers.read(CHANNEL, made, inputs, state)
    assert seen is not None
    assert (seen[1], seen[2]["activationStatus"]) == (inputs, "ACTIVATED")


def test_two_regions_at_once_are_refused_as_aws_refuses_them(accounts: Accounts) -> None:
    handlers = accounts.handlers(LAND_REGISTRY)
    before = handlers.check(SET, "sample", {"regions": [{"name": REGION}]}, {})
    made, state = handlers.create(SET, before)
    assert "region" not in state
    more = [{"name": name} for name in (REGION, "eu-central-1", "eu-west-2")]
    after = handlers.check(SET, "sample", {"regions": more}, before)
    with pytest.raises(ClientError, match="One region is added or deleted at a time"):
        handlers.update(SET, made, before, after, state)


def test_the_old_name_of_regions_and_an_integration_have_no_place(accounts: Accounts) -> None:
    handlers = accounts.handlers(TAX)
    with pytest.raises(NotImplementedError, match=r"ReplicationSet: .*region"):
        handlers.check(SET, "sample", {"region": [{"name": REGION}]}, {})
    asked = {**SAMPLES[RESPONSE_PLAN].inputs, "integration": {"pagerduties": [{"name": "x"}]}}
    with pytest.raises(NotImplementedError, match=r"ResponsePlan: .*integration"):
        handlers.check(RESPONSE_PLAN, "sample", asked, {})


def test_another_role_of_the_runbook_is_a_drift(accounts: Accounts) -> None:
    handlers = accounts.handlers(TAX)
    sample = SAMPLES[RESPONSE_PLAN]
    asked = {**sample.inputs, **sample.needs(accounts)}
    inputs = handlers.check(RESPONSE_PLAN, "sample", asked, {})
    made, state = handlers.create(RESPONSE_PLAN, inputs)
    api = accounts.client(TAX, "ssm-incidents")
    actions = api.get_response_plan(arn=made)["actions"]
    actions[0]["ssmAutomation"]["roleArn"] = f"arn:aws:iam::{TAX}:role/intruder"
    api.update_response_plan(arn=made, actions=actions)
    seen = handlers.read(RESPONSE_PLAN, made, inputs, state)
    assert seen is not None
    [automation] = seen[1]["action"]["ssmAutomations"]
    [before] = inputs["action"]["ssmAutomations"]
    assert automation == before | {"roleArn": f"arn:aws:iam::{TAX}:role/intruder"}
