"""What an OpsItem is related to: incidents and documents of Systems Manager.

(botocore: ssm model, AssociateOpsItemRelatedItem.) Whether AWS asks that the incident exists is
UNVERIFIED: here only the shape of its ARN is looked at. Not emulated: filters of the list.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from rehearsal.emulator import authorization
from rehearsal.emulator.ops_data import invalid
from rehearsal.emulator.ops_items import OpsItems
from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError, World

Request = Mapping[str, Any]

ASSOCIATIONS = ("IsParentOf", "RelatesTo")
RESOURCES = {
    "AWS::SSMIncidents::IncidentRecord": r"arn:aws[a-z-]*:ssm-incidents::\d{12}:incident-record/.+",
    "AWS::SSM::Document": r"arn:aws[a-z-]*:ssm:[a-z0-9-]+:\d{12}:document/.+",
}
"""What may be related, and the ARN that it has."""
PAGE = 50


class OpsRelations:
    """One method per operation; each takes moto's response object and the request."""

    def __init__(self, world: World, items: OpsItems) -> None:
        self._world = world
        self._items = items
        self._held: dict[tuple[str, str, str], list[dict[str, Any]]] = {}

    def associate_ops_item_related_item(self, at: Any, request: Request) -> Request:
        """AssociateOpsItemRelatedItem: once for each resource."""
        kind, uri = request["ResourceType"], request["ResourceUri"]
        if request["AssociationType"] not in ASSOCIATIONS:
            raise invalid("AssociationType", f"it is one of {', '.join(ASSOCIATIONS)}.")
        if kind not in RESOURCES:
            raise invalid("ResourceType", f"it is one of {', '.join(RESOURCES)}.")
        if not re.fullmatch(RESOURCES[kind], uri):
            raise invalid("ResourceUri", f"{uri} is no ARN of {kind}.")
        held = self._of(at, request)
        if any(each["ResourceUri"] == uri for each in held):
            fault = Fault("OpsItemRelatedItemAlreadyExistsException", f"{uri} is related already.")
            fault.OpsItemId, fault.ResourceUri = request["OpsItemId"], uri
            raise fault
        now, caller = self._world.clock.now(), authorization.caller(self._world, at).arn
        held.append(
            {
                **request,
                "AssociationId": str(uuid.uuid4()),
                "CreatedBy": {"Arn": caller},
                "CreatedTime": now,
                "LastModifiedBy": {"Arn": caller},
                "LastModifiedTime": now,
            }
        )
        return {"AssociationId": held[-1]["AssociationId"]}

    def list_ops_item_related_items(self, at: Any, request: Request) -> Request:
        """ListOpsItemRelatedItems of one item."""
        if request.get("Filters") or "OpsItemId" not in request:
            raise NotEmulatedError("Related items are listed by OpsItem here, without a filter.")
        held, begin = self._of(at, request), int(request.get("NextToken") or 0)
        end = begin + request.get("MaxResults", PAGE)
        return {
            "Summaries": held[begin:end],
            **({"NextToken": str(end)} if end < len(held) else {}),
        }

    def disassociate_ops_item_related_item(self, at: Any, request: Request) -> Request:
        """DisassociateOpsItemRelatedItem."""
        held, wanted = self._of(at, request), request["AssociationId"]
        left = [each for each in held if each["AssociationId"] != wanted]
        if len(left) == len(held):
            code = "OpsItemRelatedItemAssociationNotFoundException"
            raise Fault(code, f"There is no association {wanted}.")
        held[:] = left
        return {}

    def _of(self, at: Any, request: Request) -> list[dict[str, Any]]:
        identifier = request["OpsItemId"]
        if (at, identifier) not in self._items:
            raise Fault("OpsItemNotFoundException", f"OpsItem ID {identifier} not found.")
        return self._held.setdefault((at.current_account, at.region, identifier), [])
