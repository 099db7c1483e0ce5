"""Does what the table says: create, read, update and delete one resource through boto3.

No Pulumi in here, so that the engine's protocol and the mocks use the same handlers.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import jmespath
from botocore.exceptions import ClientError

from rehearsal.emulator.world import NotEmulatedError
from rehearsal.provider import plans
from rehearsal.provider.account import Account
from rehearsal.provider.kinds import BEFORE, Call, Kind, Property, Scope, fill, kind_of
from rehearsal.provider.plans import Change, Inputs, Place
from rehearsal.provider.reading import inputs_seen, state_seen
from rehearsal.provider.resource import Resource


class UnmappedInputError(NotEmulatedError):
    """Inputs that the table has no place for, by type and property."""

    def __init__(self, token: str, properties: Iterable[str]) -> None:
        self.properties = sorted(properties)
        self.token = token
        super().__init__(
            f"{token}: not emulated: {', '.join(self.properties)} (rehearsal/provider/table "
            f"does not map it, and would drop it silently)"
        )


class Handlers:
    """Every operation of one provider, which is one account."""

    def __init__(
        self,
        table: Mapping[str, Kind],
        account: Account,
        default_tags: Mapping[str, str] | None = None,
    ) -> None:
        self._table = table
        self._account = account
        self.place = Place(
            account.id, account.region, account.partition(account.region), default_tags or {}
        )

    def kind(self, token: str) -> Kind:
        """The table's entry; NotEmulatedError where there is none."""
        return kind_of(self._table, token)

    def check(
        self, token: str, name: str, asked: Inputs, before: Inputs, seed: bytes = b""
    ) -> Inputs:
        """The inputs as they will be compared and sent; UnmappedInputError for unmapped ones."""
        kind = self.kind(token)
        inputs = plans.check(kind, self.place, name, asked, before, seed)
        if unmapped := list(plans.unmapped(kind, inputs)):
            raise UnmappedInputError(token, unmapped)
        return inputs

    def diff(self, token: str, old: Inputs, new: Inputs) -> Change:
        """What changes between two sets of inputs."""
        return plans.diff(self.kind(token), old, new)

    def create(self, token: str, inputs: Inputs) -> tuple[str, Inputs]:
        """Make it; its id and state. What fails half way is taken away again."""
        kind = self.kind(token)
        made = self._resource(kind, self.place.scope(inputs))
        if kind.ask:
            made.call(kind.ask)
        sent = made.sent(inputs, kind.properties)
        if kind.tags and kind.tags.to and inputs.get("tagsAll"):
            sent[kind.tags.to] = kind.tags.codec.sent(inputs["tagsAll"])
        made.call(kind.create, sent)
        if kind.settle:
            kind.settle(made.one, made.scope)
        made.scope["id"] = fill(kind.id, made.scope, made.answer)
        try:
            self._tag_afterwards(made, inputs)
            for name, one in kind.properties.items():
                if _afterwards(one) and inputs.get(name) not in (None, one.default):
                    self._change(made, one)
        except Exception:
            self.delete(token, made.scope["id"], inputs)
            raise
        return made.scope["id"], {**inputs, **plans.outputs(kind, made.scope, made.answer)}

    def read(
        self,
        token: str,
        resource_id: str,
        inputs: Inputs,
        state: Inputs,
    ) -> tuple[str, Inputs, Inputs] | None:
        """Id, inputs and state as they are on AWS now; None where it is gone.

        Without inputs it is an import: the id may say the region, as ``ID@REGION``.
        """
        kind = self.kind(token)
        imported = not inputs
        if imported and "@" in resource_id:
            resource_id, _, region = resource_id.partition("@")
            state = {**state, "region": region}
        one = self._resource(kind, self.place.scope({**state, **inputs}, resource_id))
        try:
            answer = one.call(kind.read)
            for name, call in kind.also.items():
                if imported or name in inputs:
                    answer = {**answer, **one.call(call)}
            found = jmespath.search(fill(kind.pick, one.scope), answer) if kind.pick else answer
            if not found:
                _tell_gone(token, resource_id, f"it is not in {answer}")
                return None
            tags = self._tags(one, kind) if kind.tags else None
        except ClientError as error:
            if one.absent(error):
                _tell_gone(token, resource_id, str(error))
                return None
            raise
        seen = {**inputs_seen(kind, inputs, state, found, tags)}
        if imported and kind.regional:
            seen["region"] = one.scope["region"]
        state = {**state, **plans.outputs(kind, one.scope, found)}
        return resource_id, seen, state_seen(inputs, state, seen)

    def update(
        self,
        token: str,
        resource_id: str,
        old: Inputs,
        new: Inputs,
        state: Inputs,
    ) -> Inputs:
        """Change what differs; the new state."""
        kind = self.kind(token)
        told = {name: state[name] for name in kind.outputs if name in state}
        scope = self.place.scope({**told, **new}, resource_id)
        one = self._resource(kind, {**scope, BEFORE: old})
        keys = plans.diff(kind, old, new).keys
        if kind.tags and "tagsAll" in keys:
            self._retag(one, kind.tags, old.get("tagsAll") or {}, new["tagsAll"])
        together = [
            name
            for name in keys
            if name in kind.properties and kind.properties[name].change == "update"
        ]
        if together:
            self._update(token, one, new, together)
        for name in keys:
            changed = kind.properties.get(name)
            if changed and _called(changed):
                if new.get(name) is None and changed.clear is None:
                    raise NotEmulatedError(f"{token}: taking {name} away is not emulated")
                self._change(one, changed, clear=new.get(name) is None)
        return {**new, **told, **plans.outputs(kind, one.scope, one.answer)}

    def delete(self, token: str, resource_id: str, state: Inputs) -> None:
        """Take it away; being gone already is no error."""
        kind = self.kind(token)
        if kind.delete is None:
            return
        one = self._resource(kind, self.place.scope(state, resource_id))
        try:
            if isinstance(kind.delete, Call):
                one.call(kind.delete)
            else:
                kind.delete(one.one, one.scope)
        except ClientError as error:
            if not one.absent(error):
                raise

    def _resource(self, kind: Kind, scope: Inputs) -> Resource:
        return Resource(self._account, kind, scope)

    def _update(self, token: str, one: Resource, new: Inputs, names: list[str]) -> None:
        if one.kind.ask:
            one.call(one.kind.ask)
        if one.kind.update is None:
            one.call(one.kind.create, one.sent(new, one.kind.properties))
            self._tag_afterwards(one, new)
            return
        sent = one.sent(new, names)
        for name in names:
            if new.get(name) is None and one.kind.properties[name].to not in sent:
                raise NotEmulatedError(f"{token}: taking {name} away is not emulated")
        one.call(one.kind.update, sent)

    def _change(self, one: Resource, changed: Property, *, clear: bool = False) -> None:
        how = changed.clear if clear else changed.change
        if isinstance(how, Call):
            one.call(how)
        elif callable(how):
            how(one.one, one.scope)

    def _tags(self, one: Resource, kind: Kind) -> Inputs:
        assert kind.tags
        try:
            found = jmespath.search(kind.tags.path, one.call(kind.tags.read))
        except ClientError as error:
            if error.response["Error"]["Code"] not in kind.tags.none:
                raise
            found = None
        seen: Inputs = kind.tags.codec.seen(found or kind.tags.codec.sent({}), {})
        return seen

    def _tag_afterwards(self, one: Resource, inputs: Inputs) -> None:
        if one.kind.tags and not one.kind.tags.to:
            self._retag(one, one.kind.tags, {}, inputs.get("tagsAll") or {})

    def _retag(self, one: Resource, tags: Any, old: Scope, new: Scope) -> None:
        one.scope["tags"] = tags.codec.sent(new)
        one.scope["keys"] = sorted(set(old) - set(new))
        if new:
            one.call(tags.add)
        if one.scope["keys"]:
            one.call(tags.remove)


def _tell_gone(token: str, resource_id: str, why: str) -> None:
    """Say what AWS answered, on standard error: the engine passes on only that it is gone."""
    logging.getLogger(__name__).warning("%s %s is gone: %.500s", token, resource_id, why)


def _called(one: Property) -> bool:
    return one.change not in ("update", "replace")


def _afterwards(one: Property) -> bool:
    return _called(one) and not one.to
