"""The evaluator against a judge that we did not write: see ``tests/golden/iam/README.md``."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from rehearsal.emulator.iam.evaluate import Policies, Policy, Request, evaluate

GOLDEN = Path(__file__).parent / "golden" / "iam" / "cases.jsonl.gz"


def cases() -> list[dict[str, Any]]:
    with gzip.open(GOLDEN, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def policies(documents: list[Any], name: str) -> list[Policy]:
    return [Policy.parse(one, f"{name} {index}") for index, one in enumerate(documents)]


def verdict(case: dict[str, Any]) -> str:
    request = Request(
        principal=case["caller"],
        action=case["action"],
        resource=case["resource"],
        resource_account=case["account"],
        context={
            key.lower(): tuple(value) if isinstance(value, list) else (value,)
            for key, value in case["context"].items()
        },
        known=frozenset({"*"}),
    )
    resource, boundary, session = (
        Policy.parse(case[name], name) if case.get(name) else None
        for name in ("resource_policy", "boundary", "session")
    )
    decision = evaluate(
        request,
        Policies(
            identity=policies(case["identity"], "identity"),
            resource=resource,
            boundary=boundary,
            session=[session] if session else [],
            service_control=[policies(level, "scp") for level in case["levels"]],
        ),
    )
    if decision.allowed:
        return "allow"
    return " ".join(decision.reason.replace(":", "").split()[:2])


def test_every_verdict_of_the_golden_file_is_ours_too() -> None:
    wrong = [
        f"{case['verdict']} expected, {ours} found: {json.dumps(case)}"
        for case in cases()
        if (ours := verdict(case)) != case["verdict"]
    ]
    assert not wrong, f"{len(wrong)} differ, the first: {wrong[0]}"


def test_the_golden_file_holds_enough_of_each_verdict_and_family() -> None:
    verdicts = Counter(case["verdict"] for case in cases())
    families = Counter(case["family"] for case in cases())
    assert sum(verdicts.values()) >= 2000
    assert min(verdicts["allow"], verdicts["explicit deny"], verdicts["implicit deny"]) >= 300
    assert len(families) == 11
    assert min(families.values()) >= 80
