"""``roles``: can the deployer assume its role in every account? Whoever cannot is not asked more.

STS answers the same for a role that is not there and for one that does not trust the caller (AWS
docs: troubleshoot_roles), so both are in the remedy.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from botocore.exceptions import ClientError

from operations.doubts import Doubt
from operations.readiness.doors import Doors
from operations.readiness.environment import where
from operations.readiness.question import Question, Told
from settings import Account, Settings

NAME = "roles"
ASKS = "the deployer's role can be assumed in every account"


def questions(settings: Settings, doors: Doors, role: str) -> Iterator[Question]:
    """One for each account; an account that is entered can be asked everything else."""
    for account in settings.accounts:
        yield Question(
            check=NAME,
            where=where(account),
            ask=partial(_enter, account, doors, role),
        )


def _enter(account: Account, doors: Doors, role: str) -> Told:
    try:
        doors.enter(account.id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return Told(
            doubts=(
                Doubt(
                    where=where(account),
                    what=f"the role {role} cannot be assumed: nothing is deployed or asked here",
                    remedy=f"make {role} in the account, let its trust name {doors.who}, and let "
                    "that one assume it; or correct deployer_role, or the account's id",
                    grave=True,
                ),
            )
        )
    return Told()
