"""/api/v1: the service accounts of a member, and their tokens."""

from fastapi import APIRouter

from server.access import service_accounts
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.models import ServiceAccount
from server.access.vocabulary import Action
from server.councils import leaving
from server.councils.kinds import MEMBERSHIP
from server.councils.service_account_schemas import (
    NewServiceTokenOut,
    ServiceAccountIn,
    ServiceAccountOut,
    ServiceAccountsOut,
    ServiceTokenIn,
    ServiceTokenOut,
)
from server.identity import service as identity
from server.identity.models import ApiToken

router = APIRouter(prefix="/api/v1", tags=["councils"])
ACCOUNTS = "/memberships/{membership_id}/service-accounts"


@router.get(ACCOUNTS, name="listServiceAccounts")
@guarded(Action.READ, MEMBERSHIP)
def list_service_accounts(grant: Grant) -> ServiceAccountsOut:
    """A member's programs that read the council's papers, and who answers for each."""
    found = service_accounts.accounts_of(grant.tx, grant.id)
    return ServiceAccountsOut(items=[_shown(grant, each) for each in found])


@router.post(ACCOUNTS, status_code=201, name="makeServiceAccount")
@guarded(Action.MANAGE_SERVICES, MEMBERSHIP)
def make_service_account(grant: Grant, asked: ServiceAccountIn) -> ServiceAccountOut:
    """Make an account for a program, and answer for it while I represent the member."""
    membership = leaving.find_membership(grant.tx, grant.id)
    made = service_accounts.make(grant.tx, membership, grant.person_id, asked.name)
    grant.note(service=made.id)
    return _shown(grant, service_accounts.account_of(grant.tx, made))


@router.post(ACCOUNTS + "/{account}/ending", status_code=204, name="endServiceAccount")
@guarded(Action.MANAGE_SERVICES, MEMBERSHIP)
def end_service_account(grant: Grant, account: str) -> None:
    """End an account of my member and all its tokens, also a predecessor's."""
    service_accounts.end(grant.tx, _found(grant, account), by=grant.person_id)


@router.post(ACCOUNTS + "/{account}/tokens", status_code=201, name="makeServiceToken")
@guarded(Action.MANAGE_SERVICES, MEMBERSHIP)
def make_service_token(grant: Grant, account: str, asked: ServiceTokenIn) -> NewServiceTokenOut:
    """Make a token of an account I answer for, shown once; the one before goes on beside it.

    Revoke it like a token of one's own: `DELETE /me/tokens/{token_id}`.
    """
    row, text = service_accounts.new_token(
        grant.tx,
        _found(grant, account),
        grant.person_id,
        scopes=list(asked.scopes),
        days=asked.days,
    )
    grant.shown_once = True
    grant.note(token=row.id)
    return NewServiceTokenOut(token=text, **_token(row).model_dump())


def _found(grant: Grant, account: str) -> ServiceAccount:
    found = service_accounts.find(grant.tx, grant.id, account)
    grant.note(service=found.id)
    return found


def _token(row: ApiToken) -> ServiceTokenOut:
    return ServiceTokenOut(id=row.id, scopes=row.scopes.split(), expires_at=row.expires_at)


def _shown(grant: Grant, account: service_accounts.Account) -> ServiceAccountOut:
    return ServiceAccountOut(
        id=account.row.id,
        name=account.name,
        person=account.row.person_id,
        person_name=identity.name_of(grant.tx, account.row.person_id),
        works=account.works,
        made_at=account.row.recorded_at,
        tokens=[_token(each) for each in account.tokens],
    )
