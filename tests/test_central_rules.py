"""Who is engaged by which finding of Security Hub, and by what the ledger hears."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from components.asff import NAMESPACES, as_security_hub
from components.central_rules import PeopleRule, alarm_rules, finding_rules, ledger_rules
from components.engagement import Engagement
from components.rules import as_text
from operations.routing.finding_types import LISTED
from rehearsal.emulator.securityhub.finding_types import DOCUMENTED, asff_type
from rehearsal.patterns import matches, validate
from routes import ROUTES, route_of

OF_INSTANCES = [
    each["type"]
    for each in LISTED
    if each["type"].split(":")[1].split("/")[0] in ("EC2", "Runtime")
]
TEAM: dict[str, Any] = {
    "members": ["anna"], "time_zone": "UTC", "starts": "2026-01-05T08:00:00", "days": 7,
    "backups": [], "wait_minutes": 5,
}  # fmt: skip


def engaging(**routes: str) -> Engagement:
    """Two teams; routes that go to the second by name (hyphens as underscores)."""
    return Engagement(
        backend="ops-center",
        persons=[{"name": "anna", "email": "anna@agency.example"}],
        teams=Engagement.of(
            {"backend": "ops-center", "persons": [], "chat": None,
             "teams": {"security": TEAM, "platform": TEAM}}
        ).teams,
        routes={name.replace("_", "-"): team for name, team in routes.items()},
    )  # fmt: skip


PLATFORM = engaging(suspicious_activity="platform")


def imported(kind: str, **finding: Any) -> dict[str, Any]:
    """Security Hub's event about a GuardDuty finding, as it is new; ``...`` takes a field out."""
    whole = {
        "Id": "arn:aws:guardduty:eu-west-1:333333333333:detector/d0/finding/f0",
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/guardduty",
        "ProductName": "GuardDuty",
        "AwsAccountId": "333333333333",
        "Types": [asff_type(kind)],
        "Severity": {"Label": "LOW"},
        "ProductFields": {"aws/guardduty/service/resourceRole": "TARGET"},
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
        **finding,
    }
    return {
        "source": "aws.securityhub",
        "detail-type": "Security Hub Findings - Imported",
        "account": "222222222222",
        "detail": {"findings": [{k: v for k, v in whole.items() if v is not ...}]},
    }


def met(event: dict[str, Any], engagement: Engagement = PLATFORM) -> list[PeopleRule]:
    """The rules about findings that an event meets."""
    return [rule for rule in finding_rules(engagement) if matches(as_text(rule.pattern), event)]


def as_guardduty(kind: str, role: str) -> dict[str, Any]:
    """The same finding as GuardDuty's own event has it."""
    service = {"archived": False, "resourceRole": role}
    return {"type": kind, "resource": {"resourceType": "Instance"}, "service": service}


def test_every_rule_is_one_that_eventbridge_takes_for_any_division_among_teams() -> None:
    apart = ("suspicious_activity", "attacking_instance")
    divisions = [engaging(**dict.fromkeys(each, "platform")) for each in (apart[:1], apart[1:])]
    divisions.append(engaging(**dict.fromkeys(apart, "platform")))
    for engagement in [engaging(), *divisions]:
        found = [*finding_rules(engagement), *ledger_rules(engagement), *alarm_rules(engagement)]
        for rule in found:
            validate(as_text(rule.pattern))
        assert len({(rule.bus, rule.name) for rule in found}) == len(found)


@pytest.mark.parametrize("kind", OF_INSTANCES)
@pytest.mark.parametrize("role", ["ACTOR", "TARGET"])
def test_a_finding_engages_the_team_of_its_route_once_or_nobody(kind: str, role: str) -> None:
    route = route_of(as_guardduty(kind, role))
    event = imported(kind, ProductFields={"aws/guardduty/service/resourceRole": role})
    teams = [rule.team for rule in met(event)]
    quiet = route in {each.name for each in ROUTES if not each.engages}
    assert teams == ([] if quiet else [PLATFORM.team_of(route)])


@pytest.mark.parametrize(
    "change",
    [
        {"Workflow": {"Status": "NOTIFIED"}},
        {"Workflow": {"Status": "SUPPRESSED"}},
        {"RecordState": "ARCHIVED"},
    ],
)
def test_what_people_know_already_or_was_archived_engages_nobody(change: dict[str, Any]) -> None:
    assert met(imported("CryptoCurrency:EC2/BitcoinTool.B", **change)) == []


def test_a_finding_that_does_not_say_its_role_is_not_taken_for_the_victims() -> None:
    kind = "UnauthorizedAccess:EC2/SSHBruteForce"
    (without,) = met(imported(kind, ProductFields={}))
    assert without.route == "attacking-instance"
    assert met(imported(kind)) == []


def test_posture_engages_nobody_whatever_its_severity() -> None:
    control = imported(
        "Policy:EC2/Any",
        ProductArn="arn:aws:securityhub:eu-west-1::product/aws/securityhub",
        Types=["Software and Configuration Checks/Industry and Regulatory Standards"],
        Severity={"Label": "CRITICAL"},
        Compliance={"Status": "FAILED"},
    )
    assert met(control) == []
    own = "arn:aws:securityhub:eu-west-1:333333333333:product/333333333333/default"
    control["detail"]["findings"][0]["ProductArn"] = own
    assert met(control) == []


def test_another_product_is_told_in_chat_and_calls_nobody() -> None:
    own = "arn:aws:securityhub:eu-west-1:333333333333:product/333333333333/default"
    (rule,) = met(imported("Strange:EC2/Thing", ProductArn=own))
    assert (rule.name, rule.team) == ("people-other-product", None)
    inspector = "arn:aws:securityhub:eu-west-1::product/aws/inspector"
    assert met(imported("Strange:EC2/Thing", ProductArn=inspector)) == []


def test_nobody_can_import_a_finding_that_passes_for_guarddutys() -> None:
    forged = imported(
        "CryptoCurrency:EC2/BitcoinTool.B",
        ProductArn="arn:aws:securityhub:eu-west-1:333333333333:product/333333333333/default",
        Compliance={"Status": "FAILED"},
    )
    assert met(forged) == []


def test_a_type_that_nobody_knows_engages_the_first_team() -> None:
    for kind in ("Brand:EC2/NewThing", "Policy:S3/BucketPublic", "Backdoor:EC2/NewFamily"):
        (rule,) = met(imported(kind))
        assert (rule.name, rule.team) == ("people-findings", "security")


def test_a_sample_is_a_drill_and_nothing_else() -> None:
    (rule,) = met(imported("CryptoCurrency:EC2/BitcoinTool.B", Sample=True))
    assert rule.name == "people-drill"
    (real,) = met(imported("CryptoCurrency:EC2/BitcoinTool.B", Sample=False))
    assert real.name == "people-findings"


def test_the_other_hubs_event_and_guarddutys_own_engage_nobody_a_second_time() -> None:
    event = imported("CryptoCurrency:EC2/BitcoinTool.B")
    other = copy.deepcopy(event) | {"detail-type": "Findings Imported V2"}
    own = {"source": "aws.guardduty", "detail-type": "GuardDuty Finding", "detail": {}}
    assert met(other) == []
    assert met(own) == []


def test_a_division_that_makes_a_rule_too_long_is_named_with_a_remedy() -> None:
    with pytest.raises(ValueError, match="give the route with the most types to the first team"):
        list(finding_rules(engaging(compromised_instance="platform")))


def test_the_documented_names_of_all_routed_types_begin_as_the_rules_expect() -> None:
    for route in ROUTES:
        for match in route.matches:
            for prefix in match.types:
                begins = tuple(as_security_hub(prefix))
                named = [asff for kind, asff in DOCUMENTED.items() if kind.startswith(prefix)]
                assert all(asff.startswith(begins) for asff in named), (prefix, named)


def test_a_family_that_the_table_lacks_is_an_error_and_no_guess() -> None:
    with pytest.raises(KeyError):
        list(as_security_hub("Brand:EC2/New"))
    assert all(namespaces for namespaces in NAMESPACES.values())
