"""The rules as Pulumi's policies: what the engine gives is made plain, and verdicts are reported.

What a preview does not know yet is neither broken nor kept. A policy that could not judge for that
reason raises UnknownValueError, of which the SDK makes an advice that names policy and value; what
is broken besides has been reported by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pulumi_policy import (
    PolicyConfigSchema,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

from policy.rule import UNKNOWN, Broken, Provider, Rule, Seen, Stack, Unjudged


def policy_of(rule: Rule) -> ResourceValidationPolicy | StackValidationPolicy:
    """The policy that asks a rule; its enforcement is the pack's, unless it is configured."""
    described: dict[str, Any] = {
        "name": rule.name,
        # The engine's own lines have of a rule its name and its description only.
        "description": f"{rule.holds}. Else: {rule.matters}. What to do: {rule.remedy}",
        "remediation_steps": rule.remedy,
        "url": "docs/policy.md",
    }
    if rule.properties:
        described["config_schema"] = PolicyConfigSchema(
            properties={key: dict(schema) for key, schema in rule.properties.items()}
        )
    if rule.each:
        return ResourceValidationPolicy(validate=_each(rule.each), **described)
    assert rule.whole, f"{rule.name} judges nothing"
    return StackValidationPolicy(validate=_whole(rule.whole), **described)


def _each(
    judge: Callable[[Seen], Iterable[Broken | Unjudged]],
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        _told(judge(_seen(args, {})), report)

    return validate


def _whole(
    judge: Callable[[Stack], Iterable[Broken | Unjudged]],
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(
            resources=[_seen(each, _fed(each)) for each in args.resources],
            config=args.get_config(),
        )
        _told(judge(stack), report)

    return validate


def _told(verdicts: Iterable[Broken | Unjudged], report: ReportViolation) -> None:
    unjudged = []
    for verdict in verdicts:
        if isinstance(verdict, Broken):
            report(verdict.says, verdict.urn or None)
        else:
            unjudged.append(verdict.what)
    if unjudged:
        raise UnknownValueError(UNKNOWN_STRING_VALUE, [", ".join(dict.fromkeys(unjudged))])


def _seen(args: ResourceValidationArgs | PolicyResource, fed_by: Mapping[str, list[str]]) -> Seen:
    by = args.provider
    provider = Provider(urn=by.urn, name=by.name, inputs=plain(by.props)) if by else None
    return Seen(
        urn=args.urn,
        type=args.resource_type,
        name=args.name,
        inputs=plain(args.props),
        provider=provider,
        fed_by=fed_by,
    )


def _fed(resource: PolicyResource) -> dict[str, list[str]]:
    fed = resource.property_dependencies.items()
    return {key: [each.urn for each in resources] for key, resources in fed}


def plain(value: Any) -> Any:
    """Lists and dicts in place of the SDK's, whole numbers for floats, UNKNOWN for the unknown."""
    if isinstance(value, Mapping):
        return {key: _within(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_within(value, place) for place in range(len(value))]
    if isinstance(value, float) and value.is_integer():  # the wire has no other numbers
        return int(value)
    return value


def _within(container: Any, key: Any) -> Any:
    try:
        return plain(container[key])
    except UnknownValueError:
        return UNKNOWN
