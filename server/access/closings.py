"""Whether a council is closing or closed, as SQL over its facts, and what then is refused.

Owns the two questions and the two refusals. A council is closed from the announced moment on,
whether or not anybody has noticed; who announces, and what ends with it, is `server/councils`.
"""

from sqlalchemy import ColumnElement, Select, Table, bindparam, exists, select

from server.access.closing_models import CouncilClosing
from server.audit.facts import NOW, holds
from server.clock import Instant, to_text
from server.database import Tx
from server.ids import Id
from server.prepared import Prepared
from server.problems import Conflict

TAKEN_BACK = "taken_back"

_closing: Table = CouncilClosing.__table__  # type: ignore[attr-defined]


class CouncilIsClosed(Conflict):
    code = "council_closed"
    ja = "この協議会は閉会しました。新しい資料・秘密・版・手続は受け付けません。"
    en = "This council is closed: it takes no new papers, secrets, versions or procedures."


class CouncilIsClosing(Conflict):
    code = "council_closing"
    ja = "この協議会は閉会が予告されています。新しい秘密の提供と同意手続はできません。"
    en = "This council is about to close: no new secret is provided and no new round is opened."


def closed(council: ColumnElement[str]) -> ColumnElement[bool]:
    """The announced moment has come: the council is closed, by the clock alone."""
    over = exists().where(
        _closing.c.council_id == council, _closing.c.closes_at <= NOW, holds(_closing)
    )
    # However deep this stands in a query, it speaks of the council asked about.
    return over.correlate_except(_closing)


def announced(council: ColumnElement[str]) -> Select[tuple[int]]:
    """The moment at which a council closes or has closed; no row while nothing is announced."""
    return select(_closing.c.closes_at).where(_closing.c.council_id == council, holds(_closing))


_STANDING = Prepared(
    select(_closing.c.id, _closing.c.closes_at)
    .where(_closing.c.council_id == bindparam("council"), holds(_closing))
    .limit(1)
)


def closes_at(tx: Tx, council_id: Id) -> Instant | None:
    """The announced moment, past or to come; None while nothing is announced."""
    row = _STANDING.row(tx, {"council": council_id, "now": tx.now})
    return None if row is None else int(row.closes_at)


def closing_of(tx: Tx, council_id: Id) -> Id | None:
    """The announcement that stands; None while nothing is announced."""
    row = _STANDING.row(tx, {"council": council_id, "now": tx.now})
    return None if row is None else str(row.id)


def check_open(tx: Tx, council_id: Id) -> None:
    """What a council takes until its last moment. Raises CouncilIsClosed."""
    end = closes_at(tx, council_id)
    if end is not None and end <= tx.now:
        raise CouncilIsClosed(closed_at=to_text(end))


def check_lasting(tx: Tx, council_id: Id) -> None:
    """What is no longer begun once a closing is announced. Raises CouncilIsClosed,
    CouncilIsClosing.
    """
    check_open(tx, council_id)
    end = closes_at(tx, council_id)
    if end is not None:
        raise CouncilIsClosing(closes_at=to_text(end))
