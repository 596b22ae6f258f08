"""Persons, where they belong, and the one-time links by which they set a first credential.

Every function works inside a transaction it is given. What a credential is: `passkeys.py`,
`links.py` (an organisation's own sign-in), `fallback.py` (passwords, for demonstrations).
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from crypto import tokens
from crypto.errors import Unverified
from server.audit import facts
from server.audit.models import SYSTEM
from server.audit.service import lock
from server.clock import HOUR, Instant
from server.database import Tx
from server.identity import affiliations, links, passkeys
from server.identity.models import (
    Affiliation,
    Credential,
    Enrolment,
    Person,
)
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import bound_hash, lookup_digest, open_field, seal_field
from server.problems import NotFound, Problem

ENROLMENT_HOURS = 72

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
    lock(tx, SYSTEM)  # of two who register one address at once, the second finds it taken
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
    return affiliations.enter(tx, person_id, organisation_id, title=title, until=until)


def name_of(tx: Tx, person_id: Id) -> str:
    """A person's name. Raises NotFound."""
    sealed = tx.connection.scalar(select(_person.c.name).where(_person.c.id == person_id))
    if sealed is None:
        raise NotFound(f"no person {person_id}")
    return open_field(tx, INSTALLATION, ("person", "name", person_id), sealed)


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
    """Whether the person ever set a credential; then only they, or two officers together
    (recovery.py), can have them set another.
    """
    query = select(_credential.c.id).where(_credential.c.person_id == person_id)
    if tx.connection.execute(query).first() is not None:
        return True
    return passkeys.ever(tx, person_id) or links.ever(tx, person_id)


def invite(tx: Tx, person_id: Id, *, by: Id | None) -> str:
    """A one-time enrolment link's token, shown once, for a person who has no credential yet.

    An earlier unused link ends. Raises HasCredential, NotFound.
    """
    if tx.session.get(Person, person_id) is None:
        raise NotFound(f"no person {person_id}")
    if has_credential(tx, person_id):
        raise HasCredential
    return make_link(tx, person_id, by=by)


def make_link(tx: Tx, person_id: Id, *, by: Id | None) -> str:
    """A one-time link, in the place of any that was not used; for `invite` and for recovery."""
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


def use_link(tx: Tx, link: str) -> Enrolment:
    """Use a one-time link up, for who sets a first credential by it. Raises LinkUnusable,
    HasCredential.
    """
    enrolment = check_link(tx, link)
    if passkeys.count(tx, enrolment.person_id) or links.of_person(tx, enrolment.person_id):
        raise HasCredential
    facts.end(tx, enrolment, by=enrolment.person_id, reason="used")
    return enrolment


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


def person_by_email(tx: Tx, email: str) -> Id | None:
    """The person behind an address, if they are present."""
    digest = lookup_digest(tx, "email", email)
    query = select(_person.c.id).where(_person.c.email_digest == digest, facts.holds(_person))
    found: Id | None = tx.connection.scalar(query, {"now": tx.now})
    return found
