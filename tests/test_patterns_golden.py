"""The matcher against AWS's own: every case of the golden file, one by one."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from rehearsal.patterns import InvalidPatternError, matches
from tests.golden.patterns.generate import cases

GOLDEN = Path(__file__).parent / "golden" / "patterns" / "cases.jsonl.gz"


def judged() -> list[tuple[Any, dict[str, Any], str]]:
    return [json.loads(line) for line in gzip.decompress(GOLDEN.read_bytes()).splitlines()]


def verdict(pattern: Any, event: dict[str, Any]) -> str:
    try:
        return "match" if matches(json.dumps(pattern), event) else "no"
    except InvalidPatternError:
        return "refused"


def test_the_matcher_agrees_with_aws_on_every_case() -> None:
    differing = [case for case in judged() if verdict(*case[:2]) != case[2]]

    assert differing == []


def test_there_are_at_least_five_thousand_cases_and_every_verdict_is_well_represented() -> None:
    counts = Counter(case[2] for case in judged())

    assert counts.total() >= 5000
    assert min(counts[name] for name in ("match", "no", "refused")) >= 500


def test_the_golden_file_holds_the_cases_that_the_generator_makes() -> None:
    made = {json.dumps(case) for case in cases()}

    assert {json.dumps(case[:2]) for case in judged()} == made
