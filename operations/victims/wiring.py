"""VPCs, subnets, groups and ways out: what a drill's instances stand on."""

from __future__ import annotations

from typing import Any

from names import DRILL
from operations.ground import Ground

PATIENCE = 300.0
"""Seconds for a NAT gateway to come up."""

ANYWHERE = "0.0.0.0/0"
INSIDE = "10.0.0.0/8"


def marks(drill: str, *, attended: bool) -> list[dict[str, str]]:
    """The tags of a drill's instances; people who attend it see it to its end themselves."""
    tags = {DRILL: drill} | ({"containment:drill-attended": drill} if attended else {})
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def subnet_of_a_new_vpc(ec2: Any, block: str, drill: str, **where: str) -> Any:
    """The first subnet, a /24, of a VPC of its own with a /16, which is marked from its birth."""
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": DRILL, "Value": drill}]}]
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    return ec2.create_subnet(VpcId=vpc, CidrBlock=f"{block}.1.0/24", **where)["Subnet"]


def vpcs_of(ec2: Any, drill: str) -> list[str]:
    """The VPCs that a drill has made, by their mark."""
    marked = [{"Name": f"tag:{DRILL}", "Values": [drill]}]
    return [str(each["VpcId"]) for each in ec2.describe_vpcs(Filters=marked)["Vpcs"]]


def open_to_the_internet(ec2: Any, vpc: str) -> None:
    """Give a VPC's main route table an internet gateway."""
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    here = [{"Name": "vpc-id", "Values": [vpc]}]
    main = ec2.describe_route_tables(Filters=here)["RouteTables"][0]["RouteTableId"]
    ec2.create_route(RouteTableId=main, DestinationCidrBlock=ANYWHERE, GatewayId=gateway)


def send_through_nat(ground: Ground, ec2: Any, subnet: Any, block: str, address: str) -> None:
    """Give a subnet a NAT gateway as its way out; the gateway stands in a public subnet."""
    vpc = subnet["VpcId"]
    public = ec2.create_subnet(
        VpcId=vpc, CidrBlock=block, AvailabilityZone=subnet["AvailabilityZone"]
    )["Subnet"]["SubnetId"]
    made = ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]
    gateway = made["NatGatewayId"]

    def is_up() -> bool:
        [seen] = ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"]
        return bool(seen["State"] == "available")

    ground.wait(is_up, PATIENCE)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])


def group(ec2: Any, vpc: str, name: str, port: int) -> str:
    """A security group that lets one port in from inside, and everything out; its id."""
    made = ec2.create_security_group(GroupName=name, Description="for a drill", VpcId=vpc)
    inside = [{"CidrIp": INSIDE}]
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": inside}
    ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[rule])
    return str(made["GroupId"])


def image(ec2: Any) -> str:
    """The id of Amazon Linux's newest image for the machines of a drill, which are x86."""
    name = {"Name": "name", "Values": ["al2023-ami-2023.*-kernel-6.1-x86_64"]}
    found = ec2.describe_images(Owners=["amazon"], Filters=[name])["Images"]
    return str(max(found, key=lambda each: each["CreationDate"])["ImageId"])
