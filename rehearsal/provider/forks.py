"""One process per provider resource, as the engine wants them, without one start-up each.

Imports and botocore's models take a second of processor time, and a rehearsal has the engine start
twenty providers. So one process, ready once, forks for each; ``pulumi-resource-aws`` asks it over a
connection on loopback. The fork lives as long as that connection, and they all end with whoever
started the first: its standard input is closed then.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from rehearsal.emulator.clients import OPERATOR_KEY, Clients
from rehearsal.provider.servicer import listen
from rehearsal.provider.table import TABLE

CHECKOUT: Final = Path(__file__).resolve().parents[2]

PORT: Final = "REHEARSAL_PROVIDERS"
"""The environment variable that tells ``pulumi-resource-aws`` the port."""


class Forks:
    """The process that forks, started and ended from another one; its forks call ``endpoint``."""

    def __init__(self, endpoint: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "rehearsal.provider"],
            env=_environment(endpoint),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        """The process; its forks are its children."""
        return self._process.pid

    def port(self) -> str:
        """Where it listens, once it is ready; raises RuntimeError where it could not start."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if not said:
            raise RuntimeError("the process for providers did not start; it said why on stderr")
        return said

    def stop(self) -> None:
        """End it, and the forks that still run; twice is once."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


def run() -> None:
    """Be that process: get ready, say the port, fork for each connection until stdin closes."""
    _read_models()
    # A fork shares this memory for as long as nothing writes to it, the collector included.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while sys.stdin not in _readable(server, sys.stdin):
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                _serve(connection)
            connection.close()


def _environment(endpoint: str) -> dict[str, str]:
    """The user's own, but of AWS nothing except the emulator."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **inherited,
        "PYTHONPATH": str(CHECKOUT),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": OPERATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _serve(connection: socket.socket) -> None:
    """In the fork: serve until the engine lets go of what it started, or everything ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    status = 1
    try:
        server, port = listen()
        connection.sendall(f"{port}\n".encode())
        _readable(connection, sys.stdin)  # nobody writes: either is readable when it is closed
        server.stop(grace=None)
        status = 0
    finally:
        os._exit(status)


def _readable(*ends: Any) -> list[Any]:
    """Wait until one of them can be read, or is closed."""
    with selectors.DefaultSelector() as waiting:
        for end in ends:
            waiting.register(end, selectors.EVENT_READ)
        return [key.fileobj for key, _ in waiting.select()]


def _read_models() -> None:
    """Make one client of each service, so that every fork finds its model read."""
    clients = Clients("http://127.0.0.1:1")
    for service in sorted({kind.service for kind in TABLE.values()} | {"sts"}):
        clients.operator().client(service)
