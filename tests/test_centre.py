"""The security account's centre at work: what engages people, how often, and what stays quiet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from names import APPROVER, CENTRAL_BUS, RESPOND, RESPONDER
from tests.actors import refused
from tests.agency import MANAGED, OPS
from tests.analysing import analysed, notes
from tests.centre import HOME, MEMBER, Centre, deployed_centre
from tests.emulated import LAND_REGISTRY, REGION, SECURITY, TAX
from tests.hubs import arrive, own
from tests.test_central_rules import imported

BACKENDS = {"incident-manager": MANAGED, "ops-center": OPS}


# Incident Manager's own escalation; the other backend's is in ``test_respond_escalation.py``.
managed = pytest.mark.parametrize("deployed", ["incident-manager"], indirect=True, scope="module")


@pytest.fixture(scope="module", params=BACKENDS)
def deployed(request: pytest.FixtureRequest) -> Iterator[Centre]:
    with deployed_centre(BACKENDS[request.param]) as running:
        yield running


@pytest.fixture
def centre(deployed: Centre) -> Iterator[Centre]:
    deployed.begin()
    yield deployed
    deployed.settle()


def test_a_finding_opens_one_incident_and_is_answered_by_one_run(centre: Centre) -> None:
    arn = centre.attacked()
    assert len(centre.incidents()) == 1
    [run] = centre.runs()
    assert run.step("triage_read").outputs["Case"]["finding_arn"] == arn
    assert (run.status, run.steps[-1].name) == ("Waiting", "mitigate_by_hand")


def test_a_finding_wakes_whoever_is_on_call_and_nobody_else(centre: Centre) -> None:
    centre.attacked()
    assert centre.paged() == ["anna"]


def test_all_that_is_said_about_a_finding_reaches_the_channel_and_is_shown(centre: Centre) -> None:
    arn = centre.attacked()
    assert centre.unheard() == []
    told = centre.chat()
    assert [each["why_dropped"] for each in told if not each["shown"]] == []
    said = [each for each in told if "CryptoCurrency" in each["title"]]
    assert arn in said[0]["description"]
    assert said[-1]["thread"] == arn
    assert "not readable" not in said[-1]["description"]  # the responder let the response in


@pytest.mark.parametrize(
    "product",
    [
        f"arn:aws:securityhub:{REGION}::product/aws/securityhub",
        f"arn:aws:securityhub:{REGION}:{TAX}:product/{TAX}/default",
    ],
    ids=["security-hubs", "own"],
)
def test_posture_opens_nothing_wakes_nobody_and_is_not_said(centre: Centre, product: str) -> None:
    control = imported(
        "Policy:EC2/Any",
        ProductArn=product,
        Types=["Software and Configuration Checks/Industry and Regulatory Standards"],
        Severity={"Label": "CRITICAL"},
        Compliance={"Status": "FAILED"},
    )
    happens(centre, control)
    assert (centre.incidents(), centre.runs(), centre.paged(), centre.chat()) == ([], [], [], [])


def happens(centre: Centre, event: dict[str, Any], bus: str = "default") -> None:
    """An event on a bus of the security account, and what follows."""
    whole = {"version": "0", "id": "e1", "time": "2026-11-24T09:00:00Z", "region": REGION,
             "account": SECURITY, "resources": [], **event}  # fmt: skip
    centre.running.world.relay.publish(SECURITY, REGION, bus, whole)
    centre.wait()


def test_what_another_product_finds_is_said_and_wakes_nobody(centre: Centre) -> None:
    hub = centre.client("securityhub", TAX)
    hub.batch_import_findings(Findings=[own(Types=["TTPs/Command and Control"])])
    centre.wait()
    assert [each["shown"] for each in centre.chat()] == [True]
    assert (centre.incidents(), centre.runs(), centre.paged()) == ([], [], [])


def test_neither_the_responses_own_mark_nor_a_later_update_engages_people_again(
    centre: Centre,
) -> None:
    arn = centre.attacked()
    centre.wait(120)
    hub = centre.client("securityhub")
    wanted = {"Id": [{"Value": arn, "Comparison": "EQUALS"}]}
    [marked] = hub.get_findings(Filters=wanted)["Findings"]
    assert marked["Workflow"]["Status"] == "NOTIFIED"
    named = {"Id": arn, "ProductArn": marked["ProductArn"]}
    hub.batch_update_findings(
        FindingIdentifiers=[named], Note={"Text": "looked at", "UpdatedBy": "anna"}
    )
    centre.wait(120)
    assert (len(centre.incidents()), len(centre.runs())) == (1, 1)


def test_two_findings_that_are_open_together_are_two_incidents(centre: Centre) -> None:
    first = centre.found()
    centre.wait(2)  # a second start within a second is refused, and no plan tries again (trap 4.5)
    second = centre.attacked()
    read = [run.step("triage_read").outputs["Case"]["finding_arn"] for run in centre.runs()]
    assert sorted(read) == sorted([first, second])
    assert len(centre.incidents()) == 2


def test_a_response_that_fails_is_said_once_and_not_answered_by_a_response(centre: Centre) -> None:
    ended = {"Definition": RESPOND, "Status": "Failed", "ExecutionId": "e-0"}
    kind = "EC2 Automation Execution Status-change Notification"
    for bus in ("default", CENTRAL_BUS):  # the second as a forwarder would send it on
        happens(centre, {"source": "aws.ssm", "detail-type": kind, "detail": ended}, bus)
    assert [each["title"] for each in centre.chat()] == ["The response to people ended Failed"]
    assert (centre.incidents(), centre.runs()) == ([], [])


@managed
def test_without_an_answer_the_backup_is_asked_and_then_everybody(centre: Centre) -> None:
    centre.attacked()
    centre.wait(12 * 60)
    assert centre.paged()[:2] == ["anna", "carla"]
    assert set(centre.paged()[2:]) == {"anna", "ben", "carla"}


@managed
@pytest.mark.parametrize("minutes", [0, 6], ids=["on-call", "backup"])
def test_an_answer_ends_the_escalation(centre: Centre, minutes: int) -> None:
    centre.attacked()
    centre.wait(minutes * 60)
    asked = ["anna", "carla"] if minutes else ["anna"]
    assert centre.paged() == asked
    centre.answer(asked[-1])
    centre.wait(20 * 60)
    assert centre.paged() == asked


def test_who_has_no_role_cannot_decide_in_chat_and_who_has_the_approvers_can(
    centre: Centre,
) -> None:
    happens(centre, wanting_approval(centre.found()), CENTRAL_BUS)
    arrive(centre.running)
    asking = next(run for run in centre.runs() if not run.finished)
    assert asking.steps[-1].name == "mitigate_ask"
    question = next(each for each in centre.chat() if len(each["buttons"]) == 2)
    assert [each["text"] for each in question["buttons"]] == ["Approve", "Reject"]
    assert "requires a role of each user" in centre.press(question, "reject", None)
    centre.wait()
    assert asking.status == "Waiting"
    assert "I ran the command" in centre.press(question, "reject", HOME.role(APPROVER))
    centre.wait()
    assert asking.status == "Success"


def wanting_approval(finding_arn: str) -> dict[str, Any]:
    """What a member's run puts into the ledger where a person decides."""
    about = {
        "stage": "approval-wanted", "action": "Contain", "dry_run": False, "drill": False,
        "finding_arn": finding_arn, "finding_id": finding_arn.rpartition("/")[2],
        "route": "compromised-instance", "execution_id": "e-0",
        "resource": f"arn:aws:ec2:{REGION}:{TAX}:instance/i-0", "why": "the mode is approval",
        "at": "2026-11-24T09:00:00+00:00",
    }  # fmt: skip
    return {
        "source": "containment.runbook",
        "detail-type": "Containment Stage",
        "account": TAX,
        "detail": about,
    }


def test_whoever_decides_can_start_and_read_nothing_else(centre: Centre) -> None:
    keys = centre.client("sts").assume_role(RoleArn=HOME.role(APPROVER), RoleSessionName="anna")[
        "Credentials"
    ]
    anna = centre.running.world.clients.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )
    ssm = anna.client("ssm", REGION)
    for call in (
        lambda: ssm.start_automation_execution(DocumentName=RESPOND),
        lambda: ssm.get_parameter(Name="secret"),
        lambda: anna.client("iam").list_roles(),
    ):
        assert refused(call)[0] in ("AccessDenied", "AccessDeniedException")


@pytest.mark.parametrize("account", [SECURITY, TAX, LAND_REGISTRY])
def test_nobody_but_the_response_is_let_in_by_a_members_responder(
    centre: Centre, account: str
) -> None:
    sts = centre.client("sts", account)
    code, _ = refused(
        lambda: sts.assume_role(RoleArn=MEMBER.role(RESPONDER), RoleSessionName="somebody")
    )
    assert code == "AccessDenied"


def test_what_an_analysis_recommends_is_opened_once_and_related_to_what_was_opened(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arn = centre.attacked()
    centre.wait(12 * 60)  # nobody acknowledges
    if centre.engagement.backend == "incident-manager":
        centre.answer("anna")
        centre.wait(6 * 60)  # Escalate looks every five minutes
    [incident] = centre.incidents()
    first, again = (analysed(centre, arn, monkeypatch, tmp_path) for _ in range(2))
    assert first == again
    assert set(first) == {
        "Call the next one of security sooner",
        "Find out whether security can be reached",
        "Add a backup to security",
    }
    ssm = centre.client("ssm")
    assert " in tax, " in tmp_path.joinpath("analysis.md").read_text().splitlines()[0]
    for title, item in first.items():
        found = ssm.get_ops_item(OpsItemId=item)["OpsItem"]
        assert found["Title"] == f"[security] {title}"
        assert "acknowledged" in found["Description"]
        if incident.startswith("oi-"):
            assert found["RelatedOpsItems"] == [{"OpsItemId": incident}]
        else:
            [related] = ssm.list_ops_item_related_items(OpsItemId=item)["Summaries"]
            assert related["ResourceUri"] == incident
    if incident.startswith("arn:"):
        noted = notes(centre, incident)
        assert len(noted) == 1
        assert all(item in noted[0] for item in first.values())
