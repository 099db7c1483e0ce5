"""botocore's models of AWS's services, each read once, from whichever thread it is asked for.

Reading one takes up to a second (EC2's); threads that want the same one at once would all read it.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any
from unittest import mock

from moto.core import utils

_reading = threading.Lock()


def service_model(service: str) -> Any:
    """The model of a service, moto's own copy; raises botocore's UnknownServiceError."""
    with _reading:
        return utils.get_service_model(service)


def install() -> Callable[[], None]:
    """Have moto keep one loader: a new one for each model lists all of AWS's services first."""
    patch = mock.patch.object(utils, "create_loader", functools.cache(utils.create_loader))
    patch.start()
    return patch.stop
