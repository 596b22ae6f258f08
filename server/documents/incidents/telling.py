"""Who is told of an incident, and of its end.

Owns whom: those who deal with it, the secretariat, and who represents the member it comes from.
Never says which document, nor what is feared.
"""

from collections.abc import Iterator

from server.access.matters import Telling, Tells, Topic, because_of
from server.access.sitting import officers_of, seats_of
from server.access.vocabulary import OfficeRole, SeatRole
from server.database import Tx
from server.documents.incidents.kinds import INCIDENT
from server.documents.incidents.models import Incident, IncidentClosing
from server.ids import Id

TOLD = (OfficeRole.COMPLIANCE_OFFICER, OfficeRole.SECRETARIAT)


def opened(tx: Tx, incident: Incident) -> Iterator[Telling]:
    """An incident was opened: officers, secretariat, and the member's representative."""
    for person in sorted(_concerned(tx, incident)):
        yield because_of(incident, Topic.INCIDENT_OPENED, person, INCIDENT, incident.id)


def closed(tx: Tx, closing: IncidentClosing) -> Iterator[Telling]:
    """An incident was closed: the same, and who reported it."""
    incident = tx.session.get_one(Incident, closing.incident_id)
    reporter = {incident.reported_by} if incident.reported_by else set()
    for person in sorted(_concerned(tx, incident) | reporter):
        yield because_of(closing, Topic.INCIDENT_CLOSED, person, INCIDENT, incident.id)


def _concerned(tx: Tx, incident: Incident) -> set[Id]:
    member = incident.membership_id
    speaking = seats_of(tx, member, SeatRole.REPRESENTATIVE) if member else ()
    return {
        *officers_of(tx, incident.council_id, *TOLD),
        *(seat.person_id for seat in speaking),
    }


TELLS = (Tells(Incident, opened), Tells(IncidentClosing, closed))
