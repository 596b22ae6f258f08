"""What becomes of a provider's content when its council closes: returned, destroyed or kept.

Owns the table `disposition` and what the closing then does. Nothing is ever destroyed by silence:
what nobody decided about is kept, sealed, its provider's alone until its period ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, exists, select

from server.access import closings
from server.access.closing_models import CouncilClosed, CouncilClosing
from server.access.grant import Grant
from server.audit import facts
from server.audit.facts import holds
from server.clock import Instant
from server.councils.closing import NotAnnounced
from server.database import Tx
from server.documents import destruction, upload_ending
from server.documents.destruction import Wanted
from server.documents.disposal.models import Choice, Disposition
from server.documents.incidents import holding
from server.documents.kinds import DRAFT, RETAINED, SECRET, STATE
from server.documents.models import Destruction, Document, Ground
from server.ids import Id
from server.prepared import Prepared
from server.problems import Conflict, Malformed

_document: Table = Document.__table__  # type: ignore[attr-defined]
_disposition: Table = Disposition.__table__  # type: ignore[attr-defined]
_destruction: Table = Destruction.__table__  # type: ignore[attr-defined]
_closing: Table = CouncilClosing.__table__  # type: ignore[attr-defined]
_closed: Table = CouncilClosed.__table__  # type: ignore[attr-defined]
_GROUNDS = {Choice.DESTROYED: Ground.CLOSING, Choice.RETURNED: Ground.RETURNED}


class ReceivedWhat(Malformed):
    code = "received_without_return"
    ja = "received は、choice が returned のときだけ付けられます。"
    en = "`received` goes with the choice `returned` only."


class HeldByIncident(Conflict):
    code = "held_by_incident"
    ja = (
        "サーバーがこの資料から、取り扱えない秘密の表示を見つけています。"
        "情報管理責任者が事案を終え、戻すまで、提供者は内容を廃棄できません。"
    )
    en = (
        "The server found a marking in this document. Until an information officer closes the "
        "incident and releases it, its provider destroys nothing of it."
    )


@dataclass(frozen=True, slots=True)
class ContentAtClosing:
    """Content about which its provider is to decide, or has decided, for a closing."""

    document: Id
    council: Id
    membership: Id
    closes_at: int
    decided: Disposition | None

    @property
    def open(self) -> bool:
        """Whether something is left to do: decide, or confirm having what was to be returned."""
        row = self.decided
        return row is None or (row.choice == Choice.RETURNED and not row.received)


# Of a council whose closing is announced: secrets under duty and drafts whose content is there.
_OWED = (
    select(
        _document.c.id,
        _document.c.council_id,
        _document.c.provider_membership_id,
        _closing.c.id.label("closing_id"),
        _closing.c.closes_at,
    )
    .select_from(_closing.join(_document, _document.c.council_id == _closing.c.council_id))
    .where(
        holds(_closing),
        _document.c.is_secret,
        STATE.in_((DRAFT, SECRET, RETAINED)),
        ~exists().where(_destruction.c.document_id == _document.c.id),
    )
    .order_by(_document.c.id)
)
_OF_COUNCIL = Prepared(_OWED.where(_closing.c.council_id == bindparam("council")))
_EVERYWHERE = Prepared(_OWED)


def contents_at_closing(
    tx: Tx, council_id: Id | None = None, *, at: int | None = None
) -> Iterator[ContentAtClosing]:
    """What the providers of a council (None: of any) owe a decision about, now or at `at`."""
    now = {"now": tx.now if at is None else at}
    found = (
        _EVERYWHERE.rows(tx, now)
        if council_id is None
        else _OF_COUNCIL.rows(tx, {**now, "council": council_id})
    )
    for row in found:
        yield ContentAtClosing(
            row.id,
            row.council_id,
            row.provider_membership_id,
            row.closes_at,
            _newest(tx, row.id, row.closing_id),
        )


def _newest(tx: Tx, document_id: Id, closing_id: Id) -> Disposition | None:
    query = select(Disposition).where(
        _disposition.c.document_id == document_id, _disposition.c.closing_id == closing_id
    )
    newest = query.order_by(_disposition.c.log_seq.desc(), _disposition.c.id.desc()).limit(1)
    return tx.session.scalars(newest).first()


def of_document(tx: Tx, council_id: Id, document_id: Id) -> Disposition | None:
    """What its provider decided about a document for the closing that stands."""
    closing_id = closings.closing_of(tx, council_id)
    return None if closing_id is None else _newest(tx, document_id, closing_id)


def destroy_now(grant: Grant, reason: str) -> Destruction:
    """The provider destroys its own content. Raises ContentDestroyed, HeldByIncident, OfCouncil."""
    destruction.check_there(grant)
    if holding.unreleased(grant.tx, grant.id):
        raise HeldByIncident
    return destruction.by_provider(grant, reason)


def decide(grant: Grant, choice: Choice, *, received: bool) -> Disposition:
    """The provider decides. It takes effect when the council closes; in a closed one, at once.

    Raises ContentDestroyed, NotAnnounced, ReceivedWhat.
    """
    destruction.check_there(grant)
    tx, council_id = grant.tx, grant.council_id
    closing_id = closings.closing_of(tx, council_id)
    if closing_id is None:
        raise NotAnnounced
    if received and choice is not Choice.RETURNED:
        raise ReceivedWhat
    row = Disposition(
        council_id=council_id,
        document_id=grant.id,
        closing_id=closing_id,
        choice=choice,
        received=received,
        decided_by=grant.person_id,
    )
    facts.enter(tx, council_id, row)
    grant.note(disposition=row.id, choice=choice, received=received)
    closes_at = closings.closes_at(tx, council_id)
    is_closed = closes_at is not None and closes_at <= tx.now
    if is_closed and not _carry_out(tx, row) and (held := holding.taken_by(tx, grant.id)):
        grant.note(held=held)
    return row


def _carry_out(tx: Tx, row: Disposition) -> bool:
    """Destroy what was chosen to be, and what its provider has taken back; whether it was. What an
    incident holds is kept, whatever was decided (BR-50), until it is given back: `given_back`.
    """
    choice, document = Choice(row.choice), row.document_id
    if choice is Choice.KEPT or (choice is Choice.RETURNED and not row.received):
        return False
    if holding.keep(tx, row.council_id, document, by=row.decided_by):
        return False
    wanted = Wanted(_GROUNDS[choice], row.decided_by, disposition=row.id)
    destruction.destroy(tx, row.council_id, document, wanted)
    return True


def carry_out(tx: Tx, end: CouncilClosed) -> dict[str, Any]:
    """The council is closed: do as each provider decided, and say what was destroyed and kept, and
    what of that an incident holds.
    """
    destroyed: list[Id] = []
    kept: list[Id] = []
    for item in list(contents_at_closing(tx, end.council_id, at=end.effective_at)):
        done = item.decided is not None and _carry_out(tx, item.decided)
        (destroyed if done else kept).append(item.document)
    held = [document for document in kept if holding.taken_by(tx, document)]
    ended = upload_ending.end_all(tx, end.council_id)
    return {"destroyed": destroyed, "kept": kept, "held": held, "uploads": ended}


def given_back(tx: Tx, council_id: Id, document_id: Id) -> dict[str, Any]:
    """An incident has given a document back. If the council closed meanwhile, what its provider had
    decided by then is carried out now: nothing but the incident stood in its way, and kept until
    its period ends, what was to be destroyed would open to the council.
    """
    end = closed(tx, council_id)
    if end is None:
        return {}
    item = at_closing(tx, council_id, document_id, at=end.effective_at)
    if item is None or item.decided is None or not _carry_out(tx, item.decided):
        return {}
    return {"carried_out": item.decided.id}


def at_closing(tx: Tx, council_id: Id, document_id: Id, *, at: Instant) -> ContentAtClosing | None:
    """What one document's provider owed a decision about as the council closed, or had decided."""
    found = contents_at_closing(tx, council_id, at=at)
    return next((item for item in found if item.document == document_id), None)


def closed(tx: Tx, council_id: Id) -> CouncilClosed | None:
    """The end of a council, if it has come and what ended with it was ended."""
    query = select(CouncilClosed).where(_closed.c.council_id == council_id)
    return tx.session.scalars(query).first()
