"""CloudWatch: log groups, filters, alarms, dashboards (botocore: logs, cloudwatch models)."""

from __future__ import annotations

from typing import Any

from rehearsal.provider.codecs import SAME, Document, Number, Pairs, Several, Shape
from rehearsal.provider.kinds import Call, Kind, Property, Scope, Tagging

LOG_GROUP_ARN = "arn:{partition}:logs:{region}:{account}:log-group:{name}"
ALARM_ARN = "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"

METRIC = Shape(
    {
        "metricName": "Metric.MetricName",
        "namespace": "Metric.Namespace",
        "dimensions": ("Metric.Dimensions", Pairs("Name")),
        "period": "Period",
        "stat": "Stat",
        "unit": "Unit",
    }
)
QUERY = Shape(
    {
        "id": "Id",
        "accountId": "AccountId",
        "expression": "Expression",
        "label": "Label",
        "period": "Period",
        "returnData": "ReturnData",
        "metric": ("MetricStat", METRIC),
    }
)
TRANSFORMATION = Shape(
    {
        "name": "metricName",
        "namespace": "metricNamespace",
        "value": "metricValue",
        "defaultValue": ("defaultValue", Number()),
        "dimensions": "dimensions",
        "unit": "unit",
    }
)


WARM_UP = Shape(
    {
        "warmUpPeriodDurationInMinutes": "WarmUpPeriodDurationInMinutes",
        "onlyStartEvaluatingAfterWarmUpPeriodEnds": "OnlyStartEvaluatingAfterWarmUpPeriodEnds",
    }
)


def _alarm(name: str, codec: Any = SAME, default: Any = None) -> Property:
    return Property(to=name, read=name, codec=codec, default=default)


def _resource_policy_id(scope: Scope) -> str:
    id: str = scope.get("resourceArn") or scope["policyName"]  # noqa: A001 - Pulumi's word
    return id


def _resource_policy_scope(scope: Scope) -> str:
    return "RESOURCE" if scope.get("resourceArn") else "ACCOUNT"


def _resource_policy_name(scope: Scope) -> str | None:
    return None if scope.get("resourceArn") else scope["policyName"]


KINDS: dict[str, Kind] = {
    "aws:cloudwatch/logGroup:LogGroup": Kind(
        service="logs",
        create=Call("create_log_group"),
        read=Call("describe_log_groups", logGroupNamePrefix="{id}"),
        pick="logGroups[?logGroupName=='{id}'] | [0]",
        delete=Call("delete_log_group", logGroupName="{id}"),
        id="{name}",
        properties={
            "name": Property(to="logGroupName", read="logGroupName", change="replace"),
            "kmsKeyId": Property(
                to="kmsKeyId",
                read="kmsKeyId",
                change=Call("associate_kms_key", logGroupName="{id}", kmsKeyId="{kmsKeyId?}"),
                clear=Call("disassociate_kms_key", logGroupName="{id}"),
            ),
            "logGroupClass": Property(to="logGroupClass", read="logGroupClass", change="replace"),
            "retentionInDays": Property(
                read="retentionInDays",
                change=Call(
                    "put_retention_policy",
                    logGroupName="{id}",
                    retentionInDays="{retentionInDays}",
                ),
                clear=Call("delete_retention_policy", logGroupName="{id}"),
            ),
        },
        outputs={"arn": LOG_GROUP_ARN},
        auto_named="name",
        tags=Tagging(
            add=Call("tag_resource", resourceArn=LOG_GROUP_ARN, tags="{tags}"),
            remove=Call("untag_resource", resourceArn=LOG_GROUP_ARN, tagKeys="{keys}"),
            read=Call("list_tags_for_resource", resourceArn=LOG_GROUP_ARN),
            path="tags",
            to="tags",
        ),
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Kind(
        service="logs",
        create=Call(
            "put_resource_policy",
            policyName=_resource_policy_name,
            # A policy of a resource is replaced only by who knows it (botocore: logs model).
            expectedRevisionId="{revisionId?}",
        ),
        read=Call(
            "describe_resource_policies",
            resourceArn="{resourceArn?}",
            policyScope=_resource_policy_scope,
        ),
        pick="resourcePolicies[?resourceArn=='{id}' || policyName=='{id}'] | [0]",
        delete=Call(
            "delete_resource_policy",
            policyName=_resource_policy_name,
            resourceArn="{resourceArn?}",
            expectedRevisionId="{revisionId?}",
        ),
        id=_resource_policy_id,
        properties={
            "policyName": Property(change="replace"),
            "resourceArn": Property(to="resourceArn", change="replace"),
            "policyDocument": Property(
                to="policyDocument", read="policyDocument", codec=Document()
            ),
        },
        outputs={"policyScope": _resource_policy_scope, "revisionId": "{@revisionId}"},
        identity=("policyName", "resourceArn"),
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Kind(
        service="logs",
        create=Call("put_metric_filter"),
        read=Call(
            "describe_metric_filters", logGroupName="{logGroupName}", filterNamePrefix="{name}"
        ),
        pick="metricFilters[?filterName=='{name}'] | [0]",
        delete=Call("delete_metric_filter", logGroupName="{logGroupName}", filterName="{name}"),
        id="{name}",
        properties={
            "name": Property(to="filterName", read="filterName", change="replace"),
            "logGroupName": Property(to="logGroupName", read="logGroupName", change="replace"),
            "pattern": Property(to="filterPattern", read="filterPattern"),
            "applyOnTransformedLogs": Property(
                to="applyOnTransformedLogs", read="applyOnTransformedLogs"
            ),
            "metricTransformation": Property(
                to="metricTransformations.0",
                read="metricTransformations[0]",
                codec=TRANSFORMATION,
            ),
        },
        identity=("name", "logGroupName"),
        auto_named="name",
    ),
    "aws:cloudwatch/dashboard:Dashboard": Kind(
        service="cloudwatch",
        create=Call("put_dashboard"),
        read=Call("get_dashboard", DashboardName="{id}"),
        delete=Call("delete_dashboards", DashboardNames=["{id}"]),
        id="{dashboardName}",
        properties={
            "dashboardName": Property(to="DashboardName", read="DashboardName", change="replace"),
            "dashboardBody": Property(to="DashboardBody", read="DashboardBody", codec=Document()),
        },
        outputs={"dashboardArn": "arn:{partition}:cloudwatch::{account}:dashboard/{dashboardName}"},
        identity=("dashboardName",),
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(
        service="cloudwatch",
        create=Call("put_metric_alarm"),
        read=Call("describe_alarms", AlarmNames=["{id}"], AlarmTypes=["MetricAlarm"]),
        pick="MetricAlarms[0]",
        delete=Call("delete_alarms", AlarmNames=["{id}"]),
        id="{name}",
        properties={
            "name": Property(to="AlarmName", read="AlarmName", change="replace"),
            "alarmDescription": _alarm("AlarmDescription"),
            "actionsEnabled": _alarm("ActionsEnabled", default=True),
            "alarmActions": _alarm("AlarmActions", Several(SAME)),
            "okActions": _alarm("OKActions", Several(SAME)),
            "insufficientDataActions": _alarm("InsufficientDataActions", Several(SAME)),
            "namespace": _alarm("Namespace"),
            "metricName": _alarm("MetricName"),
            "dimensions": _alarm("Dimensions", Pairs("Name")),
            "statistic": _alarm("Statistic"),
            "extendedStatistic": _alarm("ExtendedStatistic"),
            "period": _alarm("Period"),
            "unit": _alarm("Unit"),
            "evaluationPeriods": _alarm("EvaluationPeriods"),
            "datapointsToAlarm": _alarm("DatapointsToAlarm"),
            "threshold": _alarm("Threshold"),
            "thresholdMetricId": _alarm("ThresholdMetricId"),
            "comparisonOperator": _alarm("ComparisonOperator"),
            "treatMissingData": _alarm("TreatMissingData", default="missing"),
            "evaluateLowSampleCountPercentiles": _alarm("EvaluateLowSampleCountPercentile"),
            "metricQueries": _alarm("Metrics", Several(QUERY)),
            "warmUpConfiguration": _alarm("WarmUpConfiguration", WARM_UP),
        },
        outputs={"arn": ALARM_ARN},
        auto_named="name",
        tags=Tagging(
            add=Call("tag_resource", ResourceARN=ALARM_ARN, Tags="{tags}"),
            remove=Call("untag_resource", ResourceARN=ALARM_ARN, TagKeys="{keys}"),
            read=Call("list_tags_for_resource", ResourceARN=ALARM_ARN),
            path="Tags",
            to="Tags",
            codec=Pairs(),
        ),
    ),
}
