"""An outsider attacks the organisation that ``rehearsal serve`` keeps: boto3 and urllib, no more.

It knows nothing of the project but the line that ``serve`` prints, which it reads as its argument
or from standard input::

    python tests/outsider.py '{"endpoint": …, "accounts": …, "regions": …, "role": …}'

Its exit status is the verdict; what it saw it prints as one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3

PATIENCE = 40.0
TYPE = "CryptoCurrency:EC2/BitcoinTool.B"
STAGES = ("received", "blocked", "contained")


class Outsider:
    """A responder with a deployer role in one account and region, the last of each."""

    def __init__(self, served: dict[str, Any]) -> None:
        self.endpoint = str(served["endpoint"])
        self.account = list(served["accounts"].values())[-1]
        self.region = str(served["regions"][-1])
        # Any key that the endpoint does not know belongs to its operator.
        keys = {"aws_access_key_id": "AKIAOUTSIDER00000000", "aws_secret_access_key": "anything"}
        sts = boto3.client("sts", region_name=self.region, endpoint_url=self.endpoint, **keys)
        role = f"arn:aws:iam::{self.account}:role/{served['role']}"
        given = sts.assume_role(RoleArn=role, RoleSessionName="outsider")["Credentials"]
        self.ec2 = boto3.client(
            "ec2",
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def network(self) -> str:
        """A VPC and a subnet in it, whose id is the answer."""
        vpc = self.ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=vpc, CidrBlock="10.7.1.0/24")["Subnet"]
        return str(subnet["SubnetId"])

    def instance(self, subnet: str) -> str:
        """A running instance."""
        image = self.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        made = self.ec2.run_instances(ImageId=image, SubnetId=subnet, MinCount=1, MaxCount=1)
        return str(made["Instances"][0]["InstanceId"])

    def groups(self, instance: str) -> dict[str, list[str]]:
        """Interface → its groups, now."""
        attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
        found = self.ec2.describe_network_interfaces(Filters=attached)["NetworkInterfaces"]
        return {
            each["NetworkInterfaceId"]: [group["GroupId"] for group in each["Groups"]]
            for each in found
        }

    def rules(self, groups: list[str]) -> int:
        """How many rules these groups have, in and out."""
        found = self.ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
        return sum(len(each["IpPermissions"]) + len(each["IpPermissionsEgress"]) for each in found)

    def isolated(self, instance: str) -> bool:
        """Whether every interface is in one group, which has no rule."""
        groups = list(self.groups(instance).values())
        alone = bool(groups) and all(len(each) == 1 for each in groups)
        return alone and not any(self.rules(each) for each in groups)

    def tagged(self, finding: str) -> list[str]:
        """Snapshots with the finding's id in a tag, whichever."""
        found = self.ec2.describe_snapshots(
            Filters=[{"Name": "tag-value", "Values": [finding]}], OwnerIds=[self.account]
        )["Snapshots"]
        return [str(each["VolumeId"]) for each in found]

    def volumes(self, instance: str) -> list[str]:
        """The instance's volumes."""
        attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
        return [v["VolumeId"] for v in self.ec2.describe_volumes(Filters=attached)["Volumes"]]

    def file(self, instance: str) -> str:
        """Have GuardDuty find that the instance mines; the finding's id."""
        finding = {
            "type": TYPE,
            "severity": 8,
            "resource": {
                "resourceType": "Instance",
                "instanceDetails": {"instanceId": instance},
            },
        }
        body = {"account": self.account, "region": self.region, "finding": finding}
        return str(self._ask("findings", json.dumps(body).encode())["id"])

    def stages(self, finding: str) -> list[str]:
        """What the ledger tells of the finding."""
        return [each["stage"] for each in self._ask("timeline") if each["finding_id"] == finding]

    def _ask(self, what: str, body: bytes | None = None) -> Any:
        url = f"{self.endpoint}/_rehearsal/{what}"
        # The endpoint is on loopback: ``serve`` says so itself.
        request = urllib.request.Request(url, data=body)  # noqa: S310
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
            return json.load(answer)


def until(condition: Callable[[], bool], began: float) -> bool:
    """Look twice a second until the patience since a moment is over."""
    while not condition():
        if time.monotonic() - began > PATIENCE:
            return False
        time.sleep(0.5)
    return True


def attack(outsider: Outsider) -> dict[str, Any]:
    """Play it; ``wrong`` lists every expectation that did not come true."""
    subnet = outsider.network()
    victim, sibling = outsider.instance(subnet), outsider.instance(subnet)
    before = outsider.groups(sibling)
    wrong = ["the victim was isolated before anything happened"] * outsider.isolated(victim)
    began = time.monotonic()
    finding = outsider.file(victim)
    isolated = until(lambda: outsider.isolated(victim), began)
    seconds = round(time.monotonic() - began, 1)
    wrong += [] if isolated else [f"not isolated after {PATIENCE:.0f} s"]
    until(lambda: "preserved" in outsider.stages(finding), began)
    stages, kept = outsider.stages(finding), outsider.tagged(finding)
    wrong += [f"the timeline does not name {each}" for each in STAGES if each not in stages]
    if sorted(kept) != sorted(outsider.volumes(victim)) or not kept:
        wrong.append(f"snapshots with the finding's id are of {kept}")
    if outsider.groups(sibling) != before:
        wrong.append("the sibling was touched")
    return {
        "account": outsider.account,
        "region": outsider.region,
        "finding": finding,
        "seconds_to_isolate": seconds if isolated else None,
        "stages": stages,
        "snapshots": len(kept),
        "wrong": wrong,
    }


def main() -> int:
    """The line that ``serve`` printed → an attack → the verdict."""
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    line = sys.argv[1] if len(sys.argv) > 1 else sys.stdin.readline()
    seen = attack(Outsider(json.loads(line)))
    sys.stdout.write(json.dumps(seen) + "\n")
    return 1 if seen["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
