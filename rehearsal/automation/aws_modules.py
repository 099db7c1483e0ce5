"""``boto3`` and ``botocore`` for scripts: clients of the emulator only, and the real errors."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import botocore.exceptions

from rehearsal.automation.calls import Calls, Client
from rehearsal.emulator.world import NotEmulatedError, World

if TYPE_CHECKING:
    from rehearsal.emulator.clients import Session

KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


class _Session:
    """``boto3.Session``: the execution's role, or keys that the script got from STS."""

    def __init__(
        self, world: World, calls: Calls, region_name: str | None = None, **keys: str | None
    ) -> None:
        _refuse("boto3.Session", keys.keys() - set(KEYS))
        self._world = world
        self._calls = calls
        self._region = region_name
        self._keys = keys

    def client(
        self, service_name: str, region_name: str | None = None, **others: str | None
    ) -> Client:
        """A counted client, by default in the region where the document runs."""
        _refuse(f"boto3.client({service_name!r})", others.keys() - set(KEYS))
        session = self._obtained({**self._keys, **others})
        return self._calls.client(service_name, region_name or self._region, session)

    def resource(self, service_name: str, *_: Any, **__: Any) -> Any:
        """boto3's resources call AWS where nobody can count, so they are refused."""
        raise NotEmulatedError(f"boto3.resource({service_name!r}) in a script is not emulated.")

    def _obtained(self, keys: dict[str, str | None]) -> Session | None:
        given = [keys.get(name) for name in KEYS]
        if not any(given):
            return None
        return self._world.clients.session(given[0] or "", given[1] or "", given[2])


def modules(world: World, calls: Calls) -> dict[str, ModuleType]:
    """The stand-ins of one script."""

    def session(**options: Any) -> _Session:
        return _Session(world, calls, **options)

    default = session()
    boto3_session = ModuleType("boto3.session")
    boto3_session.__dict__.update(Session=session)
    boto3 = ModuleType("boto3")
    boto3.__dict__.update(
        client=default.client, resource=default.resource, Session=session, session=boto3_session
    )
    # Only the errors: botocore's sessions and its Config (retries) would go round the clock.
    stub = ModuleType("botocore")
    stub.__dict__.update(exceptions=botocore.exceptions)
    return {
        "boto3": boto3,
        "boto3.session": boto3_session,
        "botocore": stub,
        "botocore.exceptions": botocore.exceptions,
    }


def _refuse(where: str, options: set[str]) -> None:
    if options:
        raise NotEmulatedError(f"{where} with {', '.join(sorted(options))} is not emulated.")
