"""Incidents that wait for an officer.

Owns which they are. Never says which document, nor what is feared.
"""

from sqlalchemy import Table, select

from server.access.matters import Task, waiting_rows
from server.access.vocabulary import Action, Relation
from server.documents.incidents.kinds import INCIDENT, OPEN
from server.documents.incidents.models import Incident

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_OPEN = select(_incident.c.id, _incident.c.council_id).where(
    INCIDENT.state == OPEN, INCIDENT.clause(Relation.COMPLIANCE_OFFICER)
)

# Open incidents of the councils whose information officer the person is.
waiting_for = waiting_rows(_OPEN, Task.DEAL_WITH_INCIDENT, INCIDENT, Action.CLOSE_INCIDENT)
