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

from botocore import httpsession, regions
from botocore.client import ClientCreator
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import JSONFileLoader
from moto.core import responses, utils
from moto.kms import models as kms
from moto.kms.utils import KeySpec

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
    are never used: the emulator's clients speak plain HTTP on loopback. What is remembered stays
    for the next emulator of the process.
    """
    undo = ExitStack()
    for (place, name), remembering in _REMEMBERING.items():
        undo.enter_context(mock.patch.object(place, name, remembering))
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


def _file_of_a_model() -> Callable[..., Any]:
    """botocore's models, each read from its file once, whichever session asks for it.

    Sessions write into what they have read, each the same.
    """
    read = functools.cache(JSONFileLoader().load_file)

    def load_file(self: Any, file_path: str) -> Any:
        return read(file_path)

    return load_file


class _Anew(JSONFileLoader):  # type: ignore[misc]  # botocore ships no types
    """Reads a file as if nothing were remembered."""

    load_file = JSONFileLoader.load_file


def _loader_of_moto() -> Callable[..., Any]:
    """moto's one loader: what it reads is its own, since S3's clients change their paths in it."""
    make = utils.create_loader

    @functools.cache
    def create_loader() -> Any:
        loader = make()
        loader.file_loader = _Anew()
        return loader

    return create_loader


def _rules_of_endpoints() -> Callable[..., Any]:
    """botocore's rules for a service's endpoints, taken apart once; they hold no client's state."""
    made: dict[tuple[int, int, Any], tuple[Any, ...]] = {}

    def provider(ruleset_data: Any, partition_data: Any, excluded_params: Any = None) -> Any:
        key = (id(ruleset_data), id(partition_data), frozenset(excluded_params or ()))
        if key not in made:
            one = EndpointProvider(ruleset_data, partition_data, excluded_params)
            # The data are kept too, so that no other ever has their place in memory.
            made[key] = (one, ruleset_data, partition_data)
        return made[key][0]

    return provider


def _key_of_kms() -> Callable[[str], Any]:
    """moto makes an RSA key for each of KMS's keys; nobody signs with a symmetric one."""
    make = functools.cache(kms.generate_private_key)

    def generate_private_key(key_spec: str) -> Any:
        symmetric = key_spec == KeySpec.SYMMETRIC_DEFAULT
        return make(key_spec) if symmetric else make.__wrapped__(key_spec)

    return generate_private_key


_REMEMBERING: dict[tuple[Any, str], Callable[..., Any]] = {
    (httpsession, "create_urllib3_context"): functools.cache(httpsession.create_urllib3_context),
    (ClientCreator, "_create_client_class"): _class_of_a_service(),
    (JSONFileLoader, "load_file"): _file_of_a_model(),
    (regions, "EndpointProvider"): _rules_of_endpoints(),
    (kms, "generate_private_key"): _key_of_kms(),
    (utils, "create_loader"): _loader_of_moto(),
    (responses, "method_names_from_class"): functools.cache(responses.method_names_from_class),
}
