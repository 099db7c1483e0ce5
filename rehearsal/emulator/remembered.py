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
    """Have moto remember them too; and botocore its TLS settings, which it makes for each client.

    The emulator's clients speak plain HTTP on loopback, and never use them.
    """
    undo = ExitStack()
    made = functools.cache(httpsession.create_urllib3_context)
    undo.enter_context(mock.patch.object(httpsession, "create_urllib3_context", made))
    for module, name in ((utils, "create_loader"), (responses, "method_names_from_class")):
        remembering = functools.cache(getattr(module, name))
        undo.enter_context(mock.patch.object(module, name, remembering))
    return undo.close
