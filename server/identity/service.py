"""Persons and their credentials: verbs of identity.

Every function works inside a transaction it is given; passwords are hashed before one is opened,
so that no lock is held while argon2 runs.
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from crypto import tokens
from crypto.errors import Unverified
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import HOUR, Instant
from server.database import Tx
from server.identity import sessions
from server.identity.models import (
    Affiliation,
    Credential,
    Enrolment,
    Organisation,
    Person,
)
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import bound_hash, lookup_digest, open_field, seal_field
from server.problems import Conflict, NotFound, Problem

ENROLMENT_HOURS = 72
PASSWORD = "password"  # noqa: S105  the kind of a credential, not one

_person: Table = Person.__table__  # type: ignore[attr-defined]
_credential: Table = Credential.__table__  # type: ignore[attr-defined]
_enrolment: Table = Enrolment.__table__  # type: ignore[attr-defined]


class AddressTaken(Problem):
    status, code = 409, "address_taken"
    ja = "このメールアドレスの人はすでに登録されています。"
    en = "A person with this e-mail address is registered already."


class LinkUnusable(Problem):
    status, code = 410, "link_unusable"
    ja = "このリンクは期限切れか、使用済みか、誤りです。新しいリンクを求めてください。"
    en = "This link cannot be used: expired, used, or mistyped. Ask for a new one."


class HasCredential(Problem):
    status, code = 409, "has_credential"
    ja = "この人はすでに資格情報を持っています。他の人が設定し直すことはできません。"
    en = "This person has a credential; nobody else can set or reset it."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Who is to be registered, and where they belong from when."""

    name: str
    kana: str
    email: str
    organisation_id: str
    title: str
    affiliated_to: Instant | None = None


def register(tx: Tx, new: NewPerson) -> Person:
    """Register a person with a first affiliation. Raises AddressTaken, NotFound (organisation)."""
    digest = lookup_digest(tx, "email", new.email)
    if tx.connection.scalar(select(_person.c.id).where(_person.c.email_digest == digest)):
        raise AddressTaken
    person_id = new_id(tx.now)
    person = Person(
        id=person_id,
        name=_seal(tx, "name", person_id, new.name),
        kana=_seal(tx, "kana", person_id, new.kana),
        email=_seal(tx, "email", person_id, new.email),
        email_digest=digest,
    )
    facts.enter(tx, SYSTEM, person)
    affiliate(tx, person_id, new.organisation_id, title=new.title, until=new.affiliated_to)
    return person


def affiliate(
    tx: Tx, person_id: Id, organisation_id: str, *, title: str, until: Instant | None = None
) -> Affiliation:
    """Let a person belong to an organisation from now. Raises NotFound for no such organisation."""
    if tx.session.get(Organisation, organisation_id) is None:
        raise NotFound(f"no organisation {organisation_id}")
    row_id = new_id(tx.now)
    sealed = seal_field(tx, INSTALLATION, ("affiliation", "title", row_id), title)
    affiliation = Affiliation(
        id=row_id,
        person_id=person_id,
        organisation_id=organisation_id,
        title=sealed,
        valid_from=tx.now,
        valid_to=until,
    )
    return facts.enter(tx, SYSTEM, affiliation)


def name_of(tx: Tx, person_id: Id) -> str:
    """A person's name. Raises NotFound."""
    sealed = tx.connection.scalar(select(_person.c.name).where(_person.c.id == person_id))
    if sealed is None:
        raise NotFound(f"no person {person_id}")
    return open_field(tx, INSTALLATION, ("person", "name", person_id), sealed)


def open_person(tx: Tx, person: Person) -> dict[str, str]:
    """A person's sealed fields in clear: name, kana, email."""
    return {
        column: open_field(tx, INSTALLATION, ("person", column, person.id), getattr(person, column))
        for column in ("name", "kana", "email")
    }


def _seal(tx: Tx, column: str, person_id: Id, text: str) -> bytes:
    return seal_field(tx, INSTALLATION, ("person", column, person_id), text)


def affiliated(tx: Tx, person_id: Id, organisation_id: str) -> bool:
    """Whether the person belongs to the organisation at this transaction's moment."""
    table: Table = Affiliation.__table__  # type: ignore[attr-defined]
    query = select(table.c.id).where(
        table.c.person_id == person_id,
        table.c.organisation_id == organisation_id,
        facts.holds(table),
    )
    return tx.connection.execute(query, {"now": tx.now}).first() is not None


def has_credential(tx: Tx, person_id: Id) -> bool:
    """Whether the person ever set a credential; then only they can set another."""
    query = select(_credential.c.id).where(_credential.c.person_id == person_id)
    return tx.connection.execute(query).first() is not None


def invite(tx: Tx, person_id: Id, *, by: Id | None) -> str:
    """A one-time enrolment link's token, shown once, for a person who has no credential yet.

    An earlier unused link ends. Raises HasCredential, NotFound.
    """
    if tx.session.get(Person, person_id) is None:
        raise NotFound(f"no person {person_id}")
    if has_credential(tx, person_id):
        raise HasCredential
    for earlier in _open_enrolments(tx, _enrolment.c.person_id == person_id):
        facts.end(tx, earlier, by=by, reason="replaced")
    token = tokens.new_token("kye")
    enrolment = Enrolment(
        person_id=person_id,
        token_id=token.token_id,
        secret_hash=bound_hash(tx, "kye", token.token_id, person_id, token.secret_hash),
        expires_at=tx.now + ENROLMENT_HOURS * HOUR,
        made_by=by,
    )
    facts.enter(tx, SYSTEM, enrolment)
    return token.text


def enrol(tx: Tx, link: str, verifier: str) -> Id:
    """Set the first password by a one-time link; the person it belongs to. Raises LinkUnusable."""
    enrolment = check_link(tx, link)
    if has_credential(tx, enrolment.person_id):
        raise HasCredential
    facts.end(tx, enrolment, by=enrolment.person_id, reason="used")
    _set_password(tx, enrolment.person_id, verifier)
    return enrolment.person_id


def check_link(tx: Tx, link: str) -> Enrolment:
    """The enrolment behind a link that can be used now. Raises LinkUnusable."""
    try:
        kind, token_id, secret = tokens.parse_token(link)
    except Unverified as error:
        raise LinkUnusable from error
    found = _open_enrolments(tx, _enrolment.c.token_id == token_id)
    if kind != "kye" or not found:
        raise LinkUnusable
    enrolment = found[0]
    hashed = tokens.secret_hash(secret)
    expected = bound_hash(tx, kind, token_id, enrolment.person_id, hashed)
    if not hmac.compare_digest(enrolment.secret_hash, expected):
        raise LinkUnusable
    return enrolment


def _open_enrolments(tx: Tx, condition: object) -> list[Enrolment]:
    query = select(Enrolment).where(
        condition,  # type: ignore[arg-type]
        facts.holds(_enrolment),
        _enrolment.c.expires_at > bindparam("now"),
    )
    return list(tx.session.scalars(query, {"now": tx.now}))


def _set_password(tx: Tx, person_id: Id, verifier: str) -> None:
    row_id = new_id(tx.now)
    # Sealed with the person's id: a row that was written or moved without the key opens for nobody.
    sealed = seal_field(tx, INSTALLATION, _verifier(row_id), f"{person_id} {verifier}")
    credential = Credential(id=row_id, person_id=person_id, kind=PASSWORD, verifier=sealed)
    facts.enter(tx, SYSTEM, credential)


def _verifier(row_id: Id) -> tuple[str, str, str]:
    return ("credential", "verifier", row_id)


def verifier_by_email(tx: Tx, email: str) -> tuple[Id | None, str | None]:
    """The person behind an address and what their password is checked against."""
    digest = lookup_digest(tx, "email", email)
    query = select(_person.c.id).where(_person.c.email_digest == digest, facts.holds(_person))
    person_id = tx.connection.scalar(query, {"now": tx.now})
    return person_id, verifier_of_person(tx, person_id) if person_id else None


def verifier_of_person(tx: Tx, person_id: Id) -> str | None:
    """What the person's password is checked against now; None without one.

    Raises Unverified for a row that was not written by this server for this person.
    """
    current = _credential_of(tx, person_id)
    if current is None:
        return None
    opened = open_field(tx, INSTALLATION, _verifier(current.id), current.verifier)
    owner, _, verifier = opened.partition(" ")
    if owner != person_id:
        raise Unverified("credential")
    return verifier


def _credential_of(tx: Tx, person_id: Id) -> Credential | None:
    query = select(Credential).where(
        _credential.c.person_id == person_id,
        _credential.c.kind == PASSWORD,
        facts.holds(_credential),
    )
    return tx.session.scalars(query, {"now": tx.now}).one_or_none()


def change_password(tx: Tx, person_id: Id, *, old: str, new: str) -> None:
    """Replace the verifier `old`, just proved, by `new`; end every session and token."""
    current = _credential_of(tx, person_id)
    if current is None or verifier_of_person(tx, person_id) != old:
        raise Conflict("the password was changed meanwhile; sign in again")
    facts.end(tx, current, by=person_id, reason="replaced")
    _set_password(tx, person_id, new)
    sessions.end_sessions(tx, person_id)
    for token in sessions.tokens_of(tx, person_id):
        facts.end(tx, token, by=person_id, reason="password_changed")
