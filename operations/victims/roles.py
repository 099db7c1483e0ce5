"""A role for a drill's instances, with a profile of the same name; and the end of both."""

from __future__ import annotations

import json
import uuid
from typing import Any

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["ec2:DescribeInstances", "s3:ListAllMyBuckets"],
            "Resource": "*",
        }
    ],
}
"""Enough for a stolen key to be worth something, and not enough to do harm."""


def make(iam: Any) -> str:
    """A role that EC2 may assume, in a profile of its own; the name of both."""
    name = f"drill-{uuid.uuid4().hex[:12]}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=name, PolicyName="drill", PolicyDocument=json.dumps(POLICY))
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return name


def remake_profile(iam: Any, profile: str, role: str) -> None:
    """Another profile under the same name, with another role in it: its id differs (trap 1.10)."""
    iam.remove_role_from_instance_profile(InstanceProfileName=profile, RoleName=profile)
    iam.delete_instance_profile(InstanceProfileName=profile)
    iam.create_instance_profile(InstanceProfileName=profile)
    iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)


def remove(iam: Any, name: str) -> None:
    """Remove a role with its profiles, and whatever policies it has got meanwhile."""
    try:
        iam.get_role(RoleName=name)
    except iam.exceptions.NoSuchEntityException:
        return
    profiles = iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"]
    for profile in profiles:
        held = profile["InstanceProfileName"]
        iam.remove_role_from_instance_profile(InstanceProfileName=held, RoleName=name)
        iam.delete_instance_profile(InstanceProfileName=held)
    for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        iam.detach_role_policy(RoleName=name, PolicyArn=attached["PolicyArn"])
    for inline in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=inline)
    iam.delete_role(RoleName=name)
