"""``batch-fails-and-resumes``: the middle batch fails, and the same command goes on afterwards.

Somebody has a table of the pipeline's name in one account already, so that it cannot be made there.
Then somebody disables a rule behind the program's back, which shows as drift and is put right.
"""

from __future__ import annotations

import json
from typing import Final

from rehearsal.emulator.organization import Organization
from rehearsal.promoting.entering import client
from rehearsal.promoting.organisation import Organisation
from rehearsal.promoting.scratch import Scratch, small
from rehearsal.promoting.verdict import Told, Verdict

NAME: Final = "batch-fails-and-resumes"
ENVIRONMENT: Final = "prod"
BATCHES: Final = ("01", "02", "03")
BROKEN: Final = "300000000001"
REGION: Final = "eu-west-1"
TABLE: Final = "containment-state"
READER: Final = "ContainmentReader"


def play(told: Told) -> Verdict:
    """Play it from the beginning to the end."""
    verdict = Verdict(name=NAME, told=told)
    with verdict, Scratch() as scratch:
        # One at a time, so that what comes after the failure has not begun.
        scratch.write({ENVIRONMENT: {**small(BATCHES), "reader_role": READER}}, parallel=1)
        before = scratch.commit("a change")
        with Organisation(scratch.folder, ENVIRONMENT) as organisation:
            _fails(verdict, scratch, organisation)
            _goes_on(verdict, scratch, organisation)
            _looks_only(verdict, scratch, organisation)
            scratch.commit("another change")
            _drifts(verdict, scratch, organisation)
            _stays(verdict, scratch, organisation, before)
    return verdict


def _fails(verdict: Verdict, scratch: Scratch, organisation: Organisation) -> None:
    client(organisation, BROKEN, "dynamodb").create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    ran = verdict.run(scratch, organisation, "make promote")
    verdict.expect(ran.status != 0, "a batch that fails must fail the promotion", ran)
    for stack, outcome in (
        ("prod", "deployed"),
        ("prod-01", "deployed"),
        ("prod-02", "failed"),
        ("prod-03", "not begun"),
    ):
        verdict.expect(_outcome(ran.output, stack) == outcome, f"{stack} should be {outcome}", ran)
    verdict.expect(TABLE in ran.output, "the summary must say what failed", ran)


def _goes_on(verdict: Verdict, scratch: Scratch, organisation: Organisation) -> None:
    client(organisation, BROKEN, "dynamodb").delete_table(TableName=TABLE)
    ran = verdict.run(scratch, organisation, "make promote")
    verdict.expect(ran.status == 0, "once mended, the same command must succeed", ran)
    for stack, outcome in (
        ("prod", "already there"),
        ("prod-01", "already there"),
        ("prod-02", "deployed"),
        ("prod-03", "deployed"),
    ):
        verdict.expect(_outcome(ran.output, stack) == outcome, f"{stack} should be {outcome}", ran)


def _looks_only(verdict: Verdict, scratch: Scratch, organisation: Organisation) -> None:
    """A preview needs the role that reads, and not the one that deploys."""
    deployer = Organization().deployer_role
    closed = client(organisation, BROKEN, "iam")
    trust = closed.get_role(RoleName=deployer)["Role"]["AssumeRolePolicyDocument"]
    shut = {**trust, "Statement": [{**each, "Effect": "Deny"} for each in trust["Statement"]]}
    closed.update_assume_role_policy(RoleName=deployer, PolicyDocument=json.dumps(shut))
    ran = verdict.run(scratch, organisation, "make preview")
    closed.update_assume_role_policy(RoleName=deployer, PolicyDocument=json.dumps(trust))
    verdict.expect(
        ran.status == 0 and "Nothing changes in 4 stacks." in _written(scratch, "prod.md"),
        "the role that reads suffices to see that nothing is left to change",
        ran,
    )


def _drifts(verdict: Verdict, scratch: Scratch, organisation: Organisation) -> None:
    rule = "containment-compromised-instance-1"
    events = client(organisation, "300000000002", "events")
    events.disable_rule(Name=rule)
    ran = verdict.run(scratch, organisation, "make drift")
    told = _written(scratch, "prod-drift.md")
    verdict.expect(ran.status != 0, "a rule that somebody disabled is drift", ran)
    rows = [line for line in told.splitlines() if line.startswith("| prod")]
    verdict.expect(
        len(rows) == 1 and f"`office-2-{REGION}-routing-compromised-instance-1-rule`" in rows[0],
        f"that rule, and nothing else: {told}",
    )
    ran = verdict.run(scratch, organisation, "make promote", AGAIN="1")
    state = events.describe_rule(Name=rule)["State"]
    verdict.expect(ran.status == 0 and state == "ENABLED", f"drift is put right: {state}", ran)
    changed = [_changed(ran.output, stack) for stack in ("prod", "prod-01", "prod-02", "prod-03")]
    verdict.expect(changed == ["", "", "", "1"], f"and nothing else is touched: {changed}", ran)


def _stays(verdict: Verdict, scratch: Scratch, organisation: Organisation, before: str) -> None:
    """Somebody runs an old promotion again."""
    scratch.check_out(before)
    ran = verdict.run(scratch, organisation, "make promote")
    outcomes = [_outcome(ran.output, stack) for stack in ("prod", "prod-01")]
    verdict.expect(
        ran.status != 0 and outcomes == ["failed", "not begun"],
        f"an older commit is not deployed over a newer one: {outcomes}",
        ran,
    )
    told = f"which is newer than {before[:12]}"
    verdict.expect(told in " ".join(ran.output.split()), "the summary must say why", ran)


def _outcome(output: str, stack: str) -> str:
    """What became of a stack, by the summary's table."""
    return _cell(output, stack, 1)


def _changed(output: str, stack: str) -> str:
    """How many of its resources were changed; empty for none."""
    return _cell(output, stack, 3)


def _cell(output: str, stack: str, column: int) -> str:
    for line in output.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("│").split("│")]
        if len(cells) > column and cells[0] == stack:
            return cells[column]
    return ""


def _written(scratch: Scratch, name: str) -> str:
    path = scratch.folder / "build" / "promotion" / name
    return path.read_text() if path.exists() else ""
