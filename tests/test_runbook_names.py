"""What runbooks, scripts and program call the same thing."""

from __future__ import annotations

import pytest

import names
import runbooks.evidence
import runbooks.ledger
import runbooks.state
from routes import ROUTES
from runbooks import RUNBOOKS
from runbooks.isolate_instance import credentials, triage


def test_a_documents_name_follows_from_runbook_and_action() -> None:
    for runbook in RUNBOOKS.values():
        base = f"containment-{runbook.name.replace('_', '-')}"
        for action in runbook.actions:
            own = "" if action == "Contain" else f"-{action.lower()}"
            assert runbook.document_name(action) == base + own


def test_scripts_and_program_mean_the_same_names() -> None:
    assert runbooks.ledger.LOCAL_BUS == names.LOCAL_BUS
    assert runbooks.state.TABLE == names.STATE_TABLE
    assert credentials.DENY == names.DENY_INSTANCE
    assert credentials.TAG == names.DENIED_TAG
    assert tuple(f"slot{n}" for n in range(1, names.DENIED_SLOTS + 1)) == credentials.SLOTS
    assert {triage.OURS} == RUNBOOKS.keys() == {r.runbook for r in ROUTES if r.runbook}


def test_a_value_that_the_program_does_not_give_is_an_error() -> None:
    with pytest.raises(KeyError):
        RUNBOOKS["isolate_instance"].document("Contain", {"role": "r", "actions": ["Contain"]})
