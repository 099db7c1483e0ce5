"""What Security Hub's operations on findings ask of IAM, and of the caller's own hub."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehearsal.emulator.server import Emulator
from tests.actors import acting, allow
from tests.emulated import (
    REGION,
    TAX,
    client,
    refused,
)
from tests.hubs import (
    NOTIFIED,
    aggregating,
    filed,
    identifier,
    own,
)

Start = Callable[..., Emulator]


def test_without_a_hub_there_is_nothing_to_ask(emulator: Start) -> None:
    hub = client(emulator(), TAX, "securityhub")
    for call, given in (
        (hub.get_findings, {}),
        (hub.batch_import_findings, {"Findings": [own()]}),
        (hub.batch_update_findings, {"FindingIdentifiers": [identifier(own())], **NOTIFIED}),
    ):
        assert refused(call, **given) == "InvalidAccessException"


def test_a_deny_where_the_workflow_is_set_lets_other_updates_pass(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    found = filed(running)
    deny = {
        **allow("securityhub:BatchUpdateFindings", "*"),
        "Effect": "Deny",
        "Condition": {"Null": {"securityhub:ASFFSyntaxPath/Workflow.Status": "false"}},
    }
    hub_arn = f"arn:aws:securityhub:{REGION}:{TAX}:hub/default"
    member = acting(running, allow("securityhub:BatchUpdateFindings", hub_arn), deny)
    hub = member.client("securityhub")
    names = {"FindingIdentifiers": [identifier(found)]}
    assert hub.batch_update_findings(**names, UserDefinedFields={"a": "b"})["ProcessedFindings"]
    assert refused(hub.batch_update_findings, **names, **NOTIFIED) == "AccessDeniedException"


@pytest.mark.parametrize(
    ("status", "code"), [("NOTIFIED", ""), ("SUPPRESSED", "AccessDeniedException")]
)
def test_a_role_may_set_one_status_and_no_other(emulator: Start, status: str, code: str) -> None:
    running = emulator()
    aggregating(running)
    found = filed(running)
    only = {
        **allow("securityhub:BatchUpdateFindings", "*"),
        "Condition": {"StringEquals": {"securityhub:ASFFSyntaxPath/Workflow.Status": "NOTIFIED"}},
    }
    hub = acting(running, only).client("securityhub")
    given = {"FindingIdentifiers": [identifier(found)], "Workflow": {"Status": status}}
    if code:
        assert refused(hub.batch_update_findings, **given) == code
    else:
        assert hub.batch_update_findings(**given)["ProcessedFindings"]


def test_importing_asks_for_the_product_and_samples_for_guardduty(emulator: Start) -> None:
    running = emulator()
    aggregating(running)
    guardduty = client(running, TAX, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    member = acting(
        running,
        allow("securityhub:BatchImportFindings", own()["ProductArn"]),
        allow("guardduty:CreateSampleFindings", "*"),
    )
    assert member.client("securityhub").batch_import_findings(Findings=[own()])["SuccessCount"]
    member.client("guardduty").create_sample_findings(
        DetectorId=detector, FindingTypes=["Backdoor:EC2/Spambot"]
    )
    nobody = acting(running, allow("securityhub:GetFindings", "*"), name="reader")
    hub = nobody.client("securityhub")
    assert refused(hub.batch_import_findings, Findings=[own()]) == "AccessDeniedException"
    assert hub.get_findings()["Findings"]
