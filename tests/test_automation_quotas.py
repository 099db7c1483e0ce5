"""How many executions start and run: the queue, and what makes it shorter."""

from __future__ import annotations

import pytest

from rehearsal.automation import Execution, LimitExceededError
from rehearsal.automation.limits import Limits
from rehearsal.clock import RealClock
from rehearsal.emulator.server import Emulator
from tests.automated import (
    NAME,
    Start,
    deploy,
    document,
    ended,
    refused,
    script,
    sleep,
    start,
)
from tests.emulated import REGION, TAX, client


def fill(running: Emulator) -> list[Execution]:
    """One execution more than may run at once, each ten minutes long, a second apart."""
    deploy(running, document(sleep("first", "PT10M")))
    automation, started = running.world.automation, []
    for _ in range(101):
        started.append(automation.start(TAX, REGION, NAME, None, {}, started_by="arn:…:user/x"))
        running.world.clock.sleep(1)
    return [automation.execution(TAX, REGION, one) for one in started]


def test_what_waits_in_the_queue_begins_when_another_ends(emulator: Start) -> None:
    running = emulator()
    started = fill(running)
    assert [started[99].status, started[100].status] == ["InProgress", "Pending"]
    ended(running, started[0])
    running.world.clock.sleep(5)
    assert started[100].status == "InProgress"


def test_a_queued_execution_can_be_stopped(emulator: Start) -> None:
    running = emulator()
    started = fill(running)
    running.world.automation.stop(TAX, REGION, started[100].id)
    assert started[100].status == "Cancelled"
    ended(running, started[0])
    assert started[100].steps == []


def test_adaptive_concurrency_lets_more_run(emulator: Start) -> None:
    running = emulator()
    ssm = client(running, TAX, "ssm")
    setting = "/ssm/automation/enable-adaptive-concurrency"
    assert ssm.get_service_setting(SettingId=setting)["ServiceSetting"]["Status"] == "Default"
    ssm.update_service_setting(SettingId=setting, SettingValue="True")
    seen = ssm.get_service_setting(SettingId=setting)["ServiceSetting"]
    assert (seen["SettingValue"], seen["Status"]) == ("True", "Customized")
    assert fill(running)[100].status == "InProgress"
    reset = ssm.reset_service_setting(SettingId=setting)["ServiceSetting"]
    assert (reset["SettingValue"], reset["Status"]) == ("False", "Default")
    with refused("NotEmulated", "/ssm/other"):
        ssm.get_service_setting(SettingId="/ssm/other")


def test_executions_of_a_real_clock_run_side_by_side(emulator: Start) -> None:
    running = emulator(clock=RealClock(pace=0.01), without=frozenset({"4.5"}))
    source = "import time\ndef main(e, c):\n    time.sleep(5)\n    return {'now': time.time()}\n"
    deploy(running, document(script("first", source), sleep("second", "PT5S")))
    executions = [start(running) for _ in range(5)]
    for execution in executions:
        assert ended(running, execution, within=10).status == "Success", execution.failure


def test_a_full_queue_takes_nothing_in() -> None:
    limits, place = Limits(), (TAX, REGION)
    admitted = [limits.admit(place, str(number)) for number in range(5_100)]
    assert admitted.count(True) == 100
    with pytest.raises(LimitExceededError, match="100 executions run and 5000 wait"):
        limits.admit(place, "one more")
    assert limits.ended(place, "0") == ["100"]
    assert limits.admit(place, "one more") is False
    assert limits.admit((TAX, "eu-central-1"), "elsewhere") is True
