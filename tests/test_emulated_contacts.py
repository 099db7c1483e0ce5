"""Contacts as the emulator has them: channels and their codes, plans, lists."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.automated import refused
from tests.emulated import TAX, client
from tests.engaged import (
    activate,
    channel,
    code_of,
    contact,
    contacts,
    incidents,
    person,
    rotation,
    to,
)
from tests.routed import Start

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # eight o'clock in Berlin
VALIDATION = "ValidationException"


def test_without_a_replication_set_there_are_no_contacts(emulator: Start) -> None:
    api = client(emulator(), TAX, "ssm-contacts")
    with refused(VALIDATION, "no replication set"):
        api.create_contact(Alias="anna", Type="PERSONAL", Plan={"Stages": []})


def test_a_channel_is_activated_by_the_code_that_was_sent_last(emulator: Start) -> None:
    running = emulator()
    api = contacts(running)
    mail = channel(running, contact(running, "anna"), "EMAIL", "anna@example.org")
    assert api.get_contact_channel(ContactChannelId=mail)["ActivationStatus"] == "NOT_ACTIVATED"
    first = code_of(running)
    api.send_activation_code(ContactChannelId=mail)
    last = code_of(running)

    with refused(VALIDATION, "code is not valid"):
        api.activate_contact_channel(
            ContactChannelId=mail, ActivationCode=first if first != last else "0000000"
        )
    api.activate_contact_channel(ContactChannelId=mail, ActivationCode=last)

    assert api.get_contact_channel(ContactChannelId=mail)["ActivationStatus"] == "ACTIVATED"
    with refused(VALIDATION, "code is not valid"):
        api.activate_contact_channel(ContactChannelId=mail, ActivationCode=last)


def test_of_a_channel_whose_activation_is_deferred_nobody_hears(emulator: Start) -> None:
    running = emulator()
    anna = contact(running, "anna")
    mail = channel(running, anna, "EMAIL", "anna@example.org", DeferActivation=True)
    assert running.world.outbox == []
    assert activate(running, "anna") == (200, {"activated": [mail]})
    assert activate(running, "anna") == (200, {"activated": []})
    assert [mail.endpoint for mail in running.world.outbox] == ["anna@example.org"]


def test_another_address_has_to_be_activated_anew_and_another_name_has_not(
    emulator: Start,
) -> None:
    running = emulator()
    api = contacts(running)
    person(running, "anna")
    [mail] = api.list_contact_channels(
        ContactId="arn:aws:ssm-contacts:eu-west-1:333333333333:contact/anna"
    )["ContactChannels"]
    api.update_contact_channel(ContactChannelId=mail["ContactChannelArn"], Name="work")
    shown = api.get_contact_channel(ContactChannelId=mail["ContactChannelArn"])
    assert (shown["Name"], shown["ActivationStatus"]) == ("work", "ACTIVATED")
    api.update_contact_channel(
        ContactChannelId=mail["ContactChannelArn"], DeliveryAddress={"SimpleAddress": "a@b.org"}
    )
    shown = api.get_contact_channel(ContactChannelId=mail["ContactChannelArn"])
    assert shown["ActivationStatus"] == "NOT_ACTIVATED"


def test_an_address_must_fit_its_kind(emulator: Start) -> None:
    running = emulator()
    anna = contact(running, "anna")
    for kind, address in (("SMS", "anna@example.org"), ("EMAIL", "+4930123456"), ("VOICE", "030")):
        with refused(VALIDATION, "is no address"):
            channel(running, anna, kind, address)


def test_what_a_plan_or_a_rotation_names_is_not_deleted(emulator: Start) -> None:
    running = emulator()
    api = contacts(running)
    anna, ben = person(running, "anna"), person(running, "ben")
    plan = contact(running, "team", "ESCALATION", to(5, anna))
    rotation(running, ben, start=MONDAY)
    for used in (anna, ben):
        with refused("ConflictException", "is used by"):
            api.delete_contact(ContactId=used)
    api.update_contact(ContactId=plan, Plan={"Stages": []})
    api.delete_contact(ContactId=anna)
    with pytest.raises(ClientError, match="There is no contact"):
        api.get_contact(ContactId=anna)


def test_a_plan_takes_only_what_its_kind_takes(emulator: Start) -> None:
    running = emulator()
    anna = person(running, "anna")
    team = contact(running, "team", "ESCALATION", to(5, anna))
    for kind, stage, why in (
        ("PERSONAL", to(5, anna), "takes ChannelTargetInfo only"),
        ("ESCALATION", to(5, team), "engages no other one"),
        ("ESCALATION", to(31, anna), "at most 30 minutes"),
        ("ESCALATION", to(0), "needs a target"),
        ("ONCALL_SCHEDULE", to(5, anna), "A schedule has rotations"),
    ):
        with refused(VALIDATION, why):
            contact(running, "other", kind, stage)


def test_lists_come_in_pages_and_by_the_beginning_of_an_alias(emulator: Start) -> None:
    running = emulator()
    api = contacts(running)
    for alias in ("anna", "annika", "ben"):
        contact(running, alias)
    first = api.list_contacts(AliasPrefix="ann", MaxResults=1)
    rest = api.list_contacts(AliasPrefix="ann", NextToken=first["NextToken"])
    assert [one["Alias"] for one in first["Contacts"] + rest["Contacts"]] == ["anna", "annika"]
    assert "NextToken" not in rest


def test_the_data_goes_with_the_replication_set(emulator: Start) -> None:
    running = emulator()
    anna = person(running, "anna")
    api = incidents(running)
    [held] = api.list_replication_sets()["replicationSetArns"]
    api.delete_replication_set(arn=held)
    with refused("ResourceNotFoundException"):
        client(running, TAX, "ssm-contacts").get_contact(ContactId=anna)
