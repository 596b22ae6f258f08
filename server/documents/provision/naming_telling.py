"""Who is told that they were named for a secret, once it is theirs to acknowledge.

Owns whom: who was named, as it is provided and as their member's confirmation lets it through.
Never says of what.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Telling, Tells, Topic
from server.access.models import Seat
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.clock import Instant
from server.councils.models import SafeManagementConfirmation
from server.database import Tx
from server.documents.kinds import DOCUMENT
from server.documents.models import Provided, Recipient

_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_provided: Table = Provided.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def named(tx: Tx, recipient: Recipient) -> Iterator[Telling]:
    """A person was named for a secret that is provided already."""
    is_provided = select(_provided.c.id).where(_provided.c.document_id == recipient.document_id)
    if tx.connection.scalar(is_provided) is not None:
        yield _telling(recipient, recipient.recorded_at)


def provided(tx: Tx, row: Provided) -> Iterator[Telling]:
    """A secret was provided: everybody named for it."""
    query = select(Recipient).where(_recipient.c.document_id == row.document_id, holds(_recipient))
    for recipient in tx.session.scalars(query, {"now": tx.now}):
        yield _telling(recipient, row.recorded_at)


def confirmed(tx: Tx, row: SafeManagementConfirmation) -> Iterator[Telling]:
    """A member's confirmation lets through what was held back from its persons (BR-16)."""
    query = (
        select(Recipient)
        .join(_provided, _provided.c.document_id == _recipient.c.document_id)
        .join(_seat, _seat.c.person_id == _recipient.c.person_id)
        .where(_seat.c.membership_id == row.membership_id, holds(_seat), holds(_recipient))
        .where(_recipient.c.council_id == row.council_id)
    )
    for recipient in tx.session.scalars(query, {"now": tx.now}):
        yield _telling(recipient, row.recorded_at)


def _telling(recipient: Recipient, at: Instant) -> Telling:
    return Telling(
        topic=Topic.SECRET_NAMED,
        person_id=recipient.person_id,
        kind=DOCUMENT,
        id=recipient.document_id,
        council_id=recipient.council_id,
        source=recipient.id,
        at=at,
        action=Action.ACKNOWLEDGE,
    )


TELLS = (
    Tells(Recipient, named),
    Tells(Provided, provided),
    Tells(SafeManagementConfirmation, confirmed),
)
