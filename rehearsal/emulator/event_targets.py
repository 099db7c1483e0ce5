"""What PutTargets refuses, kind by kind; what the relay cannot deliver to is not emulated."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import ValidationException

from rehearsal.emulator.world import NotEmulatedError, World
from rehearsal.relay.inputs import PLACEHOLDER, PREDEFINED, quoted_at, steps_of

MAX_TARGETS = 5
"""Per rule, not adjustable (2023 docs: eb-targets)."""
MAX_PATHS = 100
MAX_TEXT = 8192
"""Characters of an input or template (botocore: events model; trap 1.9)."""

INPUTS = ("Input", "InputPath", "InputTransformer")
KNOWN = frozenset({"Id", "Arn", "RoleArn", "DeadLetterConfig", "RetryPolicy", *INPUTS})

KINDS = {
    "ssm-incidents": re.compile(r"response-plan/[a-zA-Z0-9_-]+"),
    "ssm": re.compile(r"automation-definition/[^:]+(:(\$DEFAULT|\$LATEST|[0-9]+))?"),
    "events": re.compile(r"event-bus/[^/:]+"),
    "sqs": re.compile(r"[^:.]+"),
    "sns": re.compile(r"[^:.]+"),
    "logs": re.compile(r"log-group:[^:]+(:\*)?"),
}
WITH_ROLE = frozenset({"ssm", "ssm-incidents", "events"})
REGIONLESS = frozenset({"ssm-incidents"})
"""A response plan's ARN has no region: every region of the replication set has the plan."""

Target = dict[str, Any]


def checked(world: World, rule: Any, targets: list[Target]) -> None:
    """Raise what AWS answers if any of a rule's new targets is refused."""
    for target in targets:
        service = _kind(rule, target)
        _role(world, service, target)
        _input(world, service, target)
        _afterwards(rule, target)
    ids = {target["Id"] for target in [*rule.targets, *targets]}
    if len(ids) > MAX_TARGETS:
        raise JsonRESTError(
            "LimitExceededException",
            f"The requested resource exceeds the maximum number allowed: {MAX_TARGETS} targets.",
        )


def _refused(target: Target, why: str) -> ValidationException:
    return ValidationException(f"{why} for target {target['Id']}.")


def _kind(rule: Any, target: Target) -> str:
    """The service of a target that the relay can deliver to."""
    unknown = sorted(target.keys() - KNOWN)
    if unknown:
        raise NotEmulatedError(f"events:PutTargets with {', '.join(unknown)} is not emulated")
    parts = target["Arn"].split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise _refused(target, f"Parameter {target['Arn']} is not valid")
    service, region, account, resource = (str(part) for part in parts[2:])
    if service not in KINDS or not KINDS[service].fullmatch(resource):
        raise NotEmulatedError(f"the target {target['Arn']} is not emulated")
    if service in REGIONLESS and region:
        raise _refused(target, f"Parameter {target['Arn']} is not valid")
    if service not in {"events", *REGIONLESS} and region != rule.region_name:
        raise _refused(target, f"{target['Arn']} is in another region, which is not supported")
    if service in {"ssm", "ssm-incidents", "logs"} and account != rule.account_id:
        raise _refused(target, f"{target['Arn']} is in another account, which is not supported")
    if service in {"sqs", "sns"} and account != rule.account_id:
        raise NotEmulatedError(f"the target {target['Arn']} in another account is not emulated")
    return service


def _role(world: World, service: str, target: Target) -> None:
    """Who needs a role and who refuses one (trap 6.6)."""
    given = bool(target.get("RoleArn"))
    if not world.bites("6.6"):
        return
    if service in WITH_ROLE and not given:
        raise _refused(target, "RoleArn is required")
    if service == "logs" and given:
        raise _refused(target, "RoleArn is not supported")
    if service in {"sqs", "sns"} and given:
        raise NotEmulatedError(f"a role for the target {target['Arn']} is not emulated")


def _input(world: World, service: str, target: Target) -> None:
    given = [name for name in INPUTS if target.get(name)]
    if service == "ssm-incidents" and given:
        raise NotEmulatedError(f"{given[0]} for the target {target['Arn']} is not emulated")
    if service == "events" and given and world.bites("6.10"):
        raise _refused(target, "Modifying the input is not supported")
    if len(given) > 1:
        raise _refused(target, f"Only one of {', '.join(INPUTS)} may be given, not {given}")
    if "Input" in given:
        _json(target, target["Input"])
        _length(world, target, target["Input"])
    if "InputPath" in given:
        steps_of(target["InputPath"])
    if "InputTransformer" in given:
        _transformer(world, target, target["InputTransformer"])


def _length(world: World, target: Target, text: str) -> None:
    if len(text) > MAX_TEXT and world.bites("1.9"):
        raise _refused(target, f"Input has {len(text)} characters, {MAX_TEXT} are allowed")


def _transformer(world: World, target: Target, transformer: dict[str, Any]) -> None:
    paths = transformer.get("InputPathsMap") or {}
    template = transformer["InputTemplate"]
    _length(world, target, template)
    if len(paths) > MAX_PATHS:
        raise _refused(target, f"InputPathsMap has {len(paths)} paths, {MAX_PATHS} are allowed")
    for name, path in paths.items():
        if name.lower().startswith("aws") or not re.fullmatch(r"[A-Za-z0-9_\-]{1,256}", name):
            raise _refused(target, f"InputPathsMap has the reserved or invalid key {name}")
        steps_of(path)
    used = set(PLACEHOLDER.findall(template))
    if missing := sorted(used - paths.keys() - PREDEFINED):
        raise _refused(target, f"InputTemplate has the undefined placeholder <{missing[0]}>")
    quoted = quoted_at(template)

    def sample(match: re.Match[str]) -> str:
        return "x" if quoted(match.start()) else '"x"'

    _json(target, PLACEHOLDER.sub(sample, template), lines=True)


def _json(target: Target, text: str, *, lines: bool = False) -> None:
    """JSON, or in a template several lines of strings (AWS docs: eb-transform-target-input)."""
    parse: Callable[[str], Any] = json.loads
    try:
        parse(text)
    except ValueError:
        parts = [line for line in text.splitlines() if line.strip()]
        if not lines or not all(_is_string(part) for part in parts):
            raise _refused(target, "The input is not valid JSON") from None


def _is_string(text: str) -> bool:
    try:
        return isinstance(json.loads(text), str)
    except ValueError:
        return False


def _afterwards(rule: Any, target: Target) -> None:
    """Where dead letters go and how often it is tried."""
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue is not None:
        parts = queue.split(":", 5)
        if parts[2:4] != ["sqs", rule.region_name] or queue.endswith(".fifo"):
            raise _refused(target, f"{queue} is not a standard queue of this region")
    policy = target.get("RetryPolicy") or {}
    attempts = policy.get("MaximumRetryAttempts", 0)
    age = policy.get("MaximumEventAgeInSeconds", 60)
    if not 0 <= attempts <= 185 or not 60 <= age <= 86_400:
        raise _refused(target, f"RetryPolicy {policy} is out of bounds")
