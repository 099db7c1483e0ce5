"""The real engine, the stand-in provider and the emulator, on a small program."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promotion.operation import DeploymentError, Result
from rehearsal import engine_binary
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.engine import Deployment
from tests.emulated import LAND_REGISTRY, TAX
from tests.small_program import STACK, configure, copied

# Pulumi's host of inline programs leaves its event loop open where the engine gives a program up.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

Deploy = Callable[..., Deployment]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(VirtualClock()) as running:
        yield running


@pytest.fixture
def deploy(emulator: Emulator, tmp_path: Path) -> Iterator[Deploy]:
    made: list[Deployment] = []
    engine = engine_binary.locate(print)

    def start(**settings: Any) -> Deployment:
        copied(tmp_path, **settings)
        made.append(
            Deployment(STACK, endpoint=emulator.endpoint, engine=engine, directory=tmp_path)
        )
        return made[-1]

    yield start
    for one in made:
        one.destroy()
        one.close()
    gc.collect()  # so that what was left open is noticed here, and not in another test


def summary(result: Result) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.op, one.name, one.keys) for one in result.changes}


def failure(stack: Deployment) -> str:
    """What a preview fails with; its traceback would keep the program's event loop alive."""
    try:
        stack.preview()
    except DeploymentError as error:
        return str(error)
    raise AssertionError("the preview did not fail")


def client(emulator: Emulator, account: str, service: str, region: str) -> Any:
    return emulator.world.clients.account(account).client(service, region)


def test_a_stack_lives_from_its_preview_to_its_end(
    deploy: Deploy, emulator: Emulator, tmp_path: Path
) -> None:
    stack = deploy()

    planned = stack.preview()
    made = stack.up()
    # The stack itself; in each of two accounts a provider, a component and five resources.
    assert planned.counts == made.counts == {"create": 15}
    assert stack.preview().unchanged
    assert stack.refresh().unchanged
    for account in (TAX, LAND_REGISTRY):
        sqs = client(emulator, account, "sqs", "eu-central-1")
        [url] = sqs.list_queues()["QueueUrls"]
        assert url.endswith(f"/{account}/containment-small")
        assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"stack": "small"}

    configure(tmp_path, pattern="second")
    expected = {
        ("update", f"rule-{account}", ("eventPattern",)) for account in (TAX, LAND_REGISTRY)
    }
    assert summary(stack.preview()) == expected
    assert summary(stack.up()) == expected
    events = client(emulator, TAX, "events", "eu-central-1")
    assert json.loads(events.describe_rule(Name="containment-small")["EventPattern"]) == {
        "source": ["second"]
    }

    assert stack.destroy().counts == {"delete": 15}
    assert not client(emulator, TAX, "sqs", "eu-central-1").list_queues().get("QueueUrls")


def test_what_is_changed_behind_its_back_is_seen_and_put_back(
    deploy: Deploy, emulator: Emulator
) -> None:
    stack = deploy(accounts=[TAX])
    stack.up()
    events = client(emulator, TAX, "events", "eu-central-1")
    events.remove_targets(Rule="containment-small", Ids=["answer"])
    events.disable_rule(Name="containment-small")

    drift = {("update", f"rule-{TAX}", ("state",)), ("create", f"target-{TAX}", ())}
    assert summary(stack.preview(refresh=True)) == drift
    seen = summary(stack.refresh())
    assert {(op, name) for op, name, _ in seen} == {
        ("update", f"rule-{TAX}"),
        ("delete", f"target-{TAX}"),
    }
    assert {(op, name) for op, name, _ in summary(stack.up())} == {
        (op, name) for op, name, _ in drift
    }
    assert stack.refresh().unchanged
    assert events.describe_rule(Name="containment-small")["State"] == "ENABLED"
    [target] = events.list_targets_by_rule(Rule="containment-small")["Targets"]
    assert target["DeadLetterConfig"]["Arn"] == f"arn:aws:sqs:eu-central-1:{TAX}:containment-small"


def test_a_changed_name_takes_a_new_resource_and_what_refers_to_it_follows(
    deploy: Deploy, emulator: Emulator, tmp_path: Path
) -> None:
    stack = deploy(accounts=[TAX])
    stack.up()
    configure(tmp_path, queue="containment-renamed")

    changes = {(op, name) for op, name, _ in summary(stack.up())}
    assert changes == {
        ("create-replacement", f"queue-{TAX}"),
        ("replace", f"queue-{TAX}"),
        ("delete-replaced", f"queue-{TAX}"),
        ("update", f"target-{TAX}"),
    }
    [url] = client(emulator, TAX, "sqs", "eu-central-1").list_queues()["QueueUrls"]
    assert url.endswith("/containment-renamed")
    assert stack.preview().unchanged


def test_a_secret_is_nowhere_in_the_state_and_what_is_retained_outlives_the_stack(
    deploy: Deploy, emulator: Emulator
) -> None:
    stack = deploy(accounts=[TAX], retain=True, secret="the-secret-word")
    stack.up()
    document = client(emulator, TAX, "ssm", "eu-west-1").get_document(Name="containment-secret")
    assert "the-secret-word" in document["Content"]
    assert f"secret-{TAX}" in json.dumps(stack.state())
    assert "the-secret-word" not in json.dumps(stack.state())
    assert stack.refresh().unchanged
    assert "the-secret-word" not in json.dumps(stack.state())

    stack.destroy()
    logs = client(emulator, TAX, "logs", "eu-central-1")
    [group] = logs.describe_log_groups()["logGroups"]
    assert group["logGroupName"] == f"/small/kept-{TAX}"
    logs.delete_log_group(logGroupName=group["logGroupName"])


def test_what_the_stand_in_does_not_know_fails_the_preview_by_type_and_input(
    deploy: Deploy,
) -> None:
    said = failure(deploy(accounts=[TAX], extra=["unmapped", "unmapped-within"]))
    assert "aws:sns/topic:Topic: the input archivePolicy is not emulated" in said, said


def test_a_resource_without_a_provider_fails_the_preview(deploy: Deploy) -> None:
    said = failure(deploy(accounts=[TAX], extra=["no-provider"]))
    assert re.search(r"aws:sns/topic:Topic.*explicit provider", said), said
