"""Several stacks at once, each in a process of its own, and no more than may be."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from threading import Event

from promotion.worker import Done, Task

Told = Callable[[str, int], None]
"""Stack, and how many of its resources are done."""
Finished = Callable[[Done], None]


def in_waves(
    waves: Iterable[Sequence[Task]],
    parallel: int,
    told: Told,
    finished: Finished,
    *,
    stops: bool,
) -> list[Done]:
    """Wave after wave; where a failure ``stops`` it, what runs comes to its end, nothing is begun.

    What was not begun is not in the answer.
    """
    failed = Event()
    every: list[Done] = []
    for wave in waves:
        with ThreadPoolExecutor(max_workers=parallel) as pool:
            running = [
                pool.submit(_unless, failed if stops else None, task, told, finished)
                for task in wave
            ]
        every += [done for each in running if (done := each.result()) is not None]
        if failed.is_set():
            break
    return every


def _unless(failed: Event | None, task: Task, told: Told, finished: Finished) -> Done | None:
    if failed is not None and failed.is_set():
        return None
    done = in_process(task, told)
    if done.outcome == "failed" and failed is not None:
        failed.set()
    finished(done)
    return done


def in_process(task: Task, told: Told) -> Done:
    """Have a worker do it; one that dies has failed, with its last words."""
    with tempfile.TemporaryDirectory(prefix="containment-answer-") as place:
        answer, words = Path(place, "answer"), Path(place, "words")
        with words.open("w") as said:
            worker = subprocess.Popen(
                [sys.executable, "-m", "promotion.worker", json.dumps(asdict(task)), answer],
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )
            assert worker.stdout is not None
            for line in worker.stdout:
                if line.strip().isdigit():
                    told(task.stack, int(line))
            status = worker.wait()
        if status == 0 and answer.exists():
            return Done.parse(answer.read_text())
        last = words.read_text().strip().splitlines()[-5:]
        why = f"its process ended with status {status}: " + " / ".join(last)
        return Done(stack=task.stack, outcome="failed", errors=[why])
