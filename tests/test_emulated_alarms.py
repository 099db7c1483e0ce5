"""Metric alarms in the emulator: figures and states, missing data, silence, warm-up."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from rehearsal.emulator.cloudwatch.evaluation import Condition, state_of
from tests.emulated import TAX, client
from tests.ringing import ALARM, put, send, silent, state
from tests.routed import Start, passed


def figures(shown: str) -> list[float | None]:
    """``X`` breaches, ``0`` does not, ``-`` is missing; oldest first."""
    return [{"X": 9.0, "0": 0.0, "-": None}[each] for each in shown]


@pytest.mark.parametrize(
    ("shown", "to_alarm", "missing", "breaching", "not_breaching", "ignore"),
    [
        # The examples of AWS's own page: five fetched, three evaluated.
        ("0-X-X", 3, "OK", "OK", "OK", "OK"),
        ("----0", 3, "OK", "OK", "OK", "OK"),
        ("-----", 3, "INSUFFICIENT_DATA", "ALARM", "OK", "was"),
        ("0XX-X", 3, "ALARM", "ALARM", "ALARM", "ALARM"),
        ("--X--", 3, "ALARM", "ALARM", "OK", "was"),
        # Two of three.
        ("0-X-X", 2, "ALARM", "ALARM", "ALARM", "ALARM"),
        ("00X0X", 2, "ALARM", "ALARM", "ALARM", "ALARM"),
        ("----0", 2, "OK", "ALARM", "OK", "OK"),
        # Too early to say: what is missing may still come.
        ("----X", 3, "was", "ALARM", "OK", "was"),
    ],
)
def test_missing_data_count_as_the_alarm_says(
    shown: str, to_alarm: int, missing: str, breaching: str, not_breaching: str, ignore: str
) -> None:
    expected = {
        "missing": missing,
        "breaching": breaching,
        "notBreaching": not_breaching,
        "ignore": ignore,
    }
    for how, wanted in expected.items():
        condition = Condition(
            threshold=5,
            comparison="GreaterThanThreshold",
            periods=3,
            to_alarm=to_alarm,
            missing=how,
        )
        for was in ("OK", "ALARM"):
            found = state_of(condition, figures(shown), was)
            assert found == (was if wanted == "was" else wanted), (how, was)


@pytest.mark.parametrize(
    ("comparison", "ringing"),
    [
        ("GreaterThanThreshold", [False, False, True]),
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("LessThanThreshold", [True, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, False]),
    ],
)
def test_a_figure_is_compared_as_the_alarm_says(comparison: str, ringing: list[bool]) -> None:
    condition = Condition(
        threshold=5, comparison=comparison, periods=1, to_alarm=1, missing="notBreaching"
    )
    states = [state_of(condition, [None, None, figure], "OK") for figure in (4.0, 5.0, 6.0)]
    assert [state == "ALARM" for state in states] == ringing


def test_an_alarm_begins_without_data_rings_and_rests(emulator: Start) -> None:
    running = emulator()
    cloudwatch = put(running)
    assert state(cloudwatch) == "INSUFFICIENT_DATA"
    passed(running, 61)
    assert state(cloudwatch) == "OK"
    send(cloudwatch, 5)
    passed(running, 61)
    assert state(cloudwatch) == "OK"
    send(cloudwatch, 6)
    passed(running, 61)
    assert state(cloudwatch) == "ALARM"
    passed(running, 300)
    assert state(cloudwatch) == "OK"
    history = cloudwatch.describe_alarm_history(AlarmName="hot")["AlarmHistoryItems"]
    assert [each["HistorySummary"] for each in history] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from OK to ALARM",
        "Alarm updated from INSUFFICIENT_DATA to OK",
    ]


def test_another_metrics_data_ring_nothing(emulator: Start) -> None:
    running = emulator()
    cloudwatch = put(running, Dimensions=[{"Name": "Route", "Value": "a"}])
    send(cloudwatch, 9)
    send(cloudwatch, 9, Dimensions=[{"Name": "Route", "Value": "b"}])
    passed(running, 200)
    assert state(cloudwatch) == "OK"
    send(cloudwatch, 9, Dimensions=[{"Name": "Route", "Value": "a"}])
    passed(running, 61)
    assert state(cloudwatch) == "ALARM"


@pytest.mark.parametrize(
    ("statistic", "values", "rings"),
    [
        ({"Statistic": "Sum"}, [3, 3], True),
        ({"Statistic": "Average"}, [3, 9], True),
        ({"Statistic": "Average"}, [1, 9], False),
        ({"Statistic": "Minimum"}, [4, 9], False),
        ({"Statistic": "SampleCount"}, [0] * 6, True),
        ({"ExtendedStatistic": "p90"}, [1] * 8 + [9] * 2, True),
        ({"ExtendedStatistic": "p90"}, [1] * 9 + [9], False),
        ({"ExtendedStatistic": "p90"}, [-1, 9, 9, 9], False),
    ],
)
def test_a_period_becomes_one_figure(
    emulator: Start, statistic: dict[str, str], values: list[float], *, rings: bool
) -> None:
    running = emulator()
    cloudwatch = client(running, TAX, "cloudwatch")
    wanted = {name: value for name, value in ALARM.items() if name != "Statistic"}
    cloudwatch.put_metric_alarm(**wanted, **statistic)
    send(cloudwatch, *values)
    passed(running, 61)
    assert state(cloudwatch) == ("ALARM" if rings else "OK")


def test_silence_rings_only_where_missing_data_breach(emulator: Start) -> None:
    running = emulator()
    cloudwatch = silent(running)
    for _ in range(6):
        send(cloudwatch, 0)
        passed(running, 300)
    assert state(cloudwatch) == "OK"
    passed(running, 900)
    assert state(cloudwatch) == "OK"  # two periods more are fetched, and three have a figure
    passed(running, 900)
    assert state(cloudwatch) == "ALARM"
    silent(running, TreatMissingData="notBreaching")
    passed(running, 61)
    assert state(cloudwatch) == "OK"


def test_a_new_alarm_on_silence_rings_at_once_unless_it_warms_up(emulator: Start) -> None:
    running = emulator()
    cloudwatch = silent(running)
    passed(running, 61)
    assert state(cloudwatch) == "ALARM"
    warm = {"WarmUpConfiguration": {"WarmUpPeriodDurationInMinutes": 20}}
    silent(running, AlarmName="patient", **warm)
    passed(running, 19 * 60)
    assert state(cloudwatch, "patient") == "INSUFFICIENT_DATA"
    passed(running, 120)
    assert state(cloudwatch, "patient") == "ALARM"
    silent(running, AlarmName="patient", **warm)  # a change warms up no more
    passed(running, 120)
    assert state(cloudwatch, "patient") == "ALARM"


def test_a_warm_up_ends_with_the_first_full_window(emulator: Start) -> None:
    running = emulator()
    cloudwatch = silent(running, WarmUpConfiguration={"WarmUpPeriodDurationInMinutes": 600})
    for _ in range(3):
        assert state(cloudwatch) == "INSUFFICIENT_DATA"
        send(cloudwatch, 0)
        passed(running, 300)
    passed(running, 61)
    assert state(cloudwatch) == "OK"


def test_a_sum_of_metrics_rings_for_any_of_them(emulator: Start) -> None:
    running = emulator()
    cloudwatch = client(running, TAX, "cloudwatch")
    stats = [
        {
            "Id": f"m{number}",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "N", "MetricName": f"M{number}"},
                "Period": 60,
                "Stat": "Sum",
            },
        }
        for number in range(2)
    ]
    total = {"Id": "all", "Expression": "SUM(METRICS())", "ReturnData": True}
    single = ("Namespace", "MetricName", "Statistic", "Period")
    rest = {name: value for name, value in ALARM.items() if name not in single}
    cloudwatch.put_metric_alarm(**rest, Metrics=[*stats, total])
    data = [{"MetricName": "M1", "Value": 6.0}]
    passed(running, 61)
    assert state(cloudwatch) == "OK"
    cloudwatch.put_metric_data(Namespace="N", MetricData=data)
    passed(running, 61)
    assert state(cloudwatch) == "ALARM"
    with pytest.raises(ClientError, match="NotEmulated"):
        cloudwatch.put_metric_alarm(**rest, Metrics=[*stats, {**total, "Expression": "m0/m1"}])
    assert state(cloudwatch) == "ALARM"
