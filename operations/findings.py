"""GuardDuty findings for drills, in the shape in which EventBridge brings them."""

from __future__ import annotations

import uuid
from typing import Any

from operations.victims import Network, Target


def finding(
    kind: str, network: Network, target: Target, *, role: str | None = None, severity: float = 8.0
) -> dict[str, Any]:
    """A finding about an instance; GuardDuty itself fills in detector, ARN and account.

    Its id is a drill's own, so that what is found in the ledger is exactly this one.
    """
    now = network.ground.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    service: dict[str, Any] = {
        "serviceName": "guardduty",
        "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {}},
        "archived": False,
        "count": 1,
        "eventFirstSeen": now,
        "eventLastSeen": now,
        "additionalInfo": {"type": "default", "value": "{}"},
    }
    if role is not None:
        service["resourceRole"] = role
    return {
        "id": uuid.uuid4().hex,
        "type": kind,
        "severity": severity,
        "createdAt": now,
        "updatedAt": now,
        "title": f"A drill: {kind} on {target.instance}",
        "description": "Raised on purpose, to see that it is answered.",
        "resource": {
            "resourceType": "Instance",
            "instanceDetails": {
                "instanceId": target.instance,
                "instanceType": "t3.micro",
                "networkInterfaces": [
                    {
                        "networkInterfaceId": interface,
                        "vpcId": network.vpc,
                        "subnetId": network.subnet,
                        "securityGroups": [{"groupId": group} for group in groups],
                    }
                    for interface, groups in target.interfaces.items()
                ],
                "tags": _tags(network, target),
                **_profile(network, target),
            },
        },
        "service": service,
    }


def _tags(network: Network, target: Target) -> list[dict[str, str]]:
    """The instance's tags, a drill's among them, as GuardDuty tells them."""
    only = [{"Name": "resource-id", "Values": [target.instance]}]
    found = network.ec2.describe_tags(Filters=only)["Tags"]
    return [{"key": tag["Key"], "value": tag["Value"]} for tag in found]


def _profile(network: Network, target: Target) -> dict[str, Any]:
    """The instance profile as GuardDuty tells it, with the id that no other profile ever has."""
    if target.profile is None:
        return {}
    iam = network.ground.client(network.account, "iam", network.region)
    there = iam.get_instance_profile(InstanceProfileName=target.profile)["InstanceProfile"]
    return {"iamInstanceProfile": {"arn": there["Arn"], "id": there["InstanceProfileId"]}}
