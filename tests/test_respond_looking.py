"""A look before a person has to: two ends are settled, and everything like them waits."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.scenarios.responding import SUSPICIOUS
from operations.victims import Network, Target
from runbooks.respond_to_incident.looking import judged
from tests.decided import MINUTES
from tests.organization import Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION

ANNA = "arn:aws:sts::333333333333:assumed-role/admin/anna"
ITSELF = "arn:aws:sts::333333333333:assumed-role/web/i-0123456789abcdef0"
WHOLE_TEAM = '["anna", "cora", "ben"]'


def called(name: str, who: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    event = {
        "eventName": name,
        "eventTime": "2026-11-24T12:00:00Z",
        "userIdentity": {"arn": ANNA} if who is None else who,
        **more,
    }
    return {"CloudTrailEvent": json.dumps(event)}


ENDED = called("TerminateInstances")


@pytest.mark.parametrize("state", ["terminated", "shutting-down"])
@pytest.mark.parametrize(
    "who", [{"arn": ANNA}, {"invokedBy": "autoscaling.amazonaws.com"}], ids=["a person", "AWS"]
)
def test_an_instance_that_somebody_ended_and_had_no_role_is_settled_with_who_did_it(
    state: str, who: dict[str, str]
) -> None:
    settled, why = judged(
        state, [called("RebootInstances"), called("TerminateInstances", who)], role=False
    )
    assert settled == "gone"
    assert f"TerminateInstances by {next(iter(who.values()))} at 2026-11-24T12:00:00Z" in why


@pytest.mark.parametrize(
    ("state", "calls", "role", "said"),
    [
        ("terminated", [], False, "nobody is known to have touched it"),
        ("terminated", [called("StopInstances")], False, "nobody is known to have touched it"),
        ("terminated", [called("TerminateInstances", errorCode="AccessDenied")], False, "nobody"),
        ("terminated", [called("TerminateInstances", {})], False, "TerminateInstances by - at"),
        ("terminated", [called("TerminateInstances", {"arn": ITSELF})], False, f"by {ITSELF}"),
        (
            "terminated",
            [ENDED],
            True,
            f"its role's keys go on for hours: TerminateInstances by {ANNA}",
        ),
        ("stopped", [called("StopInstances")], False, f"it is stopped; StopInstances by {ANNA}"),
        ("stopping", [], False, "it is stopping; nobody is known"),
        ("running", [ENDED], False, f"it is running; TerminateInstances by {ANNA}"),
        ("running", [], False, "it is running; nobody is known to have touched it in a day"),
        ("pending", [], False, "it is pending"),
    ],
    ids=[
        "nobody known",
        "stopped before, ended by nobody known",
        "a refused call ended nothing",
        "no name",
        "by its own keys",
        "it had a role",
        "stopped",
        "stopping",
        "runs still",
        "runs",
        "a state without a deed",
    ],
)
def test_what_is_not_quite_that_waits_for_a_person_who_is_told_what_there_is(
    state: str, calls: list[dict[str, Any]], role: bool, said: str
) -> None:
    settled, why = judged(state, calls, role=role)
    assert settled == ""
    assert said in why


@pytest.fixture
def response(organization: Deployed) -> Response:
    return response_at(organization, ACCOUNT, REGION).deploy()


def archive(response: Response, arn: str) -> None:
    guardduty = response.client("guardduty")
    detector = guardduty.list_detectors()["DetectorIds"][0]
    guardduty.archive_findings(DetectorId=detector, FindingIds=[arn.split("/")[-1]])


def last_word(response: Response, run: Any) -> tuple[str, str | None, str]:
    """Where the run is, what settled it by the ledger, and what was said last but the release."""
    of_run = [each for each in response.told() if each["execution_id"] == run.id]
    answered = [each["outcome"] for each in of_run if each["stage"] == "answered"]
    said = response.chat()[-1]
    return run.steps[-1].name, (answered or [None])[-1], json.dumps(said, ensure_ascii=False)


@pytest.mark.parametrize("drill", [True, False], ids=["a drill", "in earnest"])
def test_a_finding_that_was_archived_meanwhile_is_closed_and_the_whole_team_is_told(
    response: Response, network: Network, *, drill: bool
) -> None:
    target = network.add_instance() if drill else response.real(network)
    arn = response.filed(network, target, SUSPICIOUS)
    archive(response, arn)
    run = response.start(FindingArn=arn)
    assert run.status == "Success", [(s.name, s.failure) for s in run.steps]
    step, outcome, said = last_word(response, run)
    assert (step, outcome) == ("recover_end", "archived")
    assert "Settled, no turn of yours: archived" in said
    assert json.dumps(WHOLE_TEAM) in said
    assert "mitigate_by_hand" not in [each.name for each in run.steps]
    opened = response.item(arn.split("/")[-1])["incident"]
    item = response.client("ssm").get_ops_item(OpsItemId=opened)["OpsItem"]
    assert item["Status"] == "Resolved"


def test_an_instance_that_somebody_terminated_closes_and_one_that_was_stopped_waits(
    response: Response, network: Network
) -> None:
    gone, stopped = network.add_instance(), network.add_instance()
    for target, call in ((gone, "terminate_instances"), (stopped, "stop_instances")):
        getattr(network.ec2, call)(InstanceIds=[target.instance])
    arns = [response.filed(network, each, SUSPICIOUS) for each in (gone, stopped)]
    response.wait(150)  # CloudTrail has it later
    step, outcome, said = last_word(response, response.start(FindingArn=arns[0]))
    assert (step, outcome) == ("recover_end", "gone")
    assert "TerminateInstances by arn:aws:sts::" in said
    step, outcome, said = last_word(response, response.start(FindingArn=arns[1]))
    assert (step, outcome) == ("mitigate_by_hand", None)
    assert "it is stopped; StopInstances by arn:aws:sts::" in said
    assert "Resume its step mitigate_by_hand" in said


def test_what_cannot_be_read_waits_and_is_said(response: Response, network: Network) -> None:
    target = network.add_instance()
    network.ec2.terminate_instances(InstanceIds=[target.instance])
    arn = response.filed(network, target, SUSPICIOUS)
    _deny(response, "cloudtrail:LookupEvents")
    response.wait(150)
    step, outcome, said = last_word(response, response.start(FindingArn=arn))
    assert (step, outcome) == ("mitigate_by_hand", None)
    assert "not readable: An error occurred (AccessDeniedException)" in said


@pytest.mark.parametrize("stage", ["failed", "breached", "braked"])
def test_what_calls_people_for_more_than_the_finding_is_not_settled_by_an_archived_one(
    response: Response, network: Network, stage: str
) -> None:
    arn = response.filed(network, network.add_instance(), SUSPICIOUS)
    archive(response, arn)
    run = response.start(FindingArn=arn, Stage=stage, settle=60)
    step, outcome, said = last_word(response, run)
    assert (step, outcome) == ("mitigate_by_hand", None)
    assert "nothing that a look can settle" in said


def _deny(response: Response, action: str) -> None:
    """Until the next deployment, the responder may not call this."""
    iam = response.client("iam")
    policy = iam.get_role_policy(RoleName="containment-responder", PolicyName="may")
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    denied = {**policy["PolicyDocument"]}
    denied["Statement"] = [*denied["Statement"], statement]
    iam.put_role_policy(
        RoleName="containment-responder", PolicyName="may", PolicyDocument=json.dumps(denied)
    )
    response.wait(30)


def test_an_approval_that_nobody_gave_is_looked_at_when_it_is_given_up(
    response: Response, network: Network
) -> None:
    target: Target = network.add_instance()
    arn = response.filed(network, target)
    run = response.asks(network, arn)
    network.ec2.terminate_instances(InstanceIds=[target.instance])
    response.wait(2 * MINUTES * 60 + 60)
    assert run.status == "Success", [(s.name, s.failure) for s in run.steps]
    assert response.stages(arn.split("/")[-1])[-3:] == ["not-contained", "answered", "closed"]
    assert last_word(response, run)[1] == "gone"
