"""Making notices: from what the logs vouch for, and from deadlines that come near.

Owns that nobody is told twice and nothing is forgotten. Every fact stands in a log without gaps, so
one number per log, moved in the transaction that writes the notices, says what has been told. No
act waits for it, and no act has to remember to tell anybody.
"""

from collections.abc import Iterable, Iterator
from datetime import time, timedelta
from typing import Any

from sqlalchemy import Table, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.access.matters import Telling, Topic, may_do, may_know
from server.access.parts import Parts
from server.audit.models import Log
from server.clock import DAY, Instant, in_japan, japan_at
from server.database import Tx
from server.ids import Id, new_id
from server.notices.models import Notice, NoticeCursor, NoticePreference
from server.notices.sources import Sources

STALE = 3 * DAY  # what happened longer ago is shown in the product, and no longer mailed
SOON = 2 * DAY
MORNING = time(8, 0)
URGENT = frozenset({Topic.CREDENTIAL_CHANGED})

_log: Table = Log.__table__  # type: ignore[attr-defined]
_notice: Table = Notice.__table__  # type: ignore[attr-defined]
_cursor: Table = NoticeCursor.__table__  # type: ignore[attr-defined]
_preference: Table = NoticePreference.__table__  # type: ignore[attr-defined]


def read_logs(parts: Parts, sources: Sources) -> int:
    """Tell of every fact that was entered since the last time; how many notices were made."""
    with parts.database.reading() as tx:
        behind = _behind(tx)
    return sum(_read_log(parts, sources, log_id) for log_id in behind)


def _behind(tx: Tx) -> list[str]:
    """The logs in which a fact was entered since they were read."""
    query = (
        select(_log.c.id)
        .outerjoin(_cursor, _cursor.c.log_id == _log.c.id)
        .where(or_(_cursor.c.log_id.is_(None), _cursor.c.rights_epoch != _log.c.rights_epoch))
    )
    return list(tx.connection.scalars(query.order_by(_log.c.id)))


def _read_log(parts: Parts, sources: Sources, log_id: str) -> int:
    with parts.database.changing() as tx:
        begun = _take(tx, log_id)
        if begun is None:
            return 0  # another worker reads it
        # What stands before the log's size is committed: size and facts move in one transaction.
        head = tx.connection.execute(select(_log).where(_log.c.id == log_id)).one()
        made = enter(parts, tx, _tellings(tx, sources, log_id, begun, head.size))
        tx.connection.execute(
            update(_cursor)
            .where(_cursor.c.log_id == log_id)
            .values(seq=head.size, rights_epoch=head.rights_epoch)
        )
        return made


def _take(tx: Tx, log_id: str) -> int | None:
    """How far the log has been read, its cursor locked; None while another worker holds it."""
    _insert_once(tx, _cursor, {"log_id": log_id, "seq": 0, "rights_epoch": -1})
    query = select(_cursor.c.seq).where(_cursor.c.log_id == log_id)
    seq: int | None = tx.connection.scalar(query.with_for_update(skip_locked=True))
    return seq


def _insert_once(tx: Tx, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless one of its kind is there; whether it was inserted."""
    dialect = sqlite if tx.dialect == "sqlite" else postgresql
    query = dialect.insert(table).values(values).on_conflict_do_nothing()
    return tx.connection.execute(query.returning(*table.primary_key)).first() is not None


def _tellings(tx: Tx, sources: Sources, log_id: str, begun: int, end: int) -> Iterator[Telling]:
    for each in sources.tells:
        table: Table = each.model.__table__  # type: ignore[attr-defined]
        query = select(each.model).where(
            table.c.log_id == log_id, table.c.log_seq >= begun, table.c.log_seq < end
        )
        for fact in tx.session.scalars(query.order_by(table.c.log_seq, table.c.id)).all():
            yield from each.whom(tx, fact)


def remind(parts: Parts, sources: Sources) -> int:
    """Tell of what comes near, or has become possible, as time passed; how many were made."""
    with parts.database.reading() as tx:
        found = [told for each in sources.reminders for told in each(tx)]
        fresh = [told for told in found if not _told(tx, told)]
    if not fresh:
        return 0
    with parts.database.changing() as tx:
        return enter(parts, tx, fresh)


def _told(tx: Tx, told: Telling) -> bool:
    query = select(_notice.c.id).where(
        _notice.c.person_id == told.person_id,
        _notice.c.topic == told.topic.value,
        _notice.c.source == told.source,
        _notice.c.stage == told.stage,
    )
    return tx.connection.scalar(query) is not None


def enter(parts: Parts, tx: Tx, tellings: Iterable[Telling]) -> int:
    """Put notices into the queue, each once, for those only who may know; how many are new."""
    return sum(_enter(parts, tx, told) for told in tellings)


def _enter(parts: Parts, tx: Tx, told: Telling) -> bool:
    if _told(tx, told) or not _may(parts, tx, told):
        return False
    waits = _due(parts, tx, told)
    values = {
        "id": new_id(tx.now),
        "person_id": told.person_id,
        "topic": told.topic.value,
        "kind": told.kind.name.value,
        "thing_id": told.id,
        "council_id": told.council_id,
        "source": told.source,
        "stage": told.stage,
        "deadline": told.deadline,
        "done": told.done,
        "sequence": _sequence(tx, told),
        "made_at": tx.now,
        "due_at": waits,
        "tries": 0,
        "kept_at": tx.now if waits is None else None,
    }
    return _insert_once(tx, _notice, values)


def _may(parts: Parts, tx: Tx, told: Telling) -> bool:
    about = (parts.policy, tx, told.person_id, told.kind, told.id)
    return may_know(*about) if told.action is None else may_do(*about, told.action)


def _due(parts: Parts, tx: Tx, told: Telling) -> Instant | None:
    """When it is to be mailed; None: never."""
    if not parts.settings.smtp_url or told.at < tx.now - STALE:
        return None
    near = told.deadline is not None and told.deadline - tx.now <= SOON
    if near or told.topic in URGENT or not is_daily(tx, told.person_id):
        return tx.now
    return next_morning(tx.now)


def next_morning(now: Instant) -> Instant:
    """The next 08:00 in Japan."""
    here = in_japan(now)
    return japan_at(here.date() + timedelta(days=here.time() >= MORNING), MORNING)


def is_daily(tx: Tx, person_id: Id) -> bool:
    """Whether the person wants one mail a morning."""
    query = select(_preference.c.daily).where(_preference.c.person_id == person_id)
    return bool(tx.connection.scalar(query))


def choose(tx: Tx, person_id: Id, *, daily: bool) -> None:
    """Set how the person wants to be told from now on."""
    values = {"person_id": person_id, "daily": daily, "changed_at": tx.now}
    mine = _preference.c.person_id == person_id
    if not tx.connection.execute(update(_preference).where(mine).values(values)).rowcount:
        tx.connection.execute(insert(_preference).values(values))


def _sequence(tx: Tx, told: Telling) -> int:
    """How often the deadline of this thing was moved or lifted for this person (RFC 5545, 3.8.7.4).

    Zero for the first; a thing that is done without ever having had a deadline stays at zero, and
    needs no calendar entry to be taken back.
    """
    if told.deadline is None and not told.done:
        return 0
    query = (
        select(_notice.c.deadline, _notice.c.done, _notice.c.sequence)
        .where(
            _notice.c.person_id == told.person_id,
            _notice.c.kind == told.kind.name.value,
            _notice.c.thing_id == told.id,
            or_(_notice.c.deadline.is_not(None), _notice.c.done),
        )
        .order_by(_notice.c.sequence.desc(), _notice.c.id.desc())
    )
    before = tx.connection.execute(query).first()
    if before is None:
        return 0
    moved = (before.deadline, bool(before.done)) != (told.deadline, told.done)
    return int(before.sequence) + moved
