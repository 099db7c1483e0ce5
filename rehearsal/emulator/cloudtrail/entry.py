"""One call as CloudTrail puts it into words (AWS docs: cloudtrail-event-reference-record-contents).

The parameters of a request stand there with a small first letter. UNVERIFIED: that a refusal by IAM
is ``AccessDenied`` for every service but EC2; EC2's own way to write lists is not emulated.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rehearsal.emulator.remembered import service_model

if TYPE_CHECKING:
    from rehearsal.emulator.actions import Call

SOURCES = {"cloudwatch": "monitoring", "tag": "tagging"}
MODELS = {"tag": "resourcegroupstaggingapi"}
NAMED = re.compile(r"(Arn|Id|Name)s?$|^(Resources|Source)$")
"""Parameters whose values name a resource."""

DENIED = {
    "AccessDeniedException": "AccessDenied",
    "AuthorizationError": "AccessDenied",
    "UnauthorizedOperation": "Client.UnauthorizedOperation",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is kept of a call."""

    id: str
    at: datetime
    arn: str
    role: str
    """ARN of the role behind a session; of a user, its own."""
    user_id: str
    key: str
    """The access key."""
    call: Call
    region: str
    outcome: object

    @property
    def source(self) -> str:
        """``ssm.amazonaws.com``."""
        return f"{SOURCES.get(self.call.service, self.call.service)}.amazonaws.com"

    @property
    def user_name(self) -> str:
        """A user's name, or the name of a session."""
        return self.arn.rsplit("/", 1)[-1]

    @cached_property
    def resources(self) -> list[str]:
        """Names, ids and ARNs in the request."""
        return list(dict.fromkeys(_names(self.call.params)))

    @property
    def failure(self) -> tuple[str, str] | None:
        """Code and message of a call that was refused."""
        return _failure(self.outcome)

    @cached_property
    def event(self) -> dict[str, Any]:
        """The whole record."""
        failure = self.failure
        said = {"errorCode": failure[0], "errorMessage": failure[1]} if failure else {}
        return {
            "eventVersion": "1.11",
            "userIdentity": self._identity(),
            "eventTime": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": self.source,
            "eventName": self.call.operation,
            "awsRegion": self.region,
            "sourceIPAddress": "127.0.0.1",
            "userAgent": "rehearsal",
            **said,
            "requestParameters": self._parameters(),
            "responseElements": None,
            "requestID": str(uuid.uuid5(uuid.UUID(self.id), "request")),
            "eventID": self.id,
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": self.call.account,
            "eventCategory": "Management",
        }

    def _identity(self) -> dict[str, Any]:
        """(AWS docs: cloudtrail-event-reference-user-identity.)"""
        account = self.call.account
        shared = {
            "principalId": self.user_id,
            "arn": self.arn,
            "accountId": account,
            "accessKeyId": self.key,
        }
        if self.arn == self.role:
            return {"type": "IAMUser", **shared, "userName": self.user_name}
        issuer = {
            "type": "Role",
            "principalId": self.user_id.split(":")[0],
            "arn": self.role,
            "accountId": account,
            "userName": self.role.rsplit("/", 1)[-1],
        }
        session = {"sessionIssuer": issuer, "attributes": {"mfaAuthenticated": "false"}}
        return {"type": "AssumedRole", **shared, "sessionContext": session}

    def _parameters(self) -> Any:
        model = service_model(MODELS.get(self.call.service, self.call.service))
        shape = model.operation_model(self.call.operation).input_shape
        return _worded(shape, self.call.params) if shape and self.call.params else None


def _worded(shape: Any, value: Any) -> Any:
    """A value with the names of its fields, but not the keys of its maps, in small letters."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return {
            name[:1].lower() + name[1:]: _worded(shape.members[name], held)
            for name, held in value.items()
            if name in shape.members
        }
    if shape.type_name == "map" and isinstance(value, Mapping):
        return {key: _worded(shape.value, held) for key, held in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_worded(shape.member, held) for held in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


def _names(params: Mapping[str, Any]) -> Iterator[str]:
    for name, value in params.items():
        if NAMED.search(name):
            for held in value if isinstance(value, list) else [value]:
                if isinstance(held, str):
                    yield held


def _failure(outcome: object) -> tuple[str, str] | None:
    if isinstance(outcome, Exception):
        code = str(getattr(outcome, "code", ""))
        return DENIED.get(code, code), str(getattr(outcome, "message", outcome))
    if not isinstance(outcome, tuple) or len(outcome) != 3 or int(outcome[0]) < 400:
        return None
    body = outcome[2].decode() if isinstance(outcome[2], bytes) else str(outcome[2])
    code = _first(r'"__type":\s*"(?:[^"#]*#)?([^"]+)"|<Code>([^<]+)</Code>', body)
    message = _first(r'"[Mm]essage":\s*"((?:[^"\\]|\\.)*)"|<Message>([^<]*)</Message>', body)
    return code or str(outcome[0]), message


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return next((group for group in found.groups() if group), "") if found else ""
