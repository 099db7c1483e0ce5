"""``account-joins``: an account of the organisation is found, added, covered and drilled.

By the commands of the scheduled workflow and of the promotion that follows its pull request.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from rehearsal.promoting.entering import client
from rehearsal.promoting.organisation import Organisation
from rehearsal.promoting.scratch import Scratch, small
from rehearsal.promoting.verdict import Told, Verdict

NAME: Final = "account-joins"
ENVIRONMENT: Final = "prod"
MANAGEMENT: Final = "111111111111"


def play(told: Told) -> Verdict:
    """Play it from the beginning to the end."""
    verdict = Verdict(name=NAME, told=told)
    with verdict, Scratch() as scratch:
        scratch.write({ENVIRONMENT: small(("01",))})
        scratch.commit("one account")
        with Organisation(scratch.folder, ENVIRONMENT) as organisation:
            ran = verdict.run(scratch, organisation, "make promote")
            verdict.expect(ran.status == 0, "the first promotion must succeed", ran)
            organisation.people_answer()
            ran = verdict.run(scratch, organisation, "make discover")
            verdict.expect(ran.status == 0, "everybody is covered", ran)
            verdict.expect(_accounts(scratch)[-1]["name"] == "office-0", "nothing is added")
            joined = _joins(organisation)
            _is_covered(verdict, scratch, organisation, joined)
    return verdict


def _joins(organisation: Organisation) -> str:
    made = client(organisation, MANAGEMENT, "organizations").create_account(
        AccountName="Parks and Gardens", Email="parks@agency.example"
    )
    return str(made["CreateAccountStatus"]["AccountId"])


def _is_covered(
    verdict: Verdict, scratch: Scratch, organisation: Organisation, joined: str
) -> None:
    ran = verdict.run(scratch, organisation, "make discover")
    added = _accounts(scratch)[-1]
    wanted = {"name": "parks-and-gardens", "id": joined, "role": "member", "batch": "01"}
    verdict.expect(ran.status == 0 and added == wanted, f"discover has to add it: {added}", ran)
    scratch.commit("an account joins")
    ran = verdict.run(scratch, organisation, "make promote")
    verdict.expect(ran.status == 0, "the account must be deployed into", ran)
    rules = client(organisation, joined, "events").list_rules(NamePrefix="containment-")["Rules"]
    verdict.expect(len(rules) > 5, f"it must have a pipeline: {len(rules)} rules")
    silent = client(organisation, "222222222222", "cloudwatch").describe_alarms(
        AlarmNamePrefix=f"containment-silent-{joined}"
    )["MetricAlarms"]
    verdict.expect(len(silent) == 1, "the hub must await its beats")
    drill = f".venv/bin/python -m operations drill --environment {ENVIRONMENT}"
    ran = verdict.run(scratch, organisation, f"{drill} --account {added['name']}")
    verdict.expect(ran.status == 0, "an attack on it must be contained", ran)


def _accounts(scratch: Scratch) -> list[dict[str, Any]]:
    text = (scratch.folder / f"Pulumi.{ENVIRONMENT}.yaml").read_text()
    settings: dict[str, Any] = yaml.safe_load(text)["config"]["containment:settings"]
    return list(settings["accounts"])
