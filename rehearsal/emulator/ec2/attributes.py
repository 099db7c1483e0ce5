"""Attributes of instances: what protects one, and from whom (trap 2.6).

``ModifyInstanceAttribute`` takes one attribute a call (botocore: ec2). moto takes the first that it
finds, and empties the groups of an instance when it knows none of them. Protection binds whoever
calls EC2, never Auto Scaling; stop protection forbids the termination as well (AWS docs:
ec2-stop-protection, terminating-instances).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import VolumeAttachment
from moto.ec2.responses import EC2Response

from rehearsal.emulator.world import NotEmulatedError, World

ELSEWHERE = frozenset({"InstanceId", "DryRun", "Attribute", "Value", "Action", "Version"})
"""Parameters of the call that are no attribute."""

PROTECTIONS = ("DisableApiTermination", "DisableApiStop")
SHUTDOWN = ("stop", "terminate")


def install(world: World, undo: ExitStack) -> None:
    """Patch moto's attributes of instances, and what they forbid."""
    original_terminate = EC2Backend.terminate_instances
    original_stop = EC2Backend.stop_instances

    def terminate_instances(self: Any, instance_ids: list[str]) -> Any:
        for instance in self.get_multi_instances_by_id(instance_ids):
            for attribute in ("disable_api_termination", "disable_api_stop"):
                if getattr(instance, attribute):
                    raise _protected(instance.id, "terminated", attribute)
        return original_terminate(self, instance_ids)

    def stop_instances(self: Any, instance_ids: list[str]) -> Any:
        for instance in self.get_multi_instances_by_id(instance_ids):
            if instance.disable_api_stop:
                raise _protected(instance.id, "stopped", "disable_api_stop")
        return original_stop(self, instance_ids)

    def delete_on_termination(self: Any) -> bool:
        held = self.instance.block_device_mapping.get(self.device)
        return bool(held is not None and held.delete_on_termination)

    for target, name, new in (
        (EC2Backend, "terminate_instances", terminate_instances),
        (EC2Backend, "stop_instances", stop_instances),
        (EC2Response, "modify_instance_attribute", _modifying(world)),
        (EC2Response, "describe_instance_attribute", _describing()),
        (VolumeAttachment, "delete_on_termination", property(delete_on_termination)),
    ):
        undo.enter_context(mock.patch.object(target, name, new, create=True))


def _protected(instance_id: str, what: str, attribute: str) -> EC2ClientError:
    named = {"disable_api_termination": "disableApiTermination"}.get(attribute, "disableApiStop")
    return EC2ClientError(
        "OperationNotPermitted",
        f"The instance '{instance_id}' may not be {what}. "
        f"Modify its '{named}' instance attribute and try again.",
    )


def _modifying(world: World) -> Callable[[Any], Any]:
    original = EC2Response.modify_instance_attribute

    def modify_instance_attribute(self: Any) -> Any:
        given = {key: value for key, value in self.params.items() if key not in ELSEWHERE}
        if named := self._get_param("Attribute"):
            name = named[0].upper() + named[1:]
            given[name] = {"Value": self._get_param("Value")}
        if not given:
            raise EC2ClientError("InvalidParameterCombination", "No attributes specified.")
        if len(given) > 1 and world.bites("2.6"):
            names = ", ".join(sorted(name[0].lower() + name[1:] for name in given))
            raise EC2ClientError(
                "InvalidParameterCombination",
                f"Fields for multiple attribute types specified: {names}",
            )
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        if instance.state == "terminated":
            raise EC2ClientError(
                "IncorrectInstanceState", f"The instance '{instance.id}' is terminated."
            )
        answer = EmptyResult()
        for name, value in given.items():
            if not _set(self.ec2_backend, instance, name, value):
                if self._get_param("Attribute"):
                    raise NotEmulatedError(f"ModifyInstanceAttribute with Attribute {name}")
                answer = original(self)  # alone, since more than one attribute is refused
        return answer

    return modify_instance_attribute


def _set(backend: Any, instance: Any, name: str, given: Any) -> bool:
    """Set an attribute that is known here; False for one of the others."""
    if name == "Groups":
        backend.modify_instance_security_groups(instance.id, given)
    elif name == "BlockDeviceMappings":
        for mapping in given:
            _keep_or_not(instance, mapping)
    elif name in PROTECTIONS:
        if instance.lifecycle == "spot":
            raise EC2ClientError(
                "UnsupportedOperation", f"{name} is not supported for Spot Instances."
            )
        setattr(
            instance,
            "disable_api_termination" if name == PROTECTIONS[0] else "disable_api_stop",
            str(given.get("Value")).lower() == "true",
        )
    elif name == "InstanceInitiatedShutdownBehavior":
        if given.get("Value") not in SHUTDOWN:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Value ({given.get('Value')}) for instanceInitiatedShutdownBehavior is invalid.",
            )
        instance.instance_initiated_shutdown_behavior = given["Value"]
    else:
        return False
    return True


def _keep_or_not(instance: Any, mapping: Any) -> None:
    device = mapping.get("DeviceName")
    held = instance.block_device_mapping.get(device)
    if held is None:
        raise EC2ClientError(
            "InvalidInstanceAttributeValue", f"No device is currently mapped at {device}"
        )
    changes = mapping.get("Ebs") or {}
    if set(changes) != {"DeleteOnTermination"}:
        raise NotEmulatedError("Of a block device, only DeleteOnTermination may be changed.")
    held.delete_on_termination = changes["DeleteOnTermination"]


def _describing() -> Callable[[Any], Any]:
    original = EC2Response.describe_instance_attribute

    def describe_instance_attribute(self: Any) -> Any:
        if self._get_param("Attribute") != "blockDeviceMapping":
            return original(self)
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        return ActionResult(
            {"InstanceId": instance.id, "BlockDeviceMappings": instance.block_device_mappings}
        )

    return describe_instance_attribute
