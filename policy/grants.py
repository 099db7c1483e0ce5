"""Rules of what roles may do: named actions on named resources, and no way to more."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from names import DENIED_TAG, PREFIX
from policy.rule import UNKNOWN, Broken, Rule, Seen, Unjudged, Verdicts
from policy.statements import (
    GRANTS,
    POLICIES,
    Statement,
    actions,
    allows,
    in_policies_of,
    many,
    required,
    resources,
)

TAKES_NOTHING_NARROWER: Final[Mapping[str, str]] = {
    r"autoscaling:Describe\w+": "list_amazonec2autoscaling",
    r"ec2:Describe\w+": "list_amazonec2",
    r"cloudwatch:(DescribeAlarms|GetMetricData|GetMetricStatistics|ListMetrics)": (
        "list_amazoncloudwatch"
    ),
    r"guardduty:GetFindings": "list_amazonguardduty",
    r"cloudtrail:LookupEvents": "list_awscloudtrail",
    r"ssm-incidents:ListIncidentRecords": "list_awssystemsmanagerincidentmanager",
    r"ssm-contacts:ListEngagements": "list_awssystemsmanagerincidentmanagercontacts",
}
"""Action that takes ``Resource: "*"`` only → the page of the AWS docs that says so."""

_ANYTHING: Final = r"\*|arn(:[^:]*)?:\*.*"
_READS: Final = ("iam:Get", "iam:List")
_DENIES: Final = r"arn:[a-z-]+:iam::\d{12}:policy/" + re.escape(f"{PREFIX}deny-") + r"[\w-]+"
_PASSED: Final = r"arn:[a-z-]+:iam::\d{12}:role/" + re.escape(PREFIX) + r"[\w-]+"
_STARTED: Final = (
    r"arn:[a-z-]+:ssm:[a-z0-9*-]+:\d{12}:(automation-execution/\*|document/{0}[\w-]+|"
    r"automation-definition/{0}[\w-]+:(\*|\$DEFAULT))"
).replace("{0}", re.escape(PREFIX))


def _actions_named(_: Seen, statement: Statement) -> Iterator[str]:
    if not allows(statement):
        return
    for action in actions(statement):
        if "*" in action:
            yield f"{action} names no action"
    for negation in ("NotAction", "NotResource"):
        if negation in statement:
            yield f"{negation} allows whatever comes"


def _resources_named(_: Seen, statement: Statement) -> Iterator[str]:
    anything = [each for each in resources(statement) if re.fullmatch(_ANYTHING, each)]
    if allows(statement) and anything:
        for action in actions(statement):
            if not any(re.fullmatch(known, action) for known in TAKES_NOTHING_NARROWER):
                yield f"{action} takes a narrower resource than {anything[0]}"


def _identity_unwritten(_: Seen, statement: Statement) -> Iterator[str]:
    if not allows(statement):
        return
    conditions = required(statement)
    for action in actions(statement):
        if not action.lower().startswith("iam:") or action.startswith(_READS):
            continue
        if action == "iam:PassRole":
            services = conditions.get("iam:passedtoservice")
            if services != ["ssm.amazonaws.com"]:
                yield f"iam:PassRole to {services or 'any service'}, not to ssm.amazonaws.com alone"
            yield from (
                f"iam:PassRole of {passed}, which is no role of ours"
                for passed in resources(statement)
                if not re.fullmatch(_PASSED, passed)
            )
        elif re.fullmatch(r"iam:(Attach|Detach)(Role|User)Policy", action):
            attached = conditions.get("iam:policyarn") or ["any policy"]
            if not all(re.fullmatch(_DENIES, each) for each in attached):
                yield f"{action} of {', '.join(attached)}, not of a pre-made deny policy"
        elif action in ("iam:TagRole", "iam:UntagRole"):
            if not _only_our_tags(statement):
                yield f"{action} with keys other than {DENIED_TAG}…"
        else:
            yield f"{action} writes an identity: whoever may is an administrator"


def _only_our_tags(statement: Statement) -> bool:
    """All keys ours, and at least one: ``ForAllValues`` alone holds for none (trap 2.7)."""
    condition = statement.get("Condition") or {}
    keys = many((condition.get("ForAllValues:StringEquals") or {}).get("aws:TagKeys"))
    there = (condition.get("Null") or {}).get("aws:TagKeys") == "false"
    return bool(keys) and there and all(str(key).startswith(DENIED_TAG) for key in keys)


def _starts_named(_: Seen, statement: Statement) -> Iterator[str]:
    if not allows(statement) or "ssm:StartAutomationExecution" not in actions(statement):
        return
    for resource in resources(statement):
        if not re.fullmatch(_STARTED, resource):
            yield f"it may start {resource}, which is no document of ours in one account"


def _all_read(seen: Seen) -> Verdicts:
    read = POLICIES.get(seen.type)
    for key, value in seen.inputs.items():
        if key == read:
            continue
        if value is UNKNOWN:
            if key.endswith(("olicy", "olicyDocument")):
                yield Unjudged(key, seen.urn)
        elif isinstance(value, str) and re.search(r'"Statement"\s*:', value):
            yield Broken(f"{key} holds a policy that no rule reads", seen.urn)
        elif value and key in ("inlinePolicies", "managedPolicyArns"):
            yield Broken(f"{key} grants what no rule reads", seen.urn)


RULES: Final = (
    Rule(
        name="policies-read",
        holds="every policy stands where the rules of this pack read it",
        matters="a grant elsewhere, such as inside a queue or a role, would be judged by nobody",
        remedy="declare a RolePolicy, QueuePolicy, TopicPolicy, … of its own",
        each=_all_read,
    ),
    Rule(
        name="actions-named",
        holds="what a role may do is named, action by action",
        matters="a stolen role could do what no runbook does, and what AWS adds tomorrow",
        remedy="list the actions that are called; permissions.json has those of a runbook",
        each=in_policies_of(GRANTS, _actions_named),
    ),
    Rule(
        name="resources-named",
        holds='Resource is "*" only for the listed actions that take nothing narrower',
        matters="a stolen role could change what is no part of the pipeline",
        remedy="name the resource by its ARN, or list the action with the AWS page that says so",
        each=in_policies_of(GRANTS, _resources_named),
    ),
    Rule(
        name="identity-unwritten",
        holds="no role writes identities but by attaching pre-made deny policies, our own tags, "
        "and passing roles of ours to Systems Manager",
        matters="whoever takes a role that can write policies takes the account",
        remedy="deny by a policy of access.py, with the conditions iam:PolicyARN or aws:TagKeys",
        traps="2.7, 2.8",
        each=in_policies_of(GRANTS, _identity_unwritten),
    ),
    Rule(
        name="starts-named",
        holds="whoever starts automations may start our documents of one account, by name",
        matters="AWS's and anybody's shared documents would run under what the caller passes",
        remedy="name document/, automation-definition/ and automation-execution/* of the account",
        traps="5.11",
        each=in_policies_of(GRANTS, _starts_named),
    ),
)
