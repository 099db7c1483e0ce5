"""``needed_by``: a step carries its handler and what that leads to, and nothing else."""

from __future__ import annotations

import pytest

from runbooks.scripts import needed_by

SCRIPT = '''
"""What the module is."""
from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from runbooks.ledger import call

LIMIT = 5
OTHER: int = 6


def handler(event, _context):
    """What it does."""
    return helper(event["Region"])


def helper(region):
    def inner():
        return json.dumps(region)

    return inner() * LIMIT


def silent():
    """Nothing but a docstring."""


def annotated(event: dict[str, int], *rest: str, key: "str" = "") -> None:
    number: int = event["number"]
    return number


def other():
    return time.time() + OTHER + datetime.now(UTC).timestamp()


class Refused(Exception):
    pass


def refusing():
    raise Refused
'''


def test_a_handler_brings_what_it_leads_to_and_leaves_the_rest_behind() -> None:
    assert needed_by("handler", SCRIPT).splitlines() == [
        "import json",
        "LIMIT=5",
        "def handler(event,_context):",
        " return helper(event['Region'])",
        "def helper(region):",
        " def inner():",
        "  return json.dumps(region)",
        " return inner()*LIMIT",
    ]


def test_names_imported_from_a_module_and_annotated_constants_are_brought_too() -> None:
    text = needed_by("other", SCRIPT)
    assert "from datetime import UTC,datetime\nimport time\nOTHER=6\n" in text
    assert "json" not in text
    assert "LIMIT" not in text


def test_a_class_is_brought_before_the_function_that_raises_it() -> None:
    assert "class Refused(Exception):\n pass\ndef refusing():" in needed_by("refusing", SCRIPT)


def test_a_function_that_was_only_a_docstring_still_stands() -> None:
    assert needed_by("silent", SCRIPT).endswith("def silent():\n pass\n")


def test_annotations_are_left_behind_for_python_does_not_need_them() -> None:
    assert needed_by("annotated", SCRIPT).splitlines() == [
        "def annotated(event,*rest,key=''):",
        " number=event['number']",
        " return number",
    ]


def test_blanks_go_where_only_readers_need_them_and_stay_in_texts_and_between_words() -> None:
    source = """
def said(count, names=("a,  b",)):
    if not count and "x" not in names or count is None:
        return f"{names[0]!r:>12}  =  {count if count else - 1:>4} , {{ }}" 'b  c'
    return [each for each in names if each]
"""
    tight, plain = {}, {}  # type: ignore[var-annotated]  # what exec fills
    text = needed_by("said", source)
    exec(text, tight)  # noqa: S102  # written above
    exec(source, plain)  # noqa: S102
    assert "if not count and 'x' not in names or count is None:" in text
    for count in (0, 3):
        assert tight["said"](count) == plain["said"](count)
    assert "  =  " in tight["said"](0)


def test_what_is_written_in_is_not_imported() -> None:
    assert "runbooks" not in needed_by("handler", SCRIPT)


def test_a_handler_that_is_not_there_is_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match="missing"):
        needed_by("missing", SCRIPT)


def test_a_name_that_two_files_define_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="LIMIT is defined twice"):
        needed_by("handler", f"{SCRIPT}\nLIMIT = 7\n")
