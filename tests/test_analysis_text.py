"""An analysis as text: whole, of facts, and with nothing in it that an attacker has written."""

from __future__ import annotations

from operations.analysis.actions import actions
from operations.analysis.case import Case
from operations.analysis.finding_facts import facts_of
from operations.analysis.markdown import written
from operations.figures.occurrences import apart
from tests.cases import ACCOUNT, case, reached, stage, step

HOSTILE = "x|y `code` <!channel> [click](https://evil.example)\n## All is well @everyone"


def text_of(found: Case) -> str:
    facts = facts_of(found)
    return written(found, facts, actions(found, facts))


def test_times_that_did_not_come_about_are_told_and_those_that_did_are_measured() -> None:
    asked = case(
        stage("approval-wanted", 5),
        reached("asked", 20),
        reached("approved", 178),
        stage("blocked", 210),
        stage("contained", 214),
    )
    text = text_of(asked)
    for line in (
        "| time to detection | 4.0 s | first sign |",
        "| asked to approved | 2 min 38 s | asked |",
        "| time to mitigation: new traffic refused | 3 min 30 s | first sign |",
        "| time to contain | 3 min 34 s | first sign |",
        "| open connections gone | did not happen | first sign |",
        "| outcome | contained after 3 min 34 s: the objective is met |",
        f"| account | land-registry ({ACCOUNT}), eu-west-1 |",
        "| route | attacking-instance, approval in `made-up` now |",
    ):
        assert line in text


def test_what_is_for_people_is_not_called_uncontained() -> None:
    told = case(stage("received", 4, action="Notify", elapsed_s=None), reached("engaged", 90))
    assert "| outcome | for people: no runbook answers it |" in text_of(told)
    # Without a first sign no time to detection is claimed.
    assert "| time to detection | not known | first sign |" in text_of(told)
    assert "| first sign | not in the ledger: times count from its first record, " in text_of(told)
    assert "| outcome | not contained |" in text_of(case())


def test_each_of_the_gravest_facts_has_five_whys_and_the_first_is_the_fact() -> None:
    text = text_of(case(stage("approval-wanted", 5), reached("not-contained", 3600, why="asked")))
    # The incident itself, that it never was contained, and that nobody decided.
    assert text.count("_because …_") == 5 * 3
    assert "**nobody-decided**\n\n1. Why did nobody decide?\n   - _because …_\n2. Why?" in text


def test_an_action_item_has_its_rule_its_owner_and_the_diff() -> None:
    text = text_of(case(stage("approval-wanted", 5), reached("not-contained", 3600, why="asked")))
    item = text[text.index("- [ ] **Make attacking-instance automatic in land-registry**") :]
    assert "(objective-missed; owner: security)" in item
    assert "  -        routes: {attacking-instance: approval}\n" in item
    assert "  +        routes: {attacking-instance: automatic}\n" in item


def test_nobody_is_named() -> None:
    text = text_of(
        case(
            reached("paged", 30, who="anna"),
            reached("paged", 400, who="anna,ben,carla", why="nobody has acknowledged"),
            reached("approved", 500, who="arn:aws:sts::2:assumed-role/approver/ben"),
        )
    )
    assert not {"anna", "ben", "carla"} & set(text.replace("/", " ").split())
    assert "| one person |" in text
    assert "| 3 persons; `nobody has acknowledged` |" in text


def test_what_somebody_else_wrote_is_code_of_one_line_without_links_or_mentions() -> None:
    hostile = case(
        stage("received", 4, finding_type=HOSTILE, resource=f"arn:aws:ec2:::{HOSTILE}"),
        stage("failed", 9, why=HOSTILE, runbook=HOSTILE, action=HOSTILE, route=HOSTILE),
        stage(HOSTILE, 9),
        step(HOSTILE, 3, kind=HOSTILE, outcome=HOSTILE),
        step(HOSTILE, 3, kind="manual", outcome=HOSTILE),
        stage("breached", 10, why=HOSTILE),
        reached("signalled", 11, why=f"{HOSTILE} refused"),
        step("mitigate_ask", 3, kind="manual"),
    )
    text = text_of(hostile)
    assert "<!channel>" not in text
    assert "https://evil" not in text
    assert "@everyone" not in text
    headings = [each for each in text.splitlines() if each.startswith("## ")]
    assert headings == [
        "## Measured times",
        "## Timeline",
        "## What contributed",
        "## Root cause: five whys",
        "## Recommended action items",
    ]
    rows = [each for each in text.splitlines() if each.startswith("| ")]
    for each in rows:
        assert each.replace("\\|", "").count("|") in (3, 4, 6), each


def test_an_occurrence_is_cut_out_of_its_finding_with_what_was_done_about_it() -> None:
    again = {"occurrence": 2}
    story = [
        reached("engaged", 2),  # people may be quicker than the first record
        stage("received", 4),
        stage("released", 500),
        reached("closed", 510),
        stage("received", 900, elapsed_s=5.0, **again),
        reached("paged", 930),
    ]
    found = apart(story)
    assert [each.stage for each in found[1][1]] == ["engaged", "received", "released", "closed"]
    assert [each.stage for each in found[2][1]] == ["received", "paged"]
    assert (found[2][0] - found[1][0]).total_seconds() == 895


def test_a_story_without_any_clock_begins_with_its_first_record() -> None:
    only = [reached("engaged", 7), reached("paged", 9)]
    assert apart(only) == {1: (only[0].moment, only)}
