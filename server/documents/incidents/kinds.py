"""The guarded kind INCIDENT: open or closed; who reported it, whose information it is about.

Owns that officers deal with it and the others only know that it is there. State is never stored.
"""

from sqlalchemy import ColumnElement, Table, and_, case, exists

from server.access import ways
from server.access.condition import Condition, Part, way
from server.access.kind import PERSON, Kind, version
from server.access.relations import acting, officers, sitting_for
from server.access.vocabulary import SPEAKING, DeputyScope, KindName, Relation
from server.audit.facts import NOW
from server.documents.incidents.models import Incident, IncidentClosing

_incident: Table = Incident.__table__  # type: ignore[attr-defined]
_closing: Table = IncidentClosing.__table__  # type: ignore[attr-defined]
_council_id = _incident.c.council_id

OPEN, CLOSED = "open", "closed"


def _is_closed() -> ColumnElement[bool]:
    found = exists().where(_closing.c.incident_id == _incident.c.id, _closing.c.recorded_at <= NOW)
    return found.correlate_except(_closing)


# Who speaks for the member whose information it is.
_SPEAKS_FOR_SOURCE = sitting_for(
    _incident.c.membership_id, _council_id, SPEAKING, DeputyScope.PROVIDE
)
_IS_REPORTER: ColumnElement[bool] = _incident.c.reported_by == PERSON

INCIDENT = Kind(
    name=KindName.INCIDENT,
    table=_incident,
    states=(OPEN, CLOSED),
    state=case((_is_closed(), CLOSED), else_=OPEN),
    council=_council_id,
    relations={
        Relation.SELF: and_(_IS_REPORTER, acting(_council_id)),
        Relation.PROVIDER: _SPEAKS_FOR_SOURCE,
        **officers(_council_id),
    },
    ways={
        **ways.officers(_council_id),
        Relation.SELF: way(Part(Condition.IS_REPORTER, _IS_REPORTER), *ways.acting(_council_id)),
        Relation.PROVIDER: way(
            ways.sitting(
                Condition.SPEAKS_FOR_SOURCE,
                _incident.c.membership_id,
                SPEAKING,
                DeputyScope.PROVIDE,
            ),
            ways.duty(_council_id),
        ),
    },
    columns=(
        version(_council_id),
        _incident.c.membership_id,
        _incident.c.document_id,
        _incident.c.version_id,
        _incident.c.origin,
        _incident.c.about,
        _incident.c.note,
        _incident.c.reported_by,
        _incident.c.recorded_at,
    ),
)
