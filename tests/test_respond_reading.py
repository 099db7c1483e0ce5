"""What starts a response: each kind of start is read, answered once, and never lost."""

from __future__ import annotations

import json

import pytest

from operations.findings import finding
from operations.scenarios.responding import SUSPICIOUS
from operations.victims import Network
from tests.organization import MINING, Deployed
from tests.responding import Response, response_at
from tests.sabotage import ACCOUNT, REGION

MINER = f"arn:aws:securityhub:{REGION}::product/aws/guardduty/"


@pytest.fixture
def response(organization: Deployed) -> Response:
    return response_at(organization, ACCOUNT, REGION).deploy()


def test_security_hubs_text_names_the_finding_and_the_pipeline_is_followed(
    response: Response, network: Network
) -> None:
    target = response.real(network)
    found = response.organization.attack(network, target)
    arn = arn_of(response, found)
    run = response.start(FindingArn=MINER + arn)
    assert run.status == "Waiting", [(s.name, s.failure) for s in run.steps]
    assert run.steps[-1].name == "recover_offer"
    assert response.stages(found) == ["engaged", "paged", "offered", "answered"]
    response.wait(120)
    assert response.in_hub(arn)["Workflow"]["Status"] == "NOTIFIED"
    _, context, outcome = response.chat()
    page = context["told"]["content"]["description"]
    assert f"instance/{target.instance}" in page
    assert "The pipeline, run `-`: " in page
    assert "no owner tag: the team security answers" in page
    assert outcome["told"]["content"]["title"] == "Outcome: contained"
    answered = next(each for each in response.told() if each["stage"] == "answered")
    assert (answered["outcome"], answered["route"]) == ("contained", "compromised-instance")
    response.signal(run, "Reject")
    response.wait(60)
    assert run.status == "Success"
    assert response.stages(found)[-1] == "closed"


def arn_of(response: Response, found: str) -> str:
    detector = response.client("guardduty").list_detectors()["DetectorIds"][0]
    return f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{detector}/finding/{found}"


def test_a_second_run_joins_and_what_comes_after_the_end_is_a_new_response(
    response: Response, network: Network
) -> None:
    target = network.add_instance()
    arn = response.filed(network, target)
    found = arn.split("/")[-1]
    first = response.asks(network, arn)
    second = response.start(FindingArn=arn)
    assert second.status == "Success"
    assert [step.name for step in second.steps] == ["triage_read", "triage_go"]
    assert response.stages(found) == ["engaged", "paged", "asked", "joined"]
    response.signal(first, "Reject")
    response.wait(60)
    late = response.start(FindingArn=arn)  # delivered twice (trap 1.6)
    assert late.status == "Success"
    assert response.stages(found)[-1] == "joined"
    response.wait(900)
    again = response.asks(network, arn)
    assert again.status == "Waiting"
    assert response.stages(found)[-3:] == ["engaged", "paged", "asked"]


def test_a_run_that_died_is_taken_over_with_its_ops_item(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    found = arn.split("/")[-1]
    first = response.asks(network, arn)
    opened = response.item(found)["incident"]
    response.client("ssm").stop_automation_execution(AutomationExecutionId=first.id, Type="Cancel")
    response.wait(10)
    second = response.asks(network, arn)
    assert second.status == "Waiting"
    item = response.item(found)
    assert (item["holder"], item["incident"]) == (second.id, opened)


def test_a_sample_is_marked_as_a_drill_and_closed_without_an_offer(response: Response) -> None:
    guardduty = response.client("guardduty")
    detector = guardduty.list_detectors()["DetectorIds"][0]
    guardduty.create_sample_findings(DetectorId=detector, FindingTypes=[MINING])
    response.wait(300)
    found = next(
        each
        for each in response.client("securityhub").get_findings()["Findings"]
        if each.get("Sample")
    )
    run = response.start(FindingArn=found["Id"])
    assert run.status == "Success", [(s.name, s.failure) for s in run.steps]
    told = [each for each in response.told() if each["finding_arn"] == found["Id"]]
    assert [each["stage"] for each in told] == ["engaged", "paged", "closed"]
    assert all(each["drill"] is True for each in told)
    assert all(each["told"]["content"]["title"].startswith("[drill] ") for each in response.chat())


@pytest.mark.parametrize(
    "given",
    [
        {"FindingArn": f"arn:aws:securityhub:{REGION}:{ACCOUNT}:security-control/EC2.19/finding/1"},
        {"Route": "reconnaissance", "FindingId": "f-quiet"},
    ],
    ids=["posture", "a quiet route"],
)
def test_what_engages_nobody_is_recorded_and_ends(
    response: Response, given: dict[str, str]
) -> None:
    run = response.start(settle=30, **given)
    assert run.status == "Success"
    assert response.told()[-1]["stage"] == "skipped"
    assert response.chat() == []


def test_without_any_finding_people_respond_by_hand_and_the_item_is_closed(
    response: Response,
) -> None:
    run = response.start(settle=60)
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_by_hand")
    _, _, looked = response.chat()
    assert "Resume its step mitigate_by_hand" in looked["told"]["content"]["nextSteps"][0]
    opened = response.item(run.id)["incident"]
    response.signal(run, "Resume")
    response.wait(30)
    assert run.status == "Success"
    item = response.client("ssm").get_ops_item(OpsItemId=opened)["OpsItem"]
    assert item["Status"] == "Resolved"
    steps = {each["step"]: each for each in response.told("Response Step")}
    assert (steps["mitigate_by_hand"]["kind"], steps["mitigate_by_hand"]["outcome"]) == (
        "manual",
        "success",
    )
    assert steps["triage_open"]["kind"] == "automatic"
    assert steps["mitigate_by_hand"]["seconds"] >= 20


def test_where_the_ledger_knows_that_nobody_contains_it_the_turn_is_peoples_at_once(
    response: Response, network: Network
) -> None:
    found = response.organization.attack(network, response.real(network), SUSPICIOUS)
    began = response.organization.ground.now()
    run = response.start(FindingArn=arn_of(response, found), Route="compromised-instance")
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_by_hand")
    assert run.step("mitigate_follow").status == "Success"
    assert (response.organization.ground.now() - began).total_seconds() < 60
    [answered] = [each for each in response.told() if each["stage"] == "answered"][-1:]
    assert (answered["finding_id"], answered["outcome"]) == (found, "for-people")
    assert answered["seconds"] < 10


def test_a_failure_is_told_to_the_whole_team_and_leaves_the_incident_open(
    response: Response, network: Network
) -> None:
    arn = response.filed(network, network.add_instance())
    run = response.asks(network, arn)
    iam = response.client("iam")
    responder = json.dumps(
        iam.get_role_policy(RoleName="containment-responder", PolicyName="may")["PolicyDocument"]
    )
    iam.delete_role_policy(RoleName="containment-responder", PolicyName="may")
    response.chat()
    response.wait(30)
    try:
        response.signal(run)
        response.wait(60)
    finally:
        iam.put_role_policy(
            RoleName="containment-responder", PolicyName="may", PolicyDocument=responder
        )
    found = arn.split("/")[-1]
    assert run.status == "Failed"
    assert response.stages(found)[-1] == "failed"
    assert response.item(found)["stage"] == "open"
    [told] = response.chat()
    assert told["to"] == '["anna", "cora", "ben"]'
    assert "mitigate_follow: " in told["told"]["content"]["description"]
    opened = response.item(found)["incident"]
    item = response.client("ssm").get_ops_item(OpsItemId=opened)["OpsItem"]
    assert item["Status"] == "Open"


def test_names_that_an_attacker_wrote_reach_chat_as_plain_code(
    response: Response, network: Network
) -> None:
    target = network.add_instance()
    network.ec2.create_tags(
        Resources=[target.instance],
        Tags=[
            {"Key": "Name", "Value": "<!channel> `x` https://evil.example"},
            {"Key": "Owner", "Value": "a@example.org"},
        ],
    )
    hostile = {**finding(MINING, network, target), "title": "<!here> *x* [y](http://evil.example)"}
    arn = response.organization.file(network, hostile)
    response.asks(network, arn)
    texts = json.dumps(response.chat(), ensure_ascii=False)
    assert "<!" not in texts
    assert "http://evil" not in texts
    assert "https://evil" not in texts
    assert "owner `a(at)example.org`" in texts
