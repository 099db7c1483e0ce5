"""The keys for copies of snapshots: where they are, and whom their policy lets in."""

from __future__ import annotations

import json

import pytest

import names
from components.bounds import Bounds
from components.containment import Containment, ContainmentArgs
from components.forensics import DECRYPTS, ENCRYPTS, Forensics, ForensicsArgs, key_policy
from components.hub import ResponseHub, ResponseHubArgs
from names import Place
from rehearsal.emulator.iam.evaluate import Policies, Policy, Request, evaluate
from runbooks import RESPONSE, RUNBOOKS
from tests.agency import OPS
from tests.declared import Graph, declared, made
from tests.stacks import ELSEWHERE, STACKS

ORGANIZATION = "o-exampleorgid"
CENTRAL = Place(partition="aws", account="222222222222", region="eu-west-1")
TAX, OUTSIDE, FORENSICS = "333333333333", "888888888888", "999999999999"
PRESERVES = "containment-isolate-instance-preserve"
REGIONS = ("eu-west-1", "eu-central-1")
GRANT = "kms:CreateGrant"
ANYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'


def args(organization: str | None = ORGANIZATION, *, retain: bool = False) -> ForensicsArgs:
    return ForensicsArgs(
        place=CENTRAL,
        regions=REGIONS,
        organization=organization,
        account=FORENSICS,
        preserving=["containment-isolate-instance-preserve"],
        retain_data=retain,
    )


def keys(*, retain: bool = False) -> Graph:
    """The component in the security account."""
    return made(lambda opts: Forensics("forensics", args(retain=retain), opts), CENTRAL.account)


def asks(
    action: str,
    account: str,
    role: str,
    *,
    service: str = "ec2.eu-west-1.amazonaws.com",
    inside: str = ORGANIZATION,
    for_aws: str = "true",
    organization: str | None = ORGANIZATION,
) -> bool:
    """Whether a role that may do anything in its own account uses the key of eu-west-1."""
    principal = f"arn:aws:iam::{account}:role/{role}"
    context = {
        "aws:principalarn": (principal,),
        "aws:principalaccount": (account,),
        "aws:principalorgid": (inside,),
        "kms:viaservice": (service,),
        **({"kms:grantisforawsresource": (for_aws,)} if action == GRANT else {}),
    }
    request = Request(
        principal=principal,
        action=action,
        resource=f"arn:aws:kms:eu-west-1:{CENTRAL.account}:key/1",
        context=context,
        resource_account=CENTRAL.account,
    )
    carried = Policy.parse(json.dumps(key_policy(args(organization), "eu-west-1")), "the key")
    policies = Policies(identity=(Policy.parse(ANYTHING, "its own"),), resource=carried)
    return evaluate(request, policies).allowed


@pytest.mark.parametrize("action", [*ENCRYPTS, GRANT])
def test_whoever_preserves_in_the_organisation_encrypts_through_ec2_and_nobody_else(
    action: str,
) -> None:
    assert asks(action, TAX, PRESERVES)
    assert not asks(action, TAX, "containment-isolate-instance")
    assert not asks(action, TAX, "Administrator")
    assert not asks(action, OUTSIDE, PRESERVES, inside="o-another0000")
    assert not asks(action, TAX, PRESERVES, service="s3.eu-west-1.amazonaws.com")
    assert not asks(action, TAX, PRESERVES, service="ec2.eu-central-1.amazonaws.com")


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:ReEncryptFrom", "kms:Encrypt"])
def test_whoever_preserves_reads_nothing_with_the_key(action: str) -> None:
    assert not asks(action, TAX, PRESERVES)


@pytest.mark.parametrize("action", [*DECRYPTS, GRANT])
def test_the_forensic_account_reads_through_ec2_whatever_its_organisation(action: str) -> None:
    assert asks(action, FORENSICS, "Investigator", inside="o-another0000")
    assert not asks(action, FORENSICS, "Investigator", service="s3.eu-west-1.amazonaws.com")
    assert not asks(action, OUTSIDE, "Investigator")


@pytest.mark.parametrize("action", ["kms:GenerateDataKey", "kms:PutKeyPolicy", "kms:ReEncryptTo"])
def test_the_forensic_account_does_nothing_else_with_the_key(action: str) -> None:
    assert not asks(action, FORENSICS, "Investigator")


@pytest.mark.parametrize(("account", "role"), [(TAX, PRESERVES), (FORENSICS, "Investigator")])
def test_a_grant_is_given_to_aws_alone(account: str, role: str) -> None:
    assert asks(GRANT, account, role)
    assert not asks(GRANT, account, role, for_aws="false")


def test_without_an_organisation_its_own_accounts_role_encrypts_and_no_other_account() -> None:
    assert asks(ENCRYPTS[0], CENTRAL.account, PRESERVES, organization=None)
    assert not asks(ENCRYPTS[0], TAX, PRESERVES, organization=None)


def test_no_key_names_a_role_in_a_principal() -> None:
    for statement in key_policy(args(), "eu-west-1")["Statement"]:
        assert ":role/" not in json.dumps(statement["Principal"])


@pytest.mark.parametrize("retain", [True, False])
def test_each_region_has_a_key_that_turns_by_the_one_name_kept_where_data_is(
    *, retain: bool
) -> None:
    graph = keys(retain=retain)
    for kind in ("Key", "Alias"):
        assert sorted(each.region for each in graph.of(kind)) == sorted(REGIONS)
    assert {each.inputs["name"] for each in graph.of("Alias")} == {names.SNAPSHOT_KEY}
    assert {each.inputs["enableKeyRotation"] for each in graph.of("Key")} == {True}
    assert {each.retained for each in graph.aws()} == {retain}
    for key in graph.of("Key"):
        assert f'"ec2.{key.region}.*"' in key.inputs["policy"]


def test_a_document_names_the_key_of_its_own_region_in_the_security_account() -> None:
    away = Place(partition="aws", account=TAX, region="eu-central-1")
    bounds = Bounds(forensic_account=FORENSICS)
    given = ContainmentArgs(place=away, central=CENTRAL, runbooks=RUNBOOKS, bounds=bounds)
    graph = made(lambda opts: Containment("containment", given, opts), TAX)
    key = f"arn:aws:kms:eu-central-1:222222222222:{names.SNAPSHOT_KEY}"
    written = json.dumps({"Account": FORENSICS, "Key": key}, separators=(",", ":"))
    assert f'"Copies":{written}' in graph.one("Document", name=PRESERVES).inputs["content"]


def test_the_hub_makes_the_keys_where_there_is_a_forensic_account() -> None:
    given = ResponseHubArgs(
        place=CENTRAL,
        organization=None,
        objective_minutes=15,
        retain_data=False,
        retention_days=1,
        retention_mode="GOVERNANCE",
        exemptions=[],
        beats=[],
        runbooks=RUNBOOKS,
        response=RESPONSE,
        engagement=OPS,
        watch_minutes=15,
        regions=REGIONS,
        forensic_account=FORENSICS,
    )
    graph = made(lambda opts: ResponseHub("hub", given, opts), CENTRAL.account)
    assert graph.one("Forensics").parent == graph.one("ResponseHub").urn
    assert len(graph.of("Alias", name=names.SNAPSHOT_KEY)) == 2


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_without_a_forensic_account_has_nothing_of_it(stack: str) -> None:
    graph = declared(STACKS[stack])
    shares = STACKS[stack] is ELSEWHERE
    assert len(graph.of("Forensics")) == shares
    assert len(graph.of("Alias", name=names.SNAPSHOT_KEY)) == (2 if shares else 0)
    policies = [each.inputs["policy"] for each in graph.of("RolePolicy")]
    assert any("ModifySnapshotAttribute" in policy for policy in policies) is shares
    for document in graph.of("Document", name=PRESERVES):
        assert ('"Copies":{}' in document.inputs["content"]) is not shares
