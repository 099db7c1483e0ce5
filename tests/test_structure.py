"""The codebase itself: who may import whom, how long a module may be, what it may not be called."""

from __future__ import annotations

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = {
    "accounts",
    "components",
    "names",
    "operations",
    "policy",
    "regions",
    "rehearsal",
    "routes",
    "runbooks",
    "settings",
    "tests",
}
DATA = {"names", "regions"}
"""Pure data about AWS and about our names: whoever is ours may import it."""

# Who may import what besides the standard library and itself; the longest matching name decides.
# ``runbooks.*`` stands for the files inside a runbook's folder, which are shipped alone to SSM.
ALLOWED: dict[str, set[str]] = {
    "names": set(),
    "regions": set(),
    "routes": DATA,
    "runbooks": DATA | {"yaml"},
    "runbooks.ledger": {"boto3", "botocore"},
    "runbooks.state": {"boto3", "botocore", "runbooks.ledger"},
    "runbooks.evidence": {"boto3", "botocore", "runbooks.ledger"},
    "runbooks.*": {"boto3", "botocore", "runbooks.ledger", "runbooks.state", "runbooks.evidence"},
    "settings": DATA | {"pydantic", "routes", "runbooks"},
    "settings.stack": {"settings", "pulumi"},
    "settings.stack_file": {"settings", "yaml"},
    "accounts": DATA | {"settings", "pulumi", "pulumi_aws"},
    "components": DATA | {"routes", "runbooks", "pulumi", "pulumi_aws"},
    "policy": DATA | {"pulumi_policy"},
    "__main__": OURS - {"operations", "policy", "promotion", "rehearsal", "tests"} | {"pulumi"},
    "operations": DATA
    | {"routes", "runbooks", "settings", "boto3", "botocore", "typer", "rich", "yaml", "ruamel"},
    "operations.pages": DATA | {"jinja2", "markupsafe", "altair", "vl_convert"},
    "promotion": DATA | {"settings", "pulumi", "pydantic", "typer", "rich", "yaml"},
    "rehearsal": DATA
    | {
        "promotion",
        "operations",
        "routes",
        "runbooks",
        "boto3",
        "botocore",
        "moto",
        "pulumi",
        "typer",
        "rich",
    }
    | {"settings", "yaml", "flask", "werkzeug", "jsonpath_ng", "jmespath", "grpc", "google"}
    | {"psutil"},
    "settings.__main__": {"settings"},
}
SHARED_SCRIPTS = ("runbooks.ledger", "runbooks.state", "runbooks.evidence")
# The emulated organisation plays AWS: nothing in it may know what is deployed into it.
IGNORANT = ("rehearsal.emulator", "rehearsal.provider", "rehearsal.automation", "rehearsal.relay")


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _modules() -> dict[str, Path]:
    """Every module of ours outside the tests, by its dotted name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in OURS - {"tests"} or parts == ("__main__",):
            found[".".join(part for part in parts if part != "__init__")] = path
    return found


MODULES = _modules()
TEST_FILES = sorted(ROOT.joinpath("tests").rglob("*.py"))
EVERY_FILE = [*MODULES.values(), *TEST_FILES]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; of ``from a import b``, ``a``."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""
            # A name of a package may be a module of its own.
            yield from (
                f"{node.module}.{alias.name}"
                for alias in node.names
                if f"{node.module}.{alias.name}" in MODULES
            )


def _rule_of(module: str) -> str:
    parts = module.split(".")
    if parts[0] == "runbooks" and len(parts) > 2:
        return "runbooks.*"
    candidates = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next(name for name in candidates if name in ALLOWED)


def _within(imported: str, allowed: set[str]) -> bool:
    return any(imported == name or imported.startswith(f"{name}.") for name in allowed)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module: str) -> None:
    rule = _rule_of(module)
    room = {module.rpartition(".")[0]} if rule == "runbooks.*" else {module.split(".")[0]}
    allowed = ALLOWED[rule] | (room if rule not in SHARED_SCRIPTS else set())
    refused = [
        imported
        for imported in _imports(MODULES[module])
        if imported.split(".")[0] not in sys.stdlib_module_names
        and not _within(imported, allowed)
        and imported != "runbooks"  # the package itself, where a file of it is imported
    ]
    assert refused == []


def test_what_plays_aws_knows_nothing_of_what_is_deployed() -> None:
    known = [
        (module, imported)
        for module, path in MODULES.items()
        if module.startswith(IGNORANT)
        for imported in _imports(path)
        if _within(imported, {"components", "settings", "accounts", "routes", "runbooks"})
    ]
    assert known == []


def test_every_room_of_the_design_is_there_and_ruled() -> None:
    rooms = {name.split(".")[0] for name in MODULES}
    assert rooms == (OURS - {"tests"}) | {"__main__"}
    assert rooms <= ALLOWED.keys()


def test_only_settings_read_the_configuration_and_nobody_the_environment() -> None:
    program = ("settings", "accounts", "components", "__main__", "routes", "names", "regions")
    for module, path in MODULES.items():
        if _within(module, set(program)):
            text = path.read_text()
            assert ("pulumi.Config(" in text) == (module == "settings.stack"), module
            assert not re.search(r"\benviron\b", text), module
            assert "getenv" not in text, module


def test_only_accounts_make_providers() -> None:
    making = [name for name, path in MODULES.items() if "aws.Provider(" in path.read_text()]
    assert making == ["accounts"]


def test_the_program_composes_and_nothing_else() -> None:
    text = MODULES["__main__"].read_text()
    assert len(text.splitlines()) < 90
    assert not [
        n for n in ast.walk(_tree(MODULES["__main__"])) if isinstance(n, (*FUNCTIONS, ast.ClassDef))
    ]


def test_no_module_is_longer_than_it_should_be() -> None:
    lengths = {_shown(path): len(path.read_text().splitlines()) for path in EVERY_FILE}
    assert {name: lines for name, lines in lengths.items() if lines > 250} == {}


def test_no_module_is_named_for_nothing_in_particular() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "manager", "base"}
    parts = {_shown(path): set(path.stem.split("_")) for path in EVERY_FILE}
    assert [name for name, words in parts.items() if words & vague] == []


def test_every_module_says_what_it_is() -> None:
    trees = {_shown(path): _tree(path) for path in EVERY_FILE}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_what_is_public_has_a_docstring() -> None:
    silent = [
        f"{name}.{node.name}"
        for name, path in MODULES.items()
        for node in _tree(path).body
        if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_test_is_a_plain_function_of_its_own_in_a_file_that_is_collected() -> None:
    for path in TEST_FILES:
        tree = _tree(path)
        tests = [
            node.name
            for node in ast.walk(tree)
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)) and node.name.lower().startswith("test")
        ]
        plain = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert set(tests) <= set(plain), f"{path}: a class, a coroutine or a nested test"
        assert len(tests) == len(set(tests)), f"{path}: of two tests of one name, one never runs"
        assert path.name.startswith("test_") == bool(tests), f"{path}: not collected, or empty"


def test_no_test_is_skipped_or_expected_to_fail() -> None:
    unwanted = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        (_shown(path), node.attr)
        for path in TEST_FILES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in unwanted
    ]
    assert found == []
