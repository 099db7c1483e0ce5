"""The rules of the policy pack, asked about a declared graph as the engine would ask them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policy.rule import UNKNOWN, Broken, Provider, Rule, Seen, Stack, Unjudged
from policy.rules import RULES
from rehearsal.graph import UNKNOWN_TEXT
from tests.declared import PROVIDER, Graph, Resource

BY_NAME = {rule.name: rule for rule in RULES}


def seen(graph: Graph, *, fed: bool) -> list[Seen]:
    """Every resource as a rule sees it; components and providers among them, as in the engine.

    What an input was fed by, the engine tells of a whole stack only.
    """
    providers = {each.urn: each for each in graph.resources if each.type == PROVIDER}
    return [_seen(each, providers.get(each.provider), fed=fed) for each in graph.resources]


def verdicts(
    graph: Graph, rule: Rule, config: Mapping[str, Any] | None = None
) -> list[Broken | Unjudged]:
    """All that a rule says of a graph."""
    resources = seen(graph, fed=rule.whole is not None)
    if rule.whole:
        return [*rule.whole(Stack(resources=resources, config=config or {}))]
    assert rule.each
    return [verdict for each in resources for verdict in rule.each(each)]


def broken(graph: Graph, *names: str) -> list[str]:
    """What breaks these rules, or any, as ``rule: what``."""
    return [
        f"{rule.name}: {verdict.says}"
        for rule in RULES
        if not names or rule.name in names
        for verdict in verdicts(graph, rule)
        if isinstance(verdict, Broken)
    ]


def _seen(resource: Resource, provider: Resource | None, *, fed: bool) -> Seen:
    made_by = None
    if provider:
        inputs = _known(provider.inputs)
        made_by = Provider(urn=provider.urn, name=provider.name, inputs=inputs)
    return Seen(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        inputs=_known(resource.inputs),
        provider=made_by,
        fed_by=resource.fed_by if fed else {},
    )


def _known(value: Any) -> Any:
    """A graph writes what a preview does not know as a text; a rule has a value for it."""
    if isinstance(value, Mapping):
        return {key: _known(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_known(each) for each in value]
    return UNKNOWN if value == UNKNOWN_TEXT else value
