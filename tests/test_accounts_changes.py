"""Which batch an account goes into, what is refused, and that nothing is written by halves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from operations.accounts.changes import added, moved, removed, write
from operations.accounts.files import stack_files
from operations.accounts.judging import judged
from operations.accounts.mistake import AccountsError
from operations.accounts.placing import place, size_of
from tests.accounted import NEW, accounts_of, batched, laid, there
from tests.bad_stack_files import part, whole, words


def mistakes(caught: Any) -> list[str]:
    told: list[str] = caught.value.mistakes
    return told


@pytest.mark.parametrize(
    ("sizes", "size", "batch"),
    [
        ((3, 4), 4, "01"),
        ((4, 4), 4, "03"),
        ((4, 2, 1), 4, "02"),
        ((5, 4), 4, "03"),
        ((4, 4), 6, "01"),
    ],
)
def test_an_account_goes_into_the_first_batch_that_has_room(
    sizes: tuple[int, ...], size: int, batch: str
) -> None:
    change = added(batched(*sizes), "city", NEW, size=size)
    assert change.into == (batch,)
    assert accounts_of(change.files, "city")[-1] == {**NEW, "batch": batch}
    assert judged(change.files) == []


@pytest.mark.parametrize(("regions", "accounts"), [(1, 4), (2, 2), (3, 1), (4, 1), (17, 1)])
def test_a_batch_holds_four_account_regions_and_one_account_at_least(
    regions: int, accounts: int
) -> None:
    assert size_of(regions) == accounts


def test_without_a_size_a_batch_has_room_for_what_its_regions_leave() -> None:
    assert added(batched(2, 1), "city", NEW).into == ("02",), "two regions, two accounts"
    assert added(batched(2, 2), "city", NEW).into == ("03",)


def test_a_batch_whose_last_account_went_has_room_and_one_that_is_gone_is_not_used_again() -> None:
    assert place({"01": 4, "02": 0}, 4) == "02"
    assert place({"01": 4, "03": 4}, 4) == "04"
    assert place({"99": 4}, 4) == "100"
    assert place({}, 4) is None
    with pytest.raises(AccountsError, match="batch 999 is the last"):
        place({"999": 4}, 4)


def test_an_environment_without_batches_gets_none_unless_somebody_says_so() -> None:
    assert added(there(), "prod", NEW, size=4).into == (None,)
    begun = added(there(), "prod", NEW, batch="01", size=4)
    assert begun.changed == ("Pulumi.prod-01.yaml", "Pulumi.prod.yaml")
    assert added(begun.files, "prod", {**NEW, "name": "it", "id": "0" * 12}, size=4).into == ("01",)
    hub = added(begun.files, "prod", {**NEW, "name": "it", "id": "0" * 12}, batch="hub", size=4)
    assert "batch" not in accounts_of(hub.files, "prod")[-1]


def test_every_mistake_of_a_new_account_is_told_at_once() -> None:
    wrong = {
        "name": "Tax: new",
        "id": "333333333333",
        "role": "member",
        "routes": {"compromised-instance": "off", "reconnaissance": "notify"},
    }
    with pytest.raises(AccountsError) as caught:
        added(there(), "prod", wrong, batch="1", size=4)
    keys = [each.split(": ")[1] for each in mistakes(caught)]
    assert keys == [
        "accounts[4].name",
        "accounts[4].batch",
        "accounts[4].routes.compromised-instance",
        "accounts[4].routes.reconnaissance",
        "accounts[4].id",
    ]


def test_an_account_that_is_left_out_is_not_added_before_it_is_taken_out_there() -> None:
    left = f"{{id: o-exampleorgid, left_out: [{{id: '{NEW['id']}', reason: It is a sandbox.}}]}}"
    files = words("{id: o-exampleorgid}", left, "Pulumi.prod.yaml")(there())
    with pytest.raises(AccountsError, match=r"left_out\[0\].id: '555555555555' is health, w"):
        added(files, "prod", NEW, size=4)


def test_a_file_that_is_wrong_is_not_changed_and_all_that_is_wrong_is_told() -> None:
    files = words("    regions: [eu-west-1, eu-central-1]", "    regions: [mars-1]")(batched(1))
    files = whole("Pulumi.city-07.yaml", part("city", '"07"'))(files)
    with pytest.raises(AccountsError) as caught:
        added(files, "city", NEW, size=4)
    assert [each.partition(": ")[0] for each in mistakes(caught)] == [
        "Pulumi.city-07.yaml:2",
        "Pulumi.city.yaml:6",
    ]


def test_what_was_wrong_with_another_batch_before_keeps_nobody_out() -> None:
    files = whole("Pulumi.city-07.yaml", part("city", '"07"'))(batched(4))
    assert added(files, "city", NEW, size=4).into == ("07",)
    other = whole("Pulumi.city-03.yaml", part("city", '"02"'))(batched(3))
    assert added(other, "city", NEW, batch="01", size=4).into == ("01",)


@pytest.mark.parametrize("name", ["management", "security"])
def test_an_account_without_which_there_is_no_environment_stays_where_it_is(name: str) -> None:
    said = f"{name} is the {name} account, without which"
    with pytest.raises(AccountsError, match=said):
        removed(there(), "prod", name)
    with pytest.raises(AccountsError, match=said):
        moved(there(), "prod", name, "01")


def test_an_account_or_an_environment_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(AccountsError, match=r"has no account 'tx'; there are management, sec"):
        removed(there(), "prod", "tx")
    with pytest.raises(AccountsError, match=r"no Pulumi.prd.yaml; there are dev, prod, staging"):
        removed(there(), "prd", "tax")
    with pytest.raises(AccountsError, match=r"Pulumi.city-01.yaml is a batch of city; name that"):
        added(batched(1), "city-01", NEW, size=4)
    with pytest.raises(AccountsError, match="agency-01-1 is in 01 already: city-01 deploys it"):
        moved(batched(1), "city", "agency-01-1", "01")


def test_whether_a_batch_has_lost_its_last_account_is_known() -> None:
    files = batched(2, 1)
    assert not removed(files, "city", "agency-01-1").emptied
    assert removed(files, "city", "agency-02-1").emptied
    assert moved(files, "city", "agency-02-1", "01").emptied
    assert not moved(files, "city", "agency-01-1", "02").emptied


def test_what_is_written_is_what_was_judged_and_nothing_else_is_left(tmp_path: Path) -> None:
    laid(tmp_path, batched(4))
    tmp_path.joinpath("Pulumi.city.yaml").chmod(0o640)
    change = added(stack_files(tmp_path), "city", NEW, size=4)
    write(tmp_path, change)
    assert stack_files(tmp_path) == dict(change.files)
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(change.files)
    assert tmp_path.joinpath("Pulumi.city.yaml").stat().st_mode & 0o777 == 0o640
    assert tmp_path.joinpath("Pulumi.city-02.yaml").stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid(tmp_path, batched(1))
    before = stack_files(tmp_path)
    change = added(before, "city", NEW, size=4)

    def fails(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, change)
    assert stack_files(tmp_path) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(before)
