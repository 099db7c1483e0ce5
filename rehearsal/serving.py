"""``rehearsal serve``: the deployed organisation, waiting for whatever AWS client comes.

Time is real here and waits are shortened, so that a person or a script sees an attack answered
within a minute. Standard output carries one line of JSON; everything else goes to standard error.
"""

from __future__ import annotations

import json
import signal
import threading

import typer
from rich.console import Console

from rehearsal import engine_binary, mocks
from rehearsal.clock import RealClock
from rehearsal.emulator.server import Emulator
from rehearsal.emulator.world import Timing
from rehearsal.engine import Deployment
from rehearsal.stacks import organization_of, program_of, raw_settings

PROMPT = Timing(boot=2.0, detection=5.0, step=0.3, script=0.5, snapshot=5.0)
"""GuardDuty takes half an hour of everybody's time on AWS; nobody waits so long for a look."""


def serve(stack: str, console: Console, *, under_mocks: bool = False) -> None:
    """Deploy the stack and stay until SIGINT or SIGTERM; then the state is gone."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    raw = raw_settings(stack)
    organization = organization_of(raw)
    with Emulator(RealClock(), organization=organization, timing=PROMPT) as emulator:
        engine = None if under_mocks else engine_binary.find(console.print)
        if engine is None:
            console.print("WITHOUT THE PULUMI ENGINE: deployed under mocks")
            mocks.deploy_with_mocks(emulator.endpoint, stack, program=program_of(stack))
        else:
            console.print(f"deploying stack {stack} …")
            with Deployment(stack, endpoint=emulator.endpoint, engine=engine) as deployment:
                deployment.reconfigure(program_of(stack).given)
                up = deployment.up()
            resources = sum(up.counts.values())
            console.print(f"{resources} resources in {up.seconds:.1f} s; Ctrl-C ends it")
        typer.echo(
            json.dumps(
                {
                    "endpoint": emulator.endpoint,
                    "accounts": _members_last(raw),
                    "regions": list(organization.regions),
                    "role": organization.deployer_role,
                }
            )
        )
        stop.wait()


def _members_last(raw: dict[str, object]) -> dict[str, str]:
    listed = raw.get("accounts")
    accounts = (
        [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    ordered = sorted(accounts, key=lambda each: each.get("role") == "member")
    return {str(each["name"]): str(each["id"]) for each in ordered}
