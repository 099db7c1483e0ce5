"""The emulator: one AWS organisation on loopback, from its first account to its last event.

moto answers for the services that it knows; the modules beside this one add what it lacks and put
right what it gets wrong. moto keeps its state per process, so one emulator runs at a time; when it
stops, the state is gone and every patch is out again.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from moto.core.base_backend import BackendDict, backend_lock
from moto.core.model_instances import reset_model_data
from moto.organizations.models import organizations_backends

from rehearsal.automation import Automation
from rehearsal.clock import Clock
from rehearsal.emulator import (
    authorization,
    buses,
    cloudtrail,
    events,
    front,
    logs,
    membership,
    metric_filters,
    remembered,
    role_writes,
    s3,
    shortcut,
    ssm,
    topics,
)
from rehearsal.emulator.chat import Chat
from rehearsal.emulator.clients import Clients
from rehearsal.emulator.cloudcontrol import CloudControl
from rehearsal.emulator.cloudwatch import CloudWatch
from rehearsal.emulator.contacts import Contacts
from rehearsal.emulator.control import Control
from rehearsal.emulator.ec2 import Ec2
from rehearsal.emulator.guardduty import GuardDuty
from rehearsal.emulator.incidents import IncidentManager, Replication
from rehearsal.emulator.listener import Listener
from rehearsal.emulator.organization import Organization, seed
from rehearsal.emulator.quotas import Quotas
from rehearsal.emulator.regions import Regions
from rehearsal.emulator.scaling import AutoScaling
from rehearsal.emulator.securityhub import SecurityHub
from rehearsal.emulator.topics.links import Links
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import Timing, World
from rehearsal.relay import Relay

_alive = threading.Lock()


def _forget() -> None:
    """Drop moto's state; its own reset would make each backend anew first, which takes a while."""
    with backend_lock:
        for backend in BackendDict._instances:
            backend.clear()
        BackendDict._instances.clear()
        organizations_backends.master_accounts.clear()
    reset_model_data()


class Emulator:
    """One emulated organisation, started and stopped; a context manager as well.

    Raises RuntimeError when another emulator of this process still runs.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        organization: Organization | None = None,
        without: frozenset[str] = frozenset(),
        timing: Timing | None = None,
    ) -> None:
        self.organization = organization or Organization()
        self.world = World(
            clock=clock,
            timing=timing or Timing(),
            without=without,
            management_account=self.organization.management,
        )
        self._undo = ExitStack()

    @property
    def endpoint(self) -> str:
        """The URL that AWS clients are pointed at."""
        return self.world.endpoint

    def start(self) -> Self:
        """Reset moto, put the patches in, seed the organisation, enforce IAM, and listen."""
        if not _alive.acquire(blocking=False):
            raise RuntimeError("an emulator runs already in this process: stop it first")
        self._undo.callback(_alive.release)
        try:
            self._start()
        except BaseException:
            self._undo.close()
            raise
        return self

    def stop(self) -> None:
        """Close every connection, take the patches out, drop the state; twice is once."""
        self._undo.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.stop()

    def _start(self) -> None:
        world = self.world
        self._undo.callback(_forget)
        _forget()
        self._undo.callback(remembered.install())
        self._undo.callback(front.install_naming())
        guardduty, hub, ec2 = GuardDuty(world), SecurityHub(world), Ec2(world)
        replication = Replication(world)
        guardduty.send_to(hub.receive)
        ec2.afterwards.append(guardduty.read_names(ec2.flows.resolves))
        self.contacts = Contacts(world, replication)
        self.incidents = IncidentManager(world, replication, self.contacts)
        regions = Regions(world, self.organization.regions)
        world.quotas = Quotas(world)
        people = (self.contacts, self.incidents)
        scaling = AutoScaling(world, ec2)
        for own in (guardduty, hub, ec2, scaling, regions, world.quotas, *people):
            self._undo.callback(own.install())
        world.cloudwatch = CloudWatch(world)
        self._undo.callback(world.cloudwatch.install())
        replaced = (logs, metric_filters, events, buses, ssm, role_writes, topics, cloudtrail)
        for service in replaced:
            self._undo.callback(service.install(world))
        world.chat = Chat(world, self.organization.workspaces)
        types = {**world.chat.types(), **self.contacts.types()}
        self._undo.callback(CloudControl(world, types).install())
        seed(self.organization)
        self._undo.callback(
            membership.install(
                world,
                delegated=lambda: guardduty.administrators | hub.administrators,
                joined=guardduty.welcome,
            )
        )
        world.relay = Relay(world)
        world.automation = Automation(world)
        self._undo.callback(authorization.install(world))
        self._undo.callback(s3.install(world))
        control = Control(
            world,
            home=Caller(self.organization.security, self.organization.regions[0]),
            guardduty=guardduty,
            ec2=ec2,
            contacts=self.contacts,
            role=self.organization.deployer_role,
        )
        application = front.Front(control, Links(world))
        listener = Listener(application)
        world.endpoint = listener.start()
        self._undo.callback(listener.stop)
        self._undo.callback(shortcut.serve(world.endpoint, application))
        world.clients = Clients(world.endpoint)
