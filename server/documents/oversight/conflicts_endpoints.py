"""/api/v1: conflicts of interest about a document."""

from fastapi import APIRouter

from server.access import denials
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.models import Denial
from server.access.vocabulary import Action, Relation
from server.documents.kinds import DOCUMENT
from server.documents.oversight import conflicts
from server.documents.oversight.conflicts_schemas import (
    ConflictEndIn,
    ConflictIn,
    ConflictOut,
    ConflictsOut,
)
from server.identity import service as identity

router = APIRouter(prefix="/api/v1", tags=["documents"])
JUDGES = {Relation.COMPLIANCE_OFFICER, Relation.AUDITOR}


@router.get("/documents/{document_id}/conflicts", name="listConflicts")
@guarded(Action.READ_READERS, DOCUMENT)
def list_conflicts(grant: Grant) -> ConflictsOut:
    """From whom a conflict of interest keeps the document; why, for who judges such things."""
    return ConflictsOut(items=[_shown(grant, each) for each in conflicts.standing(grant)])


@router.post("/documents/{document_id}/conflicts", status_code=201, name="recordConflict")
@guarded(Action.RECORD_CONFLICT, DOCUMENT)
def record_conflict(grant: Grant, asked: ConflictIn) -> ConflictOut:
    """Take the document from a person with a conflict of interest, from the next byte range on."""
    made = conflicts.record(grant, asked.person, asked.reason)
    grant.note(conflict=made.id, person=asked.person)
    return _shown(grant, made)


@router.post("/documents/{document_id}/conflicts/ending", status_code=204, name="endConflict")
@guarded(Action.RECORD_CONFLICT, DOCUMENT)
def end_conflict(grant: Grant, asked: ConflictEndIn) -> None:
    """End a conflict: the person is again what they were to the document."""
    conflicts.end(grant, asked.person)
    grant.note(person=asked.person, reason=asked.reason)


def _shown(grant: Grant, made: Denial) -> ConflictOut:
    return ConflictOut(
        id=made.id,
        person=made.person_id or "",
        name=identity.name_of(grant.tx, made.person_id or ""),
        since=made.recorded_at,
        recorded_by=made.made_by,
        reason=denials.reason_of(grant.tx, made) if grant.held & JUDGES else None,
    )
