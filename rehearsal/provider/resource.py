"""One resource while it is worked on: its calls to AWS, and what was answered so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.provider.account import Account
from rehearsal.provider.codecs import put
from rehearsal.provider.kinds import Call, Kind, fill
from rehearsal.provider.plans import Inputs

ABSENT = re.compile(r"NotFound|NoSuch|NonExistent|DoesNotExist")


class Resource:
    """Calls AWS for one resource; templates see what was answered before."""

    def __init__(self, account: Account, kind: Kind, scope: Inputs) -> None:
        self.kind = kind
        self.scope = scope
        self.answer: dict[str, Any] = {}
        self._client = account.client(kind.service, scope["region"])

    def call(self, call: Call, sent: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call AWS; ``sent`` are further parameters by dotted path, already as AWS wants them."""
        parameters = fill(call.parameters, self.scope, self.answer)
        for path, value in (sent or {}).items():
            put(parameters, path, value)
        answer: dict[str, Any] = getattr(self._client, call.method)(**parameters)
        self.answer = {**self.answer, **answer}
        return answer

    def one(self, call: Call) -> dict[str, Any]:
        """What hooks get."""
        return self.call(call)

    def sent(self, inputs: Inputs, names: Iterable[str]) -> dict[str, Any]:
        """AWS parameters of the properties that are set."""
        made = {}
        for name in names:
            one = self.kind.properties[name]
            value = inputs.get(name)
            if one.to and value is not None:
                made[one.to] = one.codec.sent(value)
            elif one.to and one.cleared is not None:
                made[one.to] = one.cleared
        return made

    def absent(self, error: ClientError) -> bool:
        """Whether an error says that there is no such thing."""
        code = error.response["Error"]["Code"]
        return bool(ABSENT.search(code)) or code in self.kind.gone
