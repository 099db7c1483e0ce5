"""A drill's own network, and the instances in it that may be attacked."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from names import PREFIX
from operations.ground import Ground
from operations.victims import roles, wiring
from operations.victims.launching import PATIENCE, SMALLEST, launched
from operations.victims.removal import Removal
from operations.victims.targets import Target, Targets


@dataclass(kw_only=True)
class Network:
    """A VPC of its own with instances that share their groups; ``clean_up`` removes it all."""

    ground: Ground
    account: str
    region: str
    drill: str = field(default_factory=lambda: uuid.uuid4().hex)
    attended: bool = False
    closed: bool = False
    """Without a way to the internet."""
    vpc: str = ""
    subnet: str = ""
    zone: str = ""
    groups: list[str] = field(default_factory=list)
    instances: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    second: dict[str, str] = field(default_factory=dict)
    """The second VPC with its ``subnet``, if some instance reaches into one."""
    scaling_groups: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)

    @property
    def ec2(self) -> Any:
        """EC2 in the network's account and region."""
        return self._client("ec2")

    def build(self) -> Network:
        """The network: one subnet, a way to the internet unless it is closed, two groups."""
        made = wiring.subnet_of_a_new_vpc(self.ec2, "10.99", self.drill)
        self.vpc, self.subnet, self.zone = (
            str(made[key]) for key in ("VpcId", "SubnetId", "AvailabilityZone")
        )
        if not self.closed:
            wiring.open_to_the_internet(self.ec2, self.vpc)
        for name, port in (("web", 443), ("ssh", 22)):
            self.groups.append(wiring.group(self.ec2, self.vpc, f"drill-{name}", port))
        return self

    def through_nat(self) -> None:
        """From now on the way out is a NAT gateway, whose connections are tracked (trap 2.2)."""
        [own] = self.ec2.describe_subnets(SubnetIds=[self.subnet])["Subnets"]
        self.addresses.append(self.ec2.allocate_address(Domain="vpc")["AllocationId"])
        wiring.send_through_nat(self.ground, self.ec2, own, "10.99.2.0/24", self.addresses[-1])

    def add_role(self) -> str:
        """A role that may do a little, in an instance profile; the name of both."""
        self.roles.append(roles.make(self._client("iam")))
        return self.roles[-1]

    def add_instance(
        self,
        *,
        interfaces: int = 1,
        profile: str | None = None,
        elsewhere: bool = False,
        script: str | None = None,
    ) -> Target:
        """An instance with one or more interfaces, each in both groups; it runs the script.

        With ``elsewhere`` it has one more, in a second VPC (trap 2.3), and in that one's default
        group. At most four in all; more raise KeyError.
        """
        number = interfaces + int(elsewhere)
        named = {"IamInstanceProfile": {"Name": profile}} if profile else {}
        scripted = {"UserData": script} if script else {}
        instance = launched(
            self.ground,
            self.ec2,
            **named,
            **scripted,
            **self._machine(number),
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[
                {"DeviceIndex": 0, "SubnetId": self.subnet, "Groups": list(self.groups)}
            ],
        )
        self.instances.append(instance)
        self.ground.wait(lambda: self.state_of(instance) == "running", PATIENCE)
        for index in range(1, interfaces):
            self._attach(instance, index, SubnetId=self.subnet, Groups=list(self.groups))
        if elsewhere:
            self._attach(instance, interfaces, SubnetId=self._second_subnet())
        return self._target(instance, number, profile)

    def add_scaling_group(self, minimum: int, desired: int, maximum: int) -> Targets:
        """An Auto Scaling group in the network's subnet; its first members."""
        name = f"drill-{uuid.uuid4().hex[:12]}"
        self.scaling_groups.append(name)
        self.ec2.create_launch_template(
            LaunchTemplateName=name,
            LaunchTemplateData={**self._machine(1), "SecurityGroupIds": list(self.groups)},
        )
        scaling = self._client("autoscaling")
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": name, "Version": "$Default"},
            MinSize=minimum,
            MaxSize=maximum,
            DesiredCapacity=desired,
            VPCZoneIdentifier=self.subnet,
        )
        self.ground.wait(lambda: len(self.in_service(name)) == desired, PATIENCE)
        members = self.in_service(name)
        self.instances.extend(members)
        return Targets(group=name, members=tuple(self._target(each, 1) for each in members))

    def in_service(self, scaling_group: str) -> list[str]:
        """The instances of an Auto Scaling group that are in service."""
        found = self._client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[scaling_group]
        )["AutoScalingGroups"]
        return [
            str(each["InstanceId"])
            for group in found
            for each in group["Instances"]
            if each["LifecycleState"] == "InService"
        ]

    def state_of(self, instance: str) -> str | None:
        """The state of an instance; None where AWS does not know it, or not any more."""
        known = [{"Name": "instance-id", "Values": [instance]}]
        found = self.ec2.describe_instances(Filters=known)["Reservations"]
        return str(found[0]["Instances"][0]["State"]["Name"]) if found else None

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
        """Names of the pipeline's own groups, wherever the drill has a VPC."""
        found = self.ec2.describe_security_groups(Filters=self._here())["SecurityGroups"]
        names = {str(group["GroupName"]) for group in found}
        return sorted(name for name in names if name.startswith(PREFIX))

    def snapshots(self, finding: str, *, copies: bool = False) -> list[Any]:
        """Snapshots of volumes that carry a finding's id, or the copies of them (trap 2.11).

        A copy names a volume without a meaning (botocore: ec2 model, CopySnapshot).
        """
        tagged = [{"Name": "tag:containment:finding", "Values": [finding]}]
        answer = self.ec2.describe_snapshots(OwnerIds=["self"], Filters=tagged)
        return [
            each
            for each in answer["Snapshots"]
            if copies == ("containment:copy-of" in {tag["Key"] for tag in each["Tags"]})
        ]

    def clean_up(self) -> None:
        """Remove all that was made here, the evidence of the drill included.

        VPCs are found by their tag as well: what was cut off while it was made has told nobody.
        """
        vpcs = {*self._vpcs(), *wiring.vpcs_of(self.ec2, self.drill)}
        removal = Removal(self.ground, self.account, self.region, sorted(vpcs))
        removal.settle()
        volumes = sorted({*self.volumes, *self._attached(removal.running())})
        removal.snapshots(volumes)
        for name in self.scaling_groups:
            removal.scaling_group(name)
        removal.instances()
        removal.volumes(volumes)
        removal.network(self.addresses)
        for role in self.roles:
            roles.remove(self._client("iam"), role)

    def _client(self, service: str) -> Any:
        return self.ground.client(self.account, service, self.region)

    def _machine(self, interfaces: int) -> dict[str, Any]:
        """What each instance is, and the drill that it belongs to."""
        tags = wiring.marks(self.drill, attended=self.attended)
        return {
            "ImageId": wiring.image(self.ec2),
            "InstanceType": SMALLEST[interfaces],
            "MetadataOptions": {"HttpTokens": "required"},  # many organisations refuse any other
            "TagSpecifications": [{"ResourceType": "instance", "Tags": tags}],
        }

    def _attach(self, instance: str, index: int, **where: Any) -> None:
        made = self.ec2.create_network_interface(**where, Description="for a drill")
        self.ec2.attach_network_interface(
            NetworkInterfaceId=made["NetworkInterface"]["NetworkInterfaceId"],
            InstanceId=instance,
            DeviceIndex=index,
        )

    def _target(self, instance: str, interfaces: int, profile: str | None = None) -> Target:
        self.ground.wait(lambda: len(self.groups_of(instance)) == interfaces, 30)
        here = [{"Name": "instance-id", "Values": [instance]}]
        for reservation in self.ec2.describe_instances(Filters=here)["Reservations"]:
            self.volumes.extend(self._attached(reservation["Instances"]))
        groups = self.groups_of(instance)
        return Target(instance=instance, interfaces=groups, profile=profile)

    def _attached(self, instances: list[Any]) -> list[str]:
        return [
            str(mapping["Ebs"]["VolumeId"])
            for instance in instances
            for mapping in instance.get("BlockDeviceMappings", ())
        ]

    def _second_subnet(self) -> str:
        """The subnet of a second VPC in the same zone, made when it is first asked for."""
        if not self.second:
            zone = {"AvailabilityZone": self.zone}
            made = wiring.subnet_of_a_new_vpc(self.ec2, "10.98", self.drill, **zone)
            self.second = {"vpc": str(made["VpcId"]), "subnet": str(made["SubnetId"])}
        return self.second["subnet"]

    def _vpcs(self) -> list[str]:
        return [vpc for vpc in (self.vpc, self.second.get("vpc", "")) if vpc]

    def _here(self) -> list[dict[str, Any]]:
        return [{"Name": "vpc-id", "Values": self._vpcs()}]
