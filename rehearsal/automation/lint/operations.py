"""Whether AWS has an operation and its parameters, by botocore's models.

A value that is a reference may be anything; what is written out has to be of the right type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import botocore
from botocore.exceptions import UnknownServiceError

from rehearsal.automation.actions.api import OWN
from rehearsal.automation.values import REFERENCE
from rehearsal.emulator.remembered import service_model

SCALARS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int),
    "double": (float, int),
    "boolean": (bool,),
    "timestamp": (str, int, float),
    "blob": (str,),
}


def mistakes(inputs: Mapping[str, Any]) -> Iterator[str]:
    """One sentence a mistake in the inputs of a step that calls an operation."""
    service, api = str(inputs["Service"]), str(inputs["Api"])
    try:
        model = service_model(service)
    except UnknownServiceError:
        yield f"there is no service {service}."
        return
    operation = _operation(model, api)
    if operation is None:
        yield f"{service} has no operation {api}."
        return
    if operation.has_streaming_output or operation.has_event_stream_output:
        yield f"{service}:{operation.name} streams, which aws:executeAwsApi cannot (trap 4.3)."
    given = {key: value for key, value in inputs.items() if key not in OWN}
    where = f"{service}:{operation.name}"
    if operation.input_shape is None:
        yield from (f"{where} has no parameter {name}." for name in sorted(given))
    else:
        yield from _value(operation.input_shape, given, where)


def _operation(model: Any, api: str) -> Any:
    names = {botocore.xform_name(name): name for name in model.operation_names}
    name = names.get(api, api)
    return model.operation_model(name) if name in model.operation_names else None


def _value(shape: Any, value: Any, where: str) -> Iterator[str]:
    if isinstance(value, str) and REFERENCE.search(value):
        return
    if shape.type_name == "structure":
        yield from _structure(shape, value, where)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            yield f"{where} is a list."
            return
        for item in value:
            yield from _value(shape.member, item, f"{where}[]")
    elif shape.type_name == "map":
        if not isinstance(value, Mapping):
            yield f"{where} is a mapping."
            return
        for key, item in value.items():
            yield from _value(shape.value, item, f"{where}.{key}")
    elif not _is_scalar(shape, value):
        yield f"{where} is {value!r}, not a {shape.type_name}."


def _structure(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{where} is a structure."
        return
    for name in sorted(value.keys() - shape.members.keys()):
        yield f"{where} has no parameter {name}."
    for name in shape.required_members:
        if name not in value:
            yield f"{where} needs {name}."
    for name in value.keys() & shape.members.keys():
        yield from _value(shape.members[name], value[name], f"{where}.{name}")


def _is_scalar(shape: Any, value: Any) -> bool:
    if isinstance(value, bool) and shape.type_name != "boolean":
        return False
    return isinstance(value, SCALARS[shape.type_name])
