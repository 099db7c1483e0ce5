"""Disposable targets for a drill: a network of their own, instances, and their end."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from names import PREFIX
from operations.ground import Ground


@dataclass(frozen=True, kw_only=True)
class Target:
    """One instance and its interfaces' groups as they were before anything happened."""

    instance: str
    interfaces: dict[str, list[str]]


@dataclass(kw_only=True)
class Network:
    """A VPC of its own with instances that share their groups; ``clean_up`` removes it all."""

    ground: Ground
    account: str
    region: str
    drill: str = field(default_factory=lambda: uuid.uuid4().hex)
    vpc: str = ""
    subnet: str = ""
    groups: list[str] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)

    @property
    def ec2(self) -> Any:
        """EC2 in the network's account and region."""
        return self.ground.client(self.account, "ec2", self.region)

    def build(self) -> Network:
        """The network: one public subnet, a way to the internet, two groups."""
        self.vpc = self.ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
        subnet = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.99.1.0/24")
        self.subnet = subnet["Subnet"]["SubnetId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        tables = self.ec2.describe_route_tables(Filters=self._here())["RouteTables"]
        self.ec2.create_route(
            RouteTableId=tables[0]["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway,
        )
        for name, port in (("web", 443), ("ssh", 22)):
            made = self.ec2.create_security_group(
                GroupName=f"drill-{name}", Description="for a drill", VpcId=self.vpc
            )
            self.ec2.authorize_security_group_ingress(
                GroupId=made["GroupId"],
                IpPermissions=[
                    {
                        "IpProtocol": "tcp",
                        "FromPort": port,
                        "ToPort": port,
                        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
                    }
                ],
            )
            self.groups.append(made["GroupId"])
        return self

    def add_instance(self, *, interfaces: int = 1) -> Target:
        """An instance with one or more interfaces, each in both groups."""
        images = self.ec2.describe_images(Owners=["amazon"])["Images"]
        tags = [{"Key": "containment:drill", "Value": self.drill}]
        answer = self.ec2.run_instances(
            ImageId=images[0]["ImageId"],
            InstanceType="t3.micro",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[
                {"DeviceIndex": 0, "SubnetId": self.subnet, "Groups": list(self.groups)}
            ],
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
        )
        instance = answer["Instances"][0]["InstanceId"]
        self.instances.append(instance)
        for index in range(1, interfaces):
            made = self.ec2.create_network_interface(
                SubnetId=self.subnet, Groups=list(self.groups), Description="for a drill"
            )
            self.ec2.attach_network_interface(
                NetworkInterfaceId=made["NetworkInterface"]["NetworkInterfaceId"],
                InstanceId=instance,
                DeviceIndex=index,
            )
        self.ground.wait(lambda: len(self.groups_of(instance)) == interfaces, 30)
        return Target(instance=instance, interfaces=self.groups_of(instance))

    def groups_of(self, instance: str) -> dict[str, list[str]]:
        """Interface → ids of its groups, as AWS tells them now."""
        attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
        answer = self.ec2.describe_network_interfaces(Filters=attached)
        return {
            each["NetworkInterfaceId"]: sorted(group["GroupId"] for group in each["Groups"])
            for each in answer["NetworkInterfaces"]
        }

    def rules_of(self, groups: list[str]) -> list[Any]:
        """Every rule of these groups, in and out."""
        found = self.ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]
        return [
            rule
            for group in found
            for direction in ("IpPermissions", "IpPermissionsEgress")
            for rule in group[direction]
        ]

    def groups_made(self) -> list[str]:
        """Names of the pipeline's own groups in this network."""
        found = self.ec2.describe_security_groups(Filters=self._here())["SecurityGroups"]
        names = [str(group["GroupName"]) for group in found]
        return sorted(name for name in names if name.startswith(PREFIX))

    def snapshots(self, finding: str) -> list[Any]:
        """Snapshots that carry a finding's id."""
        tagged = [{"Name": "tag:containment:finding", "Values": [finding]}]
        found: list[Any] = self.ec2.describe_snapshots(OwnerIds=["self"], Filters=tagged)[
            "Snapshots"
        ]
        return found

    def clean_up(self) -> None:
        """Remove all that was made here, the evidence of the drill included."""
        for instance in self.instances:
            for snapshot in self._drill_snapshots(instance):
                self.ec2.delete_snapshot(SnapshotId=snapshot)
        for interface in self.ec2.describe_network_interfaces(Filters=self._here())[
            "NetworkInterfaces"
        ]:
            attachment = interface.get("Attachment", {})
            if attachment.get("DeviceIndex", 0) > 0:
                self.ec2.detach_network_interface(
                    AttachmentId=attachment["AttachmentId"], Force=True
                )
                self.ec2.delete_network_interface(
                    NetworkInterfaceId=interface["NetworkInterfaceId"]
                )
        if self.instances:
            self.ec2.terminate_instances(InstanceIds=self.instances)
        for group in self.ec2.describe_security_groups(Filters=self._here())["SecurityGroups"]:
            if group["GroupName"] != "default":
                self.ec2.delete_security_group(GroupId=group["GroupId"])
        gateways = [{"Name": "attachment.vpc-id", "Values": [self.vpc]}]
        for gateway in self.ec2.describe_internet_gateways(Filters=gateways)["InternetGateways"]:
            identity = gateway["InternetGatewayId"]
            self.ec2.detach_internet_gateway(InternetGatewayId=identity, VpcId=self.vpc)
            self.ec2.delete_internet_gateway(InternetGatewayId=identity)
        self.ec2.delete_subnet(SubnetId=self.subnet)
        self.ec2.delete_vpc(VpcId=self.vpc)

    def _drill_snapshots(self, instance: str) -> list[str]:
        attached = [{"Name": "attachment.instance-id", "Values": [instance]}]
        volumes = self.ec2.describe_volumes(Filters=attached)["Volumes"]
        ids = [volume["VolumeId"] for volume in volumes]
        if not ids:
            return []
        of_volumes = [{"Name": "volume-id", "Values": ids}]
        found = self.ec2.describe_snapshots(OwnerIds=["self"], Filters=of_volumes)["Snapshots"]
        return [str(snapshot["SnapshotId"]) for snapshot in found]

    def _here(self) -> list[dict[str, Any]]:
        return [{"Name": "vpc-id", "Values": [self.vpc]}]
