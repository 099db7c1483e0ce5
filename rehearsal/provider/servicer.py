"""The engine's provider protocol over gRPC, in threads: boto3 blocks, and may.

The engine starts one process per provider resource, which is one account. Secrets come unwrapped,
and the engine wraps them again in the state, as it does for every provider that says it takes none.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from rehearsal.provider.account import enter, unmapped_arguments
from rehearsal.provider.handlers import Handlers, UnmappedInputError
from rehearsal.provider.table import TABLE
from rehearsal.provider.wire import UNKNOWN, arguments, dump, has_unknown, load, token_and_name

THREADS = 8
MESSAGE_LIMIT = 400 * 1024 * 1024
"""What the engine itself allows in bytes."""


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One provider resource of the program; methods are called by the engine."""

    def __init__(self) -> None:
        self._configured: Handlers | None = None

    @property
    def _handlers(self) -> Handlers:
        if self._configured is None:
            raise RuntimeError("the provider's arguments are not known yet")
        return self._configured

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        """The version that pulumi_aws 7.51.1 asks for."""
        return plugin_pb2.PluginInfo(version="7.51.1")

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Nothing to cancel: each call is short."""
        return empty_pb2.Empty()

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Refuse arguments that nothing here would heed."""
        unmapped = unmapped_arguments(arguments(request.news))
        return provider_pb2.CheckResponse(
            inputs=request.news, failures=_failures("pulumi:providers:aws", unmapped)
        )

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Changed arguments change the provider in place."""
        some = request.news != request.old_inputs
        changes = provider_pb2.DiffResponse
        return changes(changes=changes.DIFF_SOME if some else changes.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Assume the roles, unless a preview does not know them yet."""
        given = arguments(request.args)
        if not has_unknown(given):
            tags = (given.get("defaultTags") or {}).get("tags")
            self._configured = Handlers(TABLE, enter(given), tags)
        return provider_pb2.ConfigureResponse(acceptSecrets=False, supportsPreview=True)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Defaults and names; inputs that the table does not map are failures, each by name."""
        token, name = token_and_name(request.urn)
        news, olds = load(request.news), load(request.olds)
        try:
            checked = self._handlers.check(token, name, news, olds, request.randomSeed)
        except UnmappedInputError as error:
            return provider_pb2.CheckResponse(failures=_failures(token, error.properties))
        return provider_pb2.CheckResponse(inputs=dump(checked))

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Inputs against inputs."""
        token, _ = token_and_name(request.urn)
        change = self._handlers.diff(token, load(request.old_inputs), load(request.news))
        kinds, answer = provider_pb2.PropertyDiff, provider_pb2.DiffResponse
        return answer(
            changes=answer.DIFF_SOME if change.keys else answer.DIFF_NONE,
            diffs=change.keys,
            replaces=change.replacing,
            deleteBeforeReplace=change.delete_first,
            hasDetailedDiff=True,
            detailedDiff={
                key: kinds(
                    kind=kinds.UPDATE_REPLACE if key in change.replacing else kinds.UPDATE,
                    inputDiff=True,
                )
                for key in change.keys
            },
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Make it, or in a preview say which outputs are not known yet."""
        token, _ = token_and_name(request.urn)
        inputs = load(request.properties)
        if request.preview:
            unknown = dict.fromkeys(self._handlers.kind(token).outputs, UNKNOWN)
            return provider_pb2.CreateResponse(id="", properties=dump({**inputs, **unknown}))
        made, state = self._handlers.create(token, inputs)
        return provider_pb2.CreateResponse(id=made, properties=dump(state))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        """What AWS has now; nothing where it is gone."""
        token, _ = token_and_name(request.urn)
        found = self._handlers.read(
            token, request.id, load(request.inputs), load(request.properties)
        )
        if found is None:
            return provider_pb2.ReadResponse()
        made, inputs, state = found
        return provider_pb2.ReadResponse(id=made, inputs=dump(inputs), properties=dump(state))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Change what differs."""
        token, _ = token_and_name(request.urn)
        news, olds = load(request.news), load(request.olds)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=dump({**olds, **news}))
        state = self._handlers.update(token, request.id, load(request.old_inputs), news, olds)
        return provider_pb2.UpdateResponse(properties=dump(state))

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Take it away."""
        token, _ = token_and_name(request.urn)
        self._handlers.delete(token, request.id, load(request.properties))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        """Data sources are not emulated; the program needs none."""
        raise NotImplementedError(f"the function {request.tok} is not emulated")


class Spoken(grpc.ServerInterceptor):  # type: ignore[misc]  # grpc ships no types
    """Every exception becomes an error of the protocol that says what happened."""

    def intercept_service(self, continuation: Callable[[Any], Any], details: Any) -> Any:
        """Wrap a method."""
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            return handler

        def spoken(request: Any, context: Any) -> Any:
            try:
                return handler.unary_unary(request, context)
            except NotImplementedError as error:
                if not str(error).strip() or str(error) == "Method not implemented!":
                    raise
                return context.abort(grpc.StatusCode.UNKNOWN, str(error))
            except Exception as error:  # whatever it was, the engine has to print it
                return context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}")

        return grpc.unary_unary_rpc_method_handler(
            spoken, handler.request_deserializer, handler.response_serializer
        )


def listen() -> tuple[grpc.Server, int]:
    """A server on a free port of loopback, started, and that port."""
    server = grpc.server(
        ThreadPoolExecutor(THREADS),
        interceptors=[Spoken()],
        options=[("grpc.max_receive_message_length", MESSAGE_LIMIT)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def _failures(token: str, properties: list[str]) -> list[Any]:
    return [
        provider_pb2.CheckFailure(
            property=name,
            reason=f"{token}: the input {name} is not emulated, and would be dropped silently",
        )
        for name in properties
    ]
