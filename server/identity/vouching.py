"""Whom a provider vouches for: who its subject is here, and whether it may say so (IDN-1).

Owns the rule that ties subject, person and organisation. A subject becomes a person's once, by an
invitation or by the person themself; it stays theirs only while they belong to an organisation the
provider is bound to.
"""

from sqlalchemy import Table, select

from server.audit import facts
from server.database import Tx
from server.identity import links, service
from server.identity.models import Enrolment
from server.identity.oidc_models import Flow
from server.identity.oidc_problems import LeftOrganisation, NotLinked, NotOfThisOrganisation
from server.identity.oidc_tokens import Subject
from server.identity.passkey_models import Passkey
from server.identity.providers import Provider
from server.ids import Id

SIGNED_IN, ENROLLED, ADDED = "session.start", "provider_link.enrol", "provider_link.add"

_enrolment: Table = Enrolment.__table__  # type: ignore[attr-defined]
_passkey: Table = Passkey.__table__  # type: ignore[attr-defined]


def invited(tx: Tx, provider: Provider, link: str) -> Id:
    """The enrolment behind a link that may be used by this provider's people.

    Raises LinkUnusable, NotOfThisOrganisation.
    """
    enrolment = service.check_link(tx, link)
    if not links.belongs(tx, enrolment.person_id, provider.organisations):
        raise NotOfThisOrganisation
    return enrolment.id


def person_for(tx: Tx, provider: Provider, flow: Flow, subject: Subject) -> tuple[Id, str]:
    """Who has signed in, linked now if the flow was begun for that; with the kind of the entry.

    `tx` holds the system log's lock. Raises NotLinked, LeftOrganisation, NotOfThisOrganisation,
    LinkedToAnother, LinkUnusable.
    """
    if flow.enrolment_id is not None:
        enrolment = _standing(tx, flow.enrolment_id)
        _link(tx, provider, enrolment.person_id, subject, flow.enrolment_id)
        facts.end(tx, enrolment, by=enrolment.person_id, reason="used")
        return enrolment.person_id, ENROLLED
    if flow.person_id is not None:
        _link(tx, provider, flow.person_id, subject, None)
        return flow.person_id, ADDED
    person_id = links.person_of(tx, subject.issuer, subject.sub)
    if person_id is None:
        raise NotLinked
    if not links.belongs(tx, person_id, provider.organisations):
        raise LeftOrganisation
    return person_id, SIGNED_IN


def _link(
    tx: Tx, provider: Provider, person_id: Id, subject: Subject, enrolment_id: Id | None
) -> None:
    if not links.belongs(tx, person_id, provider.organisations):
        raise NotOfThisOrganisation
    links.link(tx, person_id, subject.issuer, subject.sub, enrolment_id=enrolment_id)


def _standing(tx: Tx, enrolment_id: Id) -> Enrolment:
    """The invitation a flow was begun with, if nobody has used it meanwhile."""
    query = select(Enrolment).where(
        _enrolment.c.id == enrolment_id,
        _enrolment.c.expires_at > tx.now,
        facts.holds(_enrolment),
    )
    found = tx.session.scalars(query, {"now": tx.now}).one_or_none()
    if found is None:
        raise service.LinkUnusable
    return found


def has_passkey(tx: Tx, person_id: Id) -> bool:
    """Whether the person could sign in without any provider."""
    query = select(_passkey.c.id).where(_passkey.c.person_id == person_id, facts.holds(_passkey))
    return tx.connection.execute(query, {"now": tx.now}).first() is not None
