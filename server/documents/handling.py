"""取扱い of a secret: view only, print or download, as its provider says.

Owns the table `handling` and its words as SQL. View only is what holds while nothing was said.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from server.access.grant import Grant
from server.audit import facts
from server.audit.facts import NOW
from server.documents.models import Document, Handling, HandlingLevel
from server.ids import Id, new_id
from server.keys.service import seal_if_said

_document: Table = Document.__table__  # type: ignore[attr-defined]
_handling: Table = Handling.__table__  # type: ignore[attr-defined]


def _level() -> ColumnElement[Any]:
    """The level in force. `log_seq` orders what was recorded in one millisecond."""
    mine = select(_handling.c.level).where(
        _handling.c.document_id == _document.c.id, _handling.c.recorded_at <= NOW
    )
    newest = mine.order_by(_handling.c.log_seq.desc()).limit(1)
    return newest.correlate_except(_handling).scalar_subquery()


LEVEL: ColumnElement[str] = func.coalesce(_level(), HandlingLevel.VIEW_ONLY.value)
# Each level includes those before it.
PRINTED = LEVEL.in_((HandlingLevel.PRINT.value, HandlingLevel.DOWNLOAD.value))
COPIED = LEVEL.in_((HandlingLevel.DOWNLOAD.value,))


def set_level(
    grant: Grant, document_id: Id, level: HandlingLevel, *, reason: str | None = None
) -> Handling:
    """Say how recipients may handle the secret, from now on (BR-17: its provider alone)."""
    row_id, council_id = new_id(grant.now), grant.council_id
    place = ("handling", "reason", row_id)
    row = Handling(
        id=row_id,
        council_id=council_id,
        document_id=document_id,
        level=level,
        reason=seal_if_said(grant.tx, council_id, place, reason),
        set_by=grant.person_id,
    )
    grant.note(handling=level)
    return facts.enter(grant.tx, council_id, row)
