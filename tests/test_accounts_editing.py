"""An account in a stack file: its lines come and go, and not a byte of the rest changes."""

from __future__ import annotations

from typing import Any

import pytest

from operations.accounts.changes import added, moved, removed
from operations.accounts.judging import judged
from operations.accounts.mistake import AccountsError
from tests.accounted import NEW, accounts_of, batched, lines_added, there, with_text

TAX = '      - {name: tax, id: "333333333333", role: member}\n'
LAND = '      - {name: land-registry, id: "444444444444", role: member}\n'


def text_after(files: dict[str, bytes], stack: str, **more: Any) -> bytes:
    """The environment's file with the account ``health`` in it."""
    return added(files, stack, {**NEW, **more}).files[f"Pulumi.{stack}.yaml"]


def prod(old: str, new: str) -> dict[str, bytes]:
    return with_text("prod", (old, new))


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_an_account_is_one_line_more_in_braces_where_its_like_is_in_braces(stack: str) -> None:
    files = there()
    new = text_after(files, stack)
    expected = '      - {name: health, id: "555555555555", role: member}\n'
    assert lines_added(files[f"Pulumi.{stack}.yaml"], new) == [expected]
    assert accounts_of({f"Pulumi.{stack}.yaml": new}, stack)[-1] == NEW


@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_one_with_modes_is_in_lines_where_its_like_is_in_lines(stack: str) -> None:
    files = there()
    new = text_after(files, stack, routes={"attacking-instance": "notify"})
    assert lines_added(files[f"Pulumi.{stack}.yaml"], new) == [
        "      - name: health\n",
        '        id: "555555555555"\n',
        "        role: member\n",
        "        routes: {attacking-instance: notify}\n",
    ]


def test_in_a_large_file_one_line_is_added_and_its_batch_has_a_file() -> None:
    files = batched(*[4] * 100)
    change = added(files, "city", NEW, size=4)
    [line] = lines_added(files["Pulumi.city.yaml"], change.files["Pulumi.city.yaml"])
    assert line == '      - {name: health, id: "555555555555", role: member, batch: "101"}\n'
    assert change.changed == ("Pulumi.city-101.yaml", "Pulumi.city.yaml")
    assert len(accounts_of(change.files, "city")) == 403


ODD = [
    ("a comment behind the last", LAND, LAND.replace("}\n", "}  # since 2024\n")),
    ("a comment between two", LAND, f"      # the registry\n{LAND}"),
    ("a comment below the last", LAND, f"{LAND}        # its own\n\n      # the list's\n"),
    ("an empty line", LAND, f"{LAND}\n"),
    ("other quotes", '"444444444444"', "'444444444444'"),
    ("blanks in the braces", LAND, LAND.replace("{name", "{ name").replace("r}", "r }")),
    ("a wide dash", LAND, LAND.replace("- {", "-   {")),
    ("braces over two lines", LAND, LAND.replace("y, id", 'y,\n         id')),
    ("words in quotes", LAND, LAND.replace("name: land-registry", '"name": "land-registry"')),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [each[1:] for each in ODD], ids=[each[0] for each in ODD])
def test_whatever_the_neighbours_look_like_nothing_else_changes(old: str, new: str) -> None:
    files = prod(old, new)
    before, after = files["Pulumi.prod.yaml"], text_after(files, "prod")
    assert len(lines_added(before, after)) == 1
    assert accounts_of({"Pulumi.prod.yaml": after}, "prod")[-1] == NEW


def test_a_list_no_further_in_than_its_key_goes_on_so() -> None:
    text = there()["Pulumi.prod.yaml"].decode()
    begin, end = text.index("    accounts:"), text.index("    people:")
    listed = text[begin:end].replace("      - ", "    - ")
    files = {"Pulumi.prod.yaml": (text[:begin] + listed + text[end:]).encode()}
    [line] = lines_added(files["Pulumi.prod.yaml"], text_after(files, "prod"))
    assert line == '    - {name: health, id: "555555555555", role: member}\n'


def test_what_stands_below_an_account_further_in_stays_with_it() -> None:
    files = prod(LAND, f"{LAND}        # its own\n      # the list's\n")
    text = text_after(files, "prod").decode()
    assert f"{LAND}        # its own\n      - {{name: health" in text


def test_quotes_and_blanks_are_those_of_the_neighbour() -> None:
    other = "      - { 'name': 'land-registry', 'id': '444444444444', 'role': 'member' }\n"
    files = prod(LAND, other)
    [line] = lines_added(files["Pulumi.prod.yaml"], text_after(files, "prod"))
    assert line == "      - { 'name': 'health', 'id': '555555555555', 'role': 'member' }\n"


def test_a_list_in_brackets_gets_its_account_inside_them() -> None:
    one = "{name: security, id: '222222222222', role: security}"
    text = there()["Pulumi.prod.yaml"].decode()
    begin, end = text.index("    accounts:"), text.index("    people:")
    managing = '{name: management, id: "111111111111", role: management}'
    text = f"{text[:begin]}    accounts: [{managing}, {one}]  # both\n{text[end:]}"
    after = text_after({"Pulumi.prod.yaml": text.encode()}, "prod").decode()
    new = ", {name: health, id: '555555555555', role: member}"
    assert after == text.replace(f"{one}]", f"{one}{new}]")
    gone = removed({"Pulumi.prod.yaml": after.encode()}, "prod", "health")
    assert gone.files["Pulumi.prod.yaml"].decode() == text


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_lines_that_end_as_on_windows_go_on_ending_so(stack: str) -> None:
    name = f"Pulumi.{stack}.yaml"
    files = {name: there()[name].replace(b"\n", b"\r\n")}
    [line] = lines_added(files[name], text_after(files, stack))
    assert line.endswith("}\r\n")
    assert text_after(files, stack).count(b"\n") == text_after(files, stack).count(b"\r\n")


def test_a_list_at_the_end_of_a_file_without_a_last_line_end_grows() -> None:
    text = there()["Pulumi.prod.yaml"].decode()
    begin, end = text.index("    accounts:"), text.index("    people:")
    files = {"Pulumi.prod.yaml": (text[:begin] + text[end:] + text[begin:end].rstrip()).encode()}
    after = text_after(files, "prod")
    expected = b'\n      - {name: health, id: "555555555555", role: member}'
    assert after == files["Pulumi.prod.yaml"] + expected


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
@pytest.mark.parametrize("name", ["tax", "land-registry"])
def test_what_was_added_and_taken_out_again_leaves_no_trace(stack: str, name: str) -> None:
    files = there()
    file = f"Pulumi.{stack}.yaml"
    more = added(files, stack, NEW).files
    assert removed(more, stack, "health").files[file] == files[file]
    one_less = removed(files, stack, name).files
    lost = lines_added(one_less[file], files[file])
    assert f"name: {name}" in lost[0]
    assert [each["name"] for each in accounts_of(one_less, stack)] == [
        each["name"] for each in accounts_of(files, stack) if each["name"] != name
    ]


@pytest.mark.parametrize(("stack", "name"), [("prod", "tax"), ("dev", "land-registry")])
def test_a_move_is_a_word_and_back_again_it_leaves_no_trace(stack: str, name: str) -> None:
    files = there()
    file = f"Pulumi.{stack}.yaml"
    there_and = moved(files, stack, name, "01")
    [account] = [each for each in accounts_of(there_and.files, stack) if each["name"] == name]
    assert account["batch"] == "01"
    assert there_and.files[f"Pulumi.{stack}-01.yaml"] == (
        f'config:\n  containment:settings: {{of: {stack}, batch: "01"}}\n'.encode()
    )
    further = moved(there_and.files, stack, name, "002")
    assert further.files[file].decode() == (
        there_and.files[file].decode().replace('batch: "01"', 'batch: "002"')
    )
    assert moved(further.files, stack, name, "hub").files[file] == files[file]


def test_a_batch_that_stands_first_moves_away_whole() -> None:
    first = '      - batch: "01"\n        name: land-registry\n        id: "444444444444"\n'
    files = prod(LAND, f"{first}        role: member\n")
    files["Pulumi.prod-01.yaml"] = b'config:\n  containment:settings: {of: prod, batch: "01"}\n'
    text = moved(files, "prod", "land-registry", "hub").files["Pulumi.prod.yaml"].decode()
    assert '      - name: land-registry\n        id: "444444444444"\n' in text
    assert "batch" not in text


def test_what_stands_for_another_place_is_left_to_a_person_and_to_no_guess() -> None:
    merged = '      - {<<: *tax, name: land-registry, id: "444444444444"}\n'
    files = with_text("prod", ("- {name: tax, ", "- &tax {name: tax, "), (LAND, merged))
    with pytest.raises(AccountsError, match="cannot be changed by lines; change it by hand"):
        moved(files, "prod", "tax", "01")
    land = LAND.strip().removeprefix("- ")
    files = with_text("prod", ("config:\n", f"spare: &land {land}\nconfig:\n"))
    files = {
        "Pulumi.prod.yaml": files["Pulumi.prod.yaml"].replace(LAND.encode(), b"      - *land\n")
    }
    for change in (
        lambda: added(files, "prod", NEW),
        lambda: removed(files, "prod", "land-registry"),
        lambda: moved(files, "prod", "land-registry", "01"),
    ):
        with pytest.raises(AccountsError, match="cannot be changed by lines; change it by hand"):
            change()  # type: ignore[no-untyped-call]  # three changes, none with a name


def test_a_name_that_yaml_reads_as_something_else_is_quoted() -> None:
    change = added(there(), "prod", {**NEW, "name": "no", "id": "012345670123"})
    [line] = lines_added(there()["Pulumi.prod.yaml"], change.files["Pulumi.prod.yaml"])
    assert line == '      - {name: "no", id: "012345670123", role: member}\n'
    norway = {"Pulumi.no.yaml": there()["Pulumi.prod.yaml"]}
    begun = added(norway, "no", NEW, batch="01")
    assert b'{of: "no", batch: "01"}' in begun.files["Pulumi.no-01.yaml"]
    assert judged(begun.files) == []
