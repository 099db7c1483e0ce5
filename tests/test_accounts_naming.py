"""How an account of the organisation is called in a stack file."""

from __future__ import annotations

import pytest

from operations.accounts.comparing import named, slug
from operations.accounts.organization import Member


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Ministry of Health", "ministry-of-health"),
        ("  Straßenbau & Brücken (Süd) ", "strassenbau-brucken-sud"),
        ("24/7 Service", "a-24-7-service"),
        ("A very long name of an agency that nobody can say", "a-very-long-name-of-an-agency"),
        ("環境省", ""),
    ],
)
def test_a_name_for_git_is_made_of_the_accounts_own(name: str, made: str) -> None:
    assert slug(name) == made
    assert len(made) <= 30


def test_no_two_get_the_same_name_and_one_without_letters_is_called_by_its_id() -> None:
    long = "A very long name of an agency that nobody can say"
    members = [
        Member(id=f"{number:012}", name=name, state="ACTIVE")
        for number, name in enumerate(["tax", "Tax", long, f"{long}, North", "環境省"])
    ]
    given = named(members, {"tax"})
    assert list(given.values()) == [
        "tax-2",
        "tax-3",
        "a-very-long-name-of-an-agency",
        "a-very-long-name-of-an-agenc-2",
        "account-000000000004",
    ]
    assert all(len(each) <= 30 for each in given.values())
