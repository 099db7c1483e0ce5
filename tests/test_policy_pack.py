"""The policy pack as a process, asked over the wire as the engine asks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policy.rules import RULES
from tests.policed import serving

ACCOUNT = "222222222222"
LEVELS = analyzer_pb2.EnforcementLevel
QUEUE = {
    "region": "eu-west-1",
    "sqsManagedSseEnabled": True,
    "messageRetentionSeconds": 1_209_600,
}


@pytest.fixture(scope="module")
def pack() -> Iterator[Any]:
    with serving() as asked:
        yield asked


def provider(name: str = "security") -> Any:
    return analyzer_pb2.AnalyzerProviderResource(
        type="pulumi:providers:aws",
        urn=f"urn:pulumi:dev::containment::pulumi:providers:aws::{name}",
        name=name,
        properties=struct(allowedAccountIds=json.dumps([ACCOUNT]), region="eu-west-1"),
    )


def struct(**properties: Any) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(properties)
    return made


def asked(pack: Any, kind: str, properties: dict[str, Any], by: str = "security") -> Any:
    """What the pack answers about one resource: ``(level, rule, what it says last)``."""
    request = analyzer_pb2.AnalyzeRequest(
        type=kind,
        name="one",
        urn=f"urn:pulumi:dev::containment::{kind}::one",
        properties=struct(**properties),
        provider=provider(by),
    )
    return told(pack.Analyze(request))


def told(response: Any) -> set[tuple[str, str, str]]:
    return {
        (LEVELS.Name(each.enforcementLevel), each.policyName, each.message.rpartition("\n")[2])
        for each in response.diagnostics
    }


def test_the_pack_has_every_rule_and_each_must_hold(pack: Any) -> None:
    info = pack.GetAnalyzerInfo(analyzer_pb2.AnalyzerInfo())
    assert info.name == "containment"
    found = {each.name: each for each in info.policies}
    assert found.keys() == {rule.name for rule in RULES}
    for rule in RULES:
        policy = found[rule.name]
        assert LEVELS.Name(policy.enforcementLevel) == "MANDATORY"
        assert policy.description == (
            f"{rule.holds}. Else: {rule.matters}. What to do: {rule.remedy}"
        )
        assert policy.remediation_steps == rule.remedy
        kind = analyzer_pb2.PolicyType.Name(policy.policy_type)
        assert kind == ("POLICY_TYPE_RESOURCE" if rule.each else "POLICY_TYPE_STACK")


def test_a_resource_that_keeps_the_rules_is_answered_with_nothing(pack: Any) -> None:
    assert asked(pack, "aws:sqs/queue:Queue", QUEUE) == set()


def test_a_resource_that_breaks_one_is_answered_with_it(pack: Any) -> None:
    short = {**QUEUE, "messageRetentionSeconds": 345_600}
    says = "messageRetentionSeconds is 345600: 14 days are 1209600"
    assert asked(pack, "aws:sqs/queue:Queue", short) == {("MANDATORY", "dead-letters-kept", says)}


def test_a_resource_of_the_engines_own_provider_is_refused(pack: Any) -> None:
    says = "its provider is the engine's own, 'default_7_51_1'"
    answer = asked(pack, "aws:sqs/queue:Queue", QUEUE, by="default_7_51_1")
    assert answer == {("MANDATORY", "provider-named", says)}


def test_what_a_preview_does_not_know_is_an_advice_and_hides_nothing_else(pack: Any) -> None:
    unknown = {**QUEUE, "kmsMasterKeyId": UNKNOWN_STRING_VALUE, "sqsManagedSseEnabled": False}
    answer = {
        level: (rule, says) for level, rule, says in asked(pack, "aws:sqs/queue:Queue", unknown)
    }
    assert answer["MANDATORY"][0] == "queues-encrypted"
    rule, says = answer["ADVISORY"]
    assert rule == "queues-encrypted" or "kmsMasterKeyId" in says
    assert "kmsMasterKeyId can't be known during preview" in says


def stack_of(*queues: str) -> Any:
    """A target, with dead letters for these queues, and a queue with a policy."""
    urn = "urn:pulumi:dev::containment::{}::{}".format
    kinds = {
        "queue": ("aws:sqs/queue:Queue", {}),
        "policy": ("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": ["queue"]}),
        "target": ("aws:cloudwatch/eventTarget:EventTarget", {"deadLetterConfig": [*queues]}),
    }
    resources = []
    for name, (kind, feeds) in kinds.items():
        fed = {
            key: analyzer_pb2.AnalyzerPropertyDependencies(
                urns=[urn(kinds[each][0], each) for each in names]
            )
            for key, names in feeds.items()
        }
        resources.append(
            analyzer_pb2.AnalyzerResource(
                type=kind,
                name=name,
                urn=urn(kind, name),
                properties=struct(region="eu-west-1", arn=UNKNOWN_STRING_VALUE),
                provider=provider(),
                propertyDependencies=fed,
            )
        )
    return analyzer_pb2.AnalyzeStackRequest(resources=resources)


def test_a_whole_stack_is_judged_by_what_its_resources_were_fed_with(pack: Any) -> None:
    assert told(pack.AnalyzeStack(stack_of("queue"))) == set()
    (answer,) = told(pack.AnalyzeStack(stack_of()))
    says = f"target: its dead letters come from no queue of the stack in {ACCOUNT} eu-west-1"
    assert answer == ("MANDATORY", "dead-letters-beside", says)


def test_a_rule_that_is_configured_as_advice_is_an_advice() -> None:
    with serving() as pack:
        level = analyzer_pb2.PolicyConfig(enforcementLevel=LEVELS.ADVISORY)
        request = analyzer_pb2.ConfigureAnalyzerRequest(policyConfig={"dead-letters-kept": level})
        pack.Configure(request)
        short = {**QUEUE, "messageRetentionSeconds": 60, "sqsManagedSseEnabled": False}
        answer = {rule: level for level, rule, _ in asked(pack, "aws:sqs/queue:Queue", short)}
    assert answer == {"dead-letters-kept": "ADVISORY", "queues-encrypted": "MANDATORY"}
