"""The roles that a stack declares, and the policies that its resources carry, from the graph."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from names import (
    APPROVER,
    ENGAGER,
    FORWARDER,
    METRICS_SHARED,
    PLAN_STARTER,
    PREFIX,
    RESPONDER,
    STARTER,
)
from rehearsal.emulator.iam.evaluate import Policy
from runbooks import RESPONDER_PERMISSIONS, RESPONSE, RUNBOOKS

Graph = Sequence[Mapping[str, Any]]
"""What ``rehearsal.graph.declared`` gives."""

WITHOUT_RUNBOOK: Mapping[tuple[str, str], str] = {
    (STARTER, "ssm:StartAutomationExecution"): (
        "start what a finding, a report or the schedule starts: three kinds of resources, since "
        "AWS changes which of them it asks about (trap 5.11)"
    ),
    (STARTER, "iam:PassRole"): "hand each document its own role, to Systems Manager only",
    (FORWARDER, "events:PutEvents"): (
        "hand the account's records to the ledger, and findings about global things to the home "
        "region: one hop each (traps 6.1 and 1.2)"
    ),
    (ENGAGER, "ssm:StartAutomationExecution"): "start the response, and the look for what waits",
    (ENGAGER, "iam:PassRole"): "hand each of the two its own role, to Systems Manager only",
    (ENGAGER, "events:PutEvents"): "keep who sent which signal in the ledger",
    (ENGAGER, "ssm-incidents:StartIncident"): "begin an incident by a team's plan",
    (PLAN_STARTER, "ssm:StartAutomationExecution"): "start the response to an incident",
    (PLAN_STARTER, "iam:PassRole"): "hand the response its own role, to Systems Manager only",
    (APPROVER, "ssm:DescribeAutomationStepExecutions"): (
        "see what a run asks, and approve or reject it, by chat or in the console (trap 5.2)"
    ),
    (METRICS_SHARED, "cloudwatch:DescribeAlarms"): (
        "show the account's metrics on the dashboards of the security account"
    ),
    (APPROVER, "ssm:UpdateOpsItem"): "take up an item, so that nobody else is called",
}
"""Role, first action → why, where no ``permissions.json`` says it."""


class UnexplainedError(LookupError):
    """A role may do something, and nothing says why."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One statement of a role's policies; ``number`` counts from 1 within the role."""

    number: int
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Mapping[str, Mapping[str, Any]]
    why: str


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role of one account, with everything that is attached to it."""

    account: str
    name: str
    trust: Mapping[str, Any]
    permissions: tuple[Permission, ...]
    policy: Policy
    """All its inline policies as one, so that a statement has one number."""
    size: int
    """Characters of its inline policies, spaces included; IAM counts none."""

    @property
    def title(self) -> str:
        """Its name without what all names begin with."""
        return self.name.removeprefix(PREFIX)


def roles_of(graph: Graph, account: str) -> list[Role]:
    """The roles of an account, by name.

    Raises UnexplainedError for a permission without a reason, and for a managed policy or a
    boundary on a role, which would have to be evaluated as well.
    """
    found = []
    for declared in _of(graph, "Role", account):
        inputs = declared["inputs"]
        name = str(inputs["name"])
        if odd := inputs.keys() & {"managedPolicyArns", "inlinePolicies", "permissionsBoundary"}:
            raise UnexplainedError(
                f"{name} has {sorted(odd)}: teach it to rehearsal/thief/roles.py"
            )
        inline = [e for e in _of(graph, "RolePolicy", account) if e["inputs"]["role"] == name]
        statements = [s for e in inline for s in json.loads(e["inputs"]["policy"])["Statement"]]
        whole = {"Version": "2012-10-17", "Statement": statements}
        found.append(
            Role(
                account=account,
                name=name,
                trust=json.loads(inputs["assumeRolePolicy"]),
                permissions=tuple(_permissions(name, statements)),
                policy=Policy.parse(whole, name),
                size=sum(len(e["inputs"]["policy"]) for e in inline),
            )
        )
    if attached := [e["name"] for e in graph if e["type"].endswith(":RolePolicyAttachment")]:
        raise UnexplainedError(f"{attached} attach policies: teach it to rehearsal/thief/roles.py")
    return sorted(found, key=lambda role: role.name)


def carried_by(graph: Graph) -> dict[str, Policy]:
    """ARN → policy of each role, bucket, key, bus, topic and queue that the stack gives one."""
    found = {}
    for each in graph:
        kind, inputs = each["type"].rpartition(":")[2], each["inputs"]
        where = f"{each['region']}:{each['account']}"
        if kind == "Role":
            arn = f"arn:aws:iam::{each['account']}:role/{inputs['name']}"
            found[arn] = Policy.parse(inputs["assumeRolePolicy"], f"the trust of {inputs['name']}")
        elif kind == "BucketPolicy":
            bucket = inputs["bucket"]
            found[f"arn:aws:s3:::{bucket}"] = Policy.parse(inputs["policy"], "the bucket's policy")
        elif kind == "Key":
            key = key_of(graph) if "evidence" in str(inputs["description"]).lower() else ""
            arn = key or f"arn:aws:kms:{where}:key/{each['name']}"
            found[arn] = Policy.parse(inputs["policy"], "the key's policy")
        elif kind == "EventBusPolicy":
            arn = f"arn:aws:events:{where}:event-bus/{inputs['eventBusName']}"
            found[arn] = Policy.parse(inputs["policy"], "the bus's policy")
        elif kind == "TopicPolicy":
            arn = str(inputs["arn"])
            found[arn] = Policy.parse(inputs["policy"], "the topic's policy")
        elif kind == "QueuePolicy":
            (statement,) = json.loads(inputs["policy"])["Statement"]
            found[statement["Resource"]] = Policy.parse(inputs["policy"], "the queue's policy")
    return found


def documents_of(graph: Graph, account: str) -> dict[str, int]:
    """Bytes of each document of an account, by name; of the largest where regions differ."""
    sizes: dict[str, int] = {}
    for each in _of(graph, "Document", account):
        name, size = each["inputs"]["name"], len(each["inputs"]["content"].encode())
        sizes[name] = max(size, sizes.get(name, 0))
    return dict(sorted(sizes.items()))


def key_of(graph: Graph) -> str:
    """ARN of the one key that the stack declares: what its buckets are encrypted with."""
    (key,) = {
        rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"]
        for each in graph
        if each["type"].endswith(":BucketServerSideEncryptionConfiguration")
        for rule in each["inputs"]["rules"]
    }
    return str(key)


def _of(graph: Graph, kind: str, account: str) -> Iterator[Mapping[str, Any]]:
    return (e for e in graph if e["type"].endswith(f":{kind}") and e["account"] == account)


def _permissions(role: str, statements: Sequence[Mapping[str, Any]]) -> Iterator[Permission]:
    reasons = _reasons(role, statements)
    for number, statement in enumerate(statements, 1):
        actions = _many(statement["Action"])
        why = reasons[number - 1] if reasons else WITHOUT_RUNBOOK.get((role, actions[0]), "")
        if not why:
            told = f"say in rehearsal/thief/roles.py why {role} may {actions[0]}"
            raise UnexplainedError(told)
        yield Permission(
            number=number,
            effect=statement["Effect"],
            actions=actions,
            resources=_many(statement["Resource"]),
            condition=statement.get("Condition", {}),
            why=why,
        )


def _reasons(role: str, statements: Sequence[Mapping[str, Any]]) -> list[str] | None:
    """Why each permission is there, in the order of the policy; None for no runbook's role.

    What is granted only in some stacks (``Where``) may be missing; anything else may not.
    """
    if role == RESPONDER:
        return _in_order(role, RESPONDER_PERMISSIONS, statements)
    for runbook in [*RUNBOOKS.values(), RESPONSE]:
        for action in runbook.actions:
            if runbook.document_name(action) == role:
                return _in_order(role, runbook.permissions[action], statements)
    return None


def _in_order(
    role: str, entries: Sequence[Mapping[str, Any]], statements: Sequence[Mapping[str, Any]]
) -> list[str]:
    granted, reasons = list(statements), []
    for entry in entries:
        if granted and list(_many(granted[0]["Action"])) == entry["Action"]:
            reasons.append(str(entry["Why"]))
            granted.pop(0)
        elif "Where" not in entry:
            raise UnexplainedError(f"{role} lacks what its permissions.json lists: {entry['Why']}")
    if granted:
        raise UnexplainedError(f"{role} has other statements than its permissions.json lists")
    return reasons


def _many(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else (str(value),)
