"""The duty register as it is shown: names of councils and providers put beside ids.

Owns putting it together. A title comes from the register alone, which says to whom.
"""

from collections.abc import Iterable

from server.access.models import Membership
from server.councils import telling
from server.councils.views import bodies_of
from server.database import Tx
from server.duties import returns
from server.duties.models import DutyLink
from server.duties.register import Bound, Duty
from server.duties.returns import Owed
from server.duties.schemas import (
    BoundOut,
    CertificateOut,
    DutyItemOut,
    DutyLinkOut,
    ReturnsOut,
)
from server.identity import service as identity
from server.ids import Id


def items(tx: Tx, found: Iterable[Duty]) -> list[DutyItemOut]:
    """Entries of a register."""
    owed: dict[Id, Owed] = {}
    return [_item(tx, duty, owed) for duty in found]


def _item(tx: Tx, duty: Duty, owed: dict[Id, Owed]) -> DutyItemOut:
    certificate = _of(tx, duty.membership, owed).of(duty.document) if duty.membership else None
    return DutyItemOut(
        document=duty.document,
        council=duty.council_id,
        council_title=telling.name_of(tx, duty.council_id),
        provider=_member(tx, duty.provider),
        state=duty.state,  # type: ignore[arg-type]  # one of the kind's states
        text=duty.text,
        acknowledged_at=duty.acknowledged_at,
        first_opened=duty.opened.first,
        last_opened=duty.opened.last,
        until=duty.until,
        ended_at=duty.ended_at,
        why=duty.why,
        certificate=None if certificate is None else certificate.outcome,
        title=duty.title,
    )


def _of(tx: Tx, membership: Id, known: dict[Id, Owed]) -> Owed:
    if membership not in known:
        known[membership] = returns.owed(tx, membership)
    return known[membership]


def _member(tx: Tx, membership_id: Id) -> str:
    """What a member is called: its organisation, or the person who is a member."""
    member = tx.session.get_one(Membership, membership_id)
    if member.organisation_id is not None:
        return bodies_of(tx, [member.organisation_id])[member.organisation_id].name_ja
    return identity.name_of(tx, member.person_id or "")


def link(found: DutyLink) -> DutyLinkOut:
    """A link, without what makes it one."""
    return DutyLinkOut(
        id=found.id,
        person=found.person_id,
        made_by=found.made_by,
        made_at=found.recorded_at,
        expires_at=found.expires_at,
    )


def bound(tx: Tx, document_id: Id, found: Iterable[Bound]) -> list[BoundOut]:
    """Whom a secret binds."""
    owed: dict[Id, Owed] = {}
    return [_bound(tx, document_id, each, owed) for each in found]


def _bound(tx: Tx, document_id: Id, each: Bound, known: dict[Id, Owed]) -> BoundOut:
    owed = _of(tx, each.membership, known) if each.membership else None
    certificate = owed.of(document_id) if owed else None
    return BoundOut(
        person=each.person,
        name=identity.name_of(tx, each.person),
        membership=each.membership,
        text=each.text,
        acknowledged_at=each.acknowledged_at,
        first_opened=each.opened.first,
        last_opened=each.opened.last,
        left_at=each.left_at,
        certificate=None if certificate is None else certificate.outcome,
        certificate_owed=bool(owed and owed.ended_at and document_id in owed.uncertified),
    )


def owing(owed: Owed) -> ReturnsOut:
    """What a member received and certified."""
    return ReturnsOut(
        membership=owed.membership,
        ended_at=owed.ended_at,
        received=list(owed.received),
        uncertified=list(owed.uncertified),
        certificates=[CertificateOut.model_validate(each) for each in owed.certificates],
    )
