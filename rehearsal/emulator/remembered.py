"""What is read anew each time, remembered: AWS's models, and what moto looks up for each request.

Reading one of botocore's models takes up to a second (EC2's), and moto lists all of AWS's services
for each model, the methods of a class of hundreds for each request, and for each field of an answer
the names that one of its own objects may have it by.
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
from botocore.hooks import EventAliaser, NodeList, _PrefixTrie
from botocore.loaders import JSONFileLoader
from moto.core import parse, responses, serialize, utils
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


def _names_of_events() -> Callable[..., Any]:
    """botocore's names of its events: each client would look through sixty others for each anew."""
    find, kept = EventAliaser._alias_event_name, dict[str, str]()

    def alias_event_name(self: Any, event_name: str) -> str:
        if event_name not in kept:
            kept[event_name] = find(self, event_name)
        return kept[event_name]

    return alias_event_name


def _handlers_of_events(self: Any, node: dict[str, Any]) -> dict[str, Any]:
    """A copy of botocore's handlers, of which each client has its own: a third of what it takes."""
    copied = {}
    for key, value in node.items():
        if isinstance(value, NodeList):
            copied[key] = NodeList(*map(list.copy, value))
        else:
            copied[key] = _handlers_of_events(self, value) if isinstance(value, dict) else value
    return copied


def _value_of_a_field() -> Callable[..., Any]:
    """What moto answers for a field: by which of the names that it may have, and how changed.

    The names are of a shape's key and of the class of what has it. They are kept with the shape,
    which belongs to a model that is read once.
    """
    as_moto_does = serialize.ResponseSerializer.get_value

    def names(self: Any, value: Any, key: str, shape: Any) -> tuple[str, ...]:
        kept = shape.__dict__.setdefault("rehearsal_names", {})
        asked = (key, type(value))
        if asked not in kept:
            context = serialize.AttributePickerContext(value, key, shape)
            kept[asked] = tuple(dict.fromkeys(self._value_picker.get_possible_keys(context)))
        found: tuple[str, ...] = kept[asked]
        return found

    def get_value(self: Any, value: Any, key: str, shape: Any) -> Any:
        picker = self._value_picker
        if type(picker) is not serialize.XFormedAttributePicker:
            return as_moto_does(self, value, key, shape)
        for name in names(self, value, key, shape):
            found = utils.get_value(value, name, utils.MISSING)
            if found is not utils.MISSING:
                break
        else:
            found = None
        for path, change in picker.response_transformers.items():
            # Of most fields the key alone shows that the path is another's.
            if path.endswith(key) and ".".join([*self.path, key]).endswith(path):
                return change(found)
        return found

    return get_value


def _parameters_of_a_query() -> Callable[..., Any]:
    """A query's parameters, put together once; moto does for each field that could have some."""
    parsed = parse.QueryParser._do_parse

    def do_parse(self: Any, request_dict: Any, shape: Any) -> Any:
        return parsed(self, {**request_dict, "values": request_dict["values"].to_dict()}, shape)

    return do_parse


_REMEMBERING: dict[tuple[Any, str], Callable[..., Any]] = {
    (httpsession, "create_urllib3_context"): functools.cache(httpsession.create_urllib3_context),
    (ClientCreator, "_create_client_class"): _class_of_a_service(),
    (JSONFileLoader, "load_file"): _file_of_a_model(),
    (regions, "EndpointProvider"): _rules_of_endpoints(),
    (kms, "generate_private_key"): _key_of_kms(),
    (EventAliaser, "_alias_event_name"): _names_of_events(),
    (_PrefixTrie, "_recursive_copy"): _handlers_of_events,
    (utils, "create_loader"): _loader_of_moto(),
    (serialize.ResponseSerializer, "get_value"): _value_of_a_field(),
    (parse.QueryParser, "_do_parse"): _parameters_of_a_query(),
    (responses, "method_names_from_class"): functools.cache(responses.method_names_from_class),
}
