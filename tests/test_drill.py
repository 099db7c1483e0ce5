"""The drill: verdicts and figures; and that each scenario fails when what it checks is broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from operations import drill
from operations.expectations import expect
from operations.findings import finding
from operations.scenarios import Scenario
from tests.actors import iam_acts
from tests.drilling import play, played, why
from tests.organization import CONTAIN, Deployed
from tests.sabotage import ACCOUNT, REGION, before, ec2, move, named, owned, pattern, victims

QUARANTINE = "mitigate_swap_to_quarantine"
JUDGE = "mitigate_judge"


def scenario(name: str, what: Callable[[Any], None]) -> Scenario:
    return Scenario(name=name, shows="what a test wants", play=what)


def test_a_scenario_that_contains_passes_with_its_figures_and_leaves_nothing(
    alone: Deployed,
) -> None:
    was = owned(alone)
    result = played(alone, "cryptomining")
    assert (result.verdict, result.why) == ("passed", None)
    stages = [stage["stage"] for stage in result.stages]
    assert stages[0] == "received"
    assert stages.index("contained") < stages.index("released") == len(stages) - 1
    [elapsed] = [each["elapsed_s"] for each in result.stages if each["stage"] == "contained"]
    assert result.time_to_contain_s == elapsed
    assert 0 < float(elapsed or 0) < 300
    assert 5 < int(result.steps_to_contain or 0) < 30
    assert 10 < int(result.calls_to_contain or 0) < 100
    assert owned(alone) == was


def test_where_nothing_was_contained_there_are_no_figures(alone: Deployed) -> None:
    result = played(alone, "sample-finding")
    assert (result.verdict, result.why) == ("passed", None)
    assert [stage["stage"] for stage in result.stages] == ["received"]
    figures = (result.time_to_contain_s, result.steps_to_contain, result.calls_to_contain)
    assert figures == (None, None, None)


def test_an_unmet_expectation_is_the_verdict_with_its_sentence_and_its_stages(
    alone: Deployed,
) -> None:
    def unmet(ground: Any) -> None:
        with alone.network("tax") as network:
            found = finding("Recon:EC2/Portscan", network, network.add_instance())
            ground.attack(ACCOUNT, REGION, found)
            alone.settle(10)
            expect(found["id"] == "", "the moon is not made of cheese")

    [result] = play(alone, scenario("unmet", unmet))
    assert why(result) == "the moon is not made of cheese"
    assert [stage["stage"] for stage in result.stages] == ["received"]
    assert result.stages[0]["why"] == "for people: reconnaissance"


def test_a_crash_is_a_verdict_and_the_others_are_played(alone: Deployed) -> None:
    def crash(_: Any) -> None:
        raise KeyError("GroupId")

    first, second = play(
        alone, scenario("crash", crash), scenario("quiet", lambda _: expect(True, "never"))
    )
    assert why(first) == "KeyError: 'GroupId'"
    assert (second.name, second.verdict, second.stages) == ("quiet", "passed", [])


def test_a_ledger_that_cannot_be_read_is_a_verdict_and_the_others_are_played(
    alone: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attacks(ground: Any) -> None:
        ground.attacked.append("somebody")

    def gone(*_: Any) -> Any:
        raise LookupError("there is no log group")

    monkeypatch.setattr(drill, "ledger", gone)
    first, second = play(
        alone, scenario("unread", attacks), scenario("quiet", lambda _: expect(True, "never"))
    )
    assert why(first) == "played; not measured: LookupError: there is no log group"
    assert second.verdict == "passed"


def test_cryptomining_fails_where_the_quarantine_group_lets_something_through(
    alone: Deployed,
) -> None:
    def opened(_: Any) -> None:
        everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        ec2(alone).authorize_security_group_ingress(
            GroupId=named(alone, "containment-quarantine-"), IpPermissions=[everything]
        )

    done = before(alone, JUDGE, "DeleteSecurityGroup", opened)
    assert "lets something through" in why(played(alone, "cryptomining"))
    assert done


def test_cryptomining_fails_where_the_sibling_is_moved(alone: Deployed) -> None:
    def moved(_: Any) -> None:
        [interface] = victims(alone)[-1]["NetworkInterfaces"]
        move(alone, interface, [named(alone, "drill-web")])

    done = before(alone, QUARANTINE, "ModifyNetworkInterfaceAttribute", moved)
    assert "was touched" in why(played(alone, "cryptomining"))
    assert done


def test_cryptomining_fails_where_the_transitional_group_is_left_behind(alone: Deployed) -> None:
    def left(_: Any) -> None:
        ec2(alone).create_security_group(
            GroupName=f"containment-transitional-{ACCOUNT}",
            Description="as if it had not been removed",
            VpcId=victims(alone)[0]["VpcId"],
        )

    done = before(alone, JUDGE, "DeleteSecurityGroup", left)
    assert "left other groups behind" in why(played(alone, "cryptomining"))
    assert done


@pytest.mark.parametrize(
    ("name", "rule", "condition"),
    [
        ("command-and-control-dns", "compromised-instance-1", {"resourceRole": ["ACTOR"]}),
        ("ssh-brute-force-actor", "attacking-instance", {"resourceRole": ["TARGET"]}),
    ],
)
def test_a_finding_that_no_rule_answers_any_more_fails_its_scenario(
    alone: Deployed, name: str, rule: str, condition: dict[str, Any]
) -> None:
    with pattern(alone, f"containment-{rule}", lambda detail: detail["service"].update(condition)):
        assert "no contained in the ledger" in why(played(alone, name))


def test_ssh_brute_force_target_fails_where_the_victim_is_isolated(alone: Deployed) -> None:
    def isolated() -> None:
        victim = victims(alone)[-1]
        empty = ec2(alone).create_security_group(
            GroupName="somebody-closed-it", Description="no", VpcId=victim["VpcId"]
        )
        move(alone, victim["NetworkInterfaces"][0], [empty["GroupId"]])

    alone.emulator.world.clock.later(60, isolated)
    assert "was touched" in why(played(alone, "ssh-brute-force-target"))


def test_ssh_brute_force_target_fails_where_its_finding_is_answered_by_a_runbook(
    alone: Deployed,
) -> None:
    def both(detail: Any) -> None:
        del detail["service"]["resourceRole"]

    with pattern(alone, "containment-attacking-instance", both):
        assert "not the receipt alone" in why(played(alone, "ssh-brute-force-target"))


def test_sample_finding_fails_where_samples_are_answered_like_findings(alone: Deployed) -> None:
    def let_in(detail: Any) -> None:
        del detail["service"]["additionalInfo"]

    with pattern(alone, "containment-compromised-instance-1", let_in):
        result = played(alone, "sample-finding")
    assert "recorded under" in why(result) or "not the receipt alone" in why(result)


def test_sample_finding_fails_where_samples_are_not_recorded(alone: Deployed) -> None:
    def nothing(detail: Any) -> None:
        detail["accountId"] = ["000000000000"]

    with pattern(alone, "containment-set-aside", nothing):
        assert "it holds: nothing" in why(played(alone, "sample-finding"))


def test_permission_removed_fails_where_the_permission_comes_back_too_early(
    alone: Deployed,
) -> None:
    iam = alone.ground.client(ACCOUNT, "iam", REGION)
    role = {"RoleName": CONTAIN, "PolicyName": "may"}
    whole = json.dumps(iam.get_role_policy(**role)["PolicyDocument"])

    def back(_: Any) -> None:
        iam.put_role_policy(**role, PolicyDocument=whole)
        iam_acts(alone.emulator)

    done = before(alone, "triage_read_finding", "GetFindings", back)
    assert "no failed in the ledger" in why(played(alone, "permission-removed"))
    assert done


def test_permission_removed_fails_where_something_half_done_stays(alone: Deployed) -> None:
    def half_done(_: Any) -> None:
        interface = victims(alone)[0]["NetworkInterfaces"][0]
        move(alone, interface, [named(alone, "drill-web")])

    done = before(alone, "recover_report_failure", "PutEvents", half_done)
    assert "was touched" in why(played(alone, "permission-removed"))
    assert done
