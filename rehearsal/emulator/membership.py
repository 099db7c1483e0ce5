"""Organizations as AWS answers it: who may ask, page by page, and how an account comes and goes.

moto answers every account from an organisation of its own, an empty one for a member, so that a
member's ListAccounts would be a silent success. Here the management account may ask everything, a
delegated administrator what reads, and everybody else only what organisation this is (botocore:
organizations model).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from contextlib import ExitStack
from typing import Any, Final
from unittest import mock

from moto.organizations.exceptions import AccountAlreadyClosedException, InvalidInputException
from moto.organizations.models import FakeAccount, OrganizationsBackend, organizations_backends
from moto.organizations.responses import OrganizationsResponse

from rehearsal.emulator.organization import make_deployer_role
from rehearsal.emulator.refusal import RefusedError
from rehearsal.emulator.world import World

PAGE: Final = 20
"""So many accounts are in one answer at most (botocore: organizations model, MaxResults)."""
FOR_MEMBERS: Final = ("DescribeOrganization",)
READS: Final = ("Describe", "List")


def install(
    world: World, *, delegated: Callable[[], Collection[str]], joined: Callable[[str], None]
) -> Callable[[], None]:
    """Put the patches in; returns what takes them out.

    ``delegated`` are the accounts that a service made its administrator, which registers them in
    Organizations; ``joined`` is told of each new account.
    """
    world.emulated["organizations"] = "moto; our own listing, creation and closing of accounts"
    create = OrganizationsBackend.create_account

    def backend(self: Any) -> Any:
        caller, asked = self.current_account, str(self._get_action())
        ours = organizations_backends[world.management_account]
        registered = {admin.account.id for admin in ours[self.partition].admins}
        reads = asked.startswith(READS) and caller in {*registered, *delegated()}
        refused = caller != world.management_account and asked not in FOR_MEMBERS and not reads
        if refused and world.bites("organizations-asked-by-a-member"):
            why = "You don't have permissions to access this resource."
            raise RefusedError("AccessDeniedException", why)
        return ours[self.partition] if reads else organizations_backends[caller][self.partition]

    def list_accounts(self: Any) -> str:
        # Account by account as they joined: the order is not promised, and not looked at.
        accounts = [_shown(world, each) for each in self.organizations_backend.accounts]
        size, token = self._get_param("MaxResults") or PAGE, self._get_param("NextToken") or "0"
        if not token.isdigit() or not 1 <= int(size) <= PAGE:
            raise InvalidInputException("You provided an invalid value for MaxResults or NextToken")
        if not world.bites("organizations-pages"):
            size = len(accounts)
        begin, end = int(token), int(token) + int(size)
        more = {"NextToken": str(end)} if end < len(accounts) else {}
        return json.dumps({"Accounts": accounts[begin:end], **more})

    def create_account(self: Any, **given: Any) -> dict[str, Any]:
        status: dict[str, Any] = create(self, **given)
        account = status["CreateAccountStatus"]["AccountId"]
        name = given.get("RoleName") or "OrganizationAccountAccessRole"
        make_deployer_role(name, management=self.account_id, account=account)
        joined(account)
        return status

    def close(self: Any) -> None:
        if self.state != "ACTIVE":
            raise AccountAlreadyClosedException
        self.state, self.status = "PENDING_CLOSURE", "PENDING_CLOSURE"
        world.clock.later(world.timing.account_closure, lambda: _closed(self))

    with ExitStack() as patches:
        for target, name, function in (
            (OrganizationsResponse, "organizations_backend", property(backend)),
            (OrganizationsResponse, "list_accounts", list_accounts),
            (OrganizationsBackend, "create_account", create_account),
            (FakeAccount, "close", close),
        ):
            patches.enter_context(mock.patch.object(target, name, function))
        return patches.pop_all().close


def _closed(account: Any) -> None:
    account.state, account.status = "CLOSED", "SUSPENDED"


def _shown(world: World, account: Any) -> dict[str, Any]:
    """An account in a list; its ``Status`` is retired (botocore: organizations model, Account)."""
    shown: dict[str, Any] = account.describe()
    if world.bites("organizations-status-retired"):
        del shown["Status"]
    return shown
