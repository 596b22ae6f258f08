"""Who is told that a council closes, that it does not after all, and that it has closed.

Owns whom, not how: `server/notices` keeps only those who may know of the thing, and sends.
"""

from collections.abc import Iterator

from sqlalchemy import Table, or_, select

from server.access import closings
from server.access.closing_models import CouncilClosed, CouncilClosing
from server.access.kinds import PERSON_KIND
from server.access.matters import Telling, Tells, Topic, because_of
from server.access.models import Office, Seat
from server.access.vocabulary import OfficeRole
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import Instant
from server.councils import closing
from server.councils.kinds import COUNCIL
from server.councils.models import Admission, Nomination
from server.database import Tx
from server.ids import Id

WATCHING = (OfficeRole.SECRETARIAT, OfficeRole.COMPLIANCE_OFFICER, OfficeRole.AUDITOR)

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_admission: Table = Admission.__table__  # type: ignore[attr-defined]
_nomination: Table = Nomination.__table__  # type: ignore[attr-defined]
# Apart from the table by which `holds` asks what has ended.
_ending = Ending.__table__.alias()  # type: ignore[attr-defined]


def announced(tx: Tx, row: CouncilClosing) -> Iterator[Telling]:
    """A closing was announced and still stands: everybody of the council."""
    standing = closing.announcement(tx, row.council_id)
    if standing is not None and standing.id == row.id:
        yield from _everybody(
            tx, Topic.CLOSING_ANNOUNCED, row.council_id, row.id, row.recorded_at, row.closes_at
        )


def taken_back(tx: Tx, ending: Ending) -> Iterator[Telling]:
    """A closing was taken back: everybody of the council."""
    row = tx.session.get(CouncilClosing, ending.fact_id)
    if row is not None and ending.reason == closings.TAKEN_BACK:
        yield from _everybody(
            tx, Topic.CLOSING_TAKEN_BACK, row.council_id, row.id, ending.recorded_at
        )


def closed(tx: Tx, row: CouncilClosed) -> Iterator[Telling]:
    """The council is closed: everybody of it, and who was asked to join it."""
    yield from _everybody(tx, Topic.COUNCIL_CLOSED, row.council_id, row.id, row.recorded_at)
    withdrawn = (
        select(_nomination.c.person_id)
        .join(_admission, _admission.c.id == _nomination.c.admission_id)
        .join(_ending, _ending.c.fact_id == _admission.c.id)
        .where(_admission.c.council_id == row.council_id, _ending.c.log_seq == row.log_seq)
        .where(_ending.c.log_id == row.log_id, holds(_nomination))
    )
    for person in sorted(set(tx.connection.scalars(withdrawn, {"now": tx.now}))):
        yield because_of(row, Topic.INVITATION_ENDED, person, PERSON_KIND, person)


def _everybody(
    tx: Tx, topic: Topic, council_id: Id, source: Id, at: Instant, deadline: Instant | None = None
) -> Iterator[Telling]:
    """Who sits in the council, signs for a minister, or watches over it."""
    seated = select(_seat.c.person_id).where(_seat.c.council_id == council_id, holds(_seat))
    watching = _office.c.council_id.is_(None) & _office.c.role.in_(WATCHING)
    offices = select(_office.c.person_id).where(
        or_(_office.c.council_id == council_id, watching), holds(_office)
    )
    now = {"now": tx.now}
    persons = {*tx.connection.scalars(seated, now), *tx.connection.scalars(offices, now)}
    for person in sorted(persons):
        yield Telling(
            topic=topic,
            person_id=person,
            kind=COUNCIL,
            id=council_id,
            council_id=council_id,
            source=source,
            at=at,
            deadline=deadline,
            done=deadline is None,
        )


TELLS = (
    Tells(CouncilClosing, announced),
    Tells(Ending, taken_back),
    Tells(CouncilClosed, closed),
)
