"""/api/v1: reporting an incident about a document; the incidents of a council; closing one."""

from typing import Any

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.listing import Listing, Paging, Seen, beside
from server.access.vocabulary import Action, Relation
from server.councils.kinds import COUNCIL
from server.documents import destruction
from server.documents.incidents import destroying
from server.documents.incidents import service as incidents
from server.documents.incidents.kinds import INCIDENT
from server.documents.incidents.schemas import (
    IncidentClosingIn,
    IncidentLineOut,
    IncidentOut,
    ReportIn,
)
from server.documents.kinds import DOCUMENT, DRAFT
from server.schemas import Page

router = APIRouter(prefix="/api/v1", tags=["incidents"])

_SEEN = Listing(INCIDENT, Action.SEE)


@router.post("/documents/{document_id}/incidents", status_code=201, name="reportIncident")
@guarded(Action.REPORT_INCIDENT, DOCUMENT)
def report_incident(grant: Grant, asked: ReportIn) -> IncidentLineOut:
    """Say that a document I read seems to hold a designated secret (重要経済安保情報・特定秘密), or
    was wrongly disclosed. It is suspended at once, and the information officers are told.
    """
    made = incidents.report(grant, asked.about, asked.note)
    return IncidentLineOut(**_line(grant, beside(grant, INCIDENT, made.id)))


@router.get("/councils/{council_id}/incidents", name="listIncidents")
@guarded(Action.READ, COUNCIL)
def list_incidents(grant: Grant, page: Paging) -> Page[IncidentLineOut]:
    """The incidents I am told of, newest first; without what was said about them."""
    seen, following = _SEEN.page_of(grant, page, council=grant.id)
    return Page(items=[IncidentLineOut(**_line(grant, one)) for one in seen], next=following)


@router.get("/incidents/{incident_id}", name="readIncident")
@guarded(Action.READ, INCIDENT)
def read_incident(grant: Grant) -> IncidentOut:
    """An incident in full."""
    return _full(grant)


@router.post("/incidents/{incident_id}/closing", status_code=201, name="closeIncident")
@guarded(Action.CLOSE_INCIDENT, INCIDENT)
def close_incident(grant: Grant, asked: IncidentClosingIn) -> IncidentOut:
    """Close an incident: what was done, and whether the document is served again."""
    incidents.close(grant, asked.outcome, asked.done)
    return _full(grant)


@router.post("/incidents/{incident_id}/destruction", status_code=201, name="destroyReported")
@guarded(Action.DESTROY, INCIDENT)
def destroy_reported(grant: Grant) -> IncidentOut:
    """Destroy the content of the document, all versions, after closing with `to_be_destroyed`."""
    destroying.destroy(grant)
    return _full(grant)


def _line(grant: Grant, seen: Seen) -> dict[str, Any]:
    row, closing = seen.row, incidents.closing_of(grant.tx, seen.id)
    gone = destruction.of_document(grant.tx, row.document_id) if row.document_id else None
    known = _knows_of(grant, seen)
    return {
        "id": row.id,
        "council": row.log_id,
        "state": row.state,
        "origin": row.origin,
        "about": row.about,
        "membership": row.membership_id,
        "document": row.document_id if known else None,
        "version": row.version_id if known else None,
        "opened_at": row.recorded_at,
        "closed_at": closing.recorded_at if closing else None,
        "outcome": closing.outcome if closing else None,
        "destroyed_at": gone.recorded_at if gone else None,
        "may": [*seen.may],
    }


def _knows_of(grant: Grant, seen: Seen) -> bool:
    """Whether the caller is told which document it is about. A draft is its provider's alone
    (BR-14); besides, who deals with incidents knows of it, and the auditor, who reads the log.
    """
    if seen.held != {Relation.SECRETARIAT} or seen.row.document_id is None:
        return True
    asked = {"id": seen.row.document_id, "person": grant.person_id, "now": grant.now}
    document = DOCUMENT.one.row(grant.tx, asked)
    return document is not None and document.state != DRAFT


def _full(grant: Grant) -> IncidentOut:
    seen = beside(grant, INCIDENT, grant.id)
    row, closing = seen.row, incidents.closing_of(grant.tx, grant.id)
    said = row.note and incidents.note_of(grant.tx, row.log_id, row.id, row.note)
    return IncidentOut(
        **_line(grant, seen),
        reported_by=row.reported_by,
        note=said,
        done=incidents.done_of(grant.tx, closing) if closing else None,
        closed_by=closing.closed_by if closing else None,
    )
