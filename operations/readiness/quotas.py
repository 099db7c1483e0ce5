"""``quotas``: is there room for what the next deployment adds?

The limits are AWS's defaults (AWS docs: ssm quotas, adaptive-concurrency, eb-quota,
cloudwatch_limits, subscription-filter-policy-constraints; botocore: logs model). Service Quotas is
asked about the rules of a bus alone: of the others no code is known, so that what was granted of
them cannot be asked, and a full one is no more than doubtful.
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
RULES: Final = {"ServiceCode": "events", "QuotaCode": "L-244521F2"}
"""Of the rules of one event bus, in Service Quotas (AWS docs: eb-quota)."""
NARROW: Final = 0.9
"""The share of a limit from which on it is told."""
ADAPTIVE: Final = "/ssm/automation/enable-adaptive-concurrency"
UNDER_WAY: Final = ("InProgress", "Waiting", "Pending")


def rules_per_bus(quotas: Any, region: str) -> int:
    """How many rules a bus takes: what was applied, or else AWS's default (AWS docs: eb-quota).

    Where nothing was applied, AWS answers that there is no such thing (aws/aws-cli#6629).
    """
    try:
        applied = quotas.get_service_quota(**RULES)["Quota"]["Value"]
    except quotas.exceptions.NoSuchResourceException:
        return 100 if region in ("af-south-1", "eu-south-1") else 300
    return int(applied)


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
    def counted(
        what: str, names: Iterable[str], wants: int, limit: int, *, certain: bool = False
    ) -> Figure:
        found = [*names]
        ours = sum(1 for name in found if name.startswith(PREFIX))
        return Figure(
            where=where(account, region),
            what=what,
            value=len(found),
            adds=max(wants - ours, 0),
            limit=limit,
            certain=certain,
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
    allowed = rules_per_bus(client("service-quotas"), region)
    yield counted("rules of the default bus", rules, asked.rules, allowed, certain=True)
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
            certain=False,
        )


def _each(api: Any, operation: str, field: str, part: str, **asked: Any) -> Iterator[str]:
    for page in api.get_paginator(operation).paginate(**asked):
        yield from (str(each[part]) for each in page[field])


def _adaptive(ssm: Any) -> bool:
    setting = ssm.get_service_setting(SettingId=ADAPTIVE)["ServiceSetting"]
    return str(setting["SettingValue"]).lower() == "true"


def _narrow(figure: Figure) -> Doubt | None:
    """Grave where the deployment adds what there is certainly no room for."""
    if figure.share < NARROW or not (figure.adds or figure.what == "runs at a time"):
        return None
    granted = "" if figure.certain else "; where more was granted already, this is no fault"
    return Doubt(
        where=figure.where,
        what=f"{figure.what}: {figure.value} there, at most {figure.adds} to come, and "
        f"{'' if figure.certain else 'by default '}{figure.limit} are allowed",
        remedy=f"delete what is not needed, or ask for more in Service Quotas{granted}",
        grave=figure.certain and figure.value + figure.adds > figure.limit,
    )
