"""``python -m operations evidence``: what is kept of a finding is found, compared, and told."""

from __future__ import annotations

import inspect
import json
import uuid
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

import names
import runbooks.evidence
import runbooks.ledger
from names import Place
from operations.__main__ import app
from operations.entry import DEPLOYER
from operations.evidence import Evidence, EvidenceError
from operations.victims import Network
from rehearsal.emulator.identity import session_for_service
from runbooks.evidence import exemption_for, keep
from runbooks.ledger import record
from runbooks.scripts import needed_by
from tests.actors import refused
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION

CENTRAL = Place(partition="aws", account=ACCOUNT, region=REGION)
BUCKET = names.evidence_bucket(CENTRAL)
STACK = {
    "AccountId": ACCOUNT,
    "HomeRegion": REGION,
    "EvidenceBucket": BUCKET,
    "ExemptionsBucket": names.exemptions_bucket(CENTRAL),
}


@pytest.fixture
def case(organization: Deployed, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A run of the Contain role about a finding of its own; scripts call AWS as that role."""
    session = session_for_service(
        organization.emulator.world,
        service="ssm.amazonaws.com",
        role_arn=CENTRAL.role("containment-isolate-instance"),
        source_arn=CENTRAL.arn("ssm", "automation-execution/1"),
        source_account=ACCOUNT,
        session_name="run",
    )

    def client(service: str, region_name: str | None = None) -> Any:
        # The command makes its clients from sessions of its own; only scripts come by here.
        return session.client(service, region_name or REGION)

    monkeypatch.setattr(boto3, "client", client)
    return {
        "finding_id": uuid.uuid4().hex,
        "execution_id": str(uuid.uuid4()),
        "event_time": organization.ground.now().isoformat(),
        "route": "compromised-instance",
        "action": "Contain",
        "resource": "arn:aws:ec2:eu-central-1:333333333333:instance/i-1",
    }


Told = Callable[..., Any]


@pytest.fixture
def told(organization: Deployed, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The command, by a stranger who may assume the deployer role."""
    for name, value in {
        "AWS_ENDPOINT_URL": organization.emulator.endpoint,
        "AWS_ACCESS_KEY_ID": "AKIAOUTSIDER00000000",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_DEFAULT_REGION": REGION,
        "COLUMNS": "300",
    }.items():
        monkeypatch.setenv(name, value)

    def run(finding: str, *words: str) -> Any:
        organization.settle(60)
        place = ["--account", ACCOUNT, "--role", DEPLOYER]
        return CliRunner().invoke(app, ["evidence", finding, *words, *place])

    return run


def preserved(case: dict[str, Any], **bodies: str) -> list[dict[str, str]]:
    """Keep bodies as evidence and record it."""
    kept = [keep(case, STACK, name, body) for name, body in bodies.items()]
    record(case, "preserved", evidence={"objects": kept})
    return kept


def states(answer: Any) -> dict[str, str]:
    """The last part of each key → its state, of what ``--json`` prints."""
    listed = json.loads(answer.stdout)
    return {each["key"].rpartition("/")[2]: each["state"] for each in listed}


def test_what_was_kept_is_listed_with_its_state_and_until_when_it_is_held(
    organization: Deployed, case: dict[str, Any], told: Told
) -> None:
    kept = preserved(case, groups="{}", memory="pages")
    answer = told(case["finding_id"], "--json")
    assert answer.exit_code == 0
    listed = json.loads(answer.stdout)
    assert [(e["key"], e["version"], e["sha256"]) for e in listed] == [
        (e["key"], e["version"], e["sha256"]) for e in kept
    ]
    assert {(e["state"], e["stage"], e["mode"]) for e in listed} == {
        ("intact", "preserved", "GOVERNANCE")
    }
    assert all(e["until"] > organization.ground.now().isoformat() for e in listed)
    shown = told(case["finding_id"])
    assert shown.exit_code == 0
    for part in (kept[0]["key"], kept[1]["version"], "intact", "GOVERNANCE", BUCKET):
        assert part in shown.stdout


def test_a_wrong_hash_a_missing_version_and_what_is_elsewhere_are_told(
    case: dict[str, Any], told: Told
) -> None:
    right, wrong, missing, foreign = preserved(case, right="1", wrong="2", missing="3", foreign="4")
    record(case, "preserved", evidence={"objects": [right, {**wrong, "sha256": "0" * 64}]})
    record(case, "preserved", evidence={"objects": [{**missing, "version": str(uuid.uuid4())}]})
    record(case, "preserved", evidence={"objects": [{**foreign, "bucket": "another"}]})
    record(case, "preserved", evidence={"objects": [{**foreign, "key": "444444444444/x/y"}]})
    record(case, "preserved", evidence={"objects": [{"key": 5}]})
    answer = told(case["finding_id"], "--json")
    assert answer.exit_code == 1
    found = [(e["key"].rpartition("/")[2], e["state"]) for e in json.loads(answer.stdout)]
    assert [each for each in found if each[1] != "intact"] == [
        ("wrong", "differs"),
        ("missing", "missing"),
        ("foreign", "elsewhere"),
        ("y", "elsewhere"),
        ("{'key': 5}", "unreadable"),
    ]
    assert "5 of 10 are not as they were put" in answer.stderr


def test_a_new_version_and_a_marker_over_the_old_one_are_found_and_the_old_one_is_intact(
    organization: Deployed, case: dict[str, Any], told: Told
) -> None:
    (kept,) = preserved(case, groups="{}")
    s3 = organization.ground.client(ACCOUNT, "s3", REGION)
    there = {"Bucket": BUCKET, "Key": kept["key"]}
    s3.put_object(**there, Body=b"forged", ChecksumAlgorithm="SHA256")
    s3.delete_object(**there)
    answer = told(case["finding_id"], "--json")
    assert answer.exit_code == 1
    found = [each["state"] for each in json.loads(answer.stdout)]
    assert found == ["intact", "unrecorded", "hidden"]
    assert f"{kept['key']} (unrecorded)" in answer.stderr


def test_evidence_is_not_deleted_before_its_time_but_past_governance_and_that_is_told(
    organization: Deployed, case: dict[str, Any], told: Told
) -> None:
    (kept,) = preserved(case, groups="{}")
    s3 = organization.ground.client(ACCOUNT, "s3", REGION)
    version = {"Bucket": BUCKET, "Key": kept["key"], "VersionId": kept["version"]}
    assert refused(lambda: s3.delete_object(**version))[0] == "AccessDenied"
    assert states(told(case["finding_id"], "--json")) == {"groups": "intact"}
    s3.delete_object(**version, BypassGovernanceRetention=True)
    answer = told(case["finding_id"], "--json")
    assert (answer.exit_code, states(answer)) == (1, {"groups": "missing"})


def test_a_finding_without_evidence_is_no_mistake(case: dict[str, Any], told: Told) -> None:
    record(case, "received")
    answer = told(case["finding_id"])
    assert (answer.exit_code, answer.stdout) == (
        0,
        f"no evidence of {case['finding_id']} is recorded or there\n",
    )


def test_what_is_no_finding_or_unknown_is_a_sentence_and_status_2(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = told("i-0a1b2c")
    assert wrong.exit_code == 2
    assert "'i-0a1b2c' is no finding: write its id, 32 of 0-9 and a-f" in wrong.stderr
    unknown = told("e" * 32)
    assert unknown.exit_code == 2
    assert f"the ledger knows no finding {'e' * 32}" in unknown.stderr
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    lost = told("e" * 32)
    assert lost.exit_code == 2
    assert "give --region, the home region of the stack" in lost.stderr


def test_evidence_that_may_not_be_read_is_not_called_missing(
    organization: Deployed, case: dict[str, Any]
) -> None:
    preserved(case, groups="{}")
    organization.settle(60)
    records = organization.records(case["finding_id"])
    with pytest.raises(EvidenceError, match="is no finding"):
        Evidence(s3=None, bucket=BUCKET).of("", records)
    as_contain = boto3.client("s3", region_name=REGION)
    code, _ = refused(
        lambda: Evidence(s3=as_contain, bucket=BUCKET).of(case["finding_id"], records)
    )
    assert code == "AccessDenied"


@pytest.mark.usefixtures("case")
def test_a_single_account_reads_its_own_exemptions() -> None:
    assert exemption_for("arn:aws:ec2:eu-central-1:333333333333:instance/i-1", STACK) == ""


STEP = """
def step(event, _context):
    kept = keep(event["Case"], event["Stack"], "found", "memory")
    return {"Exempt": exemption_for(event["Resource"], event["Stack"]), **kept}
"""


def test_both_run_inside_a_step_of_a_document(organization: Deployed, network: Network) -> None:
    case = {"finding_id": uuid.uuid4().hex, "execution_id": "{{ automation:EXECUTION_ID }}"}
    shared = [inspect.getsource(module) for module in (runbooks.ledger, runbooks.evidence)]
    inputs = {
        "Runtime": "python3.11",
        "Handler": "step",
        "Script": needed_by("step", "\n".join([*shared, STEP])),
        "InputPayload": {"Case": case, "Stack": STACK, "Resource": "arn:aws:ec2:x"},
    }
    document = {
        "schemaVersion": "0.3",
        "assumeRole": CENTRAL.role("containment-isolate-instance"),
        "mainSteps": [{"name": "triage_keep", "action": "aws:executeScript", "inputs": inputs}],
    }
    ssm = organization.ground.client(ACCOUNT, "ssm", REGION)
    ssm.create_document(
        Name="keeps", DocumentType="Automation", DocumentFormat="JSON", Content=json.dumps(document)
    )
    ran = organization.start(network, "keeps").step("triage_keep")
    assert ran.status == "Success", ran.failure
    kept = json.loads(ran.outputs["OutputPayload"])["Payload"]
    assert kept["Exempt"] == ""
    assert kept["key"].startswith(f"{ACCOUNT}/{case['finding_id']}/")
    s3 = organization.ground.client(ACCOUNT, "s3", REGION)
    there = s3.get_object(Bucket=BUCKET, Key=kept["key"], VersionId=kept["version"])
    assert there["Body"].read() == b"memory"
