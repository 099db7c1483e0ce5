"""Judges the generated cases anew with AWS's event-ruler and writes ``cases.jsonl.gz``.

Run it from the repository: ``python -m tests.golden.patterns.regenerate``. It needs Java 17 and
Maven, which fetches the ruler by its coordinates (``judge/pom.xml``); the tests need neither.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.golden.patterns.generate import cases
from tests.golden.patterns.refusals import Case

HERE = Path(__file__).parent


def judge(questions: list[Case]) -> list[str]:
    """The ruler's verdict on each case: ``match``, ``no`` or ``refused``."""
    lines = "".join(f"{_text(pattern)}\t{_text(event)}\n" for pattern, event in questions)
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory) / "judge"
        shutil.copytree(HERE / "judge", work)
        build = ["mvn", "-q", "-B", "dependency:copy-dependencies"]
        subprocess.run(build, cwd=work, check=True)
        answer = subprocess.run(
            ["java", "-cp", "target/dependency/*", "Judge.java"],
            cwd=work,
            check=True,
            input=lines,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
    return answer.stdout.split()


def _text(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def main() -> None:
    """Write the golden file: one JSON array ``[pattern, event, verdict]`` a line."""
    unique = {_text(case): case for case in cases()}
    questions = list(unique.values())
    verdicts = judge(questions)
    rows = zip(questions, verdicts, strict=True)
    text = "".join(_text([*case, verdict]) + "\n" for case, verdict in rows)
    packed = gzip.compress(text.encode(), mtime=0)
    (HERE / "cases.jsonl.gz").write_bytes(packed)
    counts = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    print(f"{len(questions)} cases: {counts}")


if __name__ == "__main__":
    main()
