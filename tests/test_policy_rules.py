"""The policy pack on what is declared, where it is, what is started, and what is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policy.kinds import NEVER
from policy.rule import UNKNOWN, Seen, Unjudged
from tests.ruled import HERE, OUR_ROLE, QUEUE_POLICY, ROLE_POLICY, expect, said, seen, verdicts

TARGET, DOCUMENT = "aws:cloudwatch/eventTarget:EventTarget", "aws:ssm/document:Document"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
PLAN, PROVIDER = "aws:ssmincidents/responsePlan:ResponsePlan", "pulumi:providers:aws"


@pytest.mark.parametrize("kind", NEVER)
def test_what_is_never_declared_is_refused(kind: str) -> None:
    expect(said("kinds-never-declared", seen(kind)), NEVER[kind])


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (seen("aws:cloudformation/stack:Stack"), "no rule reads what a template makes"),
        (seen("aws-native:iam:User"), "a package that no rule knows"),
        (seen("aws:cloudcontrol/resource:Resource", typeName="AWS::IAM::User"), "no rule reads"),
        (seen("aws:cloudcontrol/resource:Resource", typeName="AWS::Chatbot::CustomAction"), None),
        (Seen(urn="hub", type="containment:index:Hub", name="hub", inputs={}), None),
    ],
)
def test_only_what_the_rules_can_read_is_declared(resource: Seen, told: str | None) -> None:
    expect(said("kinds-readable", resource), told)


def test_a_policy_inside_a_queue_is_told_and_one_that_is_not_known_yet_is_not_judged() -> None:
    queue = "aws:sqs/queue:Queue"
    (told,) = said("policies-read", seen(queue, policy='{"Statement": []}'))
    assert told == "policy holds a policy that no rule reads"
    assert said("policies-read", seen(queue, name='says "Statement" and no more')) == []
    assert verdicts("policies-read", seen(queue, policy=UNKNOWN)) == [Unjudged("policy", "one")]


def provider(accounts: Any, role: str) -> Seen:
    roles = json.dumps([{"roleArn": role}])
    return Seen(
        urn="p",
        type=PROVIDER,
        name="p",
        inputs={"allowedAccountIds": accounts, "assumeRoles": roles},
    )


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (provider('["222222222222"]', "arn:aws:iam::222222222222:role/Deployer"), None),
        (provider('["222222222222"]', "arn:aws:iam::333333333333:role/Deployer"), "is not of the"),
        (provider('["222222222222","333333333333"]', OUR_ROLE), "names one account, and no other"),
        (provider("[]", OUR_ROLE), "names one account, and no other"),
    ],
)
def test_a_provider_reaches_one_account(resource: Seen, told: str | None) -> None:
    expect(said("provider-of-one-account", resource), told)


def starting(document: str, place: str = "eu-west-1:222222222222") -> Seen:
    return seen(TARGET, arn=f"arn:aws:ssm:{place}:automation-definition/{document}")


def plan(**changed: str) -> Seen:
    automation = {
        "documentName": "containment-respond",
        "documentVersion": "$DEFAULT",
        "targetAccount": "RESPONSE_PLAN_OWNER_ACCOUNT",
        **changed,
    }
    return seen(PLAN, action={"ssmAutomations": [automation]})


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (starting("containment-any:$DEFAULT"), None),
        (starting("containment-any:7"), "starts version 7"),
        (starting("containment-any"), "starts version None"),
        (starting("AWS-StopEC2Instance:$DEFAULT"), "which is not ours"),
        (starting("containment-any:$DEFAULT", "eu-west-1:999999999999"), "in 999999999999"),
        (
            starting("containment-any:$DEFAULT", "eu-west-2:222222222222"),
            "in 222222222222 eu-west-2",
        ),
        (seen(TARGET, arn=HERE("sqs", "any")), None),
        (plan(), None),
        (seen(PLAN, engagements=[HERE("ssm-contacts", "contact/any")]), None),
        (plan(documentVersion="$LATEST"), "starts version $LATEST"),
        (plan(targetAccount="IMPACTED_ACCOUNT"), "in the account of a resource"),
    ],
)
def test_what_is_started_is_pinned(resource: Seen, told: str | None) -> None:
    expect(said("starts-pinned", resource), told)


def test_a_target_that_is_not_known_yet_may_start_a_document_only_with_a_role() -> None:
    unjudged = [Unjudged("arn", "one")]
    assert verdicts("starts-pinned", seen(TARGET, arn=UNKNOWN, roleArn=OUR_ROLE)) == unjudged
    assert verdicts("starts-pinned", seen(TARGET, arn=UNKNOWN)) == []
    for action in (UNKNOWN, {"ssmAutomations": UNKNOWN}, {"ssmAutomations": [UNKNOWN]}):
        told = verdicts("starts-pinned", seen(PLAN, action=action))
        assert told == [Unjudged("action", "one")]


def test_a_plan_that_starts_what_the_stack_does_not_declare_is_told() -> None:
    document = seen(DOCUMENT, "document", name="containment-respond")
    assert said("starts-declared", plan(), document) == []
    (told,) = said("starts-declared", plan(documentName="containment-other"), document)
    assert told == "one starts containment-other, which the stack does not declare"


def test_dead_letters_of_another_region_and_a_queue_without_policy_are_told() -> None:
    queue = seen("aws:sqs/queue:Queue", "queue")
    away = seen("aws:sqs/queue:Queue", "away", region="eu-west-2")
    policies = [
        seen(QUEUE_POLICY, f"{name}-policy", fed_by={"queueUrl": [name]})
        for name in ("queue", "away")
    ]
    target = seen(TARGET, "target", fed_by={"deadLetterConfig": ["queue"]})
    astray = seen(TARGET, "astray", fed_by={"deadLetterConfig": ["away"]})
    assert said("dead-letters-beside", queue, away, target, *policies) == []
    (told,) = said("dead-letters-beside", queue, away, astray, *policies)
    assert told.startswith("astray: its dead letters come from no queue of the stack in")
    (told,) = said("dead-letters-beside", queue, away, target, policies[0])
    assert told == "away has no policy: it refuses EventBridge"


def content(**changed: Any) -> Seen:
    whole = {"schemaVersion": "0.3", "assumeRole": OUR_ROLE, "mainSteps": [], **changed}
    return seen(DOCUMENT, content=json.dumps(whole), documentType="Automation")


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        (content(), None),
        (content(schemaVersion="2.2"), "schemaVersion is '2.2'"),
        (
            content(assumeRole=OUR_ROLE.replace("222222222222", "999999999999")),
            "no role of ours in",
        ),
        (content(assumeRole="{{ Role }}"), "no role of ours"),
        (seen(DOCUMENT, content="schemaVersion: '0.3'"), "its content is no JSON"),
    ],
)
def test_a_documents_role_is_written_into_it(resource: Seen, told: str | None) -> None:
    expect(said("documents-with-a-literal-role", resource), told)


@pytest.mark.parametrize(
    ("protected", "emptied", "retain", "told"),
    [
        (True, False, None, 0),
        (False, True, None, 0),
        (False, False, None, 1),
        (True, True, None, 1),
        (True, False, True, 0),
        (False, True, True, 2),
        (True, False, False, 2),
    ],
)
def test_a_stack_keeps_all_of_its_data_or_none(
    *, protected: bool, emptied: bool, retain: bool | None, told: int
) -> None:
    table = seen("aws:dynamodb/table:Table", deletionProtectionEnabled=protected)
    bucket = seen("aws:s3/bucket:Bucket", forceDestroy=emptied)
    config = {} if retain is None else {"retain": retain}
    assert len(said("data-kept", table, bucket, **config)) == told


def test_what_is_no_policy_and_no_region_is_told_and_does_not_end_the_pack() -> None:
    (told,) = said("actions-named", seen(ROLE_POLICY, policy="{"))
    assert told == "policy is no policy: '{'"
    (told,) = said("actions-named", seen(ROLE_POLICY, policy='{"Statement": ["Allow"]}'))
    assert told == "policy has a statement that is none: 'Allow'"
    assert said("buckets-on-our-key", seen(ENCRYPTION, rules=[]))[0].endswith("not 'aws:kms'")
    (told,) = said("region-said", seen("aws:sqs/queue:Queue", region="mars-1"))
    assert told.startswith("region is 'mars-1'")
