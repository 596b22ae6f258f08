"""Who is told of an act that waits for a second person, and of an office.

Owns whom, not how: `server/notices` keeps only those who may know of the thing, and sends.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.kinds import PERSON_KIND
from server.access.matters import Telling, Tells, Topic, because_of
from server.access.models import Office, Proposal, Seat
from server.access.vocabulary import Action, SeatRole
from server.access.waiting import thing_of
from server.audit.facts import holds
from server.database import Tx
from server.ids import Id

_office: Table = Office.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def proposed(tx: Tx, proposal: Proposal) -> Iterator[Telling]:
    """Somebody proposed an act that takes two: whoever could be the second."""
    kind, id = thing_of(proposal)
    for person in _might(tx, proposal):
        yield because_of(
            proposal,
            Topic.SECOND_PERSON_WANTED,
            person,
            kind,
            id,
            deadline=proposal.expires_at,
            action=Action(proposal.action),
        )


def _might(tx: Tx, proposal: Proposal) -> list[Id]:
    """Officers, and who speaks for a member of the council: the policy narrows them down."""
    officers = select(_office.c.person_id).where(
        _office.c.council_id.is_(None) | (_office.c.council_id == proposal.log_id), holds(_office)
    )
    seated = select(_seat.c.person_id).where(
        _seat.c.council_id == proposal.log_id,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        holds(_seat),
    )
    now = {"now": tx.now}
    found = {*tx.connection.scalars(officers, now), *tx.connection.scalars(seated, now)}
    return sorted(found - {proposal.proposer_id})


def appointed(_tx: Tx, office: Office) -> Iterator[Telling]:
    """Somebody was appointed to an office: they."""
    yield Telling(
        topic=Topic.OFFICE_NAMED,
        person_id=office.person_id,
        kind=PERSON_KIND,
        id=office.person_id,
        council_id=office.council_id,
        source=office.id,
        at=office.recorded_at,
    )


TELLS = (Tells(Proposal, proposed), Tells(Office, appointed))
