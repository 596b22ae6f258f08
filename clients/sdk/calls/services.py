"""Service accounts: a member's programs, and their tokens."""

from collections.abc import Sequence
from dataclasses import replace

from clients.sdk.answers.services import NewServiceToken, ServiceAccount
from clients.sdk.call import Call, act, listing, post
from clients.sdk.reading import Page

ACCOUNTS = "/memberships/{membership_id}/service-accounts"


def list_service_accounts(membership_id: str) -> Call[Page[ServiceAccount]]:
    """A member's programs, and who answers for each."""
    return listing(ServiceAccount, ACCOUNTS, membership_id=membership_id)


def make_service_account(membership_id: str, name: str) -> Call[ServiceAccount]:
    """Make an account for a program, for which the caller answers."""
    return post(ServiceAccount, ACCOUNTS, {"name": name}, membership_id=membership_id)


def end_service_account(membership_id: str, account: str) -> Call[None]:
    """End an account and all its tokens."""
    return act(ACCOUNTS + "/{account}/ending", membership_id=membership_id, account=account)


def make_service_token(
    membership_id: str, account: str, scopes: Sequence[str], days: int | None = None
) -> Call[NewServiceToken]:
    """Make a token of an account, shown once; revoke one as a token of one's own."""
    body = {"scopes": list(scopes), "days": days}
    path = ACCOUNTS + "/{account}/tokens"
    call = post(NewServiceToken, path, body, membership_id=membership_id, account=account)
    return replace(call, keyed=False)
