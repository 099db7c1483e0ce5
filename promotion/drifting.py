"""Drift in words: what somebody changed behind the program's back, as the text of an issue."""

from __future__ import annotations

from collections.abc import Sequence

from promotion.worker import Done


def told_of(environment: str, every: Sequence[Done]) -> str:
    """What differs, stack by stack, and what to do about it; what could not be read is said."""
    lines = [f"<!-- containment drift {environment} -->"]
    drifted = [done for done in every if done.changes]
    failed = [done for done in every if done.outcome == "failed"]
    if not drifted and not failed:
        return "\n".join([*lines, f"`{environment}` is as it was deployed.", ""])
    for done in failed:
        lines += [f"**`{done.stack}` could not be read:**", "", "```", *done.errors, "```", ""]
    if drifted:
        lines += [
            f"What is in AWS differs from what was deployed to `{environment}`.",
            "",
            "| stack | account | resource | what happened | inputs |",
            "| --- | --- | --- | --- | --- |",
        ]
        for done in drifted:
            for each in sorted(done.changes, key=lambda change: (change.account, change.name)):
                kind = each.type.rpartition(":")[2]
                what = {"update": "changed", "delete": "taken away"}.get(each.op, each.op)
                lines.append(
                    f"| {done.stack} | {each.account} | {kind} `{each.name}` | {what} | "
                    f"{', '.join(each.keys)} |"
                )
        lines += [
            "",
            "If none of us did it, find out who did (CloudTrail) before it is put right: it may be "
            f"an attack on the pipeline. `make promote ENVIRONMENT={environment} AGAIN=1` puts it "
            "right: it compares with AWS first.",
            "",
        ]
    return "\n".join(lines)
