"""GuardDuty's sample findings: real in form, made up in content (trap 1.4).

(2023 docs: sample_findings; botocore: guardduty model, CreateSampleFindings.) Types about
instances only, those in AWS's table; a second sample of a type updates the first, as any sighting.
"""

from __future__ import annotations

import zlib
from typing import Any

from rehearsal.emulator.guardduty.detectors import Detectors
from rehearsal.emulator.guardduty.findings import Findings, RefusedError
from rehearsal.emulator.securityhub.finding_types import DOCUMENTED
from rehearsal.emulator.wire import Caller, Fault, Parameters
from rehearsal.emulator.world import NotEmulatedError

MOST = 50
FAMILIES = ("EC2", "Runtime")

INSTANCE = {
    "instanceId": "i-99999999",
    "instanceType": "m3.xlarge",
    "imageId": "ami-99999999",
    "instanceState": "running",
    "launchTime": "2016-08-02T02:05:06.000Z",
    "tags": [{"key": "GeneratedFindingInstanceTag1", "value": "GeneratedFindingInstanceValue1"}],
    "networkInterfaces": [
        {
            "networkInterfaceId": "eni-bfcffe88",
            "privateIpAddress": "10.0.0.1",
            "publicIp": "198.51.100.0",
            "subnetId": "GeneratedFindingSubnetId",
            "vpcId": "GeneratedFindingVPCId",
            "securityGroups": [
                {
                    "groupId": "GeneratedFindingSecurityId",
                    "groupName": "GeneratedFindingSecurityGroupName",
                }
            ],
        }
    ],
}


class Samples:
    """The operation that makes findings up."""

    def __init__(self, detectors: Detectors, findings: Findings) -> None:
        self._detectors = detectors
        self._findings = findings

    def create_sample_findings(self, caller: Caller, parameters: Parameters) -> Parameters:
        """One finding of each type named; of all types that are known here, if none is."""
        self._detectors.owned(caller, parameters["DetectorId"])
        named = parameters.get("FindingTypes") or sorted(DOCUMENTED)
        if len(parameters.get("FindingTypes") or ()) > MOST:
            raise _rejected(f"more than {MOST} finding types are named")
        for finding_type in named:
            _check(finding_type)
        for finding_type in named:
            try:
                self._findings.file(caller, sample(finding_type))
            except RefusedError as refused:
                raise _rejected(str(refused)) from refused
        return {}


def sample(finding_type: str) -> dict[str, Any]:
    """A made-up finding; its severity and its role mean nothing, which is why they are drawn."""
    drawn = zlib.crc32(finding_type.encode())
    role = {} if ":Runtime/" in finding_type else {"resourceRole": ("ACTOR", "TARGET")[drawn % 2]}
    return {
        "type": finding_type,
        "severity": (2, 5, 8)[drawn % 3],
        "title": f"{finding_type} on EC2 instance {INSTANCE['instanceId']}.",
        "description": f"EC2 instance {INSTANCE['instanceId']} made GuardDuty find {finding_type}.",
        "resource": {"resourceType": "Instance", "instanceDetails": INSTANCE},
        "service": {**role, "additionalInfo": {"sample": True}},
    }


def _check(finding_type: str) -> None:
    family = finding_type.partition(":")[2].partition("/")[0]
    if family not in FAMILIES:
        raise NotEmulatedError(f"Sample findings of the type {finding_type} are not emulated.")
    if finding_type not in DOCUMENTED:
        raise _rejected(f"there is no finding type {finding_type}")


def _rejected(why: str) -> Fault:
    return Fault("BadRequestException", f"The request is rejected because {why}.")
