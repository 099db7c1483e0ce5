"""Preflight where Incident Manager calls: codes not entered, teams without anybody, rotations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.emulated import control
from tests.organization import CALLING, Deployed, deployed
from tests.sabotage import ACCOUNT, REGION
from tests.verbs import Verbs

HERE = f"arn:aws:ssm-contacts:{REGION}:{ACCOUNT}:contact/containment-"
WAYS = {"anna": ("email", "sms"), "ben": ("email", "sms"), "carla": ("email", "voice")}


class People:
    """The persons of the stack, and what they do with their codes."""

    def __init__(self, organization: Deployed) -> None:
        self.running = organization.emulator
        self.api = organization.ground.client(ACCOUNT, "ssm-contacts", REGION)

    def ways(self, person: str) -> list[dict[str, Any]]:
        """Channels of a person."""
        listed = self.api.list_contact_channels(ContactId=f"{HERE}person-{person}")
        return list(listed["ContactChannels"])

    def only(self, *persons: str) -> None:
        """These and nobody else have entered their codes."""
        for person in WAYS:
            for way in self.ways(person):
                self.api.deactivate_contact_channel(ContactChannelId=way["ContactChannelArn"])
        for person in persons:
            body = {
                "account": ACCOUNT,
                "region": REGION,
                "person": f"containment-person-{person}",
            }
            assert control(self.running, "POST", "activate-channel", body)[0] == 200

    @contextmanager
    def turns(self, team: str, *rotations: str) -> Iterator[None]:
        """The team's schedule has other rotations for a while."""
        schedule = f"{HERE}{team}-on-call"
        before = self.api.get_contact(ContactId=schedule)["Plan"]
        self.api.update_contact(ContactId=schedule, Plan={"RotationIds": list(rotations)})
        yield
        self.api.update_contact(ContactId=schedule, Plan=before)

    def rotation(self, team: str) -> dict[str, Any]:
        """The team's rotation."""
        arns = self.api.get_contact(ContactId=f"{HERE}{team}-on-call")["Plan"]["RotationIds"]
        return dict(self.api.get_rotation(RotationId=arns[0]))

    def invited(self) -> list[str]:
        """Addresses that got a code, in order."""
        sent = self.running.world.outbox
        return [mail.endpoint for mail in sent if "activation code" in mail.text]


@pytest.fixture(scope="module")
def organization() -> Iterator[Deployed]:
    """A single account whom Incident Manager calls, with the people of the first stack."""
    with deployed(settings=CALLING) as made:
        yield made


@pytest.fixture
def people(organization: Deployed) -> People:
    return People(organization)


@pytest.fixture
def verbs(organization: Deployed, monkeypatch: pytest.MonkeyPatch) -> Verbs:
    return Verbs(organization, monkeypatch)


def inactive(*persons: str) -> set[tuple[str, str]]:
    """What is doubted of persons who have entered no code."""
    return {(name, f"the channel {way} is not activated") for name in persons for way in WAYS[name]}


def test_a_stack_whose_people_have_entered_no_code_would_call_in_vain(
    people: People, verbs: Verbs
) -> None:
    assert people.invited() == []  # the deployment has no code sent
    status, doubts, notes = verbs.doubted()
    nobody = {
        ("team security", "nobody can be reached: anna, ben, carla"),
        ("team platform", "nobody can be reached: ben, anna, carla"),
    }
    assert (status, doubts, notes) == (2, nobody | inactive(*WAYS), [])
    status, said = verbs("preflight")
    assert status == 2
    first = next(line for line in said.splitlines() if "team " in line or "anna " in line)
    assert "nobody can be reached: anna, ben, carla" in first  # what is grave comes first
    assert "python -m operations invite" in said


def test_where_everybody_has_entered_their_codes_nothing_is_doubted(
    people: People, verbs: Verbs
) -> None:
    people.only(*WAYS)
    assert verbs.doubted() == (0, set(), [])
    assert verbs("preflight") == (0, "Everybody can be reached.\n")


def test_a_person_who_is_reached_in_another_way_leaves_no_team_alone(
    people: People, verbs: Verbs
) -> None:
    people.only(*WAYS)
    voice = next(way for way in people.ways("carla") if way["Name"] == "voice")
    people.api.deactivate_contact_channel(ContactChannelId=voice["ContactChannelArn"])
    status, doubts, _ = verbs.doubted()
    assert (status, doubts) == (1, {("carla", "the channel voice is not activated")})


def test_a_team_of_which_only_backups_can_be_reached_is_doubted_and_not_grave(
    people: People, verbs: Verbs
) -> None:
    people.only("carla")
    status, doubts, _ = verbs.doubted()
    only = {
        ("team security", "nobody on call can be reached: anna, ben; only backups can"),
        ("team platform", "nobody on call can be reached: ben; only backups can"),
    }
    assert (status, doubts) == (1, only | inactive("anna", "ben"))


def test_one_member_on_call_suffices_and_a_team_without_is_told_by_its_name(
    people: People, verbs: Verbs
) -> None:
    people.only("anna")
    status, doubts, _ = verbs.doubted()
    platform = ("team platform", "nobody on call can be reached: ben; only backups can")
    assert (status, doubts) == (1, {platform} | inactive("ben", "carla"))


def test_a_rotation_with_nobody_is_doubted(people: People, verbs: Verbs) -> None:
    people.only(*WAYS)
    with people.turns("platform"):
        status, doubts, _ = verbs.doubted()
        assert (status, doubts) == (1, {("team platform", "nobody is in the rotation")})
        people.only()
        status, doubts, _ = verbs.doubted()
        assert status == 2
        assert ("team platform", "nobody can be reached: anna, carla") in doubts


def test_a_schedule_whose_rotation_was_deleted_has_nobody_on_call(
    people: People, verbs: Verbs
) -> None:
    people.only(*WAYS)
    held = people.rotation("platform")
    gone = people.api.create_rotation(
        Name="another",
        ContactIds=held["ContactIds"],
        TimeZoneId=held["TimeZoneId"],
        Recurrence=held["Recurrence"],
    )["RotationArn"]
    with people.turns("platform", gone):
        assert verbs.doubted()[0] == 0
        people.api.delete_rotation(RotationId=gone)
        assert verbs.doubted()[1] == {("team platform", "nobody is in the rotation")}


def test_a_rotation_that_has_not_begun_has_nobody_on_call_yet(people: People, verbs: Verbs) -> None:
    people.only(*WAYS)
    held = people.rotation("security")

    def begins(when: datetime) -> None:
        people.api.update_rotation(
            RotationId=held["RotationArn"], StartTime=when, Recurrence=held["Recurrence"]
        )

    begins(datetime(2199, 1, 7, 8, tzinfo=UTC))
    _, [doubt], _ = verbs.doubted()
    begins(held["StartTime"])
    assert doubt[0] == "team security"
    assert doubt[1].startswith("nobody is on call before 2199-01-07T")
    assert verbs.doubted()[0] == 0


def test_an_invitation_sends_codes_to_what_is_not_active_and_says_to_whom(
    people: People, verbs: Verbs
) -> None:
    people.only("anna", "ben")
    before = len(people.invited())
    status, said = verbs("invite")
    assert (status, sorted(said.splitlines())) == (
        0,
        [
            "sent a code to carla, email carla@agency.example",
            "sent a code to carla, voice +4915100000003",
        ],
    )
    assert sorted(people.invited()[before:]) == ["+4915100000003", "carla@agency.example"]
    assert verbs.doubted()[0] == 1  # a code that was sent is no code that was entered
    people.only(*WAYS)
    assert verbs("invite") == (0, "nothing to send: every channel is activated\n")


def test_an_invitation_of_one_person_leaves_the_others_alone(people: People, verbs: Verbs) -> None:
    people.only()
    before = len(people.invited())
    status, said = verbs("invite", "ben")
    assert (status, len(said.splitlines())) == (0, 2)
    assert sorted(people.invited()[before:]) == ["+4915100000002", "ben@agency.example"]


def test_an_invitation_of_a_stranger_sends_nothing_and_says_who_there_is(
    people: People, verbs: Verbs
) -> None:
    people.only()
    before = len(people.invited())
    status, said = verbs("invite", "ben", "eve")
    assert (status, said) == (1, "not done: there is no eve; there are anna, ben, carla\n")
    assert people.invited()[before:] == []


def test_what_cannot_be_asked_is_neither_good_nor_doubted(verbs: Verbs) -> None:
    status, said = verbs("preflight", "--region", "eu-west-1")
    assert status == 3
    assert "there is no containment-respond-to-incident in eu-west-1" in said
    assert "(--account, --region)" in said
    status, said = verbs("preflight", "--role", "nobody")
    assert status == 3
    assert "AccessDenied" in said
