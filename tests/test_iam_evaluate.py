"""The evaluator by itself: what the golden file cannot ask, above all what is not known."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from rehearsal.emulator.iam.evaluate import (
    Policies,
    Policy,
    Request,
    UnknownPolicyElementError,
    evaluate,
    trusts,
)
from rehearsal.emulator.iam.policy import MalformedPolicyError

ROLE = "arn:aws:iam::333333333333:role/containment-isolate-instance"
SESSION = "arn:aws:sts::333333333333:assumed-role/containment-isolate-instance/run"
GROUP = "arn:aws:ec2:eu-west-1:333333333333:security-group/sg-1"


def allow(**parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "*", "Resource": "*"} | parts


def deny(**parts: Any) -> dict[str, Any]:
    return allow(**parts) | {"Effect": "Deny"}


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policy:
    return Policy.parse({"Version": version, "Statement": list(statements)}, "the policy")


def request(**parts: Any) -> Request:
    given = {"principal": SESSION, "action": "ec2:DeleteSecurityGroup", "resource": GROUP}
    return Request(**(given | parts))


def test_an_allowed_request_names_the_statement_that_allowed_it() -> None:
    decision = evaluate(request(), Policies(identity=[policy(allow(Sid="Groups"))]))
    assert decision.allowed
    assert decision.reason == "allowed by statement Groups of the policy"


def test_nothing_is_allowed_without_a_statement() -> None:
    decision = evaluate(request(), Policies())
    assert not decision.allowed
    assert decision.clause.startswith("because no identity-based policy allows the ec2:Delete")


def test_an_explicit_deny_beats_every_allow_and_says_where_it_stood() -> None:
    decision = evaluate(request(), Policies(identity=[policy(allow(), deny(Sid="Never"))]))
    assert decision.reason == "explicit deny by statement Never of the policy"
    assert decision.clause == "with an explicit deny in an identity-based policy"


def test_an_unknown_key_that_decides_is_an_error_that_names_it() -> None:
    guarded = policy(allow(Sid="Guarded", Condition={"StringEquals": {"ec2:Vpc": "vpc-1"}}))
    with pytest.raises(UnknownPolicyElementError, match=r"condition key ec2:vpc, .* Guarded"):
        evaluate(request(), Policies(identity=[guarded]))


def test_an_unknown_key_in_a_deny_that_decides_is_an_error_too() -> None:
    guarded = policy(allow(), deny(Condition={"StringNotEquals": {"ec2:Vpc": "vpc-1"}}))
    with pytest.raises(UnknownPolicyElementError, match="ec2:vpc"):
        evaluate(request(), Policies(identity=[guarded]))


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([allow(), allow(Condition={"StringEquals": {"ec2:Vpc": "vpc-1"}})], True),
        ([deny(Condition={"StringEquals": {"ec2:Vpc": "vpc-1"}})], False),
        ([allow(Action="s3:*", Condition={"StringEquals": {"ec2:Vpc": "vpc-1"}})], False),
        (
            [
                allow(
                    Condition={
                        "StringEquals": {"ec2:Vpc": "vpc-1", "aws:PrincipalAccount": "999999999999"}
                    }
                )
            ],
            False,
        ),
    ],
)
def test_an_unknown_key_from_which_nothing_follows_is_no_error(
    statements: list[dict[str, Any]], allowed: bool
) -> None:
    decision = evaluate(request(), Policies(identity=[policy(*statements)]))
    assert decision.allowed is allowed


def test_a_resource_that_is_not_known_suffices_where_statements_speak_of_all() -> None:
    everything = Policies(identity=[policy(allow())])
    assert evaluate(request(resource=None), everything).allowed


def test_a_resource_that_is_not_known_is_an_error_where_a_statement_asks_for_one() -> None:
    one_group = Policies(identity=[policy(allow(Resource=GROUP))])
    with pytest.raises(UnknownPolicyElementError, match="the resource of ec2:DeleteSecurityGroup"):
        evaluate(request(resource=None), one_group)


def test_an_unknown_operator_is_refused_by_name() -> None:
    with pytest.raises(UnknownPolicyElementError, match="StringSounds"):
        policy(allow(Condition={"StringSounds": {"aws:username": "a"}}))


@pytest.mark.parametrize("element", ["NotPrincipal", "Conditions"])
def test_an_unknown_element_is_refused_by_name(element: str) -> None:
    with pytest.raises(UnknownPolicyElementError, match=element):
        policy(allow(**{element: "*"}))


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (allow(NotAction="s3:*"), "one of Action and NotAction"),
        (allow(NotResource="*"), "not both"),
        (allow(Effect="allow"), "Effect"),
        (allow(Resource="containment-state"), "no ARN"),
        (allow(Condition={"NullIfExists": {"aws:username": "true"}}), "Null"),
    ],
)
def test_a_policy_that_aws_refuses_is_malformed(statement: dict[str, Any], why: str) -> None:
    with pytest.raises(MalformedPolicyError, match=why):
        policy(statement)


@pytest.mark.parametrize(
    ("block", "context", "why"),
    [
        ({"StringEquals": {"aws:TagKeys": "a"}}, {"aws:tagkeys": ("a", "b")}, "several values"),
        ({"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}, {}, "ForAnyValue"),
        (
            {"StringNotEquals": {"aws:userid": "${aws:username}"}},
            {"aws:userid": ("x",)},
            r"\$\{aws:username\}",
        ),
        (
            {"ArnEquals": {"aws:PrincipalArn": "${aws:SourceArn}"}},
            {"aws:principalarn": (ROLE,), "aws:sourcearn": (ROLE,)},
            "Arn operator",
        ),
        ({"NumericNotEquals": {"aws:epochtime": "soon"}}, {"aws:epochtime": ("1",)}, "soon"),
    ],
)
def test_what_aws_leaves_open_is_an_error_that_names_it(
    block: dict[str, Any], context: dict[str, tuple[str, ...]], why: str
) -> None:
    with pytest.raises(UnknownPolicyElementError, match=why):
        evaluate(
            request(context=context, known=frozenset({"*"})),
            Policies(identity=[policy(allow(Condition=block))]),
        )


def test_a_session_tag_slot_with_a_default_denies_one_session_only() -> None:
    # Trap 2.8: the pre-made deny compares the session with a tag on its role.
    slot = "${aws:PrincipalTag/containment-1, 'none'}"
    pre_made = policy(allow(), deny(Condition={"StringEquals": {"aws:userid": slot}}))
    tagged = {"aws:principaltag/containment-1": ("AROA1:i-1",)}
    struck = request(context=tagged | {"aws:userid": ("AROA1:i-1",)})
    sibling = request(context=tagged | {"aws:userid": ("AROA1:i-2",)})
    untagged = request(context={"aws:userid": ("AROA1:i-1",)})
    verdicts = [
        evaluate(r, Policies(identity=[pre_made])).allowed for r in (struck, sibling, untagged)
    ]
    assert verdicts == [False, True, True]


def test_variables_are_plain_text_in_a_policy_of_the_old_version() -> None:
    block = {"StringEquals": {"aws:userid": "${aws:username}"}}
    context = {"aws:userid": ("ann",), "aws:username": ("ann",)}
    asked = request(context=context)
    new, old = policy(allow(Condition=block)), policy(allow(Condition=block), version="2008-10-17")
    assert evaluate(asked, Policies(identity=[new])).allowed
    assert not evaluate(asked, Policies(identity=[old])).allowed


def test_seconds_since_1970_are_a_date() -> None:
    block = {"DateLessThan": {"aws:CurrentTime": "1704067200"}}
    before, after = "2023-12-31T23:59:59Z", "2024-01-01T00:00:01Z"
    found = [
        evaluate(
            request(context={"aws:currenttime": (moment,)}),
            Policies(identity=[policy(allow(Condition=block))]),
        ).allowed
        for moment in (before, after)
    ]
    assert found == [True, False]


def test_a_grant_to_a_session_by_name_goes_past_a_session_policy() -> None:
    queue = "arn:aws:sqs:eu-west-1:333333333333:q"
    asked = request(action="sqs:SendMessage", resource=queue)
    narrow = [policy(allow(Action="s3:*"))]
    to_session = policy(allow(Principal={"AWS": SESSION}))
    to_role = policy(allow(Principal={"AWS": ROLE}))
    assert evaluate(asked, Policies(resource=to_session, session=narrow)).allowed
    assert not evaluate(asked, Policies(resource=to_role, session=narrow)).allowed


def test_a_trust_policy_lets_a_service_in_for_its_source_only() -> None:
    trust = policy(
        {
            "Effect": "Allow",
            "Principal": {"Service": "ssm.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "333333333333"},
                "ArnLike": {"aws:SourceArn": "arn:aws:ssm:*:333333333333:automation-execution/*"},
            },
        }
    )

    def asks(service: str, account: str) -> bool:
        source = f"arn:aws:ssm:eu-west-1:{account}:automation-execution/1"
        context = {"aws:sourceaccount": (account,), "aws:sourcearn": (source,)}
        asked = Request(principal=service, action="sts:AssumeRole", resource=ROLE, context=context)
        return trusts(trust, asked).allowed

    assert asks("ssm.amazonaws.com", "333333333333")
    assert not asks("ssm.amazonaws.com", "444444444444")
    assert not asks("events.amazonaws.com", "333333333333")


def test_a_trust_policy_that_denies_is_not_overruled_by_one_that_allows() -> None:
    everybody = {"Principal": "*", "Action": "sts:AssumeRole"}
    trust = policy({"Effect": "Allow", **everybody}, {"Effect": "Deny", **everybody})
    assert trusts(trust, request(action="sts:AssumeRole", resource=ROLE)).reason.startswith(
        "explicit deny"
    )


def test_a_policy_is_read_once_per_text() -> None:
    text = '{"Version": "2012-10-17", "Statement": []}'
    assert Policy.parse(text, "a") is Policy.parse(text, "a")


def test_the_evaluator_knows_neither_moto_nor_boto3() -> None:
    look = "import sys, rehearsal.emulator.iam.evaluate; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", look], text=True).split()
    assert not {"moto", "boto3", "botocore"} & set(loaded)
