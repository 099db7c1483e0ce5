"""Attacks with what was stolen from an instance: its credentials outlive its network (trap 2.8)."""

from __future__ import annotations

from typing import Any, Final

from botocore.exceptions import ClientError

from operations.expectations import expect
from operations.findings import finding
from operations.ground import Ground, once_iam_acts
from operations.scenarios.playing import (
    MINING,
    Scenario,
    a_network,
    attack,
    contained,
    release,
)
from operations.victims import Network
from operations.victims.roles import remake_profile


def let_in(session: Any, network: Network) -> bool:
    """Whether AWS answers a session; what refuses is IAM, anything else is an error."""
    try:
        session.client("s3", network.region).list_buckets()
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "AccessDenied":
            raise
        return False
    return True


def _marks(network: Network, role: str) -> list[str]:
    """What of the pipeline's is on a role: its tags and the policy that reads them."""
    iam = network.ground.client(network.account, "iam", network.region)
    tags = [tag["Key"] for tag in iam.list_role_tags(RoleName=role)["Tags"]]
    policies = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    names = [*tags, *(policy["PolicyName"] for policy in policies)]
    return sorted(name for name in names if name.startswith("containment"))


def _stolen_instance_credentials(ground: Ground) -> None:
    with a_network(ground, "tax", ground.regions[0]) as network:
        role = network.add_role()
        suspect, sibling = (network.add_instance(profile=role) for _ in range(2))
        place = (network.account, network.region)
        thief = ground.credentials_of(*place, suspect.instance)
        colleague = ground.credentials_of(*place, sibling.instance)
        expect(let_in(thief, network), "the stolen credentials did not work to begin with")
        found = attack(network, finding(MINING, network, suspect))
        contained(network, suspect, found)
        expect(not let_in(thief, network), "the stolen credentials still work from outside")
        renewed = ground.credentials_of(*place, suspect.instance)
        expect(not let_in(renewed, network), "new credentials from the instance still work")
        expect(let_in(colleague, network), "the sibling's credentials were refused")
        release(network, suspect, found)
        once_iam_acts(ground)
        expect(let_in(thief, network), "released, but its credentials are still refused")
        expect(not _marks(network, role), f"left on the role: {_marks(network, role)}")


def _same_name_new_instance_profile(ground: Ground) -> None:
    with a_network(ground, "land-registry", ground.regions[-1]) as network:
        iam = ground.client(network.account, "iam", network.region)
        profile, others = network.add_role(), network.add_role()
        suspect = network.add_instance(profile=profile)
        sent = finding(MINING, network, suspect)
        # While the finding travels: another team makes a profile of that name, with its own role.
        here = [{"Name": "instance-id", "Values": [suspect.instance]}]
        held = network.ec2.describe_iam_instance_profile_associations(Filters=here)
        for each in held["IamInstanceProfileAssociations"]:
            network.ec2.disassociate_iam_instance_profile(AssociationId=each["AssociationId"])
        remake_profile(iam, profile, others)
        neighbour = network.add_instance(profile=profile)
        theirs = ground.credentials_of(network.account, network.region, neighbour.instance)
        found = attack(network, sent)
        contained(network, suspect, found)
        expect(let_in(theirs, network), "another team's credentials were refused")
        expect(not _marks(network, others), f"another team's role has {_marks(network, others)}")
        release(network, suspect, found)


CREDENTIALS: Final[tuple[Scenario, ...]] = (
    Scenario(
        name="stolen-instance-credentials",
        shows="used from outside they are refused; a sibling with the same role works on",
        play=_stolen_instance_credentials,
    ),
    Scenario(
        name="same-name-new-instance-profile",
        shows="a profile made again under the same name is another's: its role is not touched",
        play=_same_name_new_instance_profile,
        quick=False,
    ),
)
