"""Closing a council: announced by both establishing ministries, taken back by them, or come to be.

Owns the announcement and the one entry that says a council is closed (docs/closing.md). The state
never waits for that entry: it is computed on read. What ends with a council in domains above this
one is declared upwards, as agreements are (`server/consents/effects.py`).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, bindparam, exists, select

from crypto.canonical import parse
from server import jobs
from server.access import approvals, closings
from server.access.closing_models import CouncilClosed, CouncilClosing
from server.access.grant import Grant
from server.access.kind import Kind
from server.access.models import Proposal
from server.access.parts import Parts
from server.access.vocabulary import Action
from server.audit import checkpoints, facts
from server.audit import service as audit
from server.audit.facts import NOW, holds
from server.audit.models import Evidence
from server.audit.service import Draft
from server.clock import DAY, Instant, to_text
from server.consents import service as consents
from server.councils import both_ministers
from server.councils import facts as council_facts
from server.councils.kinds import CLOSED, CLOSING
from server.councils.models import Admission, Council
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field
from server.prepared import Prepared
from server.problems import Conflict, Malformed

NOTE_CLOSED = "councils.closed"
NOTICE_DAYS = 30  # no source has a number; both ministries may agree on another
WITH_COUNCIL = "withdrawn"

# What else ends: given the closing, it does so and says for the entry what it was.
Effect = Callable[[Tx, CouncilClosed], dict[str, Any]]
_EFFECTS: list[Effect] = []

_closing: Table = CouncilClosing.__table__  # type: ignore[attr-defined]
_closed: Table = CouncilClosed.__table__  # type: ignore[attr-defined]
_UNNOTED = Prepared(
    select(_closing.c.id).where(
        _closing.c.council_id == bindparam("council"),
        _closing.c.closes_at <= NOW,
        holds(_closing),
        ~exists().where(_closed.c.council_id == _closing.c.council_id),
    )
)


class TooSoon(Malformed):
    code = "closing_too_soon"
    ja = (
        "閉会の日時が近すぎます。earliest 以後にするか、notice_days（予告の日数、1 日以上）を"
        "両方の大臣で短くしてください。"
    )
    en = (
        "That is too soon. Name `earliest` or later, or have both ministries agree on fewer "
        "`notice_days` (at least 1)."
    )


class AnnouncedAlready(Conflict):
    code = "closing_announced"
    ja = "閉会は既に予告されています。日時を変えるには、予告を取り消してから予告し直してください。"
    en = "A closing is announced. To change its date, take it back and announce it anew."


class NotAnnounced(Conflict):
    code = "closing_not_announced"
    ja = "閉会は予告されていません。"
    en = "No closing is announced."


def declare(effect: Effect) -> None:
    """Let `effect(tx, closed)` happen in the transaction that enters a council's end."""
    if effect not in _EFFECTS:
        _EFFECTS.append(effect)


def end_all(
    tx: Tx, closed: CouncilClosed, kind: Kind, state: str, fact: type[Evidence]
) -> list[Id]:
    """For an effect: end every row of the closed council that was in `state` until then. Returns
    their ids.
    """
    query = select(fact).where(kind.table.c.council_id == closed.council_id, kind.state == state)
    # As of the last moment before: from then on they are withdrawn, by computation.
    before = {"now": closed.effective_at - 1}
    found = tx.session.scalars(query.order_by(kind.table.c.id), before).all()
    for row in found:
        facts.end(tx, row, by=None, reason=WITH_COUNCIL)
    return [row.id for row in found]


def announce(grant: Grant, *, closes_at: Instant, notice_days: int, reason: str) -> CouncilClosing:
    """Both ministries announce when the council closes. Raises AnnouncedAlready, BothMinisters,
    TooSoon.
    """
    tx, council_id = grant.tx, grant.id
    if grant.thing.state == CLOSING:
        raise AnnouncedAlready(closes_at=to_text(grant.thing.closes_at))
    proposed_by = _both(grant)
    earliest = tx.now + notice_days * DAY
    if closes_at < earliest:
        raise TooSoon(earliest=to_text(earliest))
    row_id = new_id(tx.now)
    row = CouncilClosing(
        id=row_id,
        council_id=council_id,
        closes_at=closes_at,
        reason=seal_field(tx, council_id, ("council_closing", "reason", row_id), reason),
        proposed_by=proposed_by,
        announced_by=grant.person_id,
    )
    facts.enter(tx, council_id, row)
    jobs.later(tx, NOTE_CLOSED, council_id, due_at=closes_at)
    grant.note(closing=row_id, closes_at=closes_at)
    return row


def take_back(grant: Grant, closing_id: Id) -> None:
    """Both ministries take an announcement back, before its moment. Raises NotAnnounced for one
    that does not stand, BothMinisters.
    """
    row = announcement(grant.tx, grant.id)
    if row is None or row.id != closing_id:
        raise NotAnnounced
    _both(grant)
    facts.end(grant.tx, row, by=grant.person_id, reason=closings.TAKEN_BACK)
    grant.note(closing=row.id)


def _both(grant: Grant) -> Id:
    proposal_id = grant.body.get("proposal")
    return both_ministers.proposer(grant.tx, grant.id, proposal_id, by=grant.person_id)


def announcement(tx: Tx, council_id: Id) -> CouncilClosing | None:
    """The announcement that stands, its moment to come or past."""
    query = select(CouncilClosing).where(_closing.c.council_id == council_id, holds(_closing))
    return tx.session.scalars(query, {"now": tx.now}).first()


def proposed(tx: Tx, council_id: Id) -> list[tuple[Proposal, dict[str, Any]]]:
    """What somebody of one ministry proposed and nobody of the other has done yet: with what they
    asked for, which the other must ask for likewise.
    """
    return [
        (proposal, parse(approvals.arguments_of(tx, proposal).encode())[2]["asked"])
        for proposal in approvals.standing(tx, council_id, Action.CLOSE)
    ]


def reason_of(tx: Tx, row: CouncilClosing) -> str:
    """Why the council closes, in clear."""
    return open_field(tx, row.council_id, ("council_closing", "reason", row.id), row.reason)


def is_unnoted(tx: Tx, council_id: Id) -> bool:
    """The council is closed, and what ends with it has not been ended yet."""
    return _UNNOTED.row(tx, {"council": council_id, "now": tx.now}) is not None


def settle(grant: Grant) -> None:
    """A reader meets a closed council whose end nobody has entered: that is done first.

    The entry raises the log's epoch, so the guard decides this read again, after it.
    """
    if grant.thing.state == CLOSED and grant.thing.end_noted_at is None:
        note_closed(grant.parts, grant.id)


def note_closed(parts: Parts, council_id: Id) -> None:
    """Enter a council's end in its log with all that ends with it, unless it has not come or is
    entered already.
    """
    with parts.database.changing() as tx:
        if tx.session.get(Council, council_id) is None:
            return
        audit.lock(tx, council_id)
        row, noted = announcement(tx, council_id), select(_closed.c.id)
        is_noted = tx.connection.scalar(noted.where(_closed.c.council_id == council_id))
        if row is not None and row.closes_at <= tx.now and is_noted is None:
            _enter(tx, parts, row)


def _enter(tx: Tx, parts: Parts, row: CouncilClosing) -> None:
    council_id = row.council_id
    closed = CouncilClosed(council_id=council_id, closing_id=row.id, effective_at=row.closes_at)
    rounds = [found.round_id for found in consents.settle(tx, council_id)]
    admissions = _withdraw_admissions(tx, council_id)
    facts.enter(tx, council_id, closed)
    ended = {"rounds": rounds, "admissions": admissions}
    for effect in _EFFECTS:
        ended |= effect(tx, closed)
    draft = Draft(
        kind="council.closed",
        object=f"council/{council_id}",
        outcome="done",
        body={"effective_at": row.closes_at, "closing": row.id, "ended": ended},
        policy=parts.policy.digest,
    )
    audit.append(tx, council_id, draft)
    checkpoints.sign(tx, council_id)


def _withdraw_admissions(tx: Tx, council_id: Id) -> list[Id]:
    open_: list[Admission] = list(council_facts.open_admissions(tx, council_id))
    for admission in open_:
        facts.end(tx, admission, by=None, reason=WITH_COUNCIL)
    return [admission.id for admission in open_]


JOBS: dict[str, Callable[[Parts, str], None]] = {NOTE_CLOSED: note_closed}
