"""An instance that looks up GuardDuty's test domain is found; whatever else it does is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.emulator.guardduty.shape import complaint
from rehearsal.emulator.server import Emulator
from tests.emulated import IMAGE, REGION, TAX, client, delegated, file, finding, listening

Start = Callable[..., Emulator]

DOMAIN = "guarddutyc2activityb.com"
LOOKS_UP = f"#!/bin/sh\nfor round in 1 2 3; do getent hosts {DOMAIN}; sleep 60; done\n"
PATIENCE = 3600.0


def started(running: Emulator, script: str | None = LOOKS_UP, **more: Any) -> str:
    """An instance in the tax account with this user data, tagged from its birth."""
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "containment:drill", "Value": "d1"}]}]
    given = {"UserData": script} if script is not None else {}
    ec2 = client(running, TAX, "ec2")
    made = ec2.run_instances(
        ImageId=IMAGE, MinCount=1, MaxCount=1, TagSpecifications=tags, **given, **more
    )
    return str(made["Instances"][0]["InstanceId"])


def found(running: Emulator, instance: str) -> list[str]:
    """Ids of GuardDuty's findings about an instance."""
    guardduty = client(running, TAX, "guardduty")
    [detector] = guardduty.list_detectors()["DetectorIds"]
    about = {"Criterion": {"resource.instanceDetails.instanceId": {"Equals": [instance]}}}
    ids: list[str] = guardduty.list_findings(DetectorId=detector, FindingCriteria=about)[
        "FindingIds"
    ]
    return ids


def after_a_while(running: Emulator) -> None:
    running.world.clock.sleep(PATIENCE)
    assert running.world.clock.failures == []  # type: ignore[attr-defined]  # it is virtual


def test_a_lookup_of_the_test_domain_is_found_after_guarddutys_time_and_told_on_the_bus(
    emulator: Start,
) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    instance = started(running)
    timing = running.world.timing
    running.world.clock.sleep(timing.boot + timing.detection - 1)
    assert found(running, instance) == []
    running.world.clock.sleep(2)
    [identifier] = found(running, instance)
    event = bus.events[0][-1]
    detail = event["detail"]
    assert (detail["id"], detail["type"]) == (identifier, "Backdoor:EC2/C&CActivity.B!DNS")
    assert complaint(detail) is None
    assert detail["service"]["action"] == {
        "actionType": "DNS_REQUEST",
        "dnsRequestAction": {
            "domain": DOMAIN,
            "protocol": "UDP",
            "blocked": False,
            "domainWithSuffix": DOMAIN,
            "vpcOwnerAccountId": TAX,
        },
    }
    # What is compromised is a target in every finding about names (trap 1.3); seen when it asked.
    assert detail["service"]["resourceRole"] == "TARGET"
    assert detail["service"]["eventFirstSeen"] < detail["createdAt"]
    assert json.loads(detail["service"]["additionalInfo"]["value"]) == {"domain": DOMAIN}


def test_the_finding_describes_the_instance_as_ec2_does(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    instance = started(running)
    [seen] = client(running, TAX, "ec2").describe_instances(InstanceIds=[instance])["Reservations"]
    described = seen["Instances"][0]
    after_a_while(running)
    told = bus.events[0][-1]["detail"]["resource"]["instanceDetails"]
    [interface], [nic] = told["networkInterfaces"], described["NetworkInterfaces"]
    assert (told["instanceId"], told["imageId"]) == (instance, IMAGE)
    assert told["tags"] == [{"key": "containment:drill", "value": "d1"}]
    assert interface["networkInterfaceId"] == nic["NetworkInterfaceId"]
    assert (interface["vpcId"], interface["subnetId"]) == (nic["VpcId"], nic["SubnetId"])
    assert interface["securityGroups"] == [
        {"groupName": one["GroupName"], "groupId": one["GroupId"]} for one in nic["Groups"]
    ]


@pytest.mark.parametrize(
    "script",
    [
        None,
        "#!/bin/sh\ngetent hosts example.org\n",
        "#!/bin/sh\ngetent hosts guarddutyc2activityb.com.example.org\n",
        "#!/bin/sh\ngetent hosts www.guarddutyc2activityb.com\n",
        "#!/bin/sh\n# getent hosts guarddutyc2activityb.com\n",
        "#!/bin/sh\necho getent hosts guarddutyc2activityb.com\n",
        "#!/bin/sh\ndig @198.51.100.53 guarddutyc2activityb.com\n",
        "#cloud-config\npackages: [bind-utils]\n# getent hosts guarddutyc2activityb.com\n",
        "getent hosts guarddutyc2activityb.com\n",
    ],
)
def test_nothing_else_that_an_instance_does_is_found(emulator: Start, script: str | None) -> None:
    running = emulator()
    delegated(running)
    instance = started(running, script)
    after_a_while(running)
    assert found(running, instance) == []


@pytest.mark.parametrize(
    "script",
    [
        "#!/bin/bash\ngetent ahosts GuardDutyC2ActivityB.com.\n",
        "#!/bin/sh\nsleep 5; getent hosts guarddutyc2activityb.com || true\n",
    ],
)
def test_a_name_is_the_same_in_capitals_with_a_dot_and_anywhere_in_the_script(
    emulator: Start, script: str
) -> None:
    running = emulator()
    delegated(running)
    instance = started(running, script)
    after_a_while(running)
    assert len(found(running, instance)) == 1


def test_where_guardduty_is_off_nothing_is_found(emulator: Start) -> None:
    running = emulator()
    instance = started(running)
    after_a_while(running)
    delegated(running)
    after_a_while(running)
    assert found(running, instance) == []


def test_where_guardduty_is_suspended_nothing_is_found(emulator: Start) -> None:
    running = emulator()
    guardduty = client(running, TAX, "guardduty")
    detector = guardduty.create_detector(Enable=True)["DetectorId"]
    guardduty.update_detector(DetectorId=detector, Enable=False)
    instance = started(running)
    after_a_while(running)
    assert found(running, instance) == []


def test_in_a_network_without_a_resolver_nothing_is_found(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    ec2 = client(running, TAX, "ec2")
    [vpc] = [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if one["IsDefault"]]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsSupport={"Value": False})
    instance = started(running)
    after_a_while(running)
    assert found(running, instance) == []


@pytest.mark.parametrize(("server", "times"), [("198.51.100.53", 0), ("AmazonProvidedDNS", 1)])
def test_what_another_resolver_is_asked_guardduty_does_not_see(
    emulator: Start, server: str, times: int
) -> None:
    running = emulator()
    delegated(running)
    ec2 = client(running, TAX, "ec2")
    [vpc] = [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if one["IsDefault"]]
    chosen = [{"Key": "domain-name-servers", "Values": [server]}]
    options = ec2.create_dhcp_options(DhcpConfigurations=chosen)["DhcpOptions"]["DhcpOptionsId"]
    ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=vpc)
    instance = started(running)
    after_a_while(running)
    assert len(found(running, instance)) == times


def test_an_instance_that_ended_before_it_could_ask_is_not_found(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    instance = started(running)
    client(running, TAX, "ec2").terminate_instances(InstanceIds=[instance])
    after_a_while(running)
    assert found(running, instance) == []


def test_user_data_runs_once_however_often_the_instance_is_started(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    bus = listening(running)
    instance = started(running)
    ec2 = client(running, TAX, "ec2")
    after_a_while(running)
    ec2.stop_instances(InstanceIds=[instance])
    ec2.start_instances(InstanceIds=[instance])
    after_a_while(running)
    assert [event["detail"]["service"]["count"] for account, *_, event in bus.events] == [1, 1]


def test_findings_are_listed_by_instance_and_by_nothing_else(emulator: Start) -> None:
    running = emulator()
    delegated(running)
    file(running)
    other = finding()
    other["resource"]["instanceDetails"]["instanceId"] = "i-0fedcba9876543210"
    _, told = file(running, what=other)
    assert found(running, "i-0fedcba9876543210") == [told["id"]]
    assert found(running, "i-00000000000000000") == []
    guardduty = client(running, TAX, "guardduty", REGION)
    [detector] = guardduty.list_detectors()["DetectorIds"]
    for criterion in (
        {"type": {"Equals": ["Backdoor:EC2/C&CActivity.B!DNS"]}},
        {"resource.instanceDetails.instanceId": {"NotEquals": ["i-00000000000000000"]}},
    ):
        with pytest.raises(Exception, match="is not emulated: ask by an instance"):
            guardduty.list_findings(DetectorId=detector, FindingCriteria={"Criterion": criterion})
