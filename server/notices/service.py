"""What waits for a person, and what they and the operators are shown of the queue.

Owns the collecting of every domain's `waiting_for`: an item is shown only where the policy allows
its act now, so that no item names a thing its person may not know of.
"""

from collections.abc import Sequence

from sqlalchemy import Table, select

from server.access.matters import Waiting, may_do
from server.access.policy import Policy
from server.clock import LAST, Instant
from server.database import Tx
from server.ids import Id
from server.notices.calendar import Due, calendar
from server.notices.models import Notice
from server.notices.saying import council_name
from server.notices.sources import declared
from server.notices.words import TASKS, command_of

MOST_FAILING = 200

_notice: Table = Notice.__table__  # type: ignore[attr-defined]


def all_waiting(policy: Policy, tx: Tx, person_id: Id) -> list[Waiting]:
    """What waits for a person, the nearest deadline first."""
    found = [
        item
        for each in declared().waiting
        for item in each(tx, person_id)
        if may_do(policy, tx, person_id, item.kind, item.id, item.action)
    ]
    return sorted(found, key=_nearest)


def _nearest(item: Waiting) -> tuple[Instant, str, str]:
    return (LAST if item.deadline is None else item.deadline, item.task, item.matter)


def calendar_of(tx: Tx, host: str, items: Sequence[Waiting]) -> bytes:
    """The deadlines of what waits, as a calendar file; the same UIDs as in the mails."""
    dues = [_due(tx, item, item.deadline) for item in items if item.deadline is not None]
    return calendar(host, dues)


def _due(tx: Tx, item: Waiting, deadline: Instant) -> Due:
    said = TASKS[item.task]
    return Due(
        kind=item.kind.name.value,
        thing_id=item.id,
        summary=f"【{council_name(tx, item.council_id)}】{said.what.ja}",
        description=f"{said.what.en}\n{command_of(item)}",
        deadline=deadline,
        sequence=_sequence(tx, item),
        stamped_at=tx.now,
    )


def _sequence(tx: Tx, item: Waiting) -> int:
    query = select(_notice.c.sequence).where(
        _notice.c.kind == item.kind.name.value,
        _notice.c.thing_id == item.id,
        _notice.c.deadline == item.deadline,
    )
    return max(tx.connection.scalars(query), default=0)


def notices_of(tx: Tx, person_id: Id, *, before: Id | None, limit: int) -> Sequence[Notice]:
    """What a person was told, newest first."""
    query = select(Notice).where(_notice.c.person_id == person_id)
    if before is not None:
        query = query.where(_notice.c.id < before)
    return tx.session.scalars(query.order_by(_notice.c.id.desc()).limit(limit)).all()


def failing(tx: Tx) -> Sequence[Notice]:
    """Notices whose mail was refused at its last try, or given up; newest first."""
    query = select(Notice).where(_notice.c.error.is_not(None))
    return tx.session.scalars(query.order_by(_notice.c.id.desc()).limit(MOST_FAILING)).all()


def state_of(notice: Notice) -> str:
    """How the mail of a notice stands."""
    if notice.sent_at is not None:
        return "sent"
    if notice.failed_at is not None:
        return "failed"
    return "waiting" if notice.due_at is not None else "kept"
