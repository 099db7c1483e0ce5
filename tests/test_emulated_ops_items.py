"""OpsItems of the emulator: made, read, changed, listed, and refused as on AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.actors import acting, allow
from tests.automated import Start, refused
from tests.emulated import REGION, TAX, client, listening
from tests.working import INSTANCE, deduplicated, item, searchable

INVALID = "OpsItemInvalidParameterException"
EXISTS = "OpsItemAlreadyExistsException"


def test_an_item_is_read_as_it_was_made(emulator: Start) -> None:
    running = emulator()
    ssm, bus = client(running, TAX, "ssm"), listening(running)
    runbook = json.dumps([{"automationId": "containment-isolate-instance"}])
    data = {"team": searchable("tax"), "/aws/automations": searchable(runbook)}
    more = {"Priority": 1, "Severity": "1", "Category": "Security", "OperationalData": data}
    made = ssm.create_ops_item(**item(RelatedOpsItems=[{"OpsItemId": "oi-0123456789ab"}], **more))
    assert made["OpsItemArn"] == f"arn:aws:ssm:{REGION}:{TAX}:opsitem/{made['OpsItemId']}"
    found = ssm.get_ops_item(OpsItemId=made["OpsItemId"])["OpsItem"]
    assert {name: found[name] for name in more} == more
    assert found["Title"] == "A machine mines"
    assert (found["Status"], found["Version"]) == ("Open", "1")
    assert found["OpsItemType"] == "/aws/issue"
    assert found["CreatedBy"].endswith("assumed-role/OrganizationAccountAccessRole/rehearsal")
    assert found["CreatedTime"] == running.world.clock.now()
    running.world.clock.sleep(60)
    assert bus.events == []
    assert running.world.automation.executions() == []


def test_an_item_is_acknowledged_and_resolved(emulator: Start) -> None:
    running = emulator()
    ssm = client(running, TAX, "ssm")
    data = {"team": searchable("tax"), "old": searchable("x")}
    identifier = ssm.create_ops_item(**item(data=data))["OpsItemId"]
    running.world.clock.sleep(300)
    ssm.update_ops_item(
        OpsItemId=identifier,
        Status="InProgress",
        OperationalData={"who": searchable("anna")},
        OperationalDataToDelete=["old"],
        Title="A machine mined",
    )
    found = ssm.get_ops_item(OpsItemId=identifier)["OpsItem"]
    assert (found["Status"], found["Version"]) == ("InProgress", "2")
    assert found["Title"] == "A machine mined"
    assert found["Description"] == "It was isolated."
    assert found["OperationalData"].keys() == {"team", "who"}
    assert found["LastModifiedTime"] == running.world.clock.now() > found["CreatedTime"]


def test_the_same_string_is_taken_once_until_it_is_resolved(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    one = item(data=deduplicated("Finding-1", INSTANCE))
    first = ssm.create_ops_item(**one)["OpsItemId"]
    with pytest.raises(ClientError) as error:
        ssm.create_ops_item(**item(data=deduplicated("finding-1", INSTANCE)))
    assert error.value.response["Error"]["Code"] == EXISTS
    assert error.value.response["OpsItemId"] == first
    ssm.update_ops_item(OpsItemId=first, Status="InProgress")
    with refused(EXISTS, "InProgress"):
        ssm.create_ops_item(**one)
    ssm.update_ops_item(OpsItemId=first, Status="Resolved")
    assert ssm.create_ops_item(**one)["OpsItemId"] != first
    with refused(EXISTS):
        ssm.update_ops_item(OpsItemId=first, Status="Open")


def test_another_string_resource_source_or_place_is_another_item(emulator: Start) -> None:
    running = emulator()
    ssm = client(running, TAX, "ssm")
    ssm.create_ops_item(**item(data=deduplicated("finding-1", INSTANCE)))
    for other in (
        item(data=deduplicated("finding-2", INSTANCE)),
        item(data=deduplicated("finding-1", INSTANCE[:-1] + "1")),
        item(data=deduplicated("finding-1")),
        item(data=deduplicated("finding-1", INSTANCE), Source="drill"),
        item(),
        item(),
    ):
        ssm.create_ops_item(**other)
    away = client(running, TAX, "ssm", "eu-central-1")
    away.create_ops_item(**item(data=deduplicated("finding-1", INSTANCE)))
    assert len(ssm.describe_ops_items()["OpsItemSummaries"]) == 7


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"Source": "my-AWS-tool"}, "the name contains aws"),
        ({"Title": "x" * 1_025}, "Title: 1025 characters"),
        ({"Priority": 6}, "6 is not from 1 to 5"),
        ({"data": {"/aws/other": searchable("x")}}, "begins with a reserved word"),
        ({"data": {"ssm-key": searchable("x")}}, "begins with a reserved word"),
        ({"data": {"key": searchable("x" * 20_481)}}, "longer than AWS takes"),
        ({"data": {"key": {"Type": "Text", "Value": "x"}}}, "the type Text"),
        ({"data": {"/aws/dedup": searchable("finding-1")}}, "/aws/dedup is not what AWS reads"),
        ({"data": {"/aws/resources": searchable('["arn"]')}}, "/aws/resources is not what AWS"),
    ],
)
def test_what_aws_does_not_take_is_refused(
    emulator: Start, more: dict[str, Any], named: str
) -> None:
    ssm = client(emulator(), TAX, "ssm")
    with refused(INVALID, named):
        ssm.create_ops_item(**item(**more))
    assert ssm.describe_ops_items()["OpsItemSummaries"] == []


def test_the_deduplication_string_stays_and_a_status_is_known(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    identifier = ssm.create_ops_item(**item(data=deduplicated("finding-1")))["OpsItemId"]
    with refused(INVALID, "cannot be changed"):
        ssm.update_ops_item(OpsItemId=identifier, OperationalData=deduplicated("finding-2"))
    with refused(INVALID, "cannot be changed"):
        ssm.update_ops_item(OpsItemId=identifier, OperationalDataToDelete=["/aws/dedup"])
    with refused(INVALID, "Closed is none of"):
        ssm.update_ops_item(OpsItemId=identifier, Status="Closed")
    assert ssm.get_ops_item(OpsItemId=identifier)["OpsItem"]["Version"] == "1"


@pytest.mark.parametrize(
    "more",
    [
        {"AccountId": TAX},
        {"Notifications": [{"Arn": "arn:x"}]},
        {"OpsItemType": "/aws/insight"},
        {"PlannedStartTime": "2026-03-04T05:06:07Z"},
    ],
    ids=lambda more: next(iter(more)),
)
def test_what_is_not_emulated_is_said(emulator: Start, more: dict[str, Any]) -> None:
    with refused("NotEmulated"):
        client(emulator(), TAX, "ssm").create_ops_item(**item(**more))


def test_a_deleted_item_is_gone_and_twice_is_once(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    identifier = ssm.create_ops_item(**item(data=deduplicated("finding-1")))["OpsItemId"]
    for _ in range(2):
        ssm.delete_ops_item(OpsItemId=identifier)
    with refused("OpsItemNotFoundException", identifier):
        ssm.get_ops_item(OpsItemId=identifier)
    ssm.create_ops_item(**item(data=deduplicated("finding-1")))


def test_items_are_listed_by_what_is_searchable(emulator: Start) -> None:
    running = emulator()
    ssm = client(running, TAX, "ssm")
    data = {
        **deduplicated("finding-1", INSTANCE),
        "team": searchable("tax office"),
        "secret": {"Type": "String", "Value": "tax office"},
    }
    first = ssm.create_ops_item(**item(data=data, Priority=1))["OpsItemId"]
    between = running.world.clock.now().isoformat()
    running.world.clock.sleep(60)
    second = ssm.create_ops_item(**item(Title="Another", Source="drill"))["OpsItemId"]
    ssm.update_ops_item(OpsItemId=second, Status="Resolved")

    def listed(key: str, value: str, operator: str = "Equal") -> list[str]:
        filters = [{"Key": key, "Values": [value], "Operator": operator}]
        summaries = ssm.describe_ops_items(OpsItemFilters=filters)["OpsItemSummaries"]
        return [one["OpsItemId"] for one in summaries]

    assert [one["OpsItemId"] for one in ssm.describe_ops_items()["OpsItemSummaries"]] == [
        second,
        first,
    ]
    pair = json.dumps({"key": "team", "value": "tax office"})
    for key, value, operator in (
        ("Status", "Open", "Equal"),
        ("Title", "A machine mines", "Equal"),
        ("Title", "mine", "Contains"),
        ("Source", "contain", "Contains"),
        ("Priority", "1", "Equal"),
        ("OpsItemId", first, "Equal"),
        ("OperationalData", pair, "Equal"),
        ("OperationalDataKey", "team", "Equal"),
        ("OperationalDataValue", "office", "Contains"),
        ("ResourceId", INSTANCE, "Contains"),
    ):
        assert listed(key, value, operator) == [first], key
    assert listed("CreatedTime", between, "GreaterThan") == [second]
    assert listed("OperationalDataKey", "secret") == []
    assert listed("OperationalData", pair.replace("team", "secret")) == []
    for key, value, operator in (
        ("Status", "Open", "Contains"),
        ("Title", "x" * 101, "Equal"),
        ("OperationalData", "team", "Equal"),
        ("CreatedTime", "soon", "GreaterThan"),
    ):
        with refused("ValidationException"):
            listed(key, value, operator)
    with refused("NotEmulated", "InsightByType"):
        listed("InsightByType", "x")
    [shown] = ssm.describe_ops_items(MaxResults=1)["OpsItemSummaries"]
    assert "Description" not in shown


def test_a_summary_hides_what_is_not_searchable_and_pages_follow(emulator: Start) -> None:
    ssm = client(emulator(), TAX, "ssm")
    data = {"team": searchable("tax"), "secret": {"Type": "String", "Value": "x"}}
    made = [ssm.create_ops_item(**item(data=data))["OpsItemId"] for _ in range(3)]
    pages = list(ssm.get_paginator("describe_ops_items").paginate(MaxResults=2))
    seen = [one for page in pages for one in page["OpsItemSummaries"]]
    assert [one["OpsItemId"] for one in seen] == made[::-1]
    assert [len(page["OpsItemSummaries"]) for page in pages] == [2, 1]
    assert seen[0]["OperationalData"].keys() == {"team"}


def test_iam_is_asked_about_the_item(emulator: Start) -> None:
    running = emulator()
    deployer = client(running, TAX, "ssm")
    tags = [{"Key": "Team", "Value": "tax"}]
    ours = deployer.create_ops_item(**item(Tags=tags))["OpsItemId"]
    other = deployer.create_ops_item(**item())["OpsItemId"]
    assert deployer.list_tags_for_resource(ResourceType="OpsItem", ResourceId=ours)["TagList"]
    arn = f"arn:aws:ssm:{REGION}:{TAX}:opsitem"
    tagged = {"Condition": {"StringEquals": {"aws:ResourceTag/Team": "tax"}}}
    ssm = acting(
        running,
        allow("ssm:CreateOpsItem", f"{arn}/*"),
        allow(["ssm:GetOpsItem", "ssm:UpdateOpsItem"], f"{arn}/{other}"),
        allow("ssm:DeleteOpsItem", f"{arn}/*", **tagged),
    ).client("ssm", REGION)
    ssm.create_ops_item(**item())
    ssm.update_ops_item(OpsItemId=other, Status="InProgress")
    assert ssm.get_ops_item(OpsItemId=other)["OpsItem"]["LastModifiedBy"].endswith("/runner/run")
    ssm.delete_ops_item(OpsItemId=ours)
    for operation, parameters in (
        ("update_ops_item", {"OpsItemId": ours, "Status": "InProgress"}),
        ("delete_ops_item", {"OpsItemId": other}),
        ("create_ops_item", item(Tags=tags)),
        ("describe_ops_items", {}),
    ):
        with refused("AccessDeniedException", f"on resource: {arn}" if parameters else ""):
            getattr(ssm, operation)(**parameters)
