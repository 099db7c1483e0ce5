"""``make breakages``: break the product in many small ways, and see what catches each.

Every breakage is made in a scratch copy of what Git tracks, and judged by the cheapest check that
should notice it. The same checks pass on the copy before anything is broken, so a catch means
something. The exit status is 0 only if each was caught.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Breakage:
    """One patch: a text that is there exactly once becomes another; and the check that sees it."""

    what: str
    matters: str
    file: str
    old: str
    new: str
    check: str


ISOLATE = "runbooks/isolate_instance"
EXACT = (
    "tests/test_isolate_permissions.py::"
    "test_over_all_its_ways_the_runbook_uses_exactly_what_its_roles_are_granted"
)
CONTAINS = "tests/test_isolate_instance.py::test_it_contains_and_says_each_stage_in_order"

BREAKAGES = (
    Breakage(
        what="a permission dropped from permissions.json",
        matters="isolation would fail on the first attack",
        file=f"{ISOLATE}/permissions.json",
        old="""    {
      "Why": "put every interface of the instance into the quarantine group",
      "Action": ["ec2:ModifyNetworkInterfaceAttribute"],
      "Resource": [
        "arn:${partition}:ec2:*:${account}:network-interface/*",
        "arn:${partition}:ec2:*:${account}:security-group/*"
      ]
    },
""",
        new="",
        check=CONTAINS,
    ),
    Breakage(
        what="a permission added to permissions.json",
        matters="a stolen role could do more than its runbook",
        file=f"{ISOLATE}/permissions.json",
        old='        "ec2:DescribeRouteTables",\n',
        new='        "ec2:DescribeRouteTables",\n        "ec2:DescribeVolumes",\n',
        check=EXACT,
    ),
    Breakage(
        what="targets without a dead-letter queue",
        matters="an event that cannot be delivered would be gone",
        file="components/targets.py",
        old="        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs("
        "arn=dead_letters.arn),\n",
        new="",
        check="tests/test_program_routing.py",
    ),
    Breakage(
        what="rules that match another account's findings",
        matters="the administrator would answer for its members, in the wrong account",
        file="components/rules.py",
        old='        "accountId": [account],\n        "service": {"archived": [False]',
        new='        "accountId": [{"exists": True}],\n        "service": {"archived": [False]',
        check="tests/test_rules.py",
    ),
    Breakage(
        what="the second swap removed",
        matters="the instance would be left open to everybody",
        file=f"{ISOLATE}/document.yaml",
        old="      nextStep: mitigate_swap_to_quarantine\n",
        new="      nextStep: mitigate_verify_blocked\n",
        check=CONTAINS,
    ),
    Breakage(
        what="verification removed",
        matters="contained would be claimed of an instance that somebody has freed meanwhile",
        file=f"{ISOLATE}/mitigate.py",
        old='    interfaces = wait_for(case["instance_id"], goal, set())\n    ids =',
        new='    interfaces = interfaces_of(case["instance_id"])\n    ids =',
        check="tests/test_isolate_instance.py::"
        "test_blocked_is_said_only_after_the_quarantine_was_read_back",
    ),
    Breakage(
        what="a wrong API parameter in a document",
        matters="the step would fail on AWS, in the middle of an attack",
        file=f"{ISOLATE}/document.yaml",
        old="        InstanceSpecification: {InstanceId:",
        new="        InstanceSpec: {InstanceId:",
        check="tests/test_runbook_documents.py",
    ),
    Breakage(
        what="a child without its provider",
        matters="it would be made in whatever account the shell is in",
        file="components/containment.py",
        old='            setting_value="True",\n            region=region,\n'
        "            opts=pulumi.ResourceOptions(parent=self),\n",
        new='            setting_value="True",\n            region=region,\n',
        check="tests/test_program.py",
    ),
    Breakage(
        what="a route deleted",
        matters="a whole family of findings would have another answer than was decided",
        file="routes.py",
        old="""    Route(
        name="reconnaissance",
        meaning="somebody looks for a way in, or looks around from an instance",
        matches=(Match(types=("Recon:EC2/", "Impact:EC2/PortSweep", "Discovery:Runtime/")),),
    ),
""",
        new="",
        check="tests/test_routes.py",
    ),
    Breakage(
        what="a trap taken out of the emulator: one interface of two is enough (2.3)",
        matters="the rehearsal would no longer bite where AWS does",
        file="rehearsal/emulator/ec2/interfaces.py",
        old='if len(instance.nics) > 1 and world.bites("2.3"):',
        new="if False:",
        check="tests/canaries/test_ec2.py",
    ),
)


def main() -> int:
    """Control, then every breakage; prints what caught it."""
    console = Console() if Console().is_terminal else Console(width=140)
    with tempfile.TemporaryDirectory(prefix="containment-breakages-") as folder:
        scratch = Path(folder) / "copy"
        _copy(scratch)
        checks = sorted({breakage.check for breakage in BREAKAGES})
        console.print(f"control: {len(checks)} checks on the unbroken copy …")
        passed, told = _checked(scratch, checks, stop=True)
        if not passed:
            console.print(f"[red]the checks fail before anything is broken:[/] {told}")
            return 1
        table = Table(title="what was broken, and what caught it")
        for heading in ("broken", "why it matters", "caught by", "seconds"):
            table.add_column(heading)
        missed = 0
        for breakage in BREAKAGES:
            with console.status(breakage.what):
                began = time.monotonic()
                caught = _broken(scratch, breakage)
            missed += caught is None
            seconds = f"{time.monotonic() - began:.0f}"
            table.add_row(breakage.what, breakage.matters, caught or "[red]NOTHING[/]", seconds)
            console.print(f"  {breakage.what}: {caught or 'NOT CAUGHT'}", highlight=False)
        console.print(table)
        console.print(f"{len(BREAKAGES) - missed} of {len(BREAKAGES)} breakages were caught")
        return 1 if missed else 0


def _copy(scratch: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for name in filter(None, tracked):
        source, place = CHECKOUT / name, scratch / name
        if source.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)


def _broken(scratch: Path, breakage: Breakage) -> str | None:
    """Break, check, mend; the name of the test that failed, None when none did."""
    file = scratch / breakage.file
    whole = file.read_text()
    if whole.count(breakage.old) != 1:
        raise LookupError(f"{breakage.file}: what {breakage.what!r} replaces is not there once")
    file.write_text(whole.replace(breakage.old, breakage.new))
    try:
        passed, told = _checked(scratch, [breakage.check], stop=True)
    finally:
        file.write_text(whole)
    return None if passed else told


def _checked(scratch: Path, checks: list[str], *, stop: bool) -> tuple[bool, str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *checks]
    ran = subprocess.run(
        [*command, *(["-x"] if stop else [])],
        cwd=scratch,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    named = re.findall(r"^(?:FAILED|ERROR) (\S+)", ran.stdout, re.MULTILINE)
    if ran.returncode and not named:
        raise RuntimeError(f"the check did not run:\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return ran.returncode == 0, named[0].split("/")[-1] if named else ""


if __name__ == "__main__":
    sys.exit(main())
