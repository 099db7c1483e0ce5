"""What EventBridge and SQS tell the emulated CloudWatch: names and dimensions as on AWS."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rehearsal.emulator.server import Emulator
from tests.emulated import REGION, TAX, client
from tests.routed import Start, bus, delivered, event, messages, queue, rule

NAMES = {"RuleName": "orders"}


def counted(running: Emulator, namespace: str = "AWS/Events") -> dict[str, Any]:
    """Metric name and dimensions → sum of everything since the beginning."""
    cloudwatch = running.world.cloudwatch
    found: Counter[tuple[str, str]] = Counter()
    for metric in cloudwatch.metrics(TAX, REGION):
        if metric.namespace == namespace:
            values = [
                value for minute in cloudwatch.series[metric].data.values() for _, value in minute
            ]
            found[metric.name, " ".join(metric.named.values())] += int(sum(values))
    return {f"{name} {where}": number for (name, where), number in found.items()}


def test_what_is_delivered_is_counted_by_rule_and_zero_is_not_sent(emulator: Start) -> None:
    running = emulator()
    rule(running, {"Arn": queue(running, "a")}, {"Arn": queue(running, "b")})
    delivered(running, event())
    assert counted(running) == {
        "MatchedEvents orders": 1,
        "TriggeredRules orders": 1,
        "InvocationAttempts orders": 2,
        "SuccessfulInvocationAttempts orders": 2,
        "Invocations orders": 2,
    }


def test_a_rule_of_another_bus_has_the_bus_beside_its_name(emulator: Start) -> None:
    running = emulator()
    bus(running, "shop", account=TAX)
    rule(running, {"Arn": queue(running, "a")}, bus="shop")
    delivered(running, event(), bus="shop")
    assert counted(running)["MatchedEvents shop orders"] == 1
    assert "MatchedEvents orders" not in counted(running)


def test_what_does_not_match_is_not_counted(emulator: Start) -> None:
    running = emulator()
    rule(running, {"Arn": queue(running, "a")})
    delivered(running, {**event(), "source": "somebody.else"})
    assert counted(running) == {}


def test_a_dead_letter_and_one_that_the_queue_refuses_are_two_metrics(emulator: Start) -> None:
    running = emulator()
    nowhere = f"arn:aws:sqs:{REGION}:{TAX}:nowhere"
    for name, open_ in (("kept", True), ("refused", False)):
        dead = queue(running, f"dead-{name}", open_=open_)
        rule(running, {"Arn": nowhere, "DeadLetterConfig": {"Arn": dead}}, name=name)
    rule(running, {"Arn": nowhere}, name="without")
    delivered(running, event())
    found = counted(running)
    for name in ("kept", "refused", "without"):
        assert found[f"FailedInvocations {name}"] == found[f"Invocations {name}"] == 1
        assert f"SuccessfulInvocationAttempts {name}" not in found
    assert found["InvocationsSentToDlq kept"] == 1
    assert found["InvocationsFailedToBeSentToDlq refused"] == 1
    assert sum("Dlq" in each for each in found) == 2


def test_a_queue_tells_how_full_it_is_until_it_is_gone(emulator: Start) -> None:
    running = emulator()
    arn = queue(running, "box")
    sqs = client(running, TAX, "sqs")
    url = sqs.get_queue_url(QueueName="box")["QueueUrl"]
    cloudwatch = client(running, TAX, "cloudwatch")

    def depth() -> list[float]:
        """Of the last three minutes, oldest first."""
        delivered(running, {**event(), "source": "nobody"}, seconds=180)
        answer = cloudwatch.get_metric_data(
            MetricDataQueries=[
                {
                    "Id": "q",
                    "Expression": "SEARCH('{AWS/SQS,QueueName} box', 'Maximum', 60)",
                }
            ],
            StartTime=running.world.clock.now().replace(second=0),
            EndTime=running.world.clock.now().replace(second=59),
        )
        return [value for each in answer["MetricDataResults"] for value in each["Values"]]

    assert depth() == []  # nothing was ever in it
    sqs.send_message(QueueUrl=url, MessageBody="a")
    sqs.send_message(QueueUrl=url, MessageBody="b")
    assert depth() == [2.0]
    messages(running, arn)  # received, not deleted: in flight
    assert depth() == [0.0]
    sqs.purge_queue(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody="c")
    assert depth() == [1.0]
    sqs.delete_queue(QueueUrl=url)
    assert depth() == []
