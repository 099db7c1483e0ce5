"""OpsItems of Systems Manager, which moto lacks: work items that start nothing (trap 5.9).

While one with the same deduplication string, source and resources is open or in progress, no second
one is made (AWS docs: OpsCenter-working-deduplication; that the source is part of the hash is
UNVERIFIED). Not emulated: items of other accounts, change requests and insights, and what is
published on a topic when an item is edited.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from unittest import mock

from moto.ssm.models import SimpleSystemManagerBackend, ssm_backends

from rehearsal.emulator import authorization, ops_data, ops_queries
from rehearsal.emulator.ops_data import invalid
from rehearsal.emulator.wire import Fault
from rehearsal.emulator.world import NotEmulatedError, World

Request = Mapping[str, Any]

ISSUE = "/aws/issue"
STATUSES = ("Open", "InProgress", "Resolved")
UNRESOLVED = ("Open", "InProgress")
PLAIN = ("Title", "Description", "Priority", "Category", "Severity", "RelatedOpsItems")
"""Fields that are kept as they come, and may be changed."""

CREATED = {*PLAIN, "Source", "OperationalData", "Tags", "OpsItemType"}
UPDATED = {
    *PLAIN,
    "OpsItemId",
    "OpsItemArn",
    "Status",
    "OperationalData",
    "OperationalDataToDelete",
}


@dataclass(kw_only=True)
class OpsItem:
    """One item, as it is now."""

    id: str
    arn: str
    source: str
    created: datetime
    created_by: str
    modified: datetime
    modified_by: str
    status: str = "Open"
    version: int = 1
    fields: dict[str, Any] = field(default_factory=dict)
    data: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def duplicate_key(self) -> object | None:
        """What no second open item may have; None where there is no deduplication string."""
        return ops_data.duplicate_key(self.source, self.data)

    def described(self) -> dict[str, Any]:
        """``OpsItem`` (botocore: ssm model)."""
        return {
            **self.fields,
            "OpsItemId": self.id,
            "OpsItemArn": self.arn,
            "OpsItemType": ISSUE,
            "Source": self.source,
            "Status": self.status,
            "Version": str(self.version),
            "CreatedBy": self.created_by,
            "CreatedTime": self.created,
            "LastModifiedBy": self.modified_by,
            "LastModifiedTime": self.modified,
            "OperationalData": self.data,
        }


class OpsItems:
    """One method per operation; each takes moto's response object and the request."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._items: dict[tuple[str, str], dict[str, OpsItem]] = {}
        self._lock = threading.Lock()

    def create_ops_item(self, at: Any, request: Request) -> Request:
        """CreateOpsItem."""
        _refuse_unknown("CreateOpsItem", request, CREATED)
        if request.get("OpsItemType", ISSUE) != ISSUE:
            raise NotEmulatedError(f"OpsItems of type {request['OpsItemType']} are not emulated.")
        ops_data.check(request, request.get("OperationalData", {}))
        now, caller = self._world.clock.now(), authorization.caller(self._world, at).arn
        identifier = f"oi-{uuid.uuid4().hex[:12]}"
        item = OpsItem(
            id=identifier,
            arn=f"arn:aws:ssm:{at.region}:{at.current_account}:opsitem/{identifier}",
            source=request["Source"],
            created=now,
            created_by=caller,
            modified=now,
            modified_by=caller,
            fields={name: request[name] for name in PLAIN if name in request},
            data={key: dict(value) for key, value in request.get("OperationalData", {}).items()},
        )
        with self._lock:
            self._refuse_duplicate(at, item)
            self._of(at)[identifier] = item
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
        ssm_backends[at.current_account][at.region].add_tags_to_resource(
            "OpsItem", identifier, tags
        )
        return {"OpsItemId": item.id, "OpsItemArn": item.arn}

    def get_ops_item(self, at: Any, request: Request) -> Request:
        """GetOpsItem."""
        return {"OpsItem": self._found(at, request).described()}

    def update_ops_item(self, at: Any, request: Request) -> Request:
        """UpdateOpsItem: what is given is changed; the deduplication string never is."""
        _refuse_unknown("UpdateOpsItem", request, UPDATED)
        brought = request.get("OperationalData", {})
        removed = list(request.get("OperationalDataToDelete", ()))
        ops_data.check(request, brought)
        if ops_data.DEDUPLICATION in (*brought, *removed):
            raise invalid("OperationalData", f"{ops_data.DEDUPLICATION} cannot be changed.")
        status = request.get("Status", "Open")
        if status not in STATUSES:
            raise invalid("Status", f"{status} is none of {', '.join(STATUSES)}.")
        caller = authorization.caller(self._world, at).arn
        with self._lock:
            item = self._found(at, request)
            if item.status not in UNRESOLVED and request.get("Status") in UNRESOLVED:
                self._refuse_duplicate(at, item)
            item.status = request.get("Status", item.status)
            item.fields |= {name: request[name] for name in PLAIN if name in request}
            kept = {key: value for key, value in item.data.items() if key not in removed}
            item.data = kept | {key: dict(value) for key, value in brought.items()}
            item.modified, item.modified_by = self._world.clock.now(), caller
            item.version += 1
        return {}

    def delete_ops_item(self, at: Any, request: Request) -> Request:
        """DeleteOpsItem: twice is once (botocore: ssm model)."""
        self._of(at).pop(request["OpsItemId"], None)
        return {}

    def describe_ops_items(self, at: Any, request: Request) -> Request:
        """DescribeOpsItems, newest first."""
        found = list(self._of(at).values())[::-1]
        for wanted in request.get("OpsItemFilters", ()):
            found = [item for item in found if ops_queries.holds(wanted, item.described())]
        begin = int(request.get("NextToken") or 0)
        end = begin + request.get("MaxResults", ops_queries.PAGE)
        return {
            "OpsItemSummaries": [ops_queries.summary(one.described()) for one in found[begin:end]],
            **({"NextToken": str(end)} if end < len(found) else {}),
        }

    def __contains__(self, known: tuple[Any, str]) -> bool:
        """Whether there is an item of this id at the place of a request."""
        at, identifier = known
        return identifier in self._of(at)

    def _of(self, at: Any) -> dict[str, OpsItem]:
        return self._items.setdefault((at.current_account, at.region), {})

    def _found(self, at: Any, request: Request) -> OpsItem:
        identifier = request["OpsItemId"]
        item = self._of(at).get(identifier)
        if item is None:
            raise Fault("OpsItemNotFoundException", f"OpsItem ID {identifier} not found.")
        if request.get("OpsItemArn", item.arn) != item.arn:
            raise NotEmulatedError("OpsItems of other accounts are not emulated.")
        return item

    def _refuse_duplicate(self, at: Any, new: OpsItem) -> None:
        if new.duplicate_key is None or not self._world.bites("5.9"):
            return
        for item in self._of(at).values():
            if item.status in UNRESOLVED and item.duplicate_key == new.duplicate_key:
                fault = Fault(
                    "OpsItemAlreadyExistsException",
                    f"An OpsItem with this deduplication string is {item.status}: {item.id}",
                )
                fault.OpsItemId = item.id
                raise fault

    def keep_tags(self) -> Callable[[], None]:
        """Let tags of items be written and read by moto's own operations; returns what ends it."""
        validate = SimpleSystemManagerBackend._validate_resource_type_and_id
        items = self._items

        def known(self: Any, resource_type: str, resource_id: str) -> str:
            here = items.get((self.account_id, self.region_name), {})
            if resource_type == "OpsItem" and resource_id in here:
                return resource_id
            found: str = validate(self, resource_type, resource_id)
            return found

        patch = mock.patch.object(
            SimpleSystemManagerBackend, "_validate_resource_type_and_id", known
        )
        patch.start()

        def stop() -> None:
            patch.stop()

        return stop


def _refuse_unknown(operation: str, request: Request, known: set[str]) -> None:
    for name in sorted(request.keys() - known):
        raise NotEmulatedError(f"ssm:{operation} with {name} is not emulated.")
