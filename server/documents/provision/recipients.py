"""The persons named for a secret, as its provider sees them.

Reads the table `recipient`, which `scope.py` writes. Says of nobody what they may do: that is the
relation `recipient` (kinds.py).
"""

from dataclasses import dataclass

from sqlalchemy import Table, and_, bindparam, case, exists, select

from server.access.models import Acknowledgement, Seat
from server.access.relations import of_present_text
from server.access.text_files import ITEM
from server.audit.facts import holds
from server.database import Tx
from server.documents.kinds import confirmed
from server.documents.models import Recipient
from server.identity import service as identity
from server.ids import Id
from server.prepared import Prepared

_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Named:
    """A named person: the seat's member, whether delivery is blocked, whether acknowledged."""

    person: Id
    name: str
    membership: Id | None
    blocked: bool
    acknowledged: bool


_sits = and_(
    _seat.c.council_id == _recipient.c.council_id,
    _seat.c.person_id == _recipient.c.person_id,
    holds(_seat),
)
_member = select(_seat.c.membership_id).where(_sits).limit(1).scalar_subquery()
_delivered = exists().where(_sits, confirmed(_seat.c.membership_id))
_bound = exists().where(
    _acknowledgement.c.subject_id == _recipient.c.document_id,
    _acknowledgement.c.person_id == _recipient.c.person_id,
    holds(_acknowledgement),
    of_present_text(_acknowledgement, ITEM),
)
_RECIPIENTS = Prepared(
    select(
        _recipient.c.person_id.label("person"),
        _member.label("membership"),
        case((_delivered, 0), else_=1).label("blocked"),
        case((_bound, 1), else_=0).label("acknowledged"),
    )
    .where(_recipient.c.document_id == bindparam("document"), holds(_recipient))
    .order_by(_recipient.c.log_seq, _recipient.c.id)
)


def recipients(tx: Tx, document_id: Id) -> list[Named]:
    """The persons named for a secret, in the order they were named."""
    rows = _RECIPIENTS.rows(tx, {"document": document_id, "now": tx.now})
    return [
        Named(
            row.person,
            identity.name_of(tx, row.person),
            row.membership,
            bool(row.blocked),
            bool(row.acknowledged),
        )
        for row in rows
    ]


def count(tx: Tx, document_id: Id) -> int:
    """How many persons are named."""
    return len(_RECIPIENTS.rows(tx, {"document": document_id, "now": tx.now}))
