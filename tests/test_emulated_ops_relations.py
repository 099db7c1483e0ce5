"""What an OpsItem of the emulator is related to: once, by a shape that AWS knows, or refused."""

from __future__ import annotations

import pytest

from tests.actors import acting, allow
from tests.automated import Start, refused
from tests.emulated import REGION, TAX, client
from tests.working import item

INCIDENT = f"arn:aws:ssm-incidents::{TAX}:incident-record/containment-security/abc"
RELATED = {
    "AssociationType": "RelatesTo",
    "ResourceType": "AWS::SSMIncidents::IncidentRecord",
    "ResourceUri": INCIDENT,
}
INVALID = "OpsItemInvalidParameterException"


def test_an_incident_is_related_once_and_taken_away_again(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    one = ssm.create_ops_item(**item())["OpsItemId"]
    made = ssm.associate_ops_item_related_item(OpsItemId=one, **RELATED)["AssociationId"]
    with refused("OpsItemRelatedItemAlreadyExistsException"):
        ssm.associate_ops_item_related_item(OpsItemId=one, **RELATED)
    [held] = ssm.list_ops_item_related_items(OpsItemId=one)["Summaries"]
    assert (held["ResourceUri"], held["AssociationId"]) == (INCIDENT, made)
    other = ssm.create_ops_item(**item())["OpsItemId"]
    assert ssm.list_ops_item_related_items(OpsItemId=other)["Summaries"] == []
    ssm.disassociate_ops_item_related_item(OpsItemId=one, AssociationId=made)
    with refused("OpsItemRelatedItemAssociationNotFoundException"):
        ssm.disassociate_ops_item_related_item(OpsItemId=one, AssociationId=made)
    assert ssm.list_ops_item_related_items(OpsItemId=one)["Summaries"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"AssociationType": "Relates"},
        {"ResourceType": "AWS::EC2::Instance"},
        {"ResourceType": "AWS::SSM::Document"},
        {"ResourceUri": "oi-0123456789ab"},
    ],
)
def test_what_aws_does_not_relate_is_refused(emulator: Start, wrong: dict[str, str]) -> None:
    ssm = client(emulator(), TAX, "ssm")
    one = ssm.create_ops_item(**item())["OpsItemId"]
    with refused(INVALID):
        ssm.associate_ops_item_related_item(OpsItemId=one, **{**RELATED, **wrong})


def test_an_item_that_there_is_not_is_refused(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    with refused("OpsItemNotFoundException"):
        ssm.associate_ops_item_related_item(OpsItemId="oi-0123456789ab", **RELATED)


def test_relating_is_allowed_by_item(emulator: Start) -> None:
    running = emulator()
    ssm = client(running, TAX, "ssm")
    one, other = (ssm.create_ops_item(**item())["OpsItemId"] for _ in range(2))
    mine = f"arn:aws:ssm:{REGION}:{TAX}:opsitem/{one}"
    may = acting(running, allow("ssm:AssociateOpsItemRelatedItem", mine)).client("ssm")
    may.associate_ops_item_related_item(OpsItemId=one, **RELATED)
    with refused("AccessDeniedException"):
        may.associate_ops_item_related_item(OpsItemId=other, **RELATED)
