"""What a thief of each role's credentials could do: ``docs/security.md`` says no more, no less."""

from __future__ import annotations

from pathlib import Path

import pytest

from names import APPROVER, DENY_INSTANCE, METRICS_SHARED, RESPONDER
from rehearsal.emulator.iam.evaluate import Policies, Policy, Request, evaluate
from rehearsal.thief.tables import marked, tables_of
from tests.declared import declared
from tests.thieves import LAND, SECURITY, TAX, administrator, deed, thief_in, who_can

DOCUMENT = Path(__file__).parents[1] / "docs" / "security.md"
CONTAIN = "isolate-instance"


def test_the_document_says_what_the_evaluator_says() -> None:
    """Renew it: ``python -m rehearsal.thief``, and read what changed before you commit it."""
    said = marked(DOCUMENT.read_text())
    found = tables_of(thief_in(TAX), thief_in(SECURITY))
    assert said == found


def test_a_thief_finds_the_same_in_every_member_account() -> None:
    assert tables_of(thief_in(TAX), thief_in(SECURITY)) == tables_of(
        thief_in(LAND), thief_in(SECURITY)
    )


@pytest.mark.parametrize("account", [TAX, SECURITY])
@pytest.mark.parametrize(
    "name",
    [
        "write a policy and so become an administrator",
        "change who may assume a role, or make a principal",
        "assume another role, where its trust lets the account in",
        "tag a role with other keys than ours",
        "take another policy off a role",
        "write anything about a role that is never touched",
    ],
)
def test_no_role_of_the_pipeline_can_become_an_administrator(name: str, account: str) -> None:
    assert who_can(name, account) == {}


@pytest.mark.parametrize("account", [TAX, SECURITY])
def test_only_starter_and_responder_hand_roles_on_and_only_those_that_they_start(
    account: str,
) -> None:
    contain = {"the Contain role to Systems Manager"}
    release = {"the Release role to Systems Manager"}
    ways = who_can("hand a role to a service", account)
    assert ways == {"starter": contain, "responder": contain | release}


@pytest.mark.parametrize("account", [TAX, SECURITY])
@pytest.mark.parametrize(
    "name",
    [
        "read evidence",
        "delete evidence or shorten its lock",
        "change what is exempt",
        "use the evidence's key by itself",
        "write or delete the ledger's log",
        "blind detection",
        "cut the wires of the pipeline",
        "read the account's data",
    ],
)
def test_no_role_reads_or_spoils_what_others_keep(name: str, account: str) -> None:
    assert who_can(name, account) == {}


def test_only_the_approver_answers_a_run_that_waits_and_nobody_stops_one() -> None:
    assert who_can("stop a run, or answer one that waits", TAX) == {}
    assert who_can("stop a run, or answer one that waits", SECURITY) == {"approver": {"answer"}}


@pytest.mark.parametrize(
    "name",
    [
        "stop, start or end an instance",
        "run code on an instance",
        "open or empty a security group that is not ours",
        "change routes, network ACLs or public addresses",
        "read a disk, or carry it out of the account",
        "delete a snapshot or a volume",
        "let a denied instance go",
        "start a document",
    ],
)
def test_a_thief_of_the_contain_role_cannot(name: str) -> None:
    assert CONTAIN not in who_can(name)


def test_nobody_gets_evidence_under_the_prefix_of_another_account() -> None:
    for account in (TAX, SECURITY):
        for ways in who_can("add evidence that is false", account).values():
            assert ways == {"under its own account's prefix"}


def test_nobody_speaks_in_the_ledger_as_another_account() -> None:
    for account in (TAX, SECURITY):
        for ways in who_can("put a false record into the ledger", account).values():
            assert "as another account, by its local bus" not in ways


def test_only_contain_touches_brakes_and_caps() -> None:
    assert set(who_can("lift or set a brake, empty or fill a cap")) == {CONTAIN}


def test_a_release_is_started_for_people_only() -> None:
    ways = who_can("start a document")
    assert ways == {
        "starter": {"Contain", "Preserve", "Watch"},
        "responder": {"Contain", "Release"},
    }


def test_the_pre_made_policy_denies_only_the_instances_that_the_tags_of_their_role_name() -> None:
    (text,) = {p.inputs["policy"] for p in declared("dev").of("Policy", name=DENY_INSTANCE)}
    instance = f"arn:aws:ec2:eu-west-1:{TAX}:instance/i-0abc"

    def may(**context: str) -> bool:
        asked = Request(
            principal=f"arn:aws:sts::{TAX}:assumed-role/application/session",
            action="s3:ListAllMyBuckets",
            resource="*",
            context={key.replace("__", ":"): (value,) for key, value in context.items()},
        )
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        allowing = Policy.parse({"Version": "2012-10-17", "Statement": [everything]})
        return evaluate(asked, Policies(identity=[allowing, Policy.parse(text)])).allowed

    tagged = {"aws__principaltag/containment__denied-3": instance}
    assert not may(ec2__sourceinstancearn=instance, **tagged)
    assert may(ec2__sourceinstancearn=f"{instance}f", **tagged)
    assert may(**tagged)
    assert may(ec2__sourceinstancearn=instance)
    everybody = {"aws__principaltag/containment__denied-3": "*"}
    assert may(ec2__sourceinstancearn=instance, **everybody)


def test_people_their_response_and_dashboards_are_trusted_beside_services_and_no_guard_is() -> None:
    """Where this changes, so does what docs/security.md says of trust and of the tamper guard."""
    graph = declared("dev")
    trusted = {RESPONDER: ["AWS"], METRICS_SHARED: ["AWS"], APPROVER: ["AWS", "Service"]}
    for each in graph.of("Role"):
        statements = each.document("assumeRolePolicy")["Statement"]
        principals = [kind for trust in statements for kind in trust["Principal"]]
        assert sorted(principals) == trusted.get(each.inputs["name"], ["Service"]), each.urn
    assert [each.urn for each in graph.aws() if each.type.startswith("aws:organizations/")] == []


def test_a_starter_may_choose_the_mode_and_neither_role_nor_bounds() -> None:
    for document in declared("dev").of("Document", name="containment-isolate-instance"):
        content = document.document("content")
        assert content["assumeRole"].endswith(":role/containment-isolate-instance")
        assert "automatic" in content["parameters"]["Mode"]["allowedValues"]
        assert content["parameters"].keys() == {
            *("Action", "DryRun", "FindingArn", "EventTime", "Route", "Mode"),
        }


@pytest.mark.parametrize(
    ("named", "added", "read", "recorded"),
    [
        ("containment-isolate-instance", {"under its own account's prefix"}, {"the object"}, False),
        ("containment-isolate-instance-preserve", {"under its own account's prefix"}, set(), False),
        ("containment-ledger-forwarder", set(), set(), True),
        ("containment-anything", set(), set(), False),
        ("Administrator", set(), set(), False),
    ],
)
def test_an_administrator_of_a_member_reaches_the_security_account_by_our_names_only(
    named: str, added: set[str], read: set[str], *, recorded: bool
) -> None:
    here, somebody = thief_in(TAX), administrator(TAX, named)

    def manages(name: str) -> set[str]:
        return set(here.manages(somebody, deed(name)))

    assert manages("add evidence that is false") == added
    assert manages("read what is exempt") == read
    assert manages("read evidence") == set()
    assert manages("delete evidence or shorten its lock") == set()
    assert manages("change what is exempt") == set()
    assert manages("write or delete the ledger's log") == set()
    told = manages("put a false record into the ledger")
    assert ("as its own account, by the central bus" in told) == recorded
    assert "as another account, by its local bus" not in told
