"""Incidents that wait for an officer, and who is told of one.

Owns whom: those who deal with it, the secretariat, and who represents the member it comes from.
Never says which document, nor what is feared.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Task, Telling, Tells, Topic, waiting_rows
from server.access.sitting import officers_of, seats_of
from server.access.vocabulary import Action, OfficeRole, Relation, SeatRole
from server.clock import Instant
from server.database import Tx
from server.documents.incidents.kinds import INCIDENT, OPEN
from server.documents.incidents.models import Incident, IncidentClosing
from server.ids import Id

TOLD = (OfficeRole.COMPLIANCE_OFFICER, OfficeRole.SECRETARIAT)

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_OPEN = select(_incident.c.id, _incident.c.council_id).where(
    INCIDENT.state == OPEN, INCIDENT.clause(Relation.COMPLIANCE_OFFICER)
)

# Open incidents of the councils whose information officer the person is.
waiting_for = waiting_rows(_OPEN, Task.DEAL_WITH_INCIDENT, INCIDENT, Action.CLOSE_INCIDENT)


def opened(tx: Tx, incident: Incident) -> Iterator[Telling]:
    """An incident was opened: officers, secretariat, and the member's representative."""
    for person in sorted(_concerned(tx, incident)):
        yield _telling(Topic.INCIDENT_OPENED, incident, person, incident.id, incident.recorded_at)


def closed(tx: Tx, closing: IncidentClosing) -> Iterator[Telling]:
    """An incident was closed: the same, and who reported it."""
    incident = tx.session.get_one(Incident, closing.incident_id)
    reporter = {incident.reported_by} if incident.reported_by else set()
    for person in sorted(_concerned(tx, incident) | reporter):
        yield _telling(Topic.INCIDENT_CLOSED, incident, person, closing.id, closing.recorded_at)


def _concerned(tx: Tx, incident: Incident) -> set[Id]:
    member = incident.membership_id
    speaking = seats_of(tx, member, SeatRole.REPRESENTATIVE) if member else ()
    return {
        *officers_of(tx, incident.council_id, *TOLD),
        *(seat.person_id for seat in speaking),
    }


def _telling(topic: Topic, incident: Incident, person: Id, source: Id, at: Instant) -> Telling:
    return Telling(
        topic=topic,
        person_id=person,
        kind=INCIDENT,
        id=incident.id,
        council_id=incident.council_id,
        source=source,
        at=at,
    )


TELLS = (Tells(Incident, opened), Tells(IncidentClosing, closed))
