"""What is read anew each time, remembered: AWS's models, and the methods of moto's own classes.

Reading one of botocore's models takes up to a second (EC2's), and moto lists all of AWS's services
for each model, and the methods of a class of hundreds for each request.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar
from unittest import mock

from botocore import httpsession
from botocore.client import ClientCreator
from moto.core import responses, utils

Answer = TypeVar("Answer")


def once(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """As ``functools.cache``, but threads that ask at once wait for one answer."""
    kept, asking = functools.cache(function), threading.Lock()

    @functools.wraps(function)
    def asked(*given: Any) -> Answer:
        with asking:
            return kept(*given)

    return asked


@once
def service_model(service: str) -> Any:
    """botocore's model of a service, as moto has it; raises botocore's UnknownServiceError."""
    return utils.get_service_model(service)


def install() -> Callable[[], None]:
    """Have moto remember them too; and botocore what it makes anew for each client.

    Every run has a session and clients of its own, and a class of EC2's takes 40 ms. TLS settings
    are never used: the emulator's clients speak plain HTTP on loopback.
    """
    undo = ExitStack()
    made = functools.cache(httpsession.create_urllib3_context)
    undo.enter_context(mock.patch.object(httpsession, "create_urllib3_context", made))
    undo.enter_context(
        mock.patch.object(ClientCreator, "_create_client_class", _class_of_a_service())
    )
    for module, name in ((utils, "create_loader"), (responses, "method_names_from_class")):
        remembering = functools.cache(getattr(module, name))
        undo.enter_context(mock.patch.object(module, name, remembering))
    return undo.close


def _class_of_a_service() -> Callable[..., Any]:
    """botocore's classes of clients, each made once; they hold no client's own state."""
    make, made = ClientCreator._create_client_class, dict[tuple[str, str], Any]()

    def create_client_class(self: Any, service_name: str, service_model: Any) -> Any:
        key = (service_name, str(service_model.api_version))
        if key not in made:
            made[key] = make(self, service_name, service_model)
        return made[key]

    return create_client_class
