"""Which of our sessions a provider's sign-in opened, and how its sign-out ends them (IDN-10).

Owns the tables `oidc_session` and `logout_notice`. A provider that signs somebody out can end
sessions it opened itself, and no others.
"""

from contextlib import suppress

from sqlalchemy import ColumnElement, Table, delete, insert, select

from server.database import Tx
from server.identity import sessions
from server.identity.links import digest_of
from server.identity.logout_tokens import SignedOut
from server.identity.models import SignedIn
from server.identity.oidc_models import LogoutNotice, ProviderLink, ProviderSession
from server.identity.oidc_tokens import Subject
from server.ids import Id
from server.problems import NotFound

_session: Table = SignedIn.__table__  # type: ignore[attr-defined]
_opened: Table = ProviderSession.__table__  # type: ignore[attr-defined]
_notice: Table = LogoutNotice.__table__  # type: ignore[attr-defined]


def opened(tx: Tx, session_id: str, by: Subject) -> None:
    """Remember by which subject, in which session of the provider, one of ours was opened."""
    row = ProviderSession(
        session_id=session_id,
        subject_digest=digest_of(tx, "subject", by.issuer, by.sub),
        sid_digest=digest_of(tx, "sid", by.issuer, by.sid) if by.sid is not None else None,
    )
    tx.session.add(row)


def sign_out(tx: Tx, issuer: str, notice: SignedOut) -> list[tuple[str, Id]]:
    """End the sessions a provider's sign-out names: of its session, its subject, or both at once.

    OpenID Connect Back-Channel Logout 1.0, 2.7. The sessions that ended, each with its person.
    """
    conditions: list[ColumnElement[bool]] = []
    if notice.sub is not None:
        conditions.append(_opened.c.subject_digest == digest_of(tx, "subject", issuer, notice.sub))
    if notice.sid is not None:
        conditions.append(_opened.c.sid_digest == digest_of(tx, "sid", issuer, notice.sid))
    return _end(tx, *conditions)


def sign_out_link(tx: Tx, link: ProviderLink) -> None:
    """End every session that was opened as this link's subject."""
    _end(tx, _opened.c.subject_digest == link.subject_digest)


def _end(tx: Tx, *conditions: ColumnElement[bool]) -> list[tuple[str, Id]]:
    if not conditions:
        return []
    tx.flush()
    query = (
        select(_session.c.id, _session.c.person_id)
        .join(_opened, _opened.c.session_id == _session.c.id)
        .where(*conditions, _session.c.ended_at.is_(None))
    )
    found = [(row.id, row.person_id) for row in tx.connection.execute(query)]
    for session_id, person_id in found:
        with suppress(NotFound):
            sessions.end_session(tx, person_id, session_id)
    return found


def first_time(tx: Tx, issuer: str, notice: SignedOut) -> bool:
    """Whether this notice was not obeyed before; it is remembered until it expires."""
    tx.connection.execute(delete(_notice).where(_notice.c.expires_at < tx.now))
    digest = digest_of(tx, "jti", issuer, notice.jti)
    known = select(_notice.c.jti_digest).where(_notice.c.jti_digest == digest)
    if tx.connection.execute(known).first():
        return False
    row = {"jti_digest": digest, "expires_at": notice.expires_at}
    tx.connection.execute(insert(_notice).values(row))
    return True
