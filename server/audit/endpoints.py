"""/api/v1: reading the logs and proving them, a council's and the system's alike.

Every reading of a log is an entry of that log, written by the guard before the answer leaves.
Checkpoints and inclusion proofs come as the C2SP text they are, or as JSON: `Accept` decides.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Table, select

from crypto import notes
from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import INSTALLATION
from server.access.models import Seat
from server.access.parts import parts_of
from server.access.transfer import Transfer, transfer
from server.access.vocabulary import Action, Relation, SeatRole
from server.audit import proofs, reading, views
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.audit.schemas import (
    CheckpointOut,
    ConsistencyOut,
    EntryOut,
    EntryQuery,
    InclusionOut,
    LeavesOut,
    LogKeyOut,
    LogPageQuery,
    OwnEntryOut,
)
from server.councils.kinds import COUNCIL
from server.schemas import Page, Shown

router = APIRouter(prefix="/api/v1", tags=["audit"])

VERIFIER_KEY = "Kyogikai-Verifier-Key"
TEXT = "text/plain; charset=utf-8"
AS_TEXT = {"text/plain": {"schema": {"type": "string"}}}
Described = dict[int | str, dict[str, Any]]
NOTE: Described = {200: {"model": CheckpointOut, "content": AS_TEXT}}
PROOF: Described = {200: {"model": InclusionOut, "content": AS_TEXT}}
EXTENDS: Described = {200: {"model": ConsistencyOut}}

Seq = Annotated[int, Query(ge=0, le=notes.MAX_SIZE >> 10)]
Size = Annotated[int | None, Query(ge=0, le=notes.MAX_SIZE >> 10)]
Sought = Annotated[EntryQuery, Query()]
Paging = Annotated[LogPageQuery, Query()]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


@router.get("/councils/{council_id}/log/entries", name="listLogEntries")
@guarded(Action.READ_LOG, COUNCIL)
def list_entries(grant: Grant, sought: Sought) -> Page[EntryOut]:
    """The council's log, newest first, opened: who did or was refused what, and when."""
    return _entries(grant, sought)


@router.get("/system/log/entries", name="listSystemLogEntries")
@guarded(Action.READ_SYSTEM_LOG, INSTALLATION)
def list_system_entries(grant: Grant, sought: Sought) -> Page[EntryOut]:
    """The system log, newest first, opened."""
    return _entries(grant, sought)


@router.get("/councils/{council_id}/log/own", name="listOwnLogEntries")
@guarded(Action.READ_OWN_LOG, COUNCIL)
def list_own_entries(grant: Grant, page: Paging) -> Page[OwnEntryOut]:
    """My own acts; for a representative also every act on what the membership provided."""
    memberships = _represented(grant) if Relation.SEAT_REPRESENTATIVE in grant.held else []
    rows, more = reading.own_entries(
        grant.tx,
        grant.log_id,
        grant.person_id,
        memberships,
        limit=page.limit,
        before=page.before,
    )
    _note_listed(grant, rows)
    shown = [views.own(row, grant.person_id) for row in rows]
    return Page[OwnEntryOut](items=shown, next=None if more is None else str(more))


def _leaves(grant: Grant, start: Seq, end: Seq) -> LeavesOut:
    rows = reading.leaves(grant.tx, grant.log_id, start, end)
    grant.note(leaves=[start, start + len(rows)])
    return LeavesOut(items=[views.leaf(row) for row in rows])


@router.get("/councils/{council_id}/log/leaves", name="readLeaves")
@guarded(Action.READ_LOG, COUNCIL)
def read_leaves(grant: Grant, start: Seq, end: Seq) -> LeavesOut:
    """Leaves [start, end) exactly as hashed, at most a thousand: for verification elsewhere."""
    return _leaves(grant, start, end)


@router.get("/system/log/leaves", name="readSystemLeaves")
@guarded(Action.READ_SYSTEM_LOG, INSTALLATION)
def read_system_leaves(grant: Grant, start: Seq, end: Seq) -> LeavesOut:
    """Leaves [start, end) of the system log exactly as hashed, at most a thousand."""
    return _leaves(grant, start, end)


def _newest(grant: Grant) -> proofs.Signed:
    return proofs.signed(grant.tx, grant.log_id)


def _inclusion(grant: Grant, seq: Seq, size: Size = None) -> proofs.Inclusion:
    grant.note(seq=seq, size=size)
    return proofs.inclusion(grant.tx, grant.log_id, seq, size)


def _consistency(grant: Grant, old: Seq, new: Size = None) -> proofs.Consistency:
    grant.note(old=old, new=new)
    return proofs.consistency(grant.tx, grant.log_id, old, new)


@router.get("/councils/{council_id}/log/checkpoint", name="readCheckpoint", responses=NOTE)
@transfer(Action.PROVE, COUNCIL, _newest)
async def read_checkpoint(begun: Transfer[proofs.Signed], request: Request) -> Response:
    """The newest checkpoint: the signed note itself; as JSON where `Accept` prefers that."""
    return _checkpoint(begun.prepared, request)


@router.get("/system/log/checkpoint", name="readSystemCheckpoint", responses=NOTE)
@transfer(Action.PROVE, INSTALLATION, _newest)
async def read_system_checkpoint(begun: Transfer[proofs.Signed], request: Request) -> Response:
    """The system log's newest checkpoint: the signed note itself, or JSON."""
    return _checkpoint(begun.prepared, request)


@router.get("/councils/{council_id}/log/inclusion", name="proveInclusion", responses=PROOF)
@transfer(Action.PROVE, COUNCIL, _inclusion)
async def prove_inclusion(begun: Transfer[proofs.Inclusion], request: Request) -> Response:
    """That an entry is in the log: JSON, or C2SP tlog-proof where `Accept` prefers text."""
    return _proof(begun.prepared, request)


@router.get("/system/log/inclusion", name="proveSystemInclusion", responses=PROOF)
@transfer(Action.PROVE, INSTALLATION, _inclusion)
async def prove_system_inclusion(begun: Transfer[proofs.Inclusion], request: Request) -> Response:
    """That an entry is in the system log: JSON, or C2SP tlog-proof."""
    return _proof(begun.prepared, request)


@router.get("/councils/{council_id}/log/consistency", name="proveConsistency", responses=EXTENDS)
@transfer(Action.PROVE, COUNCIL, _consistency)
async def prove_consistency(begun: Transfer[proofs.Consistency], _request: Request) -> Response:
    """That the log of one checkpoint begins with the whole log of an earlier one."""
    return _json(views.consistency(begun.prepared))


@router.get("/system/log/consistency", name="proveSystemConsistency", responses=EXTENDS)
@transfer(Action.PROVE, INSTALLATION, _consistency)
async def prove_system_consistency(
    begun: Transfer[proofs.Consistency], _request: Request
) -> Response:
    """That the system log of one checkpoint begins with the whole log of an earlier one."""
    return _json(views.consistency(begun.prepared))


@router.get("/log-key", name="readLogKey", openapi_extra={"security": []})
@anyone
def read_log_key(request: Request) -> LogKeyOut:
    """The system log's verifier key, to be compared with one received by another way."""
    parts = parts_of(request)
    with parts.database.reading() as tx:
        verifier = proofs.verifier_of(tx, SYSTEM)
    return LogKeyOut(origin=verifier.name, verifier_key=views.verifier_key(verifier))


def _entries(grant: Grant, sought: EntryQuery) -> Page[EntryOut]:
    conditions = sought.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    grant.note(sought=conditions)
    asked = reading.Sought(**{name: getattr(sought, name) for name in conditions})
    rows, more = reading.entries(
        grant.tx, grant.log_id, asked, limit=sought.limit, before=sought.before
    )
    _note_listed(grant, rows)
    shown = [views.entry(grant.tx, grant.log_id, row) for row in rows]
    return Page[EntryOut](items=shown, next=None if more is None else str(more))


def _note_listed(grant: Grant, rows: Any) -> None:
    span = [rows[-1].seq, rows[0].seq] if rows else []
    grant.note(listed="entry", count=len(rows), span=span)


def _represented(grant: Grant) -> list[str]:
    """The memberships the caller speaks for in this council."""
    query = select(_seat.c.membership_id).where(
        _seat.c.council_id == grant.council_id,
        _seat.c.person_id == grant.person_id,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        holds(_seat),
    )
    return list(grant.tx.connection.scalars(query, {"now": grant.now}))


def _checkpoint(signed: proofs.Signed, request: Request) -> Response:
    if _prefers(request, "application/json", "text/plain"):
        return _json(views.checkpoint(signed))
    return _text(signed.note, signed)


def _proof(proof: proofs.Inclusion, request: Request) -> Response:
    if _prefers(request, "text/plain", "application/json"):
        content = notes.encode_proof(proof.seq, proof.hashes, proof.signed.note)
        return _text(content, proof.signed)
    return _json(views.inclusion(proof))


def _text(content: bytes, signed: proofs.Signed) -> Response:
    headers = {"Cache-Control": "no-store", VERIFIER_KEY: views.verifier_key(signed.verifier)}
    return Response(content, media_type=TEXT, headers=headers)


def _json(shown: Shown) -> Response:
    return JSONResponse(shown.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


def _prefers(request: Request, this: str, other: str) -> bool:
    """Whether `Accept` names `this` and not `other` before it."""
    accepted = request.headers.get("accept", "")
    named = [accepted.find(each) for each in (this, other)]
    return named[0] >= 0 and (named[1] < 0 or named[0] < named[1])
