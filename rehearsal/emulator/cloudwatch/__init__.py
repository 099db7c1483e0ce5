"""CloudWatch: metrics, metric alarms and dashboards, over what moto keeps of them.

moto stores alarms and never evaluates one, searches every datum for each question, and takes any
dashboard. Here data have a store of their own, which moto's answers are made from; ``alarms`` is
what rings, ``dashboards`` what is refused. GetMetricData knows metrics and SEARCH, no mathematics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from moto.cloudwatch.exceptions import ResourceNotFound
from moto.cloudwatch.models import CloudWatchBackend, MetricDatum
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from rehearsal.emulator.cloudwatch import dashboards, queues, reading
from rehearsal.emulator.cloudwatch.alarms import Alarms
from rehearsal.emulator.cloudwatch.series import MINUTE, Metric, Series
from rehearsal.emulator.world import NotEmulatedError, World

UNKNOWN_TO_ALARMS = ("EvaluationWindow", "EvaluationCriteria", "EvaluationInterval", "Unit")


class CloudWatch:
    """The metrics of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.series: dict[Metric, Series] = {}
        self.alarms = Alarms(world, self.series)
        world.emulated["cloudwatch"] = (
            "our own evaluation of alarms over moto's; dashboards checked"
        )

    def put(self, metric: Metric, value: float, at: float | None = None) -> None:
        """One datum, of now unless told."""
        moment = self._now() if at is None else at
        self.series.setdefault(metric, Series()).add(moment, value)
        self.alarms.came(metric)

    def level(self, metric: Metric, value: float | None) -> None:
        """From now on a value is sent every minute, until another one; None for nothing more."""
        self.series.setdefault(metric, Series()).level(self._now(), value)
        self.alarms.came(metric)

    def metrics(self, account: str, region: str) -> list[Metric]:
        """Every metric of a place that has had a datum."""
        return [each for each in self.series if (each.account, each.region) == (account, region)]

    def install(self) -> Callable[[], None]:
        """Put the patches in; returns what takes them out."""
        undo = ExitStack()
        undo.callback(self.alarms.stop)
        undo.callback(queues.install(self))
        for target, name, new in (
            (CloudWatchBackend, "put_metric_data", _put_metric_data(self)),
            (CloudWatchBackend, "get_all_metrics", _all_metrics(self)),
            (CloudWatchBackend, "get_filtered_metrics", _filtered(self)),
            (CloudWatchBackend, "get_metric_data", reading.metric_data(self)),
            (CloudWatchBackend, "delete_alarms", _delete_alarms(self)),
            (CloudWatchBackend, "set_alarm_state", _set_alarm_state(self)),
            (CloudWatchBackend, "put_dashboard", _put_dashboard()),
            (CloudWatchResponse, "put_metric_alarm", _put_metric_alarm(self)),
            (CloudWatchResponse, "describe_alarm_history", _history(self)),
            (CloudWatchResponse, "get_metric_statistics", _get_metric_statistics()),
        ):
            undo.enter_context(mock.patch.object(target, name, new, create=True))
        return undo.close

    def _now(self) -> float:
        return self._world.clock.now().timestamp()


def _put_metric_data(cloudwatch: CloudWatch) -> Any:
    def put_metric_data(self: Any, namespace: str, metric_data: list[dict[str, Any]]) -> None:
        for number, each in enumerate(metric_data, start=1):
            self._validate_parameters_put_metric_data(each, number)
            if each.get("StatisticValues") or each.get("Values"):
                raise NotEmulatedError("PutMetricData with Values or StatisticValues")
        for each in metric_data:
            pairs = frozenset((one["Name"], one["Value"]) for one in each.get("Dimensions") or ())
            metric = Metric(self.account_id, self.region_name, namespace, each["MetricName"], pairs)
            at = each.get("Timestamp")
            moment = at.replace(tzinfo=at.tzinfo or UTC).timestamp() if at else None
            cloudwatch.put(metric, float(each.get("Value", 0)), moment)

    return put_metric_data


def _all_metrics(cloudwatch: CloudWatch) -> Any:
    def get_all_metrics(self: Any) -> list[MetricDatum]:
        return [
            datum
            for metric in cloudwatch.metrics(self.account_id, self.region_name)
            for datum in _data(metric, cloudwatch.series[metric])
        ]

    return get_all_metrics


def _data(metric: Metric, series: Series) -> Iterable[MetricDatum]:
    """Data as moto has them; of a level only where it changed."""
    put = [entry for minute in series.data.values() for entry in minute]
    held = [(minute * MINUTE, value) for minute, value in series.levels if value is not None]
    dimensions = [{"Name": name, "Value": value} for name, value in metric.named.items()]
    for at, value in sorted([*put, *held]):
        moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None)
        yield MetricDatum(metric.namespace, metric.name, value, dimensions, moment, "None")


def _filtered(cloudwatch: CloudWatch) -> Any:
    def get_filtered_metrics(
        self: Any, metric_name: str | None, namespace: str | None, dimensions: Any
    ) -> list[MetricDatum]:
        found = []
        for metric in cloudwatch.metrics(self.account_id, self.region_name):
            pairs = [{"Name": name, "Value": value} for name, value in metric.named.items()]
            datum = MetricDatum(metric.namespace, metric.name, 0.0, pairs, None)
            if datum.filter(namespace, metric_name, dimensions or []):
                found.append(datum)
        return found

    return get_filtered_metrics


def _put_metric_alarm(cloudwatch: CloudWatch) -> Any:
    original = CloudWatchResponse.put_metric_alarm

    def put_metric_alarm(self: Any) -> ActionResult:
        name, backend = self._get_param("AlarmName"), self.cloudwatch_backend
        for unknown in (*UNKNOWN_TO_ALARMS, "AlarmRule"):
            if self._get_param(unknown):
                raise NotEmulatedError(f"the {unknown} of an alarm is not emulated")
        before, warm_up = backend.alarms.get(name), self._get_param("WarmUpConfiguration")
        answer = original(self)
        alarm = backend.alarms[name]
        alarm.warm_up_configuration = warm_up
        alarm.configuration_updated_timestamp = cloudwatch._world.clock.now()
        try:
            cloudwatch.alarms.put(backend.account_id, alarm, warm_up)
        except BaseException:
            backend.alarms.pop(name)
            if before is not None:
                backend.alarms[name] = before
            raise
        return answer

    return put_metric_alarm


def _delete_alarms(cloudwatch: CloudWatch) -> Any:
    original = CloudWatchBackend.delete_alarms

    def delete_alarms(self: Any, alarm_names: list[str]) -> None:
        for name in alarm_names:
            cloudwatch.alarms.forget(self.account_id, self.region_name, name)
        original(self, alarm_names)

    return delete_alarms


def _set_alarm_state(cloudwatch: CloudWatch) -> Any:
    def set_alarm_state(
        self: Any, alarm_name: str, reason: str, reason_data: Any, state_value: Any
    ) -> None:
        if reason_data:
            raise NotEmulatedError("SetAlarmState with StateReasonData is not emulated")
        if alarm_name not in self.alarms:
            raise ResourceNotFound
        place = (self.account_id, self.region_name)
        cloudwatch.alarms.force(*place, alarm_name, state_value, reason)

    return set_alarm_state


def _history(cloudwatch: CloudWatch) -> Any:
    def describe_alarm_history(self: Any) -> ActionResult:
        name, kind = self._get_param("AlarmName"), self._get_param("HistoryItemType")
        for unknown in ("StartDate", "EndDate", "AlarmContributorId", "NextToken", "MaxRecords"):
            if self._get_param(unknown):
                raise NotEmulatedError(f"DescribeAlarmHistory with {unknown} is not emulated")
        place = (self.current_account, self.region)
        items: list[Mapping[str, Any]] = [
            {
                "AlarmName": each.alarm.name,
                "AlarmType": "MetricAlarm",
                "Timestamp": at,
                "HistoryItemType": item,
                "HistorySummary": summary,
                "HistoryData": data,
            }
            for each, (at, item, summary, data) in cloudwatch.alarms.history(*place)
            if name in (None, each.alarm.name) and kind in (None, item)
        ]
        return ActionResult({"AlarmHistoryItems": items})

    return describe_alarm_history


def _get_metric_statistics() -> Any:
    original = CloudWatchResponse.get_metric_statistics

    def get_metric_statistics(self: Any) -> ActionResult:
        if self._get_param("ExtendedStatistics"):
            raise NotEmulatedError("GetMetricStatistics with percentiles: ask GetMetricData")
        if self._get_param("Unit"):
            raise NotEmulatedError("GetMetricStatistics by unit is not emulated")
        return original(self)

    return get_metric_statistics


def _put_dashboard() -> Any:
    original = CloudWatchBackend.put_dashboard

    def put_dashboard(self: Any, name: str, body: str) -> Any:
        dashboards.check(name, body)
        return original(self, name, body)

    return put_dashboard


__all__ = ["CloudWatch", "Metric"]
