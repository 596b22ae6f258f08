"""守秘義務の台帳: which secrets bind a person, and whom a secret binds (ACT 62(7), BR-37).

Owns the register as it is read off acknowledgements, the log and the state of each secret; it is
kept nowhere. Nothing leaves it: not by leaving, not by the secret's end. Opens no content; a title
only where `titles` says so and the person may read the document now.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, func, select

from server.access import range_closings
from server.access.deciding import facts_of
from server.access.matters import shows
from server.access.models import Acknowledgement, Seat
from server.access.parts import Parts
from server.access.vocabulary import Action, KindName
from server.audit.facts import holds
from server.audit.models import Ending, Entry
from server.clock import Instant
from server.database import Tx
from server.documents import endings
from server.documents.kinds import DOCUMENT
from server.documents.letting_out import SHOWN, let_out
from server.documents.models import Document, EndGround
from server.documents.titles import title_of
from server.ids import Id
from server.networks import admits
from server.prepared import Prepared

_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_document: Table = Document.__table__  # type: ignore[attr-defined]
_entry: Table = Entry.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]

_MINE = Prepared(
    select(
        _acknowledgement.c.subject_id.label("document"),
        func.min(_acknowledgement.c.recorded_at).label("acknowledged_at"),
        func.max(_acknowledgement.c.log_seq).label("newest"),
    )
    .join(_document, _document.c.id == _acknowledgement.c.subject_id)
    .where(
        _acknowledgement.c.person_id == bindparam("person"),
        _acknowledgement.c.subject_id < bindparam("before"),
    )
    .group_by(_acknowledgement.c.subject_id)
    .order_by(_acknowledgement.c.subject_id.desc())
    .limit(bindparam("most"))
)
_ACTS = select(_entry.c.seq, _entry.c.time, _entry.c.kind, _entry.c.opening).where(
    _entry.c.log_id == bindparam("log"),
    _entry.c.object == bindparam("object"),
    _entry.c.person_id == bindparam("person"),
    _entry.c.kind.in_(SHOWN),
)
_OPENED = _ACTS.where(_entry.c.outcome == "allowed")
_FIRST = Prepared(_OPENED.order_by(_entry.c.seq))
_LAST = Prepared(_OPENED.order_by(_entry.c.seq.desc()))
_ENDED_SINCE = Prepared(
    _ACTS.where(_entry.c.outcome == "done", _entry.c.seq > bindparam("opened_as"))
)
# Greater than every id.
_AFTER_ALL = "\uffff"


@dataclass(frozen=True, slots=True)
class Opened:
    """When somebody first and last opened a secret, as far as the log's index still says."""

    first: Instant | None
    last: Instant | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A secret that binds a person.

    While it stands `until` is the end in force; then `ended_at` and `why` say since when it has
    ended. `text` is the version acknowledged last.
    """

    document: Id
    council_id: Id
    provider: Id
    state: str
    text: str
    acknowledged_at: Instant
    opened: Opened
    until: Instant | None
    ended_at: Instant | None
    why: EndGround | None
    membership: Id | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Bound:
    """A person whom a secret binds: since when, for which member, since when they have no seat."""

    person: Id
    membership: Id | None
    text: str
    acknowledged_at: Instant
    opened: Opened
    left_at: Instant | None


def of_person(
    parts: Parts,
    tx: Tx,
    person_id: Id,
    *,
    limit: int,
    before: Id | None = None,
    titles: bool = False,
    address: str | None = None,
) -> tuple[list[Duty], Id | None]:
    """The secrets a person has acknowledged, the newest first, and where the next page begins.

    `titles`: the person themself asks, from `address`.
    """
    asked = {"person": person_id, "before": before or _AFTER_ALL, "most": limit + 1}
    rows = _MINE.rows(tx, asked)
    shown = [
        _duty(parts, tx, person_id, row, titles=titles, address=address) for row in rows[:limit]
    ]
    return shown, (rows[limit - 1].document if len(rows) > limit else None)


def _duty(
    parts: Parts, tx: Tx, person_id: Id, row: Any, *, titles: bool, address: str | None
) -> Duty:
    # Of the moment the guard would decide at: council by council, where a clock was set back.
    thing: Any = facts_of(tx, DOCUMENT, row.document, person_id)[0]
    newest = _newest(tx, person_id, row.document)
    ended_at, why = endings.ended(thing) or (None, None)
    reads = (
        titles
        and admits(thing.networks, address)
        and shows(parts.policy, DOCUMENT, thing, Action.READ)
    )
    return Duty(
        document=thing.id,
        council_id=thing.log_id,
        provider=thing.provider_membership_id,
        state=thing.state,
        text=newest.text_id,
        acknowledged_at=row.acknowledged_at,
        opened=opened_by(tx, thing.log_id, thing.id, person_id),
        until=thing.ends_at,
        ended_at=ended_at,
        why=why,
        membership=member_at(tx, thing.log_id, person_id, newest.recorded_at),
        title=title_of(tx, thing.log_id, thing.id, thing.title) if reads else None,
    )


def _newest(tx: Tx, person_id: Id, document_id: Id) -> Any:
    query = select(_acknowledgement.c.text_id, _acknowledgement.c.recorded_at).where(
        _acknowledgement.c.person_id == person_id, _acknowledgement.c.subject_id == document_id
    )
    newest = query.order_by(_acknowledgement.c.log_seq.desc()).limit(1)
    return tx.connection.execute(newest).one()


def opened_by(tx: Tx, log_id: str, document_id: Id, person_id: Id) -> Opened:
    """When a person first and last opened a document's content."""
    asked = {"log": log_id, "object": f"{KindName.DOCUMENT}/{document_id}", "person": person_id}
    first, last = (
        next(_opening(tx, log_id, query.rows(tx, asked)), None) for query in (_FIRST, _LAST)
    )
    if first is None or last is None:
        return Opened(None, None)
    # A range may have gone on under an entry before this one; its moment stands in the closing.
    ended = _ENDED_SINCE.rows(tx, {**asked, "opened_as": last.seq})
    went_on = (range_closings.last_range(tx, log_id, row) for row in ended)
    return Opened(first.time, max([last.time, *filter(None, went_on)]))


def _opening(tx: Tx, log_id: str, rows: Sequence[Any]) -> Iterator[Any]:
    return (row for row in rows if let_out(tx, log_id, row))


def member_at(tx: Tx, council_id: Id, person_id: Id, at: Instant) -> Id | None:
    """For which member a person sat at a moment."""
    query = select(_seat.c.membership_id).where(
        _seat.c.council_id == council_id, _seat.c.person_id == person_id, holds(_seat)
    )
    found: Id | None = tx.connection.scalar(query.order_by(_seat.c.id).limit(1), {"now": at})
    return found


def bound_by(tx: Tx, council_id: Id, document_id: Id) -> list[Bound]:
    """Everybody whom a secret binds, in the order they acknowledged it."""
    table = _acknowledgement
    query = (
        select(table.c.person_id, table.c.text_id, table.c.recorded_at)
        .where(table.c.subject_id == document_id)
        .order_by(table.c.log_seq, table.c.id)
    )
    rows: dict[Id, list[Any]] = {}
    for row in tx.connection.execute(query):
        rows.setdefault(row.person_id, []).append(row)
    return [
        Bound(
            person=person,
            membership=member_at(tx, council_id, person, found[-1].recorded_at),
            text=found[-1].text_id,
            acknowledged_at=found[0].recorded_at,
            opened=opened_by(tx, council_id, document_id, person),
            left_at=_left(tx, council_id, person),
        )
        for person, found in rows.items()
    ]


def _left(tx: Tx, council_id: Id, person_id: Id) -> Instant | None:
    """Since when the person has had no seat in the council; None while they have one."""
    query = (
        select(_seat.c.valid_to, _ending.c.effective_at)
        .outerjoin(_ending, _ending.c.fact_id == _seat.c.id)
        .where(_seat.c.council_id == council_id, _seat.c.person_id == person_id)
    )
    ends = [
        min(end for end in (row.valid_to, row.effective_at, _NEVER) if end is not None)
        for row in tx.connection.execute(query)
    ]
    last = max(ends, default=None)
    return None if last is None or last > tx.now else last


_NEVER: Instant = 1 << 62
