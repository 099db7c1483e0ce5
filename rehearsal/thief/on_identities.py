"""Deeds that would make a thief more than the role whose credentials were stolen."""

from __future__ import annotations

from collections.abc import Iterator

from names import DENIED_TAG, DENY_INSTANCE, FORWARDER, STARTER
from rehearsal.emulator.actions.identity import pass_role
from rehearsal.emulator.actions.need import Need
from rehearsal.thief.deed import Deed, Scene, Way, ask, deed

CONTAIN, RELEASE = "containment-isolate-instance", "containment-isolate-instance-release"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def _attach(verb: str, role: str, policy: str) -> Need:
    return ask(f"iam:{verb}RolePolicy", role, {"iam:policyarn": (policy,)})


def _tag(role: str, *keys: str) -> Need:
    values = {f"aws:requesttag/{key}": ("i",) for key in keys}
    return ask("iam:TagRole", role, {**values, "aws:tagkeys": keys})


def _untag(role: str, *keys: str) -> Need:
    return ask("iam:UntagRole", role, {"aws:tagkeys": keys})


def identity_deeds(scene: Scene) -> Iterator[Deed]:
    """To become somebody else, or to change what somebody may."""
    here, some = scene.here, scene.here.role("some-application")
    ours, deployer = here.policy(DENY_INSTANCE), scene.deployed_by()
    slot = f"{DENIED_TAG}1"
    yield deed(
        "write a policy and so become an administrator",
        {
            "a new version of our deny policy": [ask("iam:CreatePolicyVersion", ours)],
            "a new version of any policy": [ask("iam:CreatePolicyVersion", here.policy("any"))],
            "an inline policy of any role": [ask("iam:PutRolePolicy", some)],
            "an inline policy of a role of ours": [ask("iam:PutRolePolicy", here.role(CONTAIN))],
            "AdministratorAccess on any role": [_attach("Attach", some, ADMINISTRATOR)],
            "AdministratorAccess on a role of ours": [
                _attach("Attach", here.role(CONTAIN), ADMINISTRATOR)
            ],
        },
    )
    yield deed(
        "change who may assume a role, or make a principal",
        {
            "any role's trust": [ask("iam:UpdateAssumeRolePolicy", some)],
            "the deployer's trust": [ask("iam:UpdateAssumeRolePolicy", deployer)],
            "a role": [ask("iam:CreateRole", here.role("new"))],
            "a user": [ask("iam:CreateUser", here.arn("iam", "user/new", region=""))],
            "a user's key": [ask("iam:CreateAccessKey", here.arn("iam", "user/any", region=""))],
        },
    )
    yield deed(
        "assume another role, where its trust lets the account in",
        {
            "the deployer": [ask("sts:AssumeRole", deployer)],
            "the deployer of another account": [
                ask("sts:AssumeRole", scene.deployed_by(scene.other))
            ],
            "any role": [ask("sts:AssumeRole", some)],
            "the Contain role": [ask("sts:AssumeRole", here.role(CONTAIN))],
            "the starter": [ask("sts:AssumeRole", here.role(STARTER))],
        },
    )
    yield deed(
        "hand a role to a service",
        {
            "any role to EC2": [pass_role(some, "ec2.amazonaws.com")],
            "the deployer to Systems Manager": [pass_role(deployer, "ssm.amazonaws.com")],
            "the Contain role to Lambda": [
                pass_role(here.role(CONTAIN), "lambda.amazonaws.com"),
            ],
            "the forwarder to EventBridge": [
                pass_role(here.role(FORWARDER), "events.amazonaws.com"),
            ],
            "the Contain role to Systems Manager": [
                pass_role(here.role(CONTAIN), "ssm.amazonaws.com"),
            ],
            "the Release role to Systems Manager": [
                pass_role(here.role(RELEASE), "ssm.amazonaws.com"),
            ],
        },
    )
    yield deed(
        "tag a role with other keys than ours",
        {
            "another key": [_tag(some, "team")],
            "another key beside ours": [_tag(some, slot, "team")],
            "no key at all": [ask("iam:TagRole", some)],
            "another key taken off": [_untag(some, "team")],
        },
    )
    yield deed(
        "deny instances everything, by a role's tags and the pre-made policy",
        {
            "up to five instances of any role of an application": [
                _tag(some, slot),
                _attach("Attach", some, ours),
            ],
        },
    )
    yield deed(
        "let a denied instance go",
        {
            "its tag": [_untag(some, slot)],
            "the policy off its role": [_attach("Detach", some, ours)],
        },
    )
    yield deed(
        "take another policy off a role",
        {"any policy": [_attach("Detach", some, here.policy("any"))]},
    )
    untouched = tuple(_untouchable(scene))
    yield Deed(name="write anything about a role that is never touched", ways=untouched)


def _untouchable(scene: Scene) -> Iterator[Way]:
    here, ours = scene.here, scene.here.policy(DENY_INSTANCE)
    slot = f"{DENIED_TAG}1"
    for told, role in {
        "the deployer": scene.deployed_by(),
        "the Contain role": here.role(CONTAIN),
        "the Release role": here.role(RELEASE),
        "the starter": here.role(STARTER),
        "a service-linked role": here.role("aws-service-role/guardduty.amazonaws.com/AWSService"),
        "Identity Center's": here.role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin"),
        "Control Tower's": here.role("AWSControlTowerExecution"),
    }.items():
        yield Way(told, (_attach("Attach", role, ours),))
        yield Way(told, (_tag(role, slot),))
        yield Way(told, (_attach("Detach", role, ours),))
        yield Way(told, (_untag(role, slot),))
