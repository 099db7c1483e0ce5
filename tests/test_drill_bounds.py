"""That the scenarios about bounds fail when what they check is broken."""

from __future__ import annotations

import json
from typing import Any

from operations.scenarios.bounds import brakes_of
from tests.actors import iam_acts
from tests.drilling import played, why
from tests.organization import CONTAIN, Deployed
from tests.sabotage import ACCOUNT, REGION, before


def test_braked_by_a_person_fails_where_the_brake_is_let_go_too_early(alone: Deployed) -> None:
    def let_go(_: Any) -> None:
        brakes_of(alone.ground, ACCOUNT).let_go("account", reason="too early", who="somebody")

    done = before(alone, "triage_read_finding", "GetFindings", let_go)
    assert "no skipped in the ledger" in why(played(alone, "braked-by-a-person"))
    assert done


def test_table_unreachable_fails_where_the_table_comes_back(alone: Deployed) -> None:
    iam = alone.ground.client(ACCOUNT, "iam", REGION)

    def back(_: Any) -> None:
        allow = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_role_policy(RoleName=CONTAIN, PolicyName="drill-no-table", PolicyDocument=policy)
        iam_acts(alone.emulator)

    done = before(alone, "triage_read_finding", "GetFindings", back)
    assert "no failed in the ledger" in why(played(alone, "table-unreachable"))
    assert done
