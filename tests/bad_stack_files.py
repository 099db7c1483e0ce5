"""Stack files as a bad pull request brings them, and what has to be said about each.

Each is a change of an environment ``city``, whose seven accounts are in a hub and two batches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.accounted import batched, there

Files = dict[str, bytes]
CITY, FIRST, SECOND = "Pulumi.city.yaml", "Pulumi.city-01.yaml", "Pulumi.city-02.yaml"
KEY: Final = "containment:settings"


def good() -> Files:
    """The files before the change, in which nothing is wrong."""
    return batched(3, 2)


def words(old: str, new: str, name: str = CITY) -> Callable[[Files], Files]:
    """Words of a file replaced; they are there once."""

    def changed(files: Files) -> Files:
        text = files[name].decode()
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        return {**files, name: text.replace(old, new).encode()}

    return changed


def whole(name: str, content: str | bytes) -> Callable[[Files], Files]:
    """A file that says something else, or a new one."""
    said = content if isinstance(content, bytes) else content.encode()
    return lambda files: {**files, name: said}


def without(name: str) -> Callable[[Files], Files]:
    """A file that is not there any more."""
    return lambda files: {each: said for each, said in files.items() if each != name}


def part(of: str, batch: str, more: str = "") -> str:
    """The text of a batch's file."""
    return f"config:\n  {KEY}: {{of: {of}, batch: {batch}{more}}}\n"


TWO: Final = "      - {name: agency-02-2, "
ID: Final = '"000002000002"'
MERGED: Final = f"""<<<<<<< HEAD
{TWO}id: {ID}, role: member, batch: "02"}}  # 2 of 2
=======
>>>>>>> origin/main
"""

# What comes, in which file and line it is told, how it begins, and what to do.
BAD: list[tuple[str, Callable[[Files], Files], str, int, str, str]] = [
    (
        "a bracket that nobody closed",
        words("regions: [eu-west-1, eu-central-1]", "regions: [eu-west-1, eu-central-1"),
        CITY, 7, "is no YAML: expected ',' or ']'", "correct that line, or the one above it",
    ),
    (
        "a tab",
        words("    home_region:", "\t  home_region:"),
        CITY, 5, "a tab, which YAML does not indent with", "write blanks",
    ),
    (
        "a merge that was not finished",
        words(f'{TWO}id: {ID}, role: member, batch: "02"}}  # 2 of 2\n', MERGED),
        CITY, 15, "a merge was not finished, its marks are in lines 15, 17, 18", "settle it",
    ),
    (
        "a second document",
        words("config:\n", "---\nconfig: {}\n---\nconfig:\n"),
        CITY, 4, "a second document begins", "keep one, without ---",
    ),
    (
        "a file in another encoding",
        whole(FIRST, b"# f\xfcr die St\xe4dte\n" + part("city", '"01"').encode()),
        FIRST, 1, "is no UTF-8 text", "save it as UTF-8",
    ),
    (
        "a key that is there twice",
        words("    retain_data: true", "    retain_data: true\n    regions: [eu-west-1]"),
        CITY, 39, "regions is there in line 6 already", "keep one of them",
    ),
    (
        "an id without quotes that reads as octal",
        words(ID, "000002000002"),
        CITY, 15, "id: 000002000002 without quotes is a number", 'write "000002000002"',
    ),
    (
        "an id without quotes that one reader takes for text",
        words(ID, "089002000002"),
        CITY, 15, "id: 089002000002 without quotes is a number", 'write "089002000002"',
    ),
    (
        "a batch without quotes",
        whole(SECOND, part("city", "02")),
        SECOND, 2, "batch: 02 without quotes is a number", 'write "02"',
    ),
    (
        "an id that two batches have",
        words(ID, '"000001000002"'),
        CITY, 15, "accounts[6].id: '000001000002' is there twice", "give each its own",
    ),
    (
        "a name that two batches have",
        words("agency-02-2,", "agency-01-2,"),
        CITY, 15, "accounts[6].name: 'agency-01-2' is there twice", "give each its own",
    ),
    (
        "a key that nobody knows",
        words("    deployer_role:", "    deployer:"),
        CITY, 7, "deployer: 'OrganizationAccountAccessRole' is not known here", "correct the key",
    ),
    (
        "a region that there is not",
        words("[eu-west-1, eu-central-1]", "[eu-west-1, eu-centrl-1]"),
        CITY, 6, "regions[1]: 'eu-centrl-1' is wrong", "write a list of AWS regions",
    ),
    (
        "a batch of an environment that there is not",
        whole("Pulumi.town-01.yaml", part("town", '"01"')),
        "Pulumi.town-01.yaml", 2, "of: 'town' is no environment here", "name one of city",
    ),
    (
        "a file that is called for one batch and says another",
        whole("Pulumi.city-03.yaml", part("city", '"02"')),
        "Pulumi.city-03.yaml", 2, "batch: '02' of city belongs into Pulumi.city-02.yaml",
        "rename this file, or correct of and batch",
    ),
    (
        "a batch without accounts",
        whole("Pulumi.city-03.yaml", part("city", '"03"')),
        "Pulumi.city-03.yaml", 2, "batch: no account of city has '03'",
        "give it to one, or take the stack down: pulumi destroy --stack city-03",
    ),
    (
        "an account whose batch has no file",
        words(f'{TWO}id: {ID}, role: member, batch: "02"',
              f'{TWO}id: {ID}, role: member, batch: "03"'),
        CITY, 15, "accounts[6].batch: '03' has no Pulumi.city-03.yaml, so that nobody deploys "
        "agency-02-2", f'write one with {{of: city, batch: "03"}} under {KEY}',
    ),
    (
        "a batch that has settings of its own",
        whole(SECOND, part("city", '"02"', ", regions: [eu-west-1]")),
        SECOND, 2, "regions: ['eu-west-1'] is not known here", "take it out",
    ),
    (
        "an account that is listed in its batch as well",
        whole(SECOND, part("city", '"02"', f", accounts: [{{name: agency-02-2, id: {ID}}}]")),
        SECOND, 2, "accounts: a batch lists none, its environment does", "take them out",
    ),
    (
        "a whole environment under the name of a batch",
        whole("Pulumi.city-03.yaml", there()["Pulumi.prod.yaml"]),
        "Pulumi.city-03.yaml", 4, "is called like a batch of city and has settings of its own, "
        "and management, security would be deployed by both", "or give it another name",
    ),
    (
        "a batch of a batch",
        whole("Pulumi.city-01-01.yaml", part("city-01", '"01"')),
        "Pulumi.city-01-01.yaml", 2, "of: 'city-01' is itself a batch", "name the environment",
    ),
    (
        "a batch of one digit",
        whole("Pulumi.city-3.yaml", part("city", '"3"')),
        "Pulumi.city-3.yaml", 2, "batch: '3' is wrong", 'two or three digits in quotes, "01"',
    ),
    (
        "the security account in a batch",
        words("role: security}", 'role: security, batch: "01"}'),
        CITY, 10, "accounts[1].batch: '01' on the security account", "take it out",
    ),
    (
        "a misspelt key beside the settings",
        words("config:\n", "config:\n  containment:setting: {}\n"),
        CITY, 3, "containment:setting is not known here", f"only {KEY} is",
    ),
    (
        "settings that are nowhere",
        whole(FIRST, "config: {}\n"),
        FIRST, 0, f"has no {KEY}", "write it under config",
    ),
    (
        "a file that Pulumi does not read",
        whole("Pulumi.city-03.yml", part("city", '"03"')),
        "Pulumi.city-03.yml", 0, "Pulumi does not read it", "rename it to .yaml",
    ),
    (
        "an account that is left out and listed",
        words("{id: o-exampleorgid}",
              f"{{id: o-exampleorgid, left_out: [{{id: {ID}, reason: It is empty.}}]}}"),
        CITY, 4, "organization.left_out[0].id: '000002000002' is agency-02-2, which is listed",
        "take it out of one of both",
    ),
]  # fmt: skip
