"""Plays scenarios on a ground, and measures them: verdict, stages, and what the answer cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from operations.expectations import UnmetError, ledger
from operations.ground import Ground
from operations.records import Record
from operations.scenarios import Scenario

Stage = dict[str, str | float | None]


@dataclass(frozen=True, kw_only=True)
class Played:
    """One scenario's result; None where nothing was contained, or nobody counts."""

    name: str
    verdict: str
    why: str | None
    stages: list[Stage]
    time_to_contain_s: float | None = None
    steps_to_contain: int | None = None
    calls_to_contain: int | None = None


def play(ground: Ground, scenarios: Iterable[Scenario]) -> Iterator[Played]:
    """One after the other; a failed one does not keep the others from being played."""
    for scenario in scenarios:
        why, before = None, len(ground.attacked)
        try:
            scenario.play(ground)
        except UnmetError as unmet:
            why = str(unmet)
        except Exception as error:  # whatever breaks is the verdict
            why = f"{type(error).__name__}: {error}"
        try:
            findings = dict.fromkeys(ground.attacked[before:])
            records = [record for each in findings for record in ledger(ground, each)]
            played = _measured(ground, scenario.name, why, records)
        except Exception as error:  # no ledger to read: a verdict, too
            why = f"{why or 'played'}; not measured: {type(error).__name__}: {error}"
            played = Played(name=scenario.name, verdict="failed", why=why, stages=[])
        yield played


def _measured(ground: Ground, name: str, why: str | None, records: list[Record]) -> Played:
    stages: list[Stage] = [
        {"stage": record.stage, "at": record.at, "elapsed_s": record.elapsed_s, "why": record.why}
        for record in records
    ]
    verdict = "failed" if why else "passed"
    contained = next((record for record in records if record.stage == "contained"), None)
    if contained is None or contained.execution_id is None:
        return Played(name=name, verdict=verdict, why=why, stages=stages)
    at = datetime.fromisoformat(contained.at)
    run, account, region = contained.execution_id, contained.account, contained.region
    return Played(
        name=name,
        verdict=verdict,
        why=why,
        stages=stages,
        time_to_contain_s=contained.elapsed_s,
        steps_to_contain=_steps(ground, account, region, run, at),
        calls_to_contain=ground.calls_until(account, region, run, at),
    )


def _steps(ground: Ground, account: str, region: str, run: str, at: datetime) -> int:
    ssm = ground.client(account, "ssm", region)
    pages = ssm.get_paginator("describe_automation_step_executions").paginate(
        AutomationExecutionId=run
    )
    steps = [step for page in pages for step in page["StepExecutions"]]
    return sum(
        1 for step in steps if step.get("ExecutionStartTime") and step["ExecutionStartTime"] <= at
    )
