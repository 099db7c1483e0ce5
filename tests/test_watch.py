"""Watch tells what is no longer as Contain left it, and of nothing else (traps 2.3, 2.13, 4.10)."""

from __future__ import annotations

from typing import Any

import pytest

from operations import timeline
from operations.expectations import isolated
from operations.victims import Network
from tests.organization import Deployed
from tests.special import end
from tests.watched import (
    ACCOUNT,
    REGION,
    attach,
    breaches,
    forget,
    item,
    key_of,
    look,
    move,
    open_up,
    quarantine_of,
    told,
    write,
)

pytestmark = pytest.mark.usefixtures("by_hand")


def test_what_is_as_contain_left_it_is_not_told_of(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(interfaces=2)
    found = organization.attack(network, target)
    run = look(organization, network)
    assert run.status == "Success"
    assert told(organization, found) == ["preserved"]
    isolated(network, target)


def test_groups_that_somebody_put_back_are_told_with_all_that_is_known_of_the_finding(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance(interfaces=2)
    found = organization.attack(network, target)
    back, kept = sorted(target.interfaces)
    move(organization, network, back, target.interfaces[back])
    run = look(organization, network)
    last = organization.records(found)[-1]
    assert (last.stage, last.action, last.runbook) == ("breached", "Watch", "isolate_instance")
    assert (last.account, last.region) == (ACCOUNT, REGION)
    assert (last.route, last.occurrence, last.drill) == ("compromised-instance", 1, True)
    assert last.execution_id == run.id
    assert last.resource.endswith(target.instance)
    assert (last.elapsed_s or 0) > 0
    assert f"{back} is in " in str(last.why)
    assert "as before it was contained" in str(last.why)
    assert kept not in str(last.why)
    assert back in last.evidence["left"]
    # It does not fight: what somebody did stays as it is.
    assert network.groups_of(target.instance)[back] == target.interfaces[back]
    operations = {(call.service, call.operation) for call in run.calls if call.service == "ec2"}
    assert {name[:8] for _, name in operations} == {"Describe"}


def test_one_group_too_many_is_told(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    [interface] = target.interfaces
    both = [*quarantine_of(network, target), network.groups[0]]
    move(organization, network, interface, both)
    look(organization, network)
    [why] = breaches(organization, found)
    assert network.groups[0] in why
    assert "alone" in why


def test_an_interface_attached_since_is_told_unless_it_is_quarantined_too(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    quarantine = quarantine_of(network, target)
    attached = attach(organization, network, target.instance, network.groups)
    look(organization, network)
    [why] = breaches(organization, found)
    assert f"{attached} was attached since" in why
    move(organization, network, attached, quarantine)
    look(organization, network)
    assert len(breaches(organization, found)) == 1
    assert "breach" not in item(organization, key_of(target))


def test_an_interface_that_was_taken_off_is_told(organization: Deployed, network: Network) -> None:
    target = network.add_instance(interfaces=2)
    found = organization.attack(network, target)
    wanted = [{"Name": "attachment.instance-id", "Values": [target.instance]}]
    all_of_it = network.ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    [second] = [each for each in all_of_it if each["Attachment"]["DeviceIndex"] == 1]
    network.ec2.detach_network_interface(AttachmentId=second["Attachment"]["AttachmentId"])
    organization.settle(5)
    look(organization, network)
    [why] = breaches(organization, found)
    assert f"{second['NetworkInterfaceId']} was taken off" in why
    network.ec2.delete_network_interface(NetworkInterfaceId=second["NetworkInterfaceId"])


def test_a_rule_in_the_quarantine_group_is_told_in_words(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    [group] = quarantine_of(network, target)
    open_up(organization, network, group)
    look(organization, network)
    [why] = breaches(organization, found)
    assert f"{group} lets through tcp 22-22 in from 198.51.100.0/24" in why


def test_what_happens_to_another_instance_is_not_told(
    organization: Deployed, network: Network
) -> None:
    target, other = network.add_instance(), network.add_instance()
    found = organization.attack(network, target)
    attach(organization, network, other.instance, network.groups)
    look(organization, network)
    assert told(organization, found) == ["preserved"]


def test_what_was_released_is_not_told(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    organization.release(network, target)
    look(organization, network)
    assert told(organization, found) == ["preserved", "released"]


def test_what_is_contained_in_another_region_is_left_to_that_regions_watch(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    known = item(organization, key_of(target))
    elsewhere = {**known, "left": {"eni-0123456789abcdef0": ["sg-0123456789abcdef0"]}}
    write(organization, key_of(target, "eu-west-1"), **elsewhere)
    look(organization, network)
    assert told(organization, found) == ["preserved"]
    write(organization, key_of(target), **elsewhere)  # here the same is told: the test can fail
    look(organization, network)
    assert len(breaches(organization, found)) == 1


def test_one_read_that_lags_is_no_breach(organization: Deployed, network: Network) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    [interface] = target.interfaces
    quarantine = quarantine_of(network, target)
    move(organization, network, interface, target.interfaces[interface])
    corrected: list[Any] = []

    def correct(call: Any) -> None:
        # All is well again, and the read that follows does not show it yet (trap 2.13).
        if call.operation == "DescribeNetworkInterfaces" and not corrected:
            corrected.append(call)
            network.ec2.modify_network_interface_attribute(
                NetworkInterfaceId=interface, Groups=quarantine
            )

    organization.emulator.world.automation.before_call = correct
    run = look(organization, network)
    reads = [call for call in run.calls if call.operation == "DescribeNetworkInterfaces"]
    assert corrected
    assert len(reads) > 1
    assert told(organization, found) == ["preserved"]


def test_an_instance_that_has_ended_is_no_breach_and_is_told_once(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    end(network, target.instance)
    organization.settle(5)
    look(organization, network)
    look(organization, network)
    assert told(organization, found) == ["preserved", "skipped"]
    assert "has ended" in str(organization.records(found)[-1].why)


def test_a_dry_run_says_what_it_would_tell_and_leaves_no_trace(
    organization: Deployed, network: Network
) -> None:
    target = network.add_instance()
    found = organization.attack(network, target)
    [interface] = target.interfaces
    move(organization, network, interface, target.interfaces[interface])
    run = look(organization, network, DryRun="true")
    assert {call.operation for call in run.calls}.isdisjoint({"PutEvents", "UpdateItem"})
    assert interface in str(run.steps[0].outputs)
    look(organization, network)
    assert len(breaches(organization, found)) == 1


def test_each_look_beats_with_what_is_open_and_since_when(
    organization: Deployed, network: Network
) -> None:
    logs = organization.ground.client(organization.ground.security, "logs", REGION)
    look(organization, network)
    before = timeline.beats(logs)[-1].evidence["open"]
    target = network.add_instance()
    organization.attack(network, target)
    run = look(organization, network)
    last = timeline.beats(logs)[-1]
    assert (last.stage, last.account, last.region) == ("alive", ACCOUNT, REGION)
    assert last.execution_id == run.id
    assert last.evidence["open"] == before + 1
    assert last.evidence["brakes"] == 0
    write(organization, "brakes", account="a test", **{"attacking-instance": "a test"})
    look(organization, network)
    assert timeline.beats(logs)[-1].evidence["brakes"] == 2
    forget(organization, "brakes")
    assert last.evidence["oldest"] <= item(organization, key_of(target))["first_seen"]


def test_a_beat_becomes_the_metric_whose_silence_is_an_alarm(
    organization: Deployed, network: Network
) -> None:
    cloudwatch = organization.ground.client(organization.ground.security, "cloudwatch", REGION)
    alarm = cloudwatch.describe_alarms(AlarmNames=[f"containment-silent-{ACCOUNT}-{REGION}"])
    [missed] = alarm["MetricAlarms"]
    began = organization.ground.now()
    look(organization, network)
    points = cloudwatch.get_metric_statistics(
        Namespace=missed["Namespace"],
        MetricName=missed["MetricName"],
        Dimensions=missed["Dimensions"],
        StartTime=began,
        EndTime=organization.ground.now(),
        Period=missed["Period"],
        Statistics=[missed["Statistic"]],
    )["Datapoints"]
    assert [point["SampleCount"] for point in points] == [1.0]
