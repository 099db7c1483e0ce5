"""A runbook is a folder, read here as plain data: its document, its script, its permissions.

One ``document.yaml`` holds all actions. It is deployed as a document for each, because a document
has one role and the role is a literal: what releases cannot contain, nor the other way round. What
AWS gets is complete in itself: deploy-time values and the scripts are written in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Final, Literal

import yaml

from names import PREFIX
from runbooks.scripts import needed_by

Action = Literal["Contain", "Preserve", "Release", "Watch", "Respond", "Escalate"]
"""Isolate; keep evidence; undo; look again whether what was isolated still is.

And for people: guide them through an incident; look whether somebody has taken it up.
"""

_BASE: Final = ("Contain", "Respond")
"""The action for which a runbook is there: its document is named like the runbook."""

DOCUMENT_LIMIT: Final = 65_536
"""Bytes of a document, its scripts inside (botocore: ssm model, MaxDocumentSizeExceeded)."""


_FOR_PEOPLE: Final = ("Why", "Where")
"""Parts of an entry of ``permissions.json`` that are no part of a policy."""


@dataclass(frozen=True)
class _Value:
    """``!value name``: known when the stack is deployed."""

    name: str


class _Loader(yaml.SafeLoader):
    """YAML with ``!value``; nothing else is added to the safe loader."""


_Loader.add_constructor("!value", lambda _loader, node: _Value(str(node.value)))


@dataclass(frozen=True, kw_only=True)
class Runbook:
    """What a folder says; ``script`` is all its Python and what every runbook shares."""

    name: str
    source: Mapping[str, Any]
    script: str
    permissions: Mapping[str, list[dict[str, Any]]]

    @property
    def actions(self) -> tuple[Action, ...]:
        """What the runbook can do: each is a document with a role of its own."""
        return tuple(self.source["mainSteps"])

    def document_name(self, action: Action) -> str:
        """Name of the SSM document and of its role: derived, so that no account is asked."""
        base = PREFIX + self.name.replace("_", "-")
        return base if action in _BASE else f"{base}-{action.lower()}"

    def document(self, action: Action, values: Mapping[str, Any]) -> dict[str, Any]:
        """The document of one action, as AWS gets it; raises KeyError for a missing value."""
        written: dict[str, Any] = _written(dict(self.source), {**values, "action": action})
        steps = written["mainSteps"][action]
        for step in steps:
            if step["action"] == "aws:executeScript":
                inputs = step["inputs"]
                inputs["Script"] = needed_by(inputs["Handler"], self.script)
        declared = {
            name: parameter
            for name, parameter in written["parameters"].items()
            if action in parameter.pop("actions", self.actions)
        }
        written["parameters"] = declared
        if not declared:
            del written["parameters"]
        return {**written, "mainSteps": steps}

    def policy(self, action: Action, values: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
        """The IAM policy of the action's role: what ``permissions.json`` lists, no more."""
        return granted(self.permissions[action], values)


def granted(
    entries: Sequence[Mapping[str, Any]], values: Mapping[str, str | Sequence[str]]
) -> dict[str, Any]:
    """The IAM policy that entries of a permissions file make.

    A value that is a list takes the place of a whole ``Resource``. An entry with ``Where`` is for
    stacks in which that value is not empty, and is left out of all others.
    """
    wanted = [entry for entry in entries if "Where" not in entry or values[entry["Where"]]]
    texts = {key: value for key, value in values.items() if isinstance(value, str)}
    lists = {f"${{{key}}}": [*value] for key, value in values.items() if key not in texts}
    itself = {name[2:-1]: name for name in lists}
    listed = Template(json.dumps(wanted)).substitute({**texts, **itself})
    statements = [
        {"Effect": "Allow", **{k: part for k, part in entry.items() if k not in _FOR_PEOPLE}}
        for entry in json.loads(listed)
    ]
    for statement in statements:
        resource = statement["Resource"]
        statement["Resource"] = lists[resource] if str(resource) in lists else resource
    return {"Version": "2012-10-17", "Statement": statements}


def _written(node: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(node, _Value):
        return values[node.name]
    if isinstance(node, dict):
        return {key: _written(child, values) for key, child in node.items()}
    if isinstance(node, list):
        return [_written(child, values) for child in node]
    return node


_SHARED: Final = [
    Path(__file__).with_name(name) for name in ("ledger.py", "state.py", "evidence.py")
]


def _read(folder: Path) -> Runbook:
    return Runbook(
        name=folder.name,
        # A subclass of the safe loader, which the linter cannot see.
        source=yaml.load((folder / "document.yaml").read_text(), _Loader),  # noqa: S506
        script="\n".join(
            part.read_text() for part in [*_SHARED, *sorted(folder.glob("[a-z]*.py"))]
        ),
        permissions=json.loads((folder / "permissions.json").read_text()),
    )


RESPONDER_PERMISSIONS: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "respond_to_incident" / "responder.json").read_text()
)
"""What the response may do in a member account, and why."""
_ALL: Final = [
    _read(folder)
    for folder in sorted(Path(__file__).parent.iterdir())
    if (folder / "document.yaml").exists()
]
RUNBOOKS: Final[Mapping[str, Runbook]] = {
    runbook.name: runbook for runbook in _ALL if "Contain" in runbook.actions
}
"""Every runbook that contains something, by name: deployed in each account and region."""
RESPONSE: Final[Runbook] = next(runbook for runbook in _ALL if "Respond" in runbook.actions)
"""What guides people: deployed in the security account's home region only."""


def responder_policy(partition: str, account: str) -> dict[str, Any]:
    """What the response may do in a member account, by its narrow role there.

    Starting takes the document, the execution and, for IAM's old evaluation, the definition
    (trap 5.11).
    """
    starts: tuple[Action, ...] = ("Contain", "Release")
    names = [
        runbook.document_name(action)
        for runbook in RUNBOOKS.values()
        for action in starts
        if action in runbook.actions
    ]
    ssm, roles = f"arn:{partition}:ssm:*:{account}", f"arn:{partition}:iam::{account}:role"
    started = [
        f"{ssm}:{kind}"
        for name in names
        for kind in (f"document/{name}", f"automation-definition/{name}:*")
    ]
    values = {
        "started": [f"{ssm}:automation-execution/*", *started],
        "passed": [f"{roles}/{name}" for name in names],
    }
    return granted(RESPONDER_PERMISSIONS, values)
