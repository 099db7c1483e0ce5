"""One finding's way through every account: what belongs to it, its times, and where to look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from operations import links
from operations.__main__ import app
from operations.records import Record
from operations.spans import spoken
from operations.story.source import StoryError, in_file, story_of
from operations.story.way import FIRST_SIGN, Row, way
from regions import PARTITIONS
from runbooks.respond_to_incident.reading import CONSOLES
from tests.cases import reached, stage, step

FINDING = "5c11ad0f5c11ad0f5c11ad0f5c11ad0f"
INCIDENT = "arn:aws:ssm-incidents::222222222222:incident-record/containment-security/0b1c"


def event(source: str, detail: dict[str, Any], account: str = "333333333333") -> dict[str, Any]:
    kind = {
        "containment.runbook": "Containment Stage",
        "containment.response": "Response Stage",
        "aws.ssm": "AWS API Call via CloudTrail",
    }[source]
    return {
        "source": source,
        "detail-type": kind,
        "account": account,
        "region": "eu-west-1",
        "time": "2026-11-24T12:05:00Z",
        "detail": detail,
    }


def told(name: str, second: int, **more: Any) -> dict[str, Any]:
    return {
        "stage": name,
        "at": f"2026-11-24T12:00:{second:02}+00:00",
        "finding_id": FINDING,
        "execution_id": "run-1",
        "action": "Contain",
        **more,
    }


EVENTS = [
    event("containment.runbook", told("received", 4, elapsed_s=4.0)),
    event("containment.runbook", told("contained", 30, elapsed_s=30.0)),
    event(
        "containment.response",
        told("engaged", 40, execution_id="run-2", action="Respond", incident=INCIDENT),
        account="222222222222",
    ),
    event(
        "aws.ssm",
        {
            "userIdentity": {"arn": "arn:aws:sts::222222222222:assumed-role/approver/anna"},
            "requestParameters": {"automationExecutionId": "run-2", "signalType": "Approve"},
        },
        account="222222222222",
    ),
    event(
        "aws.ssm",
        {
            "userIdentity": {"arn": "arn:aws:sts::222222222222:assumed-role/approver/ben"},
            "requestParameters": {"automationExecutionId": "run-9", "signalType": "Approve"},
        },
        account="222222222222",
    ),
    event("containment.runbook", told("received", 5, finding_id="another", elapsed_s=1.0)),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Path]:
    """A file of these events."""

    def write(*events: Any) -> Path:
        path = tmp_path / "ledger.jsonl"
        lines = [each if isinstance(each, str) else json.dumps(each) for each in events]
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


def stages(records: list[Record]) -> list[str]:
    return [each.stage for each in records]


@pytest.mark.parametrize(
    "wanted",
    [FINDING, f"arn:aws:guardduty:eu-west-1:3:detector/d/finding/{FINDING}", INCIDENT, "0b1c"],
)
def test_a_finding_and_its_incident_mean_the_same_story(
    ledger: Callable[..., Path], wanted: str
) -> None:
    found = story_of(wanted, in_file(ledger(*EVENTS)))
    # The signal to its own response belongs to it; that to another run does not.
    assert stages(found) == ["received", "contained", "engaged", "signalled"]
    assert str(found[-1].who).endswith("/anna")


def test_what_the_ledger_has_nothing_about_is_said(ledger: Callable[..., Path]) -> None:
    with pytest.raises(StoryError, match="nothing about f-unknown: give a finding's id"):
        story_of("f-unknown", in_file(ledger(*EVENTS)))


def test_every_bad_line_of_a_file_is_named_at_once(ledger: Callable[..., Path]) -> None:
    path = ledger(EVENTS[0], "{", json.dumps({"source": "x"}), "[]")
    with pytest.raises(StoryError, match=r"3 lines are no events: line 2: .*line 3: .*line 4: "):
        in_file(path)
    with pytest.raises(StoryError, match="is not there"):
        in_file(path.with_name("none.jsonl"))


def row(rows: list[Row], name: str) -> Row:
    return next(each for each in rows if each.stage == name)


def test_times_count_from_the_first_sign_whoever_reports() -> None:
    rows = way([stage("received", 4), reached("paged", 100, who="anna"), stage("released", 200)])
    assert [each.stage for each in rows] == [FIRST_SIGN, "received", "paged", "released"]
    assert [each.since_s for each in rows] == [0.0, 4, 100.0, 200]
    assert row(rows, FIRST_SIGN).at == "2026-11-24T12:00:00+00:00"


def test_an_occurrence_that_follows_has_a_clock_of_its_own() -> None:
    again = {"occurrence": 2, "elapsed_s": 5.0}
    rows = way([stage("received", 4), stage("received", 900, **again), reached("paged", 960)])
    assert [each.stage for each in rows].count(FIRST_SIGN) == 2
    assert [each.since_s for each in rows[-2:]] == [5.0, 65.0]


def test_a_skew_of_clocks_is_shown_and_not_hidden() -> None:
    rows = way([stage("received", 4, elapsed_s=-2.0)])
    assert row(rows, "received").since_s == -2.0
    assert spoken(-2.0) == "-2.0 s (clocks differ)"


def test_a_row_links_to_the_run_and_to_what_people_were_engaged_by() -> None:
    rows = way([stage("received", 4), reached("engaged", 9, incident="oi-0123")])
    console = "https://eu-west-1.console.aws.amazon.com"
    assert row(rows, "received").links == {
        "run": f"{console}/systems-manager/automation/execution/run-1?region=eu-west-1"
    }
    assert row(rows, "engaged").links["OpsItem"] == (
        f"{console}/systems-manager/opsitems/oi-0123?region=eu-west-1"
    )
    assert row(rows, FIRST_SIGN).links["finding"].endswith("#/findings?search=id%3Df1")


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
    ],
)
def test_each_partition_has_its_own_console(region: str, host: str) -> None:
    assert links.run(region, "r").startswith(f"https://{host}/")
    assert links.HOSTS.keys() == set(PARTITIONS.values())
    assert links.HOSTS == CONSOLES  # the response's own, which travels inside its document


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0.04, "0.0 s"),
        (119.9, "119.9 s"),
        (120, "2 min 00 s"),
        (3599.6, "1 h 00 min"),
        (7 * 3600 + 65, "7 h 01 min"),
    ],
)
def test_a_span_is_said_as_people_say_it(seconds: float | None, text: str) -> None:
    assert spoken(seconds) == text


def said(*words: str) -> tuple[int, str]:
    answered = CliRunner().invoke(app, ["timeline", *words], env={"COLUMNS": "160"})
    return answered.exit_code, answered.output


def test_the_verb_shows_the_way_and_its_links(ledger: Callable[..., Path]) -> None:
    status, text = said(FINDING, "--ledger", str(ledger(*EVENTS)))
    assert status == 0
    assert "333333333333 eu-west-1 │ contained  │" in text
    assert "assumed-role/approver/anna │ Approve" in text
    assert "incidents in 222222222222: https://eu-west-1.console.aws.amazon.com/systems-m" in text


def test_the_verb_gives_the_same_as_json(ledger: Callable[..., Path]) -> None:
    status, text = said(FINDING, "--ledger", str(ledger(*EVENTS)), "--json")
    assert status == 0
    rows = json.loads(text)
    assert [each["stage"] for each in rows][-1] == "signalled"
    assert rows[1]["since_s"] == 4.0


def test_a_reason_that_somebody_else_wrote_is_no_markup(ledger: Callable[..., Path]) -> None:
    forged = event("containment.runbook", told("failed", 50, why="[bold red]all is \x1b[2Jwell[/]"))
    _, text = said(FINDING, "--ledger", str(ledger(*EVENTS, forged)))
    assert "[bold red]all is [2Jwell[/]" in text
    assert "\x1b" not in text


def test_without_a_ledger_and_without_an_account_it_says_where_to_look() -> None:
    assert said(FINDING) == (
        1,
        "not done: say where the ledger is: --account and --region, or --ledger FILE\n",
    )


def test_a_step_tells_what_did_it_how_it_ended_and_how_long_it_took() -> None:
    rows = way([stage("received", 4), step("mitigate_ask", 158.5, kind="manual")])
    assert rows[-1].why == "mitigate_ask: manual, success, 158.5 s"
