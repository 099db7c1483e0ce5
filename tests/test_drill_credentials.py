"""The scenarios about credentials: they pass, and fail where the denial is gone or too wide."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.drilling import played, why
from tests.organization import Deployed
from tests.sabotage import ACCOUNT, REGION, before

DENY = f"arn:aws:iam::{ACCOUNT}:policy/containment-deny-instance"


@pytest.mark.parametrize("name", ["stolen-instance-credentials", "same-name-new-instance-profile"])
def test_a_scenario_about_credentials_passes(alone: Deployed, name: str) -> None:
    assert played(alone, name).why is None


def test_stolen_instance_credentials_fails_where_the_policy_is_taken_off_the_role(
    alone: Deployed,
) -> None:
    iam = alone.ground.client(ACCOUNT, "iam", REGION)

    def detach(_: Any) -> None:
        [role] = [
            name
            for name in iam.list_entities_for_policy(PolicyArn=DENY)["PolicyRoles"]
            if name["RoleName"].startswith("drill-")
        ]
        iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=DENY)

    done = before(alone, "mitigate_judge", "DescribeRouteTables", detach)
    assert "no contained in the ledger" in why(played(alone, "stolen-instance-credentials"))
    assert done


def test_stolen_instance_credentials_fails_where_the_denial_hits_the_sibling(
    alone: Deployed,
) -> None:
    iam = alone.ground.client(ACCOUNT, "iam", REGION)
    was = iam.get_policy(PolicyArn=DENY)["Policy"]["DefaultVersionId"]
    everybody = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    wide = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    made = iam.create_policy_version(PolicyArn=DENY, PolicyDocument=wide, SetAsDefault=True)
    try:
        assert "the sibling's credentials were refused" in why(
            played(alone, "stolen-instance-credentials")
        )
    finally:
        iam.set_default_policy_version(PolicyArn=DENY, VersionId=was)
        version = made["PolicyVersion"]["VersionId"]
        iam.delete_policy_version(PolicyArn=DENY, VersionId=version)
