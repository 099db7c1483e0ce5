"""Stories of an instance and of others who change it while a runbook is at work.

A story prints as sentences, so that the smallest one that goes wrong can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st

from operations.victims import Network, Target
from operations.victims.launching import SMALLEST

CONTAINING = (
    "triage_read_finding",
    "triage_lock_and_look",
    "mitigate_deny_credentials",
    "mitigate_prepare_network",
    "mitigate_swap_to_transitional",
    "mitigate_swap_to_quarantine",
    "mitigate_verify_blocked",
    "mitigate_judge",
)
BETWEEN = "between"
RELEASING = ("recover_compare", "recover_restore")
MOMENTS = (*CONTAINING, BETWEEN, *RELEASING)


@dataclass(frozen=True)
class Disturbance:
    """Somebody does something at a step, before so many of its calls have been made."""

    what: str
    step: str
    calls: int

    def __str__(self) -> str:
        when = "after Contain" if self.step == BETWEEN else f"at {self.step}, call {self.calls + 1}"
        return f"somebody {self.what} {when}"


@dataclass(frozen=True, kw_only=True, repr=False)
class Story:
    """An instance, and who disturbs its containment or its release."""

    interfaces: int = 1
    elsewhere: bool = False
    profile: bool = False
    sibling: bool = False
    scaling: bool = False
    protected: bool = False
    stopped: bool = False
    disturbed: Disturbance | None = None

    def __repr__(self) -> str:
        parts = [f"An instance with {self.interfaces} interface(s)"]
        parts += ["one more in a second VPC"] if self.elsewhere else []
        parts += ["a role"] if self.profile else []
        parts += ["a sibling with the same role"] if self.sibling else []
        parts += ["in an Auto Scaling group"] if self.scaling else []
        parts += ["protected from termination"] if self.protected else []
        parts += ["stopped"] if self.stopped else []
        return ", ".join(parts) + f"; {self.disturbed or 'nobody disturbs'}."


def add_group(network: Network, target: Target) -> dict[str, Any]:
    """A group more on an interface: what somebody wants it to have, ours left out."""
    interface = min(target.interfaces)
    now = network.groups_of(target.instance)[interface]
    extra = network.groups[0] if network.groups[0] not in now else network.groups[-1]
    groups = sorted({*now, extra})
    network.ec2.modify_network_interface_attribute(NetworkInterfaceId=interface, Groups=groups)
    return {"groups": {interface: groups}}


def attach(network: Network, target: Target) -> dict[str, Any]:
    """An interface more, in groups of its own."""
    made = network.ec2.create_network_interface(SubnetId=network.subnet, Groups=network.groups[:1])
    interface = str(made["NetworkInterface"]["NetworkInterfaceId"])
    network.ec2.attach_network_interface(
        NetworkInterfaceId=interface, InstanceId=target.instance, DeviceIndex=7
    )
    return {"attached": {interface: network.groups[:1]}}


def open_quarantine(network: Network, _target: Target) -> dict[str, Any]:
    """A rule in the quarantine group."""
    named = [{"Name": "group-name", "Values": [f"containment-quarantine-{network.account}"]}]
    here = [*named, {"Name": "vpc-id", "Values": [network.vpc]}]
    for group in network.ec2.describe_security_groups(Filters=here)["SecurityGroups"]:
        rule = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        network.ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[rule])
        return {"opened": True}
    return {}


def untag(network: Network, target: Target) -> dict[str, Any]:
    """The tag of ours off the role."""
    if not target.profile:
        return {}
    iam = network.ground.client(network.account, "iam", network.region)
    tags = [tag["Key"] for tag in iam.list_role_tags(RoleName=target.profile)["Tags"]]
    ours = [tag for tag in tags if tag.startswith("containment:denied-")]
    if ours:
        iam.untag_role(RoleName=target.profile, TagKeys=ours)
    return {"untagged": True} if ours else {}


def unprotect(network: Network, target: Target) -> dict[str, Any]:
    """No protection from termination."""
    network.ec2.modify_instance_attribute(
        InstanceId=target.instance, DisableApiTermination={"Value": False}
    )
    return {"attributes": {"disableApiTermination": False}}


def stop(network: Network, target: Target) -> dict[str, Any]:
    """The instance stopped, a protection from it taken off first."""
    network.ec2.modify_instance_attribute(
        InstanceId=target.instance, DisableApiStop={"Value": False}
    )
    network.ec2.stop_instances(InstanceIds=[target.instance])
    return {"attributes": {"disableApiStop": False}, "state": "stopped"}


def terminate(network: Network, target: Target) -> dict[str, Any]:
    """The instance ended, its protection taken off first."""
    unprotect(network, target)
    network.ec2.terminate_instances(InstanceIds=[target.instance])
    return {"state": "terminated"}


def replace_profile(network: Network, target: Target) -> dict[str, Any]:
    """No profile any more: its credentials go on until they expire (trap 2.8)."""
    here = [{"Name": "instance-id", "Values": [target.instance]}]
    held = network.ec2.describe_iam_instance_profile_associations(Filters=here)
    for each in held["IamInstanceProfileAssociations"]:
        network.ec2.disassociate_iam_instance_profile(AssociationId=each["AssociationId"])
    return {}


DEEDS: Mapping[str, Callable[[Network, Target], dict[str, Any]]] = {
    "adds a group": add_group,
    "attaches an interface": attach,
    "opens the quarantine group": open_quarantine,
    "takes the tag off the role": untag,
    "takes the protection off": unprotect,
    "stops it": stop,
    "terminates it": terminate,
    "takes its profile away": replace_profile,
}
ON_THE_ROLE = ("takes the tag off the role", "takes its profile away")
IN_SCALING = ("adds a group", "opens the quarantine group", "takes the protection off")
"""What does not make Auto Scaling end it: what that does is another story (trap 2.5)."""


def done(network: Network, target: Target, what: str) -> dict[str, Any]:
    """Do it; what of it AWS let happen."""
    try:
        return DEEDS[what](network, target)
    except ClientError as refused:
        known = ("AttachmentLimitExceeded", "IncorrectState", "IncorrectInstanceState")
        if refused.response["Error"]["Code"] not in known:
            raise
        return {}


def stories(what: str) -> st.SearchStrategy[Story]:
    """Any instance that somebody does this to, at any moment.

    It has four interfaces at most. A disturbance of its role needs one.
    """
    came = st.builds(Disturbance, st.just(what), st.sampled_from(MOMENTS), st.integers(0, 3))
    role = st.just(value=True) if what in ON_THE_ROLE else st.booleans()
    any_instance = st.builds(
        Story,
        interfaces=st.integers(1, max(SMALLEST) - 1),
        elsewhere=st.booleans(),
        profile=role,
        sibling=st.booleans(),
        protected=st.booleans(),
        stopped=st.sampled_from([False, False, True]),
        disturbed=came,
    )
    if what not in IN_SCALING:
        return any_instance
    member = st.builds(Story, scaling=st.just(value=True), protected=st.booleans(), disturbed=came)
    return any_instance | member
