"""The end of a secret's period, entered in the log once (BR-20).

Owns the table `period_end` and the job that notes an end. The state never waits for either: it is
computed on read. Whoever comes first, the job at its time or a reader, makes the entry.
"""

from typing import Any

from sqlalchemy import Table, bindparam, select

from server import jobs
from server.access.grant import Grant
from server.access.parts import Parts
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.service import Draft
from server.clock import Instant
from server.councils import closing
from server.database import Database, Tx
from server.documents.kinds import COUNCIL_INTERNAL, DOCUMENT, SECRET
from server.documents.models import EndGround, Period, PeriodEnd
from server.ids import Id
from server.prepared import Prepared

NOTE_END = "documents.period_ended"

_period: Table = Period.__table__  # type: ignore[attr-defined]
_NEWEST = Prepared(
    select(_period.c.id, _period.c.ends_at)
    .where(_period.c.document_id == bindparam("document"))
    .order_by(_period.c.log_seq.desc())
    .limit(1)
)


def remind(tx: Tx, document_id: Id, ends_at: Instant) -> None:
    """Have the end noted at its time."""
    jobs.later(tx, NOTE_END, document_id, due_at=ends_at)


def settle(grant: Grant) -> None:
    """A reader meets an ended period that nobody has noted: the note goes into the log first. So
    does the end of the council: what its provider wanted destroyed then is not served afterwards.

    The note raises the log's epoch, so the guard decides this read again, after the note.
    """
    thing = grant.thing
    if thing.secret and thing.state != SECRET and closing.is_unnoted(grant.tx, grant.council_id):
        closing.note_closed(grant.parts, grant.council_id)
    if lapsed(grant.thing):
        note_end(grant.parts, grant.id)


def lapsed(thing: Any) -> bool:
    """A document's facts show an end by time without its entry."""
    return bool(
        thing.secret
        and thing.state == COUNCIL_INTERNAL
        and thing.released_at is None
        and thing.end_noted_at is None
    )


def ended(thing: Any) -> tuple[Instant, EndGround] | None:
    """When and why what was provided is a secret no longer (BR-20); None of everything else."""
    if not thing.secret or thing.provided_at is None or thing.state != COUNCIL_INTERNAL:
        return None
    if thing.released_at is not None:
        return thing.released_at, EndGround(thing.release_ground)
    return thing.ends_at, EndGround.PERIOD


def note_end(parts: Parts, document_id: Id) -> None:
    """Enter the end of a period in its council's log, unless it has not come or is entered."""
    database: Database = parts.database
    with database.changing() as tx:
        found = DOCUMENT.log_of.row(tx, {"id": document_id})
        if found is None:
            return
        audit.lock(tx, found.log_id)
        thing = DOCUMENT.one.row(tx, {"id": document_id, "person": "", "now": tx.now})
        if thing is not None and lapsed(thing):
            _enter(tx, parts, document_id, thing)


def _enter(tx: Tx, parts: Parts, document_id: Id, thing: Any) -> None:
    period = _NEWEST.row(tx, {"document": document_id})
    if period is None:
        return
    end = PeriodEnd(
        council_id=thing.log_id,
        document_id=document_id,
        period_id=period.id,
        effective_at=period.ends_at,
    )
    facts.enter(tx, thing.log_id, end)
    draft = Draft(
        kind="document.period_ended",
        object=f"document/{document_id}",
        outcome="done",
        body={"effective_at": period.ends_at, "period": period.id, "state": COUNCIL_INTERNAL},
        policy=parts.policy.digest,
    )
    audit.append(tx, thing.log_id, draft)
    checkpoints.sign(tx, thing.log_id)
