"""Samples of EventBridge and CloudWatch."""

from __future__ import annotations

from tests.emulated import REGION, TAX
from tests.provided import Sample
from tests.provided.documents import bus_policy, policy
from tests.provided.needs import (
    log_group,
    needed,
)

TAGGED = {"tags": {"team": "tax"}}
RETAGGED = {"tags": {"team": "land"}}
RULE = "aws:cloudwatch/eventRule:EventRule"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{TAX}:dead"

QUERIES = [
    {
        "id": "failed",
        "metric": {
            "metricName": "FailedInvocations",
            "namespace": "AWS/Events",
            "dimensions": {"RuleName": "r"},
            "period": 60,
            "stat": "Sum",
        },
    },
    {"id": "any", "expression": "SUM(METRICS())", "label": "any", "returnData": True},
]

SAMPLES: dict[str, Sample] = {
    "aws:cloudwatch/eventBus:EventBus": Sample(inputs={"name": "bus", **TAGGED}, change=RETAGGED),
    "aws:cloudwatch/eventBusPolicy:EventBusPolicy": Sample(
        inputs={"eventBusName": "shared", "policy": bus_policy("One", "shared")},
        change={"policy": bus_policy("Two", "shared")},
        needs=needed("aws:cloudwatch/eventBus:EventBus", name="shared"),
    ),
    RULE: Sample(
        inputs={
            "name": "rule",
            "description": "before",
            "eventPattern": '{"source": ["a"]}',
            "scheduleExpression": "rate(5 minutes)",
            **TAGGED,
        },
        change={
            "description": "after",
            "eventPattern": None,
            "scheduleExpression": "rate(1 hour)",
            "state": "DISABLED",
            **RETAGGED,
        },
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Sample(
        inputs={
            "rule": "answered",
            "targetId": "answer",
            "arn": QUEUE_ARN,
            "deadLetterConfig": {"arn": QUEUE_ARN},
            "retryPolicy": {"maximumEventAgeInSeconds": 86_400, "maximumRetryAttempts": 185},
            "inputTransformer": {
                "inputPaths": {"finding": "$.detail.arn"},
                "inputTemplate": '{"finding": <finding>}',
            },
        },
        change={
            "retryPolicy": {"maximumEventAgeInSeconds": 3_600, "maximumRetryAttempts": 0},
            "inputTransformer": None,
            "inputPath": "$.detail",
        },
        needs=needed(RULE, name="answered", eventPattern='{"source": ["a"]}'),
    ),
    "aws:cloudwatch/logGroup:LogGroup": Sample(
        inputs={"name": "/ledger", "retentionInDays": 731, **TAGGED},
        change={"retentionInDays": None, **RETAGGED},
    ),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Sample(
        inputs={"policyDocument": policy("One")},
        change={"policyDocument": policy("Two")},
        needs=log_group,
    ),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Sample(
        inputs={
            "name": "stages",
            "logGroupName": "/filtered",
            "pattern": '{ $.source = "x" }',
            "metricTransformation": {
                "namespace": "Containment",
                "name": "Stages",
                "value": "1",
                "dimensions": {"Stage": "$.detail.stage"},
            },
        },
        change={
            "metricTransformation": {
                "namespace": "Containment",
                "name": "Stages",
                "value": "2",
                "defaultValue": "0",
            }
        },
        needs=needed("aws:cloudwatch/logGroup:LogGroup", name="/filtered"),
    ),
    "aws:cloudwatch/dashboard:Dashboard": Sample(
        inputs={"dashboardName": "times", "dashboardBody": '{"widgets": []}'},
        change={
            "dashboardBody": '{"widgets": [{"type": "text", "properties": {"markdown": "x"}}]}'
        },
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Sample(
        inputs={
            "name": "dead-letters",
            "namespace": "AWS/SQS",
            "metricName": "ApproximateNumberOfMessagesVisible",
            "dimensions": {"QueueName": "dead"},
            "statistic": "Maximum",
            "period": 60,
            "evaluationPeriods": 1,
            "threshold": 0,
            "comparisonOperator": "GreaterThanThreshold",
            "treatMissingData": "notBreaching",
            "warmUpConfiguration": {
                "warmUpPeriodDurationInMinutes": 5,
                "onlyStartEvaluatingAfterWarmUpPeriodEnds": True,
            },
            **TAGGED,
        },
        change={
            "namespace": None,
            "metricName": None,
            "dimensions": None,
            "statistic": None,
            "period": None,
            "warmUpConfiguration": None,
            "metricQueries": QUERIES,
            **RETAGGED,
        },
    ),
}
