"""Rules of documents: what they are, whose role they take, and with whom they are shared."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from names import PREFIX
from policy.rule import UNKNOWN, Broken, Rule, Seen, Unjudged, Verdicts
from policy.targets import DOCUMENT

SCHEMA: Final = "0.3"  # of runbooks (botocore: ssm model; AWS docs: documents-schemas-features)
WAITING: Final = ("aws:approve", "aws:pause")
WAITS: Final = f"{PREFIX}respond-to-incident"
"""The one document that waits for people."""


def _role_literal(seen: Seen) -> Verdicts:
    if seen.type != DOCUMENT:
        return
    content = _content(seen)
    if isinstance(content, Unjudged | Broken):
        yield content
        return
    if content.get("schemaVersion") != SCHEMA:
        yield Broken(f"schemaVersion is {content.get('schemaVersion')!r}, not {SCHEMA}", seen.urn)
    role = str(content.get("assumeRole"))
    if not re.fullmatch(rf"arn:[a-z-]+:iam::{seen.account}:role/{PREFIX}[\w-]+", role):
        yield Broken(f"assumeRole is {role!r}, no role of ours in {seen.account}", seen.urn)


def _unshared(seen: Seen) -> Verdicts:
    if seen.type == DOCUMENT:
        for key in ("permissions", "attachmentsSources"):
            yield from seen.demands(key, lambda value: not value, "a document is its own account's")
        yield from seen.wants("documentType", "Automation", "a runbook is one")


def _one_waits(seen: Seen) -> Verdicts:
    if seen.type != DOCUMENT or seen.value("name") == WAITS:
        return
    content = _content(seen)
    if isinstance(content, Unjudged | Broken):
        yield content
        return
    for step in content.get("mainSteps") or []:
        if step.get("action") in WAITING:
            yield Broken(f"{step.get('name')} is {step['action']}: it waits for people", seen.urn)


def _content(seen: Seen) -> dict[str, Any] | Unjudged | Broken:
    text = seen.value("content")
    if text is UNKNOWN:
        return Unjudged("content", seen.urn)
    try:
        content = json.loads(text or "")
    except (ValueError, TypeError):
        return Broken("its content is no JSON, which these rules can read", seen.urn)
    return content if isinstance(content, dict) else Broken("its content is no object", seen.urn)


RULES: Final = (
    Rule(
        name="documents-with-a-literal-role",
        holds="a document is of schema 0.3, and its role is an ARN of its own account, in words",
        matters="whoever starts it could choose with which role it runs",
        remedy="write the role's ARN into assumeRole, never a parameter",
        traps="1.7",
        each=_role_literal,
    ),
    Rule(
        name="documents-unshared",
        holds="documents are Automation runbooks, shared with nobody, with nothing attached",
        matters="who it is shared with reads what is never touched, and how to be like it",
        remedy="take permissions and attachments out",
        each=_unshared,
    ),
    Rule(
        name="one-document-waits",
        holds="no document but the response waits for people",
        matters="a containment that waits takes one of 400 places, and nobody is asked there",
        remedy="ask in respond_to_incident, which starts the document when it is approved",
        traps="5.2",
        each=_one_waits,
    ),
)
