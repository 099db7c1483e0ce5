"""``analyse --open`` on a deployed centre, typed by a stranger who may assume the deployer role."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.entry import DEPLOYER
from tests.centre import Centre
from tests.emulated import REGION, SECURITY


def analysed(
    centre: Centre, arn: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> dict[str, str]:
    """Title → OpsItem, as ``analyse --open`` tells them; the text is written."""
    for name, value in {
        "AWS_ENDPOINT_URL": centre.running.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
        "AWS_SECRET_ACCESS_KEY": "anything",
    }.items():
        monkeypatch.setenv(name, value)
    written = folder / "analysis.md"
    words = ["analyse", arn, "--account", SECURITY, "--region", REGION, "--role", DEPLOYER]
    done = CliRunner().invoke(app, [*words, "--open", "--out", str(written)])
    assert done.exit_code == 0, done.output
    assert "page-unanswered" in written.read_text()
    told = [each.split(": ", 1) for each in done.stderr.splitlines()]
    return {title: item for item, title in told}


def notes(centre: Centre, incident: str) -> list[str]:
    """What somebody noted on an incident's page."""
    incidents, of = centre.client("ssm-incidents"), {"incidentRecordArn": incident}
    listed = incidents.list_timeline_events(**of)["eventSummaries"]
    found = [each["eventId"] for each in listed if each["eventType"] == "Note"]
    return [
        incidents.get_timeline_event(**of, eventId=each)["event"]["eventData"] for each in found
    ]
