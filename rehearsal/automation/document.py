"""An Automation document as it was deployed, read once and typed.

It fills in what AWS assumes where a step says nothing; ``lint`` judges the document, this does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FROM_STARTER = ""
"""No role in the document: AWS would act with the permissions of whoever started it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step, with AWS's defaults (2023 AWS docs: automation-actions)."""

    name: str
    action: str
    inputs: Mapping[str, Any]
    outputs: tuple[Mapping[str, str], ...]
    on_failure: str
    on_cancel: str
    critical: bool
    end: bool
    next_step: str | None
    max_attempts: int
    timeout: float | None
    """Seconds, where the document gives them."""

    @property
    def successor_on_failure(self) -> str | None:
        """The step that ``onFailure: step:NAME`` names."""
        return _step_named(self.on_failure)

    @property
    def successor_on_cancel(self) -> str | None:
        """The step that ``onCancel: step:NAME`` names."""
        return _step_named(self.on_cancel)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What an execution runs: one version of one document."""

    name: str
    version: str
    assume_role: str
    parameters: Mapping[str, Mapping[str, Any]]
    steps: Mapping[str, Step]
    """By name, in the order of the document."""
    outputs: tuple[str, ...]

    @property
    def first(self) -> str:
        """The step that an execution begins with."""
        return next(iter(self.steps))

    def after(self, name: str) -> str | None:
        """The step that follows in the text; None after the last."""
        names = list(self.steps)
        place = names.index(name) + 1
        return names[place] if place < len(names) else None


def read(name: str, version: str, content: Mapping[str, Any]) -> Document:
    """The document of a parsed text that ``lint`` has let pass."""
    steps = [_step(entry) for entry in content["mainSteps"]]
    return Document(
        name=name,
        version=version,
        assume_role=content.get("assumeRole") or FROM_STARTER,
        parameters=content.get("parameters") or {},
        steps={step.name: step for step in steps},
        outputs=tuple(content.get("outputs") or ()),
    )


def _step(entry: Mapping[str, Any]) -> Step:
    on_failure = str(entry.get("onFailure", "Abort"))
    timeout = entry.get("timeoutSeconds")
    return Step(
        name=entry["name"],
        action=entry["action"],
        inputs=entry.get("inputs") or {},
        outputs=tuple(entry.get("outputs") or ()),
        on_failure=on_failure,
        on_cancel=str(entry.get("onCancel", "Abort")),
        # "Continue" makes a step uncritical by itself (2023 AWS docs: automation-actions).
        critical=_truth(entry.get("isCritical", on_failure.lower() != "continue")),
        end=_truth(entry.get("isEnd", False)),
        next_step=entry.get("nextStep"),
        max_attempts=int(entry.get("maxAttempts", 1)),
        timeout=None if timeout is None else float(timeout),
    )


def _step_named(value: str) -> str | None:
    kind, _, name = value.partition(":")
    return name if kind == "step" else None


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
