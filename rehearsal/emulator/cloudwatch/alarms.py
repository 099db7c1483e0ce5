"""Metric alarms on the rehearsal's clock: what they see, when their state changes, who hears.

An alarm is evaluated every minute over a window that slides (AWS docs: alarm-evaluation). Between
two data nothing can change but at a few moments, when one leaves a period or enters the next. So
with each datum the next change is worked out, and only then something happens: days of silence and
thousands of beats cost next to nothing.
"""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rehearsal.emulator.cloudwatch import conditions, telling
from rehearsal.emulator.cloudwatch.evaluation import Condition, State, state_of
from rehearsal.emulator.cloudwatch.series import MINUTE, Metric, Series, statistic
from rehearsal.emulator.cloudwatch.telling import Standing

if TYPE_CHECKING:
    from rehearsal.emulator.world import World


@dataclass(kw_only=True)
class Watched:
    """One alarm, and where it stands."""

    account: str
    alarm: Any
    """moto's, which DescribeAlarms shows."""
    metrics: Sequence[Metric]
    stat: str
    minutes: int
    condition: Condition
    begins: int
    """Minute of its first evaluation."""
    standing: Standing
    warm: int = 0
    """Minute at which its warm-up ends."""
    patient: bool = False
    """Whether the warm-up goes on when data come early."""
    due: int | None = None
    """Minute of the next change, if nothing more comes in."""
    planned: int | None = None
    gone: bool = False
    history: list[tuple[datetime, str, str, str]] = field(default_factory=list)
    """Time, type, summary and data of what happened."""


class Alarms:
    """Every alarm of one world."""

    def __init__(self, world: World, series: Mapping[Metric, Series]) -> None:
        self._world, self._series = world, series
        self._lock = threading.RLock()
        self._held: dict[tuple[str, str, str], Watched] = {}
        self._by_metric: dict[Metric, list[Watched]] = {}

    def put(self, account: str, alarm: Any, warm_up: Mapping[str, Any] | None) -> None:
        """Follow an alarm that was made or changed; a changed one stays in its state."""
        stat, minutes = conditions.figure_of(alarm)
        conditions.check_actions(alarm)
        new = Watched(
            account=account,
            alarm=alarm,
            metrics=conditions.metrics_of(account, alarm.region_name, alarm),
            stat=stat,
            minutes=minutes,
            condition=conditions.condition_of(alarm, minutes),
            begins=int(self._world.clock.now().timestamp() // MINUTE) + 1,
            standing=self._standing("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation"),
        )
        with self._lock:
            before = self.forget(account, alarm.region_name, alarm.name)
            if before:
                new.standing, new.history = before.standing, before.history
                new.warm, new.patient = before.warm, before.patient
            elif warm_up:
                new.warm = self._minute() + int(warm_up["WarmUpPeriodDurationInMinutes"])
                new.patient = bool(warm_up.get("OnlyStartEvaluatingAfterWarmUpPeriodEnds"))
            self._held[account, alarm.region_name, alarm.name] = new
            for metric in new.metrics:
                self._by_metric.setdefault(metric, []).append(new)
            self._show(new)
            self._follow(new)

    def forget(self, account: str, region: str, name: str) -> Watched | None:
        """An alarm is gone; what it was."""
        with self._lock:
            old = self._held.pop((account, region, name), None)
            if old:
                old.gone = True
                for metric in old.metrics:
                    self._by_metric[metric].remove(old)
            return old

    def came(self, metric: Metric) -> None:
        """Something was put for a metric."""
        for each in self._by_metric.get(metric, ()):
            with self._lock:
                self._follow(each)

    def force(self, account: str, region: str, name: str, state: State, reason: str) -> None:
        """SetAlarmState: until its next evaluation, with all that follows."""
        with self._lock:
            each = self._held[account, region, name]
            self._change(each, self._standing(state, reason))
            self._follow(each)

    def history(self, account: str, region: str) -> list[tuple[Watched, tuple[Any, ...]]]:
        """What happened to each alarm of a place, newest first."""
        mine = [each for key, each in self._held.items() if key[:2] == (account, region)]
        items = [(each, item) for each in mine for item in each.history]
        return sorted(items, key=lambda entry: entry[1][0], reverse=True)

    def stop(self) -> None:
        """The world is over, though its clock may still hold a task."""
        for each in self._held.values():
            each.gone = True

    def _minute(self) -> int:
        return math.ceil(self._world.clock.now().timestamp() / MINUTE)

    def _standing(self, state: State, reason: str, data: str = "") -> Standing:
        return Standing(value=state, since=self._world.clock.now(), reason=reason, data=data)

    def _figures(self, each: Watched, minute: int) -> list[float | None]:
        """Of the periods that end at a minute, oldest first."""
        made = statistic(each.stat)
        periods = range(each.condition.fetched, 0, -1)
        figures = []
        for back in periods:
            begin = minute - back * each.minutes
            parts = [
                made(self._series[metric].values(begin, begin + each.minutes))
                for metric in each.metrics
                if metric in self._series
            ]
            real = [part for part in parts if part is not None]
            figures.append(sum(real) if real else None)
        return figures

    def _state(self, each: Watched, minute: int) -> State:
        figures = self._figures(each, minute)
        if minute < each.warm:
            newest = figures[-each.condition.periods :]
            if each.patient or any(figure is None for figure in newest):
                return "INSUFFICIENT_DATA"
        return state_of(each.condition, figures, each.standing.value)

    def _follow(self, each: Watched) -> None:
        """Work out the next change, and be there."""
        soon = max(self._minute(), each.begins)
        steps = range(0, (each.condition.fetched + 1) * each.minutes, each.minutes)
        since = soon - steps.stop
        moments = {
            moment + 1 + step
            for metric in each.metrics
            if metric in self._series
            for moment in self._series[metric].moments(since)
            for step in steps
        }
        ahead = sorted(moment for moment in {soon, each.warm, *moments} if moment >= soon)
        was = each.standing.value
        each.due = next((moment for moment in ahead if self._state(each, moment) != was), None)
        if each.due is not None and (each.planned is None or each.planned > each.due):
            self._plan(each, each.due)

    def _plan(self, each: Watched, minute: int) -> None:
        each.planned = minute
        wait = minute * MINUTE - self._world.clock.now().timestamp()
        self._world.clock.later(wait, lambda: self._wake(each, minute))

    def _wake(self, each: Watched, minute: int) -> None:
        with self._lock:
            if each.gone or each.planned != minute:
                return
            each.planned = None
            if each.due is None:
                return
            if each.due > minute:
                self._plan(each, each.due)
                return
            figures, state = self._figures(each, each.due), self._state(each, each.due)
            if each.due < each.warm:
                each.warm = 0
            self._change(each, self._because(each, state, figures))
            self._follow(each)

    def _because(self, each: Watched, state: State, figures: Sequence[float | None]) -> Standing:
        real = [figure for figure in figures if figure is not None]
        condition = each.condition
        if state == "INSUFFICIENT_DATA":
            return self._standing(state, "Insufficient Data: no datapoints were received.")
        data = {
            "version": "1.0",
            "queryDate": f"{self._world.clock.now():%Y-%m-%dT%H:%M:%S}.000+0000",
            "statistic": each.stat,
            "period": each.minutes * MINUTE,
            "recentDatapoints": real[-condition.periods :],
            "threshold": condition.threshold,
        }
        return self._standing(state, _reason(each, state, real), json.dumps(data))

    def _change(self, each: Watched, now: Standing) -> None:
        """Into another state: the event, the history, and the actions of that state."""
        was, each.standing = each.standing, now
        self._show(each)
        summary = f"Alarm updated from {was.value} to {now.value}"
        data = {"version": "1.0", "oldState": was.told(), "newState": now.told()}
        each.history.append((now.since, "StateUpdate", summary, json.dumps(data)))
        event = telling.state_change(each.account, each.alarm, was, now)
        self._world.relay.publish(each.account, each.alarm.region_name, "default", event)
        if not each.alarm.actions_enabled:
            return
        actions = {
            "ALARM": each.alarm.alarm_actions,
            "OK": each.alarm.ok_actions,
            "INSUFFICIENT_DATA": each.alarm.insufficient_data_actions,
        }[now.value]
        for topic in actions:
            said = telling.notify(self._world, each.account, each.alarm, topic, was, now)
            each.history.append((now.since, "Action", said, "{}"))

    def _show(self, each: Watched) -> None:
        alarm, standing = each.alarm, each.standing
        alarm.state_value, alarm.state_reason = standing.value, standing.reason
        alarm.state_reason_data = standing.data
        alarm.state_updated_timestamp = standing.since.astimezone(UTC).replace(tzinfo=None)


def _reason(each: Watched, state: State, real: Sequence[float]) -> str:
    condition = each.condition
    if not real:
        treated = "Breaching" if state == "ALARM" else "NonBreaching"
        return (
            f"Threshold Crossed: no datapoints were received for {condition.periods} periods and "
            f"{condition.periods} missing datapoints were treated as [{treated}]."
        )
    newest = ", ".join(str(figure) for figure in real[-condition.periods :])
    was = "was" if state == "ALARM" else "was not"
    beyond = condition.comparison.removesuffix("Threshold")
    return (
        f"Threshold Crossed: {condition.to_alarm} out of the last {condition.periods} datapoints "
        f"[{newest}] {was} {beyond} the threshold ({condition.threshold})."
    )
