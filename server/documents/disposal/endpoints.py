"""/api/v1: what becomes of content when a council closes, destroying it, and the certificate."""

from fastapi import APIRouter
from sqlalchemy import Table

from server.access import closings
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action, Relation
from server.audit.facts import row_digest
from server.documents import destruction, endings
from server.documents.disposal import service as disposal
from server.documents.disposal.models import Choice, Disposition
from server.documents.disposal.schemas import (
    DecisionOut,
    DestroyedOut,
    DestroyedVersionOut,
    DestructionIn,
    DisposalOut,
    DispositionIn,
)
from server.documents.incidents import holding
from server.documents.kinds import DOCUMENT
from server.documents.models import Destruction, Ground

router = APIRouter(prefix="/api/v1", tags=["documents"])

_destruction: Table = Destruction.__table__  # type: ignore[attr-defined]


@router.get("/documents/{document_id}/destruction", name="readDestruction")
@guarded(Action.READ, DOCUMENT)
def read_destruction(grant: Grant) -> DisposalOut:
    """What the provider decided for the closing, and the certificate of destruction if any."""
    endings.settle(grant)
    return _shown(grant)


@router.post("/documents/{document_id}/disposition", status_code=201, name="decideDisposition")
@guarded(Action.DISPOSE, DOCUMENT)
def decide_disposition(grant: Grant, asked: DispositionIn) -> DisposalOut:
    """As provider, decide what becomes of the content when the council closes.

    What nobody decides about is kept. In a closed council the decision takes effect at once.
    """
    disposal.decide(grant, asked.choice, received=asked.received)
    return _shown(grant)


@router.post("/documents/{document_id}/destruction", status_code=201, name="destroyContent")
@guarded(Action.DESTROY, DOCUMENT)
def destroy_content(grant: Grant, asked: DestructionIn) -> DisposalOut:
    """As provider, destroy the content of a secret, a draft, or a paper that never was a secret.

    Title, history and duty stay. Nothing brings the content back. Where the server found a marking
    in it, an information officer has to release it first.
    """
    disposal.destroy_now(grant, asked.reason)
    return _shown(grant)


def _shown(grant: Grant) -> DisposalOut:
    tx = grant.tx
    tx.flush()
    mine, gone = _is_provider(grant), destruction.of_document(tx, grant.id)
    decided = disposal.of_document(tx, grant.log_id, grant.id) if mine else None
    return DisposalOut(
        document=grant.id,
        council=grant.log_id,
        closes_at=closings.closes_at(tx, grant.log_id),
        decision=_decision(decided),
        held=mine and gone is None and bool(holding.unreleased(tx, grant.id)),
        destruction=_certificate(grant, gone),
    )


def _is_provider(grant: Grant) -> bool:
    return Relation.PROVIDER in grant.held


def _decision(row: Disposition | None) -> DecisionOut | None:
    if row is None:
        return None
    return DecisionOut(
        choice=Choice(row.choice),
        received=row.received,
        decided_by=row.decided_by,
        decided_at=row.recorded_at,
    )


def _certificate(grant: Grant, row: Destruction | None) -> DestroyedOut | None:
    if row is None:
        return None
    values = {column.name: getattr(row, column.name) for column in _destruction.columns}
    contents, vault = destruction.contents_of(row), grant.parts.vault
    shown = contents if _is_provider(grant) else {}
    return DestroyedOut(
        id=row.id,
        ground=Ground(row.ground),
        reason=destruction.reason_of(grant.tx, row) if _is_provider(grant) else None,
        decided_by=row.decided_by,
        destroyed_at=row.recorded_at,
        contents=[DestroyedVersionOut(version=v, parts=parts) for v, parts in shown.items()],
        removed=not any(vault.path(part).exists() for part in destruction.objects_in(contents)),
        entry=row.log_seq,
        row_digest=row_digest(_destruction.name, values),
        proof=f"/api/v1/councils/{row.log_id}/log/inclusion?seq={row.log_seq}",
    )
