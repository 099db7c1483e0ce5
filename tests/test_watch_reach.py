"""What Watch sees beside an instance's own interfaces: its pods', and its credentials."""

from __future__ import annotations

import pytest

from operations.victims import Network
from tests.organization import Deployed
from tests.special import with_a_pod
from tests.watched import breaches, look, move

pytestmark = pytest.mark.usefixtures("by_hand")


def test_a_pods_interface_is_looked_at_with_the_instances_own(
    organization: Deployed, network: Network
) -> None:
    target, pod = with_a_pod(network, network.add_instance())
    found = organization.attack(network, target)
    look(organization, network)
    assert breaches(organization, found) == []
    move(organization, network, pod, network.groups)
    look(organization, network)
    [breach] = breaches(organization, found)
    assert pod in breach


def test_credentials_that_are_let_in_again_are_a_breach(
    organization: Deployed, network: Network
) -> None:
    role = network.add_role()
    found = organization.attack(network, network.add_instance(profile=role))
    look(organization, network)
    assert breaches(organization, found) == []
    iam = organization.ground.client(network.account, "iam", network.region)
    iam.untag_role(RoleName=role, TagKeys=["containment:denied-1"])
    look(organization, network)
    [breach] = breaches(organization, found)
    assert f"role/{role} does not name the instance any more" in breach
