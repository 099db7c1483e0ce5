"""``quotas``: is there room for what the next deployment adds?

The limits are AWS's defaults (AWS docs: ssm quotas, adaptive-concurrency, eb-quota,
cloudwatch_limits, subscription-filter-policy-constraints; botocore: logs model). One that was
raised for an account is not known here, so that a full one says where to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, Final

from names import PREFIX, TOPIC
from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Figure, Question, Told
from operations.readiness.wanted import Wanted, wanted
from settings import Account

NAME = "quotas"
ASKS = "documents, rules, alarms, log policies, subscriptions and runs at a time are below limits"
DOCUMENTS: Final = 500
ALARMS: Final = 5000
LOG_POLICIES: Final = 10
FILTERED: Final = 200
"""Subscriptions of one topic that have a filter policy."""
NARROW: Final = 0.9
"""The share of a limit from which on it is told."""
ADAPTIVE: Final = "/ssm/automation/enable-adaptive-concurrency"
UNDER_WAY: Final = ("InProgress", "Waiting", "Pending")


def rules_per_bus(region: str) -> int:
    """How many rules a bus takes (AWS docs: eb-quota)."""
    return 100 if region in ("af-south-1", "eu-south-1") else 300


def questions(environment: Environment) -> Iterator[Question]:
    """One for each account and region that contains."""
    for account, region in environment.places:
        yield Question(
            check=NAME,
            where=where(account, region),
            ask=partial(_ask, environment, account, region),
        )


def _ask(environment: Environment, account: Account, region: str) -> Told:
    asked = wanted(environment.settings, account, region)
    here = where(account, region)
    adaptive = _adaptive(environment.client(account.id, "ssm", region))
    figures = tuple(_figures(environment, account, region, asked, adaptive))
    doubts = [doubt for figure in figures if (doubt := _narrow(figure))]
    if not adaptive:
        doubts.append(
            Doubt(
                where=here,
                what="adaptive concurrency is off: 100 runs at a time, not 500, and then a queue",
                remedy=environment.deploy(account),
            )
        )
    return Told(doubts=tuple(doubts), figures=figures)


def _figures(
    environment: Environment, account: Account, region: str, asked: Wanted, adaptive: bool
) -> Iterator[Figure]:
    def counted(what: str, names: Iterable[str], wants: int, limit: int) -> Figure:
        found = [*names]
        ours = sum(1 for name in found if name.startswith(PREFIX))
        return Figure(
            where=where(account, region),
            what=what,
            value=len(found),
            adds=max(wants - ours, 0),
            limit=limit,
        )

    def client(service: str) -> Any:
        return environment.client(account.id, service, region)

    ssm, logs = client("ssm"), client("logs")
    owned = [{"Key": "Owner", "Values": ["Self"]}]
    documents = _each(ssm, "list_documents", "DocumentIdentifiers", "Name", Filters=owned)
    rules = _each(client("events"), "list_rules", "Rules", "Name", EventBusName="default")
    alarms = _each(client("cloudwatch"), "describe_alarms", "MetricAlarms", "AlarmName")
    policies = _each(logs, "describe_resource_policies", "resourcePolicies", "policyName")
    running = _each(
        ssm,
        "describe_automation_executions",
        "AutomationExecutionMetadataList",
        "AutomationExecutionId",
        Filters=[{"Key": "ExecutionStatus", "Values": [*UNDER_WAY]}],
    )
    yield counted("documents", documents, asked.documents, DOCUMENTS)
    yield counted("rules of the default bus", rules, asked.rules, rules_per_bus(region))
    yield counted("alarms", alarms, asked.alarms, ALARMS)
    # None is added: ours is a log group's own policy, which is not one of the ten (trap 6.6).
    yield counted("log resource policies of the account", policies, 0, LOG_POLICIES)
    yield counted("runs at a time", running, 0, 500 if adaptive else 100)
    if asked.subscriptions:
        topic = environment.central.arn("sns", TOPIC)
        heard = _each(client("sns"), "list_subscriptions", "Subscriptions", "TopicArn")
        ours = sum(1 for each in heard if each == topic)
        yield Figure(
            where=where(account, region),
            what="subscriptions of the topic that have a filter",
            value=ours,
            adds=max(asked.subscriptions - ours, 0),
            limit=FILTERED,
        )


def _each(api: Any, operation: str, field: str, part: str, **asked: Any) -> Iterator[str]:
    for page in api.get_paginator(operation).paginate(**asked):
        yield from (str(each[part]) for each in page[field])


def _adaptive(ssm: Any) -> bool:
    setting = ssm.get_service_setting(SettingId=ADAPTIVE)["ServiceSetting"]
    return str(setting["SettingValue"]).lower() == "true"


def _narrow(figure: Figure) -> Doubt | None:
    """Grave where the deployment adds what there is no room for."""
    if figure.share < NARROW or not (figure.adds or figure.what == "runs at a time"):
        return None
    full = figure.value + figure.adds > figure.limit
    return Doubt(
        where=figure.where,
        what=f"{figure.what}: {figure.value} there, at most {figure.adds} to come, and by default "
        f"{figure.limit} are allowed",
        remedy="delete what is not needed, or ask for more in Service Quotas; where more was "
        "granted already, this is no fault",
        grave=full,
    )
