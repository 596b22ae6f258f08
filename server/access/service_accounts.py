"""Service accounts: programs that work for a member of a council, by tokens (IDN-7).

Owns the accounts and whose tokens they get. What an account may do stands in `policies/grants.csv`
under `service`; that it is nobody without a representative who answers for it, in `relations.py`.
An account is never handed over: a successor makes one of their own, and answers for that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from server.access.models import Membership, ServiceAccount
from server.access.sitting import seats_of
from server.access.vocabulary import SeatRole
from server.audit import facts
from server.database import Tx
from server.identity import sessions
from server.identity.models import ApiToken
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.problems import Conflict, NotFound

# The one in use, and the next while it takes its place.
TOKENS = 2
MOST = 10

_account: Table = ServiceAccount.__table__  # type: ignore[attr-defined]
_token: Table = ApiToken.__table__  # type: ignore[attr-defined]


class TooManyAccounts(Conflict):
    code = "too_many_service_accounts"
    ja = f"一つの構成員のサービスアカウントは{MOST}件までです。使わないものを終えてください。"
    en = f"A member has at most {MOST} service accounts. End one that is not used."


class TooManyTokens(Conflict):
    code = "too_many_service_tokens"
    ja = f"有効なトークンは{TOKENS}件までです。古いトークンを無効にしてください。"
    en = f"An account has at most {TOKENS} tokens that work. Revoke the older one."


class NotAnsweredFor(Conflict):
    code = "not_answered_for"
    ja = (
        "このサービスアカウントに責任を負うのは別の人です。"
        "終えたうえで、自分のものを作ってください。"
    )
    en = "Another person answers for this service account. End it, and make one of your own."


@dataclass(frozen=True, slots=True)
class Account:
    """An account, its tokens that have not ended, and whether it works at present."""

    row: ServiceAccount
    name: str
    works: bool
    tokens: Sequence[ApiToken]


def make(tx: Tx, membership: Membership, person_id: Id, name: str) -> ServiceAccount:
    """An account of this member, for which the person answers. Raises TooManyAccounts."""
    if len(_held(tx, membership.id)) >= MOST:
        raise TooManyAccounts
    row_id = new_id(tx.now)
    row = ServiceAccount(
        id=row_id,
        council_id=membership.council_id,
        membership_id=membership.id,
        person_id=person_id,
        name=seal_field(tx, membership.council_id, _place(row_id), name),
    )
    return facts.enter(tx, membership.council_id, row)


def accounts_of(tx: Tx, membership_id: Id) -> list[Account]:
    """The accounts of a member that were not ended, newest first."""
    return [account_of(tx, row) for row in _held(tx, membership_id)]


def account_of(tx: Tx, row: ServiceAccount) -> Account:
    """An account as it stands now."""
    represents = [s for s in seats_of(tx, row.membership_id) if s.role == SeatRole.REPRESENTATIVE]
    works = any(seat.person_id == row.person_id for seat in represents)
    return Account(row, name_of(tx, row), works, tokens_of(tx, row))


def name_of(tx: Tx, row: ServiceAccount) -> str:
    """What the account is called."""
    return open_field(tx, row.council_id, _place(row.id), row.name)


def find(tx: Tx, membership_id: Id, account_id: str) -> ServiceAccount:
    """An account of this member that was not ended. Raises NotFound."""
    found = next((row for row in _held(tx, membership_id) if row.id == account_id), None)
    if found is None:
        raise NotFound("no such service account")
    return found


def end(tx: Tx, row: ServiceAccount, *, by: Id) -> None:
    """End an account and its tokens at once."""
    facts.end(tx, row, by=by, reason="ended")
    for token in tokens_of(tx, row):
        facts.end(tx, token, by=by, reason="account_ended")


def new_token(
    tx: Tx, row: ServiceAccount, person_id: Id, *, scopes: list[str], days: int
) -> tuple[ApiToken, str]:
    """A token of the account, its text shown once. Beside an older one, so that a program can
    change over; whoever answers for the account then revokes that.

    Raises NotAnsweredFor, TooManyTokens.
    """
    if row.person_id != person_id:
        raise NotAnsweredFor
    if len(tokens_of(tx, row)) >= TOKENS:
        raise TooManyTokens
    return sessions.make_token(
        tx,
        person_id,
        name=name_of(tx, row),
        scopes=scopes,
        council_id=row.council_id,
        days=days,
        service_id=row.id,
    )


def tokens_of(tx: Tx, row: ServiceAccount) -> list[ApiToken]:
    """The account's tokens that still work, newest first."""
    query = select(ApiToken).where(
        _token.c.service_id == row.id, _token.c.expires_at > bindparam("now"), facts.holds(_token)
    )
    return list(tx.session.scalars(query.order_by(_token.c.log_seq.desc()), {"now": tx.now}))


def _held(tx: Tx, membership_id: Id) -> list[ServiceAccount]:
    query = select(ServiceAccount).where(
        _account.c.membership_id == membership_id, facts.holds(_account)
    )
    return list(tx.session.scalars(query.order_by(_account.c.id.desc()), {"now": tx.now}))


def _place(row_id: Id) -> tuple[str, str, str]:
    return ("service_account", "name", row_id)
