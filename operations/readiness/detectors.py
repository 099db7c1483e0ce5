"""``detectors``: is GuardDuty on wherever a pipeline is, and a pipeline wherever GuardDuty is on?

What is detected where no pipeline is reaches nobody: no rule is there to match it, and Security
Hub links the regions of the environment only.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3

from operations.doubts import Doubt
from operations.readiness.environment import Environment, where
from operations.readiness.question import Question, Told
from settings import Account

NAME = "detectors"
ASKS = "GuardDuty is on where a pipeline is, and nowhere else"


def questions(environment: Environment) -> Iterator[Question]:
    """One for each account and region that is on, where botocore knows GuardDuty."""
    known = boto3.Session().get_available_regions("guardduty", partition_name=environment.partition)
    for account in environment.accounts:
        for region in sorted(environment.regions[account.id].intersection(known)):
            yield Question(
                check=NAME,
                where=where(account, region),
                ask=partial(_ask, environment, account, region),
            )


def _ask(environment: Environment, account: Account, region: str) -> Told:
    state = state_of(environment.client(account.id, "guardduty", region))
    wanted = account.contains or account.role != "member"
    declared = region in environment.settings.regions
    if declared and wanted and state != "ENABLED":
        said = "suspended" if state else "off"
        switches = "the administrator switches it on for members, too"
        remedy = f"{environment.deploy()}: {switches}"
        if state:
            remedy = f"aws guardduty update-detector --enable --region {region}, and find out in "
            remedy += "CloudTrail who suspended it"
        doubt = Doubt(
            where=where(account, region),
            what=f"GuardDuty is {said}: no attack is detected here",
            remedy=remedy,
            grave=True,
        )
    elif not declared and state == "ENABLED":
        doubt = Doubt(
            where=where(account, region),
            what="GuardDuty is on and no pipeline is: what it finds here is answered by nobody",
            remedy=f"add {region} to regions in Pulumi.{environment.name}.yaml and deploy, or "
            "switch GuardDuty off here",
        )
    else:
        return Told()
    return Told(doubts=(doubt,))


def state_of(guardduty: Any) -> str | None:
    """ENABLED, DISABLED, or None where there is no detector."""
    for detector in guardduty.list_detectors()["DetectorIds"]:
        return str(guardduty.get_detector(DetectorId=detector)["Status"])
    return None
