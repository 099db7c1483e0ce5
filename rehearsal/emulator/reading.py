"""Reads a request by botocore's model: which operation it means, and with what parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.model import OperationNotFoundError
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol

from rehearsal.emulator.actions import PREFIXES, Call
from rehearsal.emulator.remembered import service_model
from rehearsal.emulator.world import NotEmulatedError

if TYPE_CHECKING:
    from rehearsal.emulator.world import World


def call_of(world: World, response: Any, account: str) -> Call:
    """The call that a moto response object is about to answer, for a caller of this account."""
    operation = response._get_action()
    model = service_model(response.boto3_service_name)
    try:
        operation_model = model.operation_model(operation or "")
    except OperationNotFoundError:
        called = f"{response.service_name}:{operation}"
        raise NotEmulatedError(f"{called} is not in AWS's model") from None
    request = response.normalized_request
    protocol = determine_request_protocol(model, request.content_type)
    parsed = PROTOCOL_PARSERS[protocol](operation_model, map_type=dict).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": response.uri_match,
        }
    )
    return Call(
        service=PREFIXES[response.service_name],
        operation=operation,
        params=parsed,
        account=account,
        region=response.region,
        without=world.without,
    )
