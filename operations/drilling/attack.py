"""The attack of a drill: an instance that looks up the domain which GuardDuty has for tests.

AWS names ``guarddutyc2activityb.com`` for that purpose: who looks it up is found as
``Backdoor:EC2/C&CActivity.B!DNS`` (2023 docs: guardduty_backdoor), with the severity high. A query
to the VPC's own resolver is enough, which GuardDuty reads (AWS docs: guardduty_data-sources) and no
security group filters (trap 2.9), so the network needs no way out. AWS says nothing of how long it
takes; findings that users have published came 20 minutes to two hours after the first query.
"""

from __future__ import annotations

from typing import Any, Final

from operations.expectations import expect
from operations.ground import Ground

DOMAIN: Final = "guarddutyc2activityb.com"
KIND: Final = "Backdoor:EC2/C&CActivity.B!DNS"
SEVERITY: Final = 8.0
ROUTE: Final = "compromised-instance"
"""What answers it."""

SCRIPT: Final = f"""#!/bin/sh
# A drill: asks the VPC's resolver for a name that does no harm, a few times, and does nothing else.
for round in 1 2 3 4 5; do
  getent hosts {DOMAIN}
  sleep 60
done
"""
"""User data, run once as the instance starts. It ends long before the instance is isolated: what
went on after a release would be a new occurrence, and answered again (trap 1.5)."""


def detector_of(ground: Ground, account: str, region: str) -> str:
    """The id of the detector of a place; UnmetError where GuardDuty does not look there."""
    guardduty = ground.client(account, "guardduty", region)
    detectors = guardduty.list_detectors()["DetectorIds"]
    expect(detectors, f"GuardDuty is off in {account}, {region}: nothing is detected there")
    [detector] = detectors
    status = guardduty.get_detector(DetectorId=detector)["Status"]
    expect(status == "ENABLED", f"GuardDuty is suspended in {account}, {region}: switch it on")
    return str(detector)


def found_about(ground: Ground, account: str, region: str, instance: str) -> Any | None:
    """GuardDuty's finding about what an instance looked up; None as long as there is none."""
    guardduty = ground.client(account, "guardduty", region)
    detector = detector_of(ground, account, region)
    about = {"resource.instanceDetails.instanceId": {"Equals": [instance]}}
    listed = guardduty.list_findings(DetectorId=detector, FindingCriteria={"Criterion": about})
    if not listed["FindingIds"]:
        return None
    read = guardduty.get_findings(DetectorId=detector, FindingIds=listed["FindingIds"])
    return next((each for each in read["Findings"] if each["Type"] == KIND), None)


def archive(ground: Ground, region: str, finding: str) -> None:
    """Put the drill's finding away, so that no update of it is answered; the administrator may.

    A member cannot (trap 1.15). Its record stays in GuardDuty and in the ledger.
    """
    guardduty = ground.client(ground.security, "guardduty", region)
    [detector] = guardduty.list_detectors()["DetectorIds"]
    guardduty.archive_findings(DetectorId=detector, FindingIds=[finding])
