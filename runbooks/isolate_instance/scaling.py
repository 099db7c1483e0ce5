"""Auto Scaling ends an isolated member, and its evidence with it: out of service first (2.5)."""

from __future__ import annotations

from botocore.exceptions import ClientError

from runbooks.ledger import call, code_of


def leave_service(instance_id: str, scaling: dict[str, str]) -> str:
    """Put a member in service on standby, out of its target groups too; what was done, in words.

    Where the group may not shrink, a replacement comes up from the same image. Raises what Auto
    Scaling answers to that.
    """
    if scaling.get("state") != "InService":
        return f"Auto Scaling has it {scaling['state']}, as it was" if scaling else ""
    group = scaling["group"]
    member = {"AutoScalingGroupName": group, "InstanceIds": [instance_id]}
    try:
        call("autoscaling", "enter_standby", None, **member, ShouldDecrementDesiredCapacity=True)
    except ClientError as error:
        if code_of(error) != "ValidationError":
            raise
        call("autoscaling", "enter_standby", None, **member, ShouldDecrementDesiredCapacity=False)
        return f"on standby in {group}, which may not shrink: a replacement comes up"
    return f"on standby in {group}, which is one smaller"


def return_to_service(instance_id: str, group: str) -> str:
    """End the standby; why it could not be ended, for people, or empty (trap 2.5)."""
    member = {"AutoScalingGroupName": group, "InstanceIds": [instance_id]}
    try:
        call("autoscaling", "exit_standby", None, **member)
    except ClientError as error:
        return f"still on standby in {group}: {error}"
    return ""
