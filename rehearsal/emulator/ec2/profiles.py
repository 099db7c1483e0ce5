"""Instance profiles, and the credentials that an instance's metadata hands out.

moto tells the association's id where EC2 tells the profile's, gives a profile to the first of
several new instances only, and words an unknown profile as IAM would. (EC2's wording: third party,
several. AWS docs: iam-roles-for-amazon-ec2, instance-metadata-security-credentials.)
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any
from unittest import mock

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends, iam_instance_profile
from moto.ec2.models.instances import Instance
from moto.ec2.responses import instances as responses
from moto.iam.exceptions import NotFoundException
from moto.iam.models import IAMBackend
from moto.sts.models import sts_backends

from rehearsal.emulator.iam.evaluate import Policy, Request, trusts
from rehearsal.emulator.principals import PARTITION
from rehearsal.emulator.wire import Caller

EC2 = "ec2.amazonaws.com"


def install(undo: ExitStack) -> None:
    """Patch moto's instances and their associations with profiles."""
    run, find = EC2Backend.run_instances, responses.filter_iam_instance_profiles
    create = IAMBackend.create_instance_profile

    def told(self: Any) -> dict[str, str] | None:
        profile = _profile(self)
        return {"Arn": profile.arn, "Id": profile.id} if profile else None

    def ignored(_: Any, __: Any) -> None:
        """The association is what counts."""

    def create_instance_profile(self: Any, *args: Any, **kwargs: Any) -> Any:
        profile = create(self, *args, **kwargs)
        profile.id = f"AIPA{profile.id[:17].upper()}"  # AWS docs: reference_identifiers
        return profile

    def run_instances(self: Any, *args: Any, **kwargs: Any) -> Any:
        reservation = run(self, *args, **kwargs)
        chosen = {
            name: kwargs[name]
            for name in ("iam_instance_profile_name", "iam_instance_profile_arn")
            if kwargs.get(name)
        }
        for instance in reservation.instances[1:] if chosen else ():  # moto does the first
            self.associate_iam_instance_profile(instance_id=instance.id, **chosen)
        return reservation

    def filter_iam_instance_profiles(
        account_id: str,
        partition: str,
        iam_instance_profile_arn: str | None = None,
        iam_instance_profile_name: str | None = None,
    ) -> Any:
        try:
            return find(account_id, partition, iam_instance_profile_arn, iam_instance_profile_name)
        except NotFoundException:
            kind, value = (
                ("name", iam_instance_profile_name)
                if iam_instance_profile_name
                else ("arn", iam_instance_profile_arn)
            )
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Value ({value}) for parameter iamInstanceProfile.{kind} is invalid. "
                f"Invalid IAM Instance Profile {'name' if kind == 'name' else 'ARN'}",
            ) from None

    undo.enter_context(
        mock.patch.object(Instance, "iam_instance_profile", property(told, ignored), create=True)
    )
    undo.enter_context(mock.patch.object(EC2Backend, "run_instances", run_instances))
    undo.enter_context(
        mock.patch.object(IAMBackend, "create_instance_profile", create_instance_profile)
    )
    for module in (responses, iam_instance_profile):
        undo.enter_context(
            mock.patch.object(module, "filter_iam_instance_profiles", filter_iam_instance_profiles)
        )


def credentials_of(place: Caller, instance_id: str) -> dict[str, str]:
    """What the instance's metadata hands out now: a session of the role in its profile.

    The session is named after the instance, and every request says whose credentials they are,
    wherever it comes from (AWS docs: reference_policies_variables). They are handed out again
    while the role stays the same: that they are renewed is not emulated, for no key expires. On
    AWS an instance goes on handing out for a while without its profile (trap 2.8), here it stops
    at once; what was handed out goes on in both.

    Raises LookupError where there is no instance, where it does not run, and where nothing may be
    handed out: no profile, no role in it, or a role that does not trust EC2.
    """
    backend = ec2_backends[place.account][place.region]
    there = [one for made in backend.reservations.values() for one in made.instances]
    instance = next((one for one in there if one.id == instance_id), None)
    if instance is None:
        raise LookupError(f"{instance_id} is no instance in {place.account}, {place.region}")
    if not instance.is_running():
        raise LookupError(f"{instance_id} is {instance.state}: its metadata answers nobody")
    profile = _profile(instance)
    if profile is None:
        raise LookupError(f"{instance_id} has no instance profile")
    if not profile.roles:
        raise LookupError(f"the instance profile {profile.name} of {instance_id} has no role")
    role = profile.roles[0]
    session = getattr(instance, "rehearsal_session", None)
    if session is None or session.rehearsal_role_id != role.id:
        session = _assumed(place, instance_id, role)
        session.rehearsal_in_reach = lambda: _in_reach(instance)
        instance.rehearsal_session = session
    return {
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret_access_key,
        "SessionToken": session.session_token,
    }


def _assumed(place: Caller, instance_id: str, role: Any) -> Any:
    asked = Request(
        principal=EC2,
        action="sts:AssumeRole",
        resource=role.arn,
        context={
            "aws:principalisawsservice": ("true",),
            "aws:principalservicename": (EC2,),
            "aws:securetransport": ("true",),
            "sts:rolesessionname": (instance_id,),
        },
    )
    trust = Policy.parse(role.assume_role_policy_document, f"trust of {role.name}")
    decision = trusts(trust, asked)
    if not decision.allowed:
        raise LookupError(f"{role.arn} does not trust {EC2}: {decision.reason}")
    session = sts_backends[place.account][PARTITION].assume_role(
        region_name=place.region,
        role_session_name=instance_id,
        role_arn=role.arn,
        policy="",
        duration=6 * 3600,
        external_id="",
    )
    session.rehearsal_role_id = role.id
    session.rehearsal_instance = (
        f"arn:{PARTITION}:ec2:{place.region}:{place.account}:instance/{instance_id}"
    )
    return session


def _in_reach(instance: Any) -> bool:
    """Whether an instance runs and may send anything at all, by the groups of its interfaces."""
    groups = [group for nic in instance.nics.values() for group in nic._group_set]
    return instance.is_running() and any(group.egress_rules for group in groups)


def _profile(instance: Any) -> Any:
    held = instance.ec2_backend.iam_instance_profile_associations.get(instance.id)
    return held.iam_instance_profile if held else None
