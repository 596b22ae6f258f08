"""Which subject of which issuer is which person here (IDN-1).

Owns the table `provider_link`. The pair of issuer and subject is the identity; an e-mail address, a
name, a group never is. Says nothing about rights.
"""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import Table, select

from crypto.canonical import canonical
from crypto.digests import sha256
from crypto.errors import Unverified
from server.audit import facts
from server.audit.models import SYSTEM
from server.database import Tx
from server.identity.models import Affiliation, Person
from server.identity.oidc_models import ProviderLink
from server.identity.oidc_problems import LinkedToAnother
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import lookup_digest, open_field, seal_field
from server.problems import NotFound

_person: Table = Person.__table__  # type: ignore[attr-defined]
_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]
_link: Table = ProviderLink.__table__  # type: ignore[attr-defined]


def person_of(tx: Tx, issuer: str, sub: str) -> Id | None:
    """The person this subject is linked to and who is present; None for nobody.

    Raises Unverified for a row this server did not write for this person.
    """
    link = _held(tx, issuer, sub)
    if link is None or not _present(tx, link.person_id):
        return None
    return link.person_id


def link(
    tx: Tx, person_id: Id, issuer: str, sub: str, *, enrolment_id: Id | None
) -> ProviderLink | None:
    """Let this subject be this person from now; None where it is already.

    `tx` holds the system log's lock. Raises LinkedToAnother.
    """
    held = _held(tx, issuer, sub)
    if held is not None:
        if held.person_id != person_id:
            raise LinkedToAnother
        return None
    row_id = new_id(tx.now)
    row = ProviderLink(
        id=row_id,
        person_id=person_id,
        issuer=issuer,
        subject_digest=digest_of(tx, "subject", issuer, sub),
        subject=seal_field(tx, INSTALLATION, _place(row_id), _text(person_id, issuer, sub)),
        enrolment_id=enrolment_id,
    )
    return facts.enter(tx, SYSTEM, row)


def _held(tx: Tx, issuer: str, sub: str) -> ProviderLink | None:
    query = select(ProviderLink).where(
        _link.c.subject_digest == digest_of(tx, "subject", issuer, sub), facts.holds(_link)
    )
    found = tx.session.scalars(query, {"now": tx.now}).one_or_none()
    if found is None:
        return None
    opened = open_field(tx, INSTALLATION, _place(found.id), found.subject)
    if opened != _text(found.person_id, issuer, sub):
        raise Unverified("provider_link")
    return found


def _text(person_id: Id, issuer: str, sub: str) -> str:
    return canonical([person_id, issuer, sub]).decode()


def digest_of(tx: Tx, purpose: str, issuer: str, value: str) -> bytes:
    """By what a `subject`, a `sid` or a `jti` of an issuer is found without being stored."""
    # Hashed first: a look-up folds case, and subjects that differ in case are different persons.
    return lookup_digest(tx, purpose, sha256(canonical([issuer, value])).hex())


def _place(row_id: Id) -> tuple[str, str, str]:
    return ("provider_link", "subject", row_id)


def _present(tx: Tx, person_id: Id) -> bool:
    query = select(_person.c.id).where(_person.c.id == person_id, facts.holds(_person))
    return tx.connection.execute(query, {"now": tx.now}).first() is not None


def belongs(tx: Tx, person_id: Id, organisations: Collection[str]) -> bool:
    """Whether the person is present and belongs to one of these organisations now."""
    query = select(_affiliation.c.id).where(
        _affiliation.c.person_id == person_id,
        _affiliation.c.organisation_id.in_(sorted(organisations)),
        facts.holds(_affiliation),
    )
    affiliated = tx.connection.execute(query, {"now": tx.now}).first() is not None
    return affiliated and _present(tx, person_id)


def of_person(tx: Tx, person_id: Id) -> Sequence[ProviderLink]:
    """The person's links that hold, oldest first."""
    query = select(ProviderLink).where(_link.c.person_id == person_id, facts.holds(_link))
    return tx.session.scalars(query.order_by(_link.c.id), {"now": tx.now}).all()


def ever(tx: Tx, person_id: Id) -> bool:
    """Whether the person was ever linked; then nobody else can enrol them by a first invitation."""
    query = select(_link.c.id).where(_link.c.person_id == person_id)
    return tx.connection.execute(query).first() is not None


def subject_of(tx: Tx, found: ProviderLink) -> str:
    """The subject of one's own link, in clear."""
    opened = open_field(tx, INSTALLATION, _place(found.id), found.subject)
    return str(json.loads(opened)[2])


def remove(tx: Tx, person_id: Id, link_id: Id) -> ProviderLink:
    """End one of the person's links. Raises NotFound."""
    mine = [each for each in of_person(tx, person_id) if each.id == link_id]
    if not mine:
        raise NotFound("no such link")
    facts.end(tx, mine[0], by=person_id, reason="removed")
    return mine[0]
