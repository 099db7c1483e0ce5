"""The end of a drill's network: everything in its VPCs, in an order that AWS accepts.

What is there is asked, not remembered, since Auto Scaling, the pipeline and the drill itself have
replaced, detached, protected and terminated meanwhile. AWS takes its time with each kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from operations.ground import Ground

PATIENCE = 600.0
"""Seconds for one kind of thing to be gone."""

SETTLING = 5.0
"""Seconds after which what was made last is listed (trap 2.13)."""

PROTECTIONS = ("DisableApiStop", "DisableApiTermination")
ENDED = ("shutting-down", "terminated")


class Removal:
    """Removes what is in some VPCs of one account and region, and then the VPCs."""

    def __init__(self, ground: Ground, account: str, region: str, vpcs: Iterable[str]) -> None:
        self._ground = ground
        self._ec2 = ground.client(account, "ec2", region)
        self._scaling = ground.client(account, "autoscaling", region)
        self._vpcs = [vpc for vpc in vpcs if vpc]

    def settle(self) -> None:
        """Let reads catch up: what is not listed would not be removed."""
        self._ground.wait(lambda: False, SETTLING)

    def scaling_group(self, name: str) -> None:
        """An Auto Scaling group with its members, and the launch template of its name."""
        named = {"AutoScalingGroupNames": [name]}
        if self._scaling.describe_auto_scaling_groups(**named)["AutoScalingGroups"]:
            self._scaling.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
        self._gone(lambda: self._scaling.describe_auto_scaling_groups(**named)["AutoScalingGroups"])
        here = [{"Name": "launch-template-name", "Values": [name]}]
        if self._ec2.describe_launch_templates(Filters=here)["LaunchTemplates"]:
            self._ec2.delete_launch_template(LaunchTemplateName=name)

    def snapshots(self, volumes: list[str]) -> None:
        """Snapshots of these volumes, and copies, which carry the same finding's id."""
        found = self._snapshots("volume-id", volumes)
        tagged = [
            tag["Value"]
            for snapshot in found
            for tag in snapshot.get("Tags", ())
            if tag["Key"] == "containment:finding"
        ]
        copies = self._snapshots("tag:containment:finding", sorted(set(tagged)))
        for snapshot in {each["SnapshotId"] for each in (*found, *copies)}:
            self._ec2.delete_snapshot(SnapshotId=snapshot)

    def instances(self) -> None:
        """Instances, protected or not, with their further interfaces and volumes."""
        if not self._vpcs:
            return
        running = self.running()
        for instance in running:
            self._unprotect(instance)
        self._take_off()
        if running:
            self._ec2.terminate_instances(InstanceIds=[each["InstanceId"] for each in running])
        self._gone(self.running)
        self._branches()
        for interface in self._interfaces():
            if interface["Status"] == "available":
                identity = interface["NetworkInterfaceId"]
                self._ec2.delete_network_interface(NetworkInterfaceId=identity)

    def running(self) -> list[Any]:
        """Every instance that has not ended, with an interface in one of the VPCs or without."""
        if not self._vpcs:
            return []
        found = self._ec2.describe_instances(Filters=self._here())["Reservations"]
        return [
            instance
            for reservation in found
            for instance in reservation["Instances"]
            if instance["State"]["Name"] != "terminated"
        ]

    def volumes(self, volumes: list[str]) -> None:
        """Volumes that have outlived their instances."""
        known = [{"Name": "volume-id", "Values": volumes}]
        left = self._ec2.describe_volumes(Filters=known)["Volumes"] if volumes else []
        for volume in left:
            self._ec2.delete_volume(VolumeId=volume["VolumeId"])

    def network(self, addresses: list[str]) -> None:
        """NAT gateways and their addresses, groups, tables, gateways, subnets, and the VPCs."""
        if not self._vpcs:
            return
        for gateway in self._nat_gateways():
            self._ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
        self._gone(self._nat_gateways)
        held = [{"Name": "allocation-id", "Values": addresses}]
        known = self._ec2.describe_addresses(Filters=held)["Addresses"] if addresses else []
        for address in known:
            self._ec2.release_address(AllocationId=address["AllocationId"])
        for group in self._ec2.describe_security_groups(Filters=self._here())["SecurityGroups"]:
            if group["GroupName"] != "default":
                self._ec2.delete_security_group(GroupId=group["GroupId"])
        self._tables()
        attached = [{"Name": "attachment.vpc-id", "Values": self._vpcs}]
        for gateway in self._ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
            identity, [attachment] = gateway["InternetGatewayId"], gateway["Attachments"]
            self._ec2.detach_internet_gateway(InternetGatewayId=identity, VpcId=attachment["VpcId"])
            self._ec2.delete_internet_gateway(InternetGatewayId=identity)
        for subnet in self._ec2.describe_subnets(Filters=self._here())["Subnets"]:
            self._ec2.delete_subnet(SubnetId=subnet["SubnetId"])
        for acl in self._ec2.describe_network_acls(Filters=self._here())["NetworkAcls"]:
            if not acl["IsDefault"]:
                self._ec2.delete_network_acl(NetworkAclId=acl["NetworkAclId"])
        for vpc in self._ec2.describe_vpcs(Filters=self._here())["Vpcs"]:
            self._ec2.delete_vpc(VpcId=vpc["VpcId"])

    def _unprotect(self, instance: Any) -> None:
        """Undo what the pipeline may have set, so that nothing outlives the drill."""
        if instance["State"]["Name"] in ENDED:
            return
        named = {"InstanceId": instance["InstanceId"]}
        for protection in PROTECTIONS:
            self._ec2.modify_instance_attribute(**named, **{protection: {"Value": False}})
        for mapping in instance.get("BlockDeviceMappings", ()):
            goes = {"DeviceName": mapping["DeviceName"], "Ebs": {"DeleteOnTermination": True}}
            self._ec2.modify_instance_attribute(**named, BlockDeviceMappings=[goes])

    def _take_off(self) -> None:
        """Further interfaces do not go with their instance; the first one does."""
        for interface in self._interfaces():
            attachment = interface.get("Attachment") or {}
            if attachment.get("DeviceIndex", 0) > 0:
                self._ec2.detach_network_interface(
                    AttachmentId=attachment["AttachmentId"], Force=True
                )

    def _branches(self) -> None:
        """Branch interfaces come off their trunks before either can go."""
        ours = {each["NetworkInterfaceId"] for each in self._interfaces("branch")}
        if not ours:
            return
        found = self._ec2.describe_trunk_interface_associations()["InterfaceAssociations"]
        for association in found:
            if association["BranchInterfaceId"] in ours:
                self._ec2.disassociate_trunk_interface(AssociationId=association["AssociationId"])

    def _tables(self) -> None:
        for table in self._ec2.describe_route_tables(Filters=self._here())["RouteTables"]:
            associations = table["Associations"]
            if any(each["Main"] for each in associations):
                continue
            for association in associations:
                self._ec2.disassociate_route_table(
                    AssociationId=association["RouteTableAssociationId"]
                )
            self._ec2.delete_route_table(RouteTableId=table["RouteTableId"])

    def _nat_gateways(self) -> list[Any]:
        found = self._ec2.describe_nat_gateways(Filters=self._here())["NatGateways"]
        return [gateway for gateway in found if gateway["State"] not in ("deleted", "failed")]

    def _interfaces(self, kind: str | None = None) -> list[Any]:
        found = self._ec2.describe_network_interfaces(Filters=self._here())["NetworkInterfaces"]
        return [each for each in found if kind in (None, each["InterfaceType"])]

    def _snapshots(self, name: str, values: list[str]) -> list[Any]:
        if not values:
            return []
        wanted = [{"Name": name, "Values": values}]
        found: list[Any] = self._ec2.describe_snapshots(OwnerIds=["self"], Filters=wanted)[
            "Snapshots"
        ]
        return found

    def _gone(self, left: Any) -> None:
        self._ground.wait(lambda: not left(), PATIENCE)

    def _here(self) -> list[dict[str, Any]]:
        return [{"Name": "vpc-id", "Values": self._vpcs}]
