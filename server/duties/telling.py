"""Who is told once a member left owing a certificate, or was cut off from secrets.

Owns whom. Never says of which secret: the notices name a council and a member alone.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Telling, Tells, Topic, because_of
from server.access.models import Membership, Seat
from server.access.sitting import officers_of, speaking_for
from server.access.vocabulary import SPEAKING, OfficeRole, SeatRole
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import Instant
from server.councils.kinds import COUNCIL, MEMBERSHIP
from server.councils.models import SafeManagementConfirmation
from server.councils.safety_models import SafeManagementLapse
from server.database import Tx
from server.documents.kinds import DOCUMENT, SECRET
from server.documents.models import Document, Recipient
from server.duties import returns
from server.ids import Id

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_document: Table = Document.__table__  # type: ignore[attr-defined]
_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_providing: Table = Seat.__table__.alias()  # type: ignore[attr-defined]
# Who speaks for a member whose secrets are held back from persons of another.
_PROVIDERS = (
    select(_providing.c.person_id)
    .select_from(_document)
    .join(_recipient, _recipient.c.document_id == _document.c.id)
    .join(_seat, _seat.c.person_id == _recipient.c.person_id)
    .join(_providing, _providing.c.membership_id == _document.c.provider_membership_id)
    .distinct()
)


def left(tx: Tx, ending: Ending) -> Iterator[Telling]:
    """A member left or was removed, owing a certificate: who represented it last, the officers."""
    member = tx.session.get(Membership, ending.fact_id)
    if member is None or not returns.owed(tx, member.id).uncertified:
        return
    officers = officers_of(tx, member.council_id, OfficeRole.COMPLIANCE_OFFICER)
    for person in sorted({*_last(tx, member.id), *officers}):
        yield because_of(ending, Topic.RETURN_OWED, person, MEMBERSHIP, member.id)


def _last(tx: Tx, membership_id: Id) -> list[Id]:
    query = select(_seat.c.person_id).where(
        _seat.c.membership_id == membership_id, _seat.c.role == SeatRole.REPRESENTATIVE
    )
    newest = query.order_by(_seat.c.valid_from.desc(), _seat.c.log_seq.desc()).limit(1)
    return list(tx.connection.scalars(newest))


def lapsed(tx: Tx, lapse: SafeManagementLapse) -> Iterator[Telling]:
    """A member's safe management ran out: its own, the officers, and who provides to it."""
    yield from _cut_off(tx, lapse.council_id, lapse.membership_id, lapse.id, lapse.recorded_at)


def revoked(tx: Tx, ending: Ending) -> Iterator[Telling]:
    """A member's confirmation was taken back: as when it runs out, unless another holds."""
    made = tx.session.get(SafeManagementConfirmation, ending.fact_id)
    if made is None or _still_confirmed(tx, made.membership_id):
        return
    yield from _cut_off(tx, made.council_id, made.membership_id, ending.id, ending.recorded_at)


def _still_confirmed(tx: Tx, membership_id: Id) -> bool:
    table: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]
    query = select(table.c.id).where(table.c.membership_id == membership_id, holds(table))
    return tx.connection.scalar(query.limit(1), {"now": tx.now}) is not None


def _cut_off(
    tx: Tx, council_id: Id, membership_id: Id, source: Id, at: Instant
) -> Iterator[Telling]:
    officers = officers_of(tx, council_id, OfficeRole.COMPLIANCE_OFFICER)
    for person in sorted({*speaking_for(tx, membership_id), *officers}):
        yield _of_council(Topic.CONFIRMATION_LAPSED, person, council_id, source, at)
    for person in _providers(tx, membership_id):
        yield _of_council(Topic.DELIVERY_HELD, person, council_id, source, at)


def _providers(tx: Tx, membership_id: Id) -> list[Id]:
    query = _PROVIDERS.where(
        DOCUMENT.state == SECRET,
        _seat.c.membership_id == membership_id,
        _providing.c.role.in_(SPEAKING),
        holds(_recipient),
        holds(_seat),
        holds(_providing),
    )
    return sorted(tx.connection.scalars(query, {"now": tx.now, "person": ""}))


def _of_council(topic: Topic, person: Id, council_id: Id, source: Id, at: Instant) -> Telling:
    return Telling(
        topic=topic,
        person_id=person,
        kind=COUNCIL,
        id=council_id,
        council_id=council_id,
        source=source,
        at=at,
    )


TELLS = (
    Tells(Ending, left),
    Tells(SafeManagementLapse, lapsed),
    Tells(Ending, revoked),
)
