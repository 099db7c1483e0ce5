"""What a rehearsal may ask of the emulator beyond AWS's own interfaces, under ``/_rehearsal``.

Findings are filed, connections opened, names looked up and credentials taken from an instance's
metadata here, since on AWS an attack does it; so is what a person does with a page or a code that
reached them. Everything else goes through AWS's interfaces, with IAM in the way. Answers are JSON;
a refusal is a sentence under ``error``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from moto.organizations.models import organizations_backends
from werkzeug.wrappers import Request, Response

from operations import timeline
from rehearsal.emulator.clients import regions_of
from rehearsal.emulator.contacts import Contacts
from rehearsal.emulator.ec2 import Ec2, profiles
from rehearsal.emulator.guardduty import LARGEST_EVENT, GuardDuty, RefusedError
from rehearsal.emulator.wire import Caller
from rehearsal.emulator.world import World

Body = dict[str, Any]

DIRECTIONS = ("inbound", "outbound")


class Control:
    """The control interface of one world."""

    def __init__(
        self,
        world: World,
        *,
        home: Caller,
        guardduty: GuardDuty,
        ec2: Ec2,
        contacts: Contacts,
        role: str,
    ) -> None:
        self._world = world
        self._home = home
        self._role = role
        self._guardduty = guardduty
        self._ec2 = ec2
        self._contacts = contacts
        self._posts: dict[str, Callable[[Caller, Body], object]] = {
            "findings": self._file_finding,
            "connections": self._open_connection,
            "lookups": self._look_up,
            "managed-interfaces": self._manage_interface,
            "instance-credentials": self._instance_credentials,
            "page-answer": self._answer_page,
            "activate-channel": self._activate_channels,
            "chat-press": self._press,
        }
        self._gets: dict[str, Callable[[], object]] = {
            "connections": lambda: [asdict(flow) for flow in self._ec2.flows.all()],
            "timeline": self._timeline,
            "emulated": lambda: self._world.emulated,
            "chat": lambda: self._world.chat.told(),
            "mails": lambda: [asdict(mail) for mail in self._world.outbox],
        }

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        name = request.path.removeprefix("/_rehearsal/")
        try:
            if request.method == "GET" and name in self._gets:
                return _json(self._gets[name]())
            if request.method == "POST" and name in self._posts:
                body = _object(request)
                if name == "chat-press":  # chat has no region
                    body.setdefault("region", self._home.region)
                return _json(self._posts[name](self._place(body), body))
        except (RefusedError, LookupError) as refused:
            return _json({"error": str(refused.args[0])}, HTTPStatus.BAD_REQUEST)
        return _json(
            {"error": f"there is no {request.method} {request.path}"}, HTTPStatus.NOT_FOUND
        )

    def _place(self, body: Body) -> Caller:
        account, region = body.get("account"), body.get("region")
        backend = organizations_backends[self._world.management_account]["aws"]
        known = sorted(member.id for member in backend.accounts)
        if account not in known:
            raise RefusedError(f"account {account!r} is not in the organisation: {known}")
        if region not in regions_of("guardduty"):
            raise RefusedError(f"region {region!r} is no region that has GuardDuty")
        return Caller(str(account), str(region))

    def _file_finding(self, place: Caller, body: Body) -> object:
        filed = self._guardduty.file(place, body.get("finding"))
        return {"id": filed["id"], "arn": filed["arn"]}

    def _open_connection(self, place: Caller, body: Body) -> object:
        direction = body.get("direction", "outbound")
        if direction not in DIRECTIONS:
            raise RefusedError(f"direction {direction!r} is none of {DIRECTIONS}")
        try:
            port, peer = int(body["port"]), str(body["peer"])
            flow = self._ec2.flows.open(place, str(body["interface"]), peer, port, direction)
        except KeyError as missing:
            raise RefusedError(f"a connection needs {missing}") from missing
        except (TypeError, ValueError) as wrong:
            raise RefusedError(f"this is no connection: {wrong}") from wrong
        return asdict(flow)

    def _look_up(self, place: Caller, body: Body) -> object:
        interface, name = body.get("interface"), body.get("name")
        if not isinstance(interface, str) or not isinstance(name, str) or not name:
            raise RefusedError("a lookup needs 'interface' and 'name'")
        return {"answered": self._ec2.flows.resolves(place, interface)}

    def _manage_interface(self, place: Caller, body: Body) -> object:
        self._ec2.manage(place, str(body.get("interface")))
        return {"interface": body.get("interface")}

    def _instance_credentials(self, place: Caller, body: Body) -> object:
        return profiles.credentials_of(place, str(body.get("instance")))

    def _answer_page(self, place: Caller, body: Body) -> object:
        return {"page": self._contacts.answer(place, str(body.get("person")))}

    def _activate_channels(self, place: Caller, body: Body) -> object:
        return {"activated": self._contacts.activate(place, str(body.get("person")))}

    def _press(self, place: Caller, body: Body) -> object:
        message, action, user = (str(body.get(key) or "") for key in ("message", "action", "user"))
        if not message or not action or not user:
            raise RefusedError("who presses a button says 'message', 'action' and 'user'")
        role = body.get("role")
        chat = self._world.chat
        answered = chat.press(message, action, user=user, role=str(role) if role else None)
        return {"answered": answered}

    def _timeline(self) -> object:
        logs = self._world.clients.account(self._home.account, self._role)
        return timeline.read(logs.client("logs", self._home.region))


def _object(request: Request) -> Body:
    if (request.content_length or 0) > 2 * LARGEST_EVENT:
        raise RefusedError(f"the request is larger than any event ({LARGEST_EVENT} bytes)")
    try:
        body = json.loads(request.get_data())
    except ValueError as broken:
        raise RefusedError(f"the request is not JSON: {broken}") from broken
    if not isinstance(body, dict):
        raise RefusedError("the request is not a JSON object")
    return body


def _json(body: object, status: int = HTTPStatus.OK) -> Response:
    return Response(json.dumps(body, default=_plain), status, mimetype="application/json")


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")
