"""What a pull request is told: where a change lands, and what containment may newly touch.

Readable by whoever approves it: accounts, regions, numbers, sentences; names of resources follow in
a fold. Markdown, shorter than a comment may be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from promotion.operation import Change
from promotion.reach import narrowed, widened
from promotion.worker import Done

LONGEST: Final = 60_000
"""Characters: GitHub takes 65,536 in one comment (GitHub docs: REST API, issue comments)."""
MOST: Final = 40
"""Sentences of one kind; more are counted."""
MARK: Final = "<!-- containment preview {environment} -->"
"""By this line a workflow finds the comment that it wrote before."""
GLOBAL: Final = "global"


def comment(environment: str, commit: str, every: Sequence[Done]) -> str:
    """The whole comment."""
    changes = [change for done in every for change in done.changes]
    resources = [each for each in changes if each.account]
    parts = [
        MARK.format(environment=environment),
        f"### Preview of `{environment}`" + (f" at `{commit[:12]}`" if commit else ""),
        "",
        *_failures(every),
        *_headline(every, resources),
        *_reach("Containment may newly touch", widened(changes)),
        *_reach("Containment may no longer touch", narrowed(changes)),
        *_places(resources),
        *_names(resources),
    ]
    text = "\n".join(parts)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n\n… the rest is in the job's log.\n"
    return text.rstrip("\n") + "\n"


def _failures(every: Sequence[Done]) -> Iterator[str]:
    for done in every:
        if done.outcome == "failed":
            yield f"**`{done.stack}` could not be previewed:**"
            yield ""
            yield "```"
            yield from (error[:1000] for error in done.errors[:10])
            yield "```"
            yield ""


def _headline(every: Sequence[Done], resources: Sequence[Change]) -> Iterator[str]:
    looked = [done for done in every if done.outcome != "failed"]
    if not resources:
        if looked:
            yield f"Nothing changes in {_many(len(looked), 'stack')}."
            yield ""
        return
    places = {(each.account, _region(each)) for each in resources}
    accounts = {account for account, _ in places}
    regions = {region for _, region in places} - {GLOBAL}
    ops = Counter(_word(each.op) for each in resources)
    said = ", ".join(f"{number} {op}" for op, number in sorted(ops.items()))
    yield (
        f"**{_many(len(resources), 'resource')}** in {_many(len(accounts), 'account')} and "
        f"{_many(len(regions), 'region')}, of {_many(len(looked), 'stack')}: {said}."
    )
    yield ""


def _reach(title: str, sentences: Sequence[str]) -> Iterator[str]:
    if not sentences:
        return
    yield f"#### {title}"
    yield ""
    yield from (f"- {each}" for each in sentences[:MOST])
    if len(sentences) > MOST:
        yield f"- … and {len(sentences) - MOST} more of the kind"
    yield ""


def _places(resources: Sequence[Change]) -> Iterator[str]:
    if not resources:
        return
    counted: dict[tuple[str, str], Counter[str]] = {}
    for each in resources:
        counted.setdefault((each.account, _region(each)), Counter())[_word(each.op)] += 1
    yield "#### Where"
    yield ""
    yield "| account | region | made | changed | taken away |"
    yield "| --- | --- | --- | --- | --- |"
    for (account, region), ops in sorted(counted.items()):
        yield (
            f"| {account} | {region} | {ops['made'] or ''} | "
            f"{ops['changed'] + ops['replaced'] or ''} | {ops['taken away'] or ''} |"
        )
    yield ""


def _names(resources: Sequence[Change]) -> Iterator[str]:
    if not resources:
        return
    yield "<details><summary>Every resource</summary>"
    yield ""
    yield "```"
    for each in sorted(resources, key=lambda one: (one.account, one.name)):
        keys = f" ({', '.join(each.keys)})" if each.keys else ""
        yield f"{_word(each.op):<10} {each.type.rpartition(':')[2]:<22} {each.name}{keys}"
    yield "```"
    yield "</details>"


def _word(op: str) -> str:
    if op.startswith("create") and op != "create-replacement":
        return "made"
    if op in ("delete", "discard"):
        return "taken away"
    return "replaced" if "replace" in op else "changed"


def _region(change: Change) -> str:
    return str((change.new or change.old).get("region") or GLOBAL)


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
