"""A representative invites colleagues: registering, for the member's own organisation alone.

Owns what a representative is told about an address that is known already: that the colleague is
there, or that the secretariat is to be asked; never who it is or where they belong. Being invited
gives no seat: seats come from the council's roster.
"""

from sqlalchemy import Table, select

from server.access import holding
from server.access.models import Membership
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.database import Tx
from server.identity import affiliations
from server.identity import service as identity
from server.identity.models import Person
from server.ids import Id
from server.keys.service import lookup_digest
from server.problems import Conflict, Malformed

_person: Table = Person.__table__  # type: ignore[attr-defined]


class AskSecretariat(Conflict):
    code = "ask_secretariat"
    ja = "このメールアドレスでは招待できません。事務局にご相談ください。"
    en = "This address cannot be invited by you. Please talk to the secretariat."


class WhichOrganisation(Malformed):
    code = "organisation_of_member_needed"
    ja = "構成員自身の所属する組織（organisations）から一つを organisation に指定してください。"
    en = "Name in `organisation` one of the member's own, which are in `organisations`."


def invite(
    tx: Tx,
    membership: Membership,
    *,
    name: str,
    kana: str,
    email: str,
    title: str,
    organisation: str | None,
    by: Id,
) -> tuple[Id, str | None]:
    """Register a colleague, with a one-time link; or find the colleague who is registered already.

    The person's id, and the link's text for who is new. Raises AskSecretariat, WhichOrganisation.
    """
    audit.lock(tx, SYSTEM)  # of two invitations of one address, the second finds the first's person
    belongs = _organisation(tx, membership, organisation)
    digest = lookup_digest(tx, "email", email)
    known = tx.connection.scalar(select(_person.c.id).where(_person.c.email_digest == digest))
    if known is not None:
        if not holding.present(tx, known) or not identity.affiliated(tx, known, belongs):
            raise AskSecretariat
        return known, None
    new = identity.NewPerson(
        name=name, kana=kana, email=email, organisation_id=belongs, title=title
    )
    person = identity.register(tx, new)
    return person.id, identity.invite(tx, person.id, by=by)


def _organisation(tx: Tx, membership: Membership, asked: str | None) -> str:
    own = (
        {membership.organisation_id}
        if membership.organisation_id is not None
        else set(affiliations.until(tx, membership.person_id or ""))
    )
    if asked is None and len(own) == 1:
        return own.pop()
    if asked is None or asked not in own:
        raise WhichOrganisation(organisations=sorted(own))
    return asked
