"""``python -m operations routes``: each type has one answer, and the mode that its stack says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from operations.__main__ import app
from operations.routing import touched
from operations.routing.answers import Answer, RoutesError, answers
from operations.routing.finding_types import LISTED, typed
from operations.routing.stack_file import decided_by, stack_settings
from routes import ROUTES
from runbooks import RUNBOOKS
from settings import parse


def of_stack(stack: str) -> dict[str, Answer]:
    return {each.route: each for each in answers(decided_by(stack_settings(stack)))}


def said(*words: str) -> tuple[int, str]:
    answered = CliRunner().invoke(app, ["routes", *words], env={"COLUMNS": "200"})
    return answered.exit_code, answered.output


def test_every_active_type_has_exactly_one_answer_for_each_resource_and_side() -> None:
    found = typed(answers(decided_by(stack_settings("dev"))))
    keys = [(each.type, each.resource, each.role) for each in found]
    assert len(keys) == len(set(keys))
    assert {each.type for each in found} == {each["type"] for each in LISTED}
    by_key = {key: each.answer.route for key, each in zip(keys, found, strict=True)}
    brute = "UnauthorizedAccess:EC2/SSHBruteForce"
    assert by_key[brute, "Instance", "ACTOR"] == "attacking-instance"
    assert by_key[brute, "Instance", "TARGET"] == "attacked-instance"
    assert (brute, "Instance", None) not in by_key
    assert by_key["CryptoCurrency:EC2/BitcoinTool.B", "Instance", None] == "compromised-instance"
    assert by_key["Policy:IAMUser/RootCredentialUsage", "AccessKey", None] == "unrouted"


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_modes_and_teams_are_those_that_the_program_deploys(stack: str) -> None:
    settings = parse(stack_settings(stack))
    found = of_stack(stack)
    for account in (each for each in settings.accounts if each.contains):
        expected = settings.modes(account)
        for route in ROUTES:
            if route.runbook:
                assert found[route.name].modes[account.name] == expected[route.name]
    assert "management" not in found["compromised-instance"].modes
    assert found["suspicious-activity"].team == "platform"
    assert found["compromised-instance"].team == found["unrouted"].team == "security"
    assert found["reconnaissance"].team == ""
    thresholds = found["compromised-instance"].thresholds
    assert set(thresholds.values()) == set(settings.severity_thresholds.values())


@pytest.mark.parametrize("runbook", RUNBOOKS)
def test_every_permission_to_change_something_has_words_and_no_word_is_left_over(
    runbook: str,
) -> None:
    changing = set(touched.allowed(runbook)) - touched.BOOKKEEPING
    assert changing == touched.WORDS.keys()
    assert set(touched.allowed(runbook)) >= touched.BOOKKEEPING


def test_an_account_that_differs_is_named_and_one_that_does_not_is_not() -> None:
    status, text = said("--stack", "dev")
    assert status == 0
    assert "land-registry: approval" in text
    assert "tax" not in text
    assert "each of its network interfaces: the security groups, swapped" in text


def test_as_json_it_holds_what_the_table_holds() -> None:
    status, text = said("--stack", "staging", "--json", "--types")
    assert status == 0
    told: dict[str, Any] = json.loads(text)
    assert [each["route"] for each in told["routes"]][-1] == "unrouted"
    assert told["routes"][0]["thresholds"] == dict.fromkeys(("security", "tax", "land-registry"), 7)
    mining = next(e for e in told["types"] if e["type"] == "CryptoCurrency:EC2/BitcoinTool.B")
    assert mining == {
        "type": "CryptoCurrency:EC2/BitcoinTool.B",
        "resource": "Instance",
        "role": None,
        "route": "compromised-instance",
        "runbook": "isolate_instance",
        "modes": {"security": "automatic", "tax": "automatic", "land-registry": "approval"},
        "team": "security",
    }


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (None, "Pulumi.mine.yaml is missing"),
        ("config: {containment:settings: ]", "no YAML"),
        ("config: {}", "no containment:settings"),
        ("config: {containment:settings: {accounts: [], people: {teams: []}}}", "IndexError"),
        ("config: {containment:settings: {accounts: [{name: a}]}}", "KeyError 'role'"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: str | None, what: str
) -> None:
    if content is not None:
        tmp_path.joinpath("Pulumi.mine.yaml").write_text(content)
    with pytest.raises(RoutesError, match=what.replace("[", "\\[")):
        decided_by(stack_settings("mine", tmp_path))


def test_a_stack_that_there_is_not_is_a_sentence() -> None:
    assert said("--stack", "nowhere")[0] == 1
