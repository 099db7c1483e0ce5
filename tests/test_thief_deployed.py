"""Credentials that are really stolen, in the deployed organisation: what follows from the yes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from operations.expectations import untouched
from operations.victims import Network
from rehearsal.emulator.clients import Session
from rehearsal.emulator.identity import session_for_service
from runbooks.state import TABLE, UNTIL_RELEASED
from tests.actors import refused
from tests.organization import CONTAIN, Deployed
from tests.watched import ACCOUNT, REGION, breaches, item, key_of, look, move, write

RUNBOOKS = [CONTAIN, f"{CONTAIN}-preserve", f"{CONTAIN}-release", f"{CONTAIN}-watch"]
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


def stolen(organization: Deployed, role: str) -> Session:
    """The credentials of a run of a document, as a thief would have them."""
    return session_for_service(
        organization.emulator.world,
        service="ssm.amazonaws.com",
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/{role}",
        source_arn=f"arn:aws:ssm:{REGION}:{ACCOUNT}:automation-execution/stolen",
        source_account=ACCOUNT,
        session_name="Automation-stolen",
    )


def set_item(session: Session, key: str, name: str, value: str) -> Any:
    """Set one attribute of an item of the state table."""
    return session.client("dynamodb", REGION).update_item(
        TableName=TABLE,
        Key={"id": {"S": key}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": {"S": value}},
    )


@pytest.mark.parametrize("role", RUNBOOKS)
def test_what_the_evaluator_refuses_to_every_role_the_emulated_aws_refuses_as_well(
    organization: Deployed, role: str
) -> None:
    session = stolen(organization, role)
    iam, ec2, events = (session.client(each, REGION) for each in ("iam", "ec2", "events"))
    deployer = "OrganizationAccountAccessRole"
    deeds: list[Callable[[], Any]] = [
        lambda: iam.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument="{}"),
        lambda: iam.attach_role_policy(RoleName=role, PolicyArn=ADMINISTRATOR),
        lambda: iam.update_assume_role_policy(RoleName=role, PolicyDocument="{}"),
        lambda: iam.tag_role(RoleName=deployer, Tags=[{"Key": "team", "Value": "x"}]),
        lambda: session.client("sts", REGION).assume_role(
            RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{deployer}", RoleSessionName="more"
        ),
        lambda: ec2.stop_instances(InstanceIds=["i-1"]),
        # People are called all the same: an item that seems to be open would join them away.
        lambda: set_item(session, "people#found", "stage", "open"),
        lambda: events.disable_rule(Name="containment-watch"),
        lambda: session.client("ssm", REGION).start_automation_execution(DocumentName=CONTAIN),
    ]
    assert {refused(deed)[0] for deed in deeds} <= DENIED


def test_a_thief_of_the_contain_role_opens_a_quarantine_and_watch_tells_of_it(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    [interface] = target.interfaces
    ec2 = stolen(organization, CONTAIN).client("ec2", REGION)
    ec2.modify_network_interface_attribute(
        NetworkInterfaceId=interface, Groups=target.interfaces[interface]
    )
    organization.settle(60)
    untouched(network, target)
    look(organization, network)
    assert len(breaches(organization, found)) == 1


def test_a_thief_of_the_release_role_lets_a_denied_instance_go_and_watch_tells_of_it(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    found = organization.attack(network, network.add_instance(profile=role))
    iam = stolen(organization, f"{CONTAIN}-release").client("iam", REGION)
    iam.untag_role(RoleName=role, TagKeys=["containment:denied-1"])
    look(organization, network)
    [breach] = breaches(organization, found)
    assert role in breach


def test_a_thief_who_writes_an_instances_item_hides_a_breach_from_watch(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    [interface] = target.interfaces
    set_item(stolen(organization, f"{CONTAIN}-watch"), key_of(target), "stage", "released")
    move(organization, network, interface, target.interfaces[interface])
    look(organization, network)
    assert breaches(organization, found) == []


def test_a_thief_who_writes_an_instances_item_beforehand_keeps_it_from_being_contained(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    preserve = stolen(organization, f"{CONTAIN}-preserve")
    set_item(preserve, key_of(target), "holder", "nobody")
    set_item(preserve, key_of(target), "lease_until", UNTIL_RELEASED)
    set_item(preserve, key_of(target), "stage", "contained")
    found = organization.attack(network, target)
    untouched(network, target)
    assert organization.stages(found) == ["received", "joined"]


def test_a_thief_who_writes_an_instances_item_chooses_what_a_release_gives_back(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    organization.attack(network, target)
    [interface] = target.interfaces
    chosen = network.ec2.create_security_group(
        GroupName="chosen", Description="by a thief", VpcId=network.vpc
    )["GroupId"]
    prior = f'{{"{interface}": ["{chosen}"]}}'
    set_item(stolen(organization, f"{CONTAIN}-watch"), key_of(target), "prior", prior)
    organization.release(network, target)
    assert network.groups_of(target.instance) == {interface: [chosen]}


@pytest.mark.parametrize("role", RUNBOOKS)
def test_a_brake_that_is_on_is_lifted_by_a_thief_of_the_contain_role_only(
    organization: Deployed, role: str
) -> None:
    write(organization, "brakes", account="an exercise")
    session = stolen(organization, role)
    key = {"id": {"S": "brakes"}}
    lifts = {"TableName": TABLE, "Key": key, "UpdateExpression": "REMOVE account"}
    table = session.client("dynamodb", REGION)
    if role == CONTAIN:
        table.update_item(**lifts)
    else:
        assert refused(lambda: table.update_item(**lifts))[0] in DENIED
    on = item(organization, "brakes")
    write(organization, "brakes")
    assert ("account" in on) == (role != CONTAIN)
