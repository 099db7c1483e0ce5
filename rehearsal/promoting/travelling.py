"""``promotion``: a change goes dev → staging → prod by the workflow's own steps, or is stopped.

Three emulated organisations. In staging, somebody has denied to the runbook's role what it needs,
by hand: nothing in the program shows it, so that only a drill does. Production stays as it is until
that is mended and the failed jobs are run again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

from rehearsal.promoting.entering import client
from rehearsal.promoting.organisation import Organisation
from rehearsal.promoting.scratch import Ran, Scratch, small
from rehearsal.promoting.verdict import Told, Verdict
from rehearsal.promoting.workflow import Played
from rehearsal.promoting.workflow import play as steps_of

NAME: Final = "promotion"
STAGES: Final = ("dev", "staging", "prod")
WORKFLOW: Final = ".github/workflows/promote.yml"
DRILLED: Final = "300000000000"
ROLE: Final = "containment-isolate-instance"
DENIED: Final = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Deny",
        "Action": "ec2:ModifyNetworkInterfaceAttribute",
        "Resource": "*",
    },
}


def play(told: Told) -> Verdict:
    """Play it from the beginning to the end."""
    verdict = Verdict(name=NAME, told=told)
    with verdict, Scratch() as scratch, ExitStack() as started:
        scratch.write({stage: small(("01", "02")) for stage in STAGES})
        scratch.commit("everything, for the first time")
        organisations = {
            stage: started.enter_context(Organisation(scratch.folder, stage)) for stage in STAGES
        }
        _Travel(verdict, scratch, organisations).all()
    return verdict


class _Travel:
    def __init__(
        self, verdict: Verdict, scratch: Scratch, organisations: Mapping[str, Organisation]
    ) -> None:
        self._verdict, self._scratch, self._organisations = verdict, scratch, organisations
        self._deployed: set[str] = set()

    def all(self) -> None:
        """What is there is deployed; a change then stops in staging, and goes on when mended."""
        for stage in STAGES:
            ran = self._run(stage, "make promote", {})
            self._verdict.expect(ran.status == 0, f"{stage} must be deployed", ran)
        self._change(per_hour=7)
        staging = client(self._organisations["staging"], DRILLED, "iam")
        staging.put_role_policy(
            RoleName=ROLE, PolicyName="by-hand", PolicyDocument=json.dumps(DENIED)
        )
        stopped = self._steps()
        self._verdict.expect(
            (stopped.passed, stopped.failed, stopped.not_begun) == ({"dev"}, {"staging"}, {"prod"}),
            f"it must stop in staging: {stopped.passed} {stopped.failed} {stopped.not_begun}",
            _last(stopped),
        )
        commands = [step.command for step, _ in stopped.ran]
        self._verdict.expect(
            commands[-2:] == ["make drill", "make sweep"],
            f"it must stop by its drill, and sweep up after it: {commands}",
        )
        swept = stopped.ran[-1][1]
        self._verdict.expect(swept.status == 0, "what the drill made must be gone", swept)
        caps = [self._cap(stage) for stage in STAGES]
        self._verdict.expect(caps == [7, 7, 3], f"prod must be as it was: caps are {caps}")
        staging.delete_role_policy(RoleName=ROLE, PolicyName="by-hand")
        again = self._steps(stopped)
        self._passed(again)
        caps = [self._cap(stage) for stage in STAGES]
        self._verdict.expect(caps == [7, 7, 7], f"the change must be everywhere: caps are {caps}")

    def _passed(self, played: Played) -> None:
        whole = played.passed == set(STAGES)
        self._verdict.expect(whole, f"not passed: {sorted(played.failed)}", _last(played))

    def _steps(self, before: Played | None = None) -> Played:
        return steps_of(self._scratch.folder / WORKFLOW, self._run, before)

    def _run(self, stage: str, command: str, given: Mapping[str, str]) -> Ran:
        organisation = self._organisations[stage]
        # The rehearsal with the engine is a run of its own; here it is a quick look.
        ran = self._verdict.run(self._scratch, organisation, command, ENGINE="mocks", **given)
        if command == "make promote" and ran.status == 0 and stage not in self._deployed:
            self._deployed.add(stage)
            organisation.people_answer()
        return ran

    def _change(self, *, per_hour: int) -> None:
        """The same change to every stage's file, as one commit."""
        for stage in STAGES:
            settings = small(("01", "02"))
            settings["caps"] = {**settings["caps"], "attacking-instance": {"per_hour": per_hour}}
            self._scratch.stack_file(stage, settings)
        self._scratch.commit("a route may contain more")

    def _cap(self, stage: str) -> int:
        """As the document in AWS says it."""
        ssm = client(self._organisations[stage], DRILLED, "ssm")
        content = json.loads(ssm.get_document(Name=ROLE)["Content"])
        step = next(each for each in content["mainSteps"] if each["name"] == "triage_lock_and_look")
        return int(step["inputs"]["InputPayload"]["Caps"]["attacking-instance"])


def _last(played: Played) -> Ran | None:
    return played.ran[-1][1] if played.ran else None
