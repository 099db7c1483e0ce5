"""The real engine and the real program: one setting changes what it says, and nothing else."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal import engine_binary
from rehearsal.clock import VirtualClock
from rehearsal.emulator.server import Emulator
from rehearsal.engine import Deployment
from rehearsal.inventory import Thing, compared, taken
from rehearsal.stacks import organization_of, raw_settings
from tests.organization import ALONE
from tests.small_stack import STACK, written

ORGANIZATION = organization_of({**raw_settings("dev"), **ALONE})
CAPS = {"caps": {"compromised-instance": {"per_hour": 7}}}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(VirtualClock(), organization=ORGANIZATION) as running:
        yield running


@pytest.fixture
def deployment(emulator: Emulator, tmp_path: Path) -> Iterator[Deployment]:
    engine = engine_binary.locate(print)
    written(tmp_path)
    with Deployment(
        STACK, endpoint=emulator.endpoint, engine=engine, directory=tmp_path
    ) as deployed:
        yield deployed
    gc.collect()  # so that what was left open is noticed here, and not in another test


def test_a_changed_cap_updates_the_contain_document_and_nothing_else(
    deployment: Deployment, emulator: Emulator, tmp_path: Path
) -> None:
    def look() -> set[Thing]:
        return taken(emulator.world.clients, ORGANIZATION.accounts, ORGANIZATION.regions)

    before = look()
    made = deployment.up()
    assert made.counts.keys() == {"create"}
    there = look()
    written(tmp_path, CAPS)
    changed = deployment.up()
    assert changed.counts == {"same": made.counts["create"] - 1, "update": 1}
    [update] = changed.changes
    assert (update.type, update.keys) == ("aws:ssm/document:Document", ("content",))
    assert "release" not in update.name
    assert look() == there
    ssm = emulator.world.clients.account("333333333333").client("ssm", "eu-central-1")
    content = ssm.get_document(Name="containment-isolate-instance")["Content"]
    assert '"compromised-instance":7' in content
    destroyed = deployment.destroy()
    assert destroyed.counts == {"delete": made.counts["create"]}
    remains = compared(before, look(), "security", "eu-central-1", retain=False)
    assert (remains.retained, remains.kept_by_aws, remains.unexpected) == ([], [], [])
