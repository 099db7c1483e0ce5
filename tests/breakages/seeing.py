"""Breakages of what people see: metrics, alarms and dashboards."""

from __future__ import annotations

from tests.breakages.breakage import Breakage

RINGS = "tests/test_alarms.py::"
PROGRAM = "tests/test_program_alarms.py::"

SEEING = (
    Breakage(
        what="an alarm on a metric that nobody sends",
        matters="an event that is lost would be lost in silence",
        file="components/alarms.py",
        old='                dimensions={**own, "RuleName": name},\n',
        new="",
        check=f"{RINGS}test_every_metric_that_an_alarm_names_is_sent",
    ),
    Breakage(
        what="a dashboard that names a wrong dimension",
        matters="a graph that is always empty looks like peace",
        file="components/dashboard.py",
        old='_SCHEMAS: Final = ("RuleName", "EventBusName,RuleName")',
        new='_SCHEMAS: Final = ("RuleName", "EventBus,RuleName")',
        check=f"{RINGS}test_every_row_of_a_dashboard_has_figures",
    ),
    Breakage(
        what="silence that does not breach",
        matters="a place that is cut off would look well",
        file="components/service_levels.py",
        old='                missing="breaching",\n',
        new='                missing="notBreaching",\n',
        check="tests/test_components_security.py::"
        "test_a_ledger_misses_every_place_that_falls_silent_for_three_looks",
    ),
    Breakage(
        what="an alarm that no rule hears",
        matters="it would ring in an empty room",
        file="components/central_rules.py",
        old='for part in ("silent", "time-to-contain", "people", "ledger")',
        new='for part in ("silent", "time-to-contain", "people")',
        check=f"{PROGRAM}"
        "test_every_alarm_reaches_people_by_a_rule_or_its_reason_is_written_down[alone]",
    ),
    Breakage(
        what="a new rule whose lost events no alarm counts",
        matters="what its queue refuses would be gone without a word",
        file="components/routing.py",
        old='        self._rules = [("default", f"{PREFIX}watch")]',
        new="        self._rules: list[tuple[str, str]] = []",
        check=f"{PROGRAM}"
        "test_every_queue_of_dead_letters_is_watched_and_so_is_each_rule_that_it_may_refuse[alone]",
    ),
    Breakage(
        what="drills in the figures of production",
        matters="the objective would be met by practice",
        file="components/metrics.py",
        old=" && ($.detail.drill IS FALSE)",
        new="",
        check="tests/test_components_security.py::"
        "test_a_ledger_measures_runs_that_are_no_drills_against_its_objective",
    ),
    Breakage(
        what="an emulator that counts missing data as present",
        matters="the rehearsal would not show what silence does",
        file="rehearsal/emulator/cloudwatch/evaluation.py",
        old='(filled if condition.missing == "breaching" else 0)',
        new="0",
        check="tests/test_emulated_alarms.py",
    ),
)
