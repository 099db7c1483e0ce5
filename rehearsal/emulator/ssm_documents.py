"""Refuses Automation documents that AWS would refuse: moto stores any text."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

import yaml
from moto.ssm.models import Document
from moto.ssm.models import SimpleSystemManagerBackend as Backend

from rehearsal.automation import lint
from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import World

AUTOMATION = "Automation"


def install(world: World) -> Callable[[], None]:
    """Check what CreateDocument and UpdateDocument bring; returns what takes the check out."""
    undo = ExitStack()
    create, update = Backend.create_document, Backend.update_document
    make, listed = Document.__init__, Document.list_describe

    def made(self: Any, *parts: Any, **parameters: Any) -> None:
        make(self, *parts, **parameters)
        self.created_date = world.clock.now().replace(tzinfo=None)  # as moto has it, in UTC

    def list_describe(self: Any, *parts: Any, **parameters: Any) -> dict[str, Any]:
        # AWS says when a document was made in lists as well (botocore: ssm, DocumentIdentifier).
        return {**listed(self, *parts, **parameters), "CreatedDate": self.created_date}

    def create_document(self: Any, **parameters: Any) -> Any:
        _refuse_size(world, parameters["content"])
        if parameters["document_type"] == AUTOMATION:
            _refuse_mistakes(parameters["content"], parameters["document_format"])
        return create(self, **parameters)

    def update_document(self: Any, **parameters: Any) -> Any:
        _refuse_size(world, parameters["content"])
        held = self._documents.get(parameters["name"])
        if held and held.get_default_version().document_type == AUTOMATION:
            _refuse_mistakes(parameters["content"], parameters["document_format"])
        return update(self, **parameters)

    undo.enter_context(mock.patch.object(Document, "__init__", made))
    undo.enter_context(mock.patch.object(Document, "list_describe", list_describe))
    undo.enter_context(mock.patch.object(Backend, "create_document", create_document))
    undo.enter_context(mock.patch.object(Backend, "update_document", update_document))
    return undo.close


def _refuse_size(world: World, content: str) -> None:
    if world.bites("4.4") and lint.size(content) > lint.LIMIT:
        message = f"The document has {lint.size(content)} bytes, more than {lint.LIMIT}."
        raise Fault("MaxDocumentSizeExceeded", message)


def _refuse_mistakes(content: str, form: str) -> None:
    try:
        document = json.loads(content) if form == "JSON" else yaml.safe_load(content)
    except (json.JSONDecodeError, yaml.YAMLError) as unreadable:
        raise Fault("InvalidDocumentContent", f"No {form}: {unreadable}") from unreadable
    found = lint.mistakes(document)
    if any(mistake.startswith("schemaVersion") for mistake in found):
        raise Fault("InvalidDocumentSchemaVersion", " ".join(found))
    if found:
        raise Fault("InvalidDocumentContent", " ".join(found))
