"""``operations drill`` as a command, in real time, against an organisation that is served."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.served import ROOT, Serving, serving_in

REGION = "eu-west-1"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000", "AWS_SECRET_ACCESS_KEY": "anything"}


class Outside:
    """Whoever may take the deployer role in the accounts that are served."""

    def __init__(self, serving: Serving, folder: Path) -> None:
        self.served = json.loads(serving.line)
        self.endpoint = str(self.served["endpoint"])
        self._folder = folder / "drills"

    def start(self, name: str, *words: str) -> subprocess.Popen[str]:
        """The command, as a workflow has it run; its verdict goes under a name."""
        verdict = str(self._folder / f"{name}.json")
        given = ["--environment", "dev", "--json", verdict, *words]
        return subprocess.Popen(
            [sys.executable, "-m", "operations", "drill", *given],
            cwd=ROOT,
            env={**os.environ, **KEYS, "AWS_ENDPOINT_URL": self.endpoint, "COLUMNS": "160"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def ended(self, running: subprocess.Popen[str]) -> tuple[int, str]:
        """Exit status, and what stood on standard output."""
        said, progress = running.communicate(timeout=120)
        assert "Traceback" not in progress, progress
        return running.returncode, said

    def told(self, name: str) -> dict[str, Any]:
        """The verdict for machines."""
        said: dict[str, Any] = json.loads(self._folder.joinpath(f"{name}.json").read_text())
        return said

    def waiting(self, name: str) -> subprocess.Popen[str]:
        """A drill that has launched its instance, in the account whose rules are switched off."""
        running = self.start(name, "--account", "land-registry")
        assert running.stderr is not None
        for word in running.stderr:
            if "waiting 120 minutes at most for GuardDuty" in word:
                break
        assert self.left("land-registry")
        return running

    def client(self, account: str, service: str) -> Any:
        """A client with the deployer role of an account."""
        place = {"region_name": REGION, "endpoint_url": self.endpoint}
        keys = {name.lower(): value for name, value in KEYS.items()}
        role = f"arn:aws:iam::{self.served['accounts'][account]}:role/{self.served['role']}"
        sts = boto3.client("sts", **place, **keys)
        given = sts.assume_role(RoleArn=role, RoleSessionName="outside")["Credentials"]
        return boto3.client(
            service,
            **place,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def left(self, account: str) -> list[str]:
        """Networks and instances that an account did not come with."""
        ec2 = self.client(account, "ec2")
        running = [{"Name": "instance-state-name", "Values": ["running", "pending", "stopped"]}]
        found = ec2.describe_instances(Filters=running)["Reservations"]
        vpcs = [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if not one["IsDefault"]]
        return [*vpcs, *(one["InstanceId"] for each in found for one in each["Instances"])]


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("drill")
    with serving_in(folder) as started:
        yield Outside(started, folder)
        assert started.end() == (0, "")
        assert "Traceback" not in started.log.read_text()


@pytest.fixture(scope="module")
def both(outside: Outside) -> dict[str, tuple[int, str]]:
    """Two drills at a time: where everything works, and where the rules are switched off."""
    events = outside.client("land-registry", "events")
    rules = events.list_rules(NamePrefix="containment-compromised-instance")["Rules"]
    assert rules
    for rule in rules:
        events.disable_rule(Name=rule["Name"])
    broken = ("--account", "land-registry", "--answer-within", "0.1")
    started = {"whole": outside.start("whole"), "broken": outside.start("broken", *broken)}
    return {name: outside.ended(running) for name, running in started.items()}


def test_what_works_passes_with_its_times_and_leaves_nothing(
    outside: Outside, both: dict[str, tuple[int, str]]
) -> None:
    status, said = both["whole"]
    assert status == 0, said
    told = outside.told("whole")
    assert (told["passed"], told["account"], told["region"]) == (True, "tax", REGION)
    stages = {each["stage"]: each["elapsed_s"] for each in told["scenarios"][0]["stages"]}
    assert list(stages) == [
        "detected",
        "received",
        "blocked",
        "contained",
        "preserved",
        "released",
    ]
    assert 0 < stages["detected"] < stages["contained"] < 60
    assert all(stage in said for stage in stages)
    assert said.rstrip().endswith("passed")
    assert outside.left("tax") == []


def test_what_is_broken_fails_with_a_sentence_and_leaves_nothing(
    outside: Outside, both: dict[str, tuple[int, str]]
) -> None:
    status, said = both["broken"]
    assert status == 1
    assert "failed: GuardDuty has found it, and the ledger has nothing of it after 6 s" in said
    assert "shows rules that are disabled" in " ".join(said.split())
    told = outside.told("broken")
    assert (told["passed"], told["account"]) == (False, "land-registry")
    assert [each["stage"] for each in told["scenarios"][0]["stages"]] == ["detected"]
    assert outside.left("land-registry") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("both")
def test_whoever_stops_it_leaves_nothing_behind(outside: Outside, number: signal.Signals) -> None:
    running = outside.waiting("stopped")
    running.send_signal(number)
    status, said = outside.ended(running)
    assert status == 1
    assert "failed: interrupted before its end" in said
    assert outside.told("stopped")["passed"] is False
    assert outside.left("land-registry") == []


@pytest.mark.usefixtures("both")
def test_what_a_killed_drill_has_left_is_taken_away_when_somebody_asks_for_it(
    outside: Outside,
) -> None:
    running = outside.waiting("killed")
    running.kill()
    running.communicate(timeout=20)
    left = outside.left("land-registry")
    words = ("--account", "land-registry", "--remove-abandoned")
    status, said = outside.ended(outside.start("none", *words))
    assert (status, said.strip()) == (0, f"removed with all in it: {left[0]}")
    assert outside.left("land-registry") == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--environment", "qa"), "no stack 'qa': Pulumi.qa.yaml is missing"),
        (("--account", "management"), "no account management with a pipeline in dev"),
        (("--role", "nobody"), "AccessDenied"),
    ],
)
def test_what_cannot_be_asked_ends_with_status_2(
    outside: Outside, words: tuple[str, ...], sentence: str
) -> None:
    running = outside.start("unasked", *words)
    said, progress = running.communicate(timeout=60)
    assert (running.returncode, said) == (2, "")
    assert sentence in progress
    assert "Traceback" not in progress
