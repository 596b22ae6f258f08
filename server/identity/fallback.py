"""Passwords: a fallback for reading, and only where the server runs with --demo (IDN-3).

Owns the rows of `credential` whose kind is `password`. A password is hashed before a transaction is
opened, so that no lock is held while argon2 runs (`passwords.py`).
"""

from sqlalchemy import Table, select

from crypto.errors import Unverified
from server.audit import facts
from server.audit.models import SYSTEM
from server.database import Tx
from server.identity import service, sessions
from server.identity.caller import PASSWORD as BY_PASSWORD
from server.identity.models import Credential
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import open_field, seal_field
from server.problems import Problem

PASSWORD = "password"  # noqa: S105  the kind of a credential, not one

_credential: Table = Credential.__table__  # type: ignore[attr-defined]


class PasswordsOff(Problem):
    status, code = 404, "passwords_off"
    ja = "このサーバーではパスワードを使いません。パスキーでサインインしてください。"
    en = "This server takes no passwords. Sign in with a passkey."


def verifier_by_email(tx: Tx, email: str) -> tuple[Id | None, str | None]:
    """The person behind an address and what their password is checked against."""
    person_id = service.person_by_email(tx, email)
    return person_id, verifier_of_person(tx, person_id) if person_id else None


def verifier_of_person(tx: Tx, person_id: Id) -> str | None:
    """What the person's password is checked against now; None without one.

    Raises Unverified for a row that was not written by this server for this person.
    """
    current = credential_of(tx, person_id, PASSWORD)
    return None if current is None else opened(tx, current)


def set_password(tx: Tx, person_id: Id, verifier: str) -> None:
    """Let this be what the person's password is checked against; sessions by password end."""
    current = credential_of(tx, person_id, PASSWORD)
    if current is not None:
        facts.end(tx, current, by=person_id, reason="replaced")
    enter(tx, person_id, PASSWORD, verifier)
    sessions.end_sessions(tx, person_id, method=BY_PASSWORD)


def credential_of(tx: Tx, person_id: Id, kind: str) -> Credential | None:
    """The person's credential of a kind that holds now."""
    query = select(Credential).where(
        _credential.c.person_id == person_id, _credential.c.kind == kind, facts.holds(_credential)
    )
    return tx.session.scalars(query, {"now": tx.now}).one_or_none()


def enter(tx: Tx, person_id: Id, kind: str, secret: str) -> Credential:
    """A credential of the person from now.

    Sealed with the person's id and the kind: a row that was written or moved without the key opens
    for nobody.
    """
    row_id = new_id(tx.now)
    sealed = seal_field(tx, INSTALLATION, _place(row_id), f"{_of(person_id, kind)} {secret}")
    row = Credential(id=row_id, person_id=person_id, kind=kind, verifier=sealed)
    return facts.enter(tx, SYSTEM, row)


def opened(tx: Tx, row: Credential) -> str:
    """What a credential's row holds. Raises Unverified."""
    text = open_field(tx, INSTALLATION, _place(row.id), row.verifier)
    owner, _, secret = text.partition(" ")
    if owner != _of(row.person_id, row.kind):
        raise Unverified("credential")
    return secret


def end_all(tx: Tx, person_id: Id, *, by: Id, reason: str) -> None:
    """End the person's password and one-time codes."""
    query = select(Credential).where(_credential.c.person_id == person_id, facts.holds(_credential))
    for row in tx.session.scalars(query, {"now": tx.now}).all():
        facts.end(tx, row, by=by, reason=reason)


def _of(person_id: Id, kind: str) -> str:
    # Passwords of before kinds had no other kind beside them.
    return person_id if kind == PASSWORD else f"{person_id}/{kind}"


def _place(row_id: Id) -> tuple[str, str, str]:
    return ("credential", "verifier", row_id)
