"""What an incident holds of a document: who has it no longer, and that nobody destroys it.

Owns the difference. What readers report is taken from everybody at once. What the server found
takes nothing, and readers are not to learn of it (BR-14); but until an officer has released it,
nobody but officers destroys the content: a decision to destroy it takes it from everybody instead.
"""

from sqlalchemy import Table, bindparam, exists, select

from server.access import denials
from server.access.models import Denial
from server.access.policy import UNDER_INCIDENT
from server.audit import facts
from server.database import Tx
from server.documents.incidents.models import (
    Incident,
    IncidentClosing,
    IncidentOrigin,
    IncidentOutcome,
)
from server.ids import Id
from server.prepared import Prepared

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_closing: Table = IncidentClosing.__table__  # type: ignore[attr-defined]
_is_released = exists().where(
    _closing.c.incident_id == _incident.c.id,
    _closing.c.outcome == IncidentOutcome.RELEASED,
)
_FOUND = Prepared(
    select(_incident.c.id)
    .where(
        _incident.c.document_id == bindparam("document"),
        _incident.c.origin == IncidentOrigin.DETECTED,
        ~_is_released,
    )
    .order_by(_incident.c.id)
)


def taken_by(tx: Tx, document_id: Id) -> list[Id]:
    """The incidents that have taken the document from everybody but those who deal with it, in the
    order they did; none where it is everybody's again.
    """
    return [denials.reason_of(tx, denial) for denial in _standing(tx, document_id)]


def unreleased(tx: Tx, document_id: Id) -> list[Id]:
    """What the server found in the document and no officer has released."""
    return [row.id for row in _FOUND.rows(tx, {"document": document_id})]


def keep(tx: Tx, council_id: Id, document_id: Id, *, by: Id) -> bool:
    """Whether an incident keeps content from being destroyed, as `by` has decided. What the server
    found then holds it as what a reader reports: kept and not taken away, it would open to the
    council as its period ends.
    """
    held = taken_by(tx, document_id)
    for incident in unreleased(tx, document_id):
        if incident not in held:
            denials.enter(tx, council_id, document_id, UNDER_INCIDENT, incident, by=by)
            held.append(incident)
    return bool(held)


def give_back(tx: Tx, document_id: Id, incident_id: Id, *, by: Id) -> None:
    """An officer has released an incident. What a reader reported gives back what any report took,
    also an earlier one; what the server found stays held until that is released, too.
    """
    tx.flush()
    still = unreleased(tx, document_id)
    is_found = tx.session.get_one(Incident, incident_id).origin == IncidentOrigin.DETECTED
    for denial in _standing(tx, document_id):
        reason = denials.reason_of(tx, denial)
        if reason not in still and (not is_found or reason == incident_id):
            facts.end(tx, denial, by=by, reason="released")
    tx.flush()


def _standing(tx: Tx, document_id: Id) -> list[Denial]:
    return list(denials.standing(tx, document_id, UNDER_INCIDENT))
