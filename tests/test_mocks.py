"""The small program without an engine: made in the emulator, or only recorded."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.emulator.server import Emulator
from rehearsal.graph import UNKNOWN_TEXT, declared
from rehearsal.mocks import deploy_with_mocks
from rehearsal.monitor import ProgramError
from tests.emulated import LAND_REGISTRY, TAX, client
from tests.small_program import STACK, copied


def test_mocks_make_what_the_engine_would_make(
    emulator: Callable[..., Emulator], tmp_path: Path
) -> None:
    running = emulator()
    made = deploy_with_mocks(running.endpoint, STACK, program=copied(tmp_path))

    assert len([one for one in made if one.type.startswith("aws:")]) == 10
    for account in (TAX, LAND_REGISTRY):
        [url] = client(running, account, "sqs", "eu-central-1").list_queues()["QueueUrls"]
        [queue] = [one for one in made if one.name == f"queue-{account}"]
        assert (queue.id, queue.account, queue.region) == (url, account, "eu-central-1")
        [target] = client(running, account, "events", "eu-central-1").list_targets_by_rule(
            Rule="containment-small"
        )["Targets"]
        assert target["DeadLetterConfig"]["Arn"] == queue.outputs["arn"]


def test_the_graph_is_the_program_as_plain_data(tmp_path: Path) -> None:
    graph = {one["name"]: one for one in declared(STACK, program=copied(tmp_path))}
    assert json.loads(json.dumps(graph)) == graph
    assert graph[f"target-{TAX}"] == {
        "type": "aws:cloudwatch/eventTarget:EventTarget",
        "name": f"target-{TAX}",
        "account": TAX,
        "region": "eu-central-1",
        "parent": "small-test",
        "inputs": {
            "rule": "containment-small",
            "targetId": "answer",
            "arn": f"arn:aws:sqs:eu-central-1:{TAX}:elsewhere",
            "deadLetterConfig": {"arn": f"arn:aws:sqs:eu-central-1:{TAX}:containment-small"},
            "region": "eu-central-1",
        },
    }
    assert graph[f"kept-{TAX}-log"]["parent"] == f"kept-{TAX}"
    assert (graph[f"kept-{TAX}"]["account"], graph[f"kept-{TAX}"]["region"]) == (None, None)


def test_a_preview_of_the_graph_leaves_outputs_unknown(tmp_path: Path) -> None:
    graph = {one["name"]: one for one in declared(STACK, program=copied(tmp_path), preview=True)}
    assert graph[f"target-{TAX}"]["inputs"]["deadLetterConfig"] == {"arn": UNKNOWN_TEXT}
    assert graph[f"target-{TAX}"]["inputs"]["rule"] == "containment-small"


def test_secrets_come_unwrapped_in_the_graph(tmp_path: Path) -> None:
    graph = declared(STACK, program=copied(tmp_path, secret="the-secret-word"))
    [found] = [one for one in graph if one["name"] == f"secret-{TAX}"]
    assert json.loads(found["inputs"]["content"])["description"] == "the-secret-word"


def test_settings_may_stand_in_for_those_of_the_stacks_file(tmp_path: Path) -> None:
    settings = {"accounts": [TAX], "pattern": "x", "queue": "q", "retention": 1}
    graph = declared("no-such-stack", settings=settings, program=copied(tmp_path))
    assert {one["account"] for one in graph} == {None, TAX}


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ("no-provider", "aws:sns/topic:Topic orphan: must use an explicit provider"),
        ("unmapped", "aws:sns/topic:Topic: not emulated: archivePolicy"),
        ("unmapped-within", "aws:cloudwatch/eventTarget:EventTarget: not emulated: kinesisTarget"),
        ("untyped", "aws:kinesis/stream:Stream is not emulated"),
        ("twice", "two resources have the URN .*::twice"),
    ],
)
def test_what_the_table_does_not_know_fails_the_graph_by_name(
    tmp_path: Path, extra: str, error: str
) -> None:
    with pytest.raises(ProgramError, match=error):
        declared(STACK, program=copied(tmp_path, accounts=[TAX], extra=[extra]))


def test_an_unknown_stack_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no Pulumi.prod.yaml .*Pulumi.test.yaml"):
        declared("prod", program=copied(tmp_path))
