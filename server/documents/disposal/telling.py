"""Content that waits for its provider's decision as a council closes, and who is told of its end.

Owns whom, not how: `server/notices` keeps only those who may know of the thing, and sends.
"""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import Table, select

from server.access.closing_models import CouncilClosed
from server.access.matters import Task, Telling, Tells, Topic, Waiting, stage_of
from server.access.sitting import speaking_for
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.clock import DAY
from server.database import Tx
from server.documents.disposal import service as disposal
from server.documents.disposal.service import ContentAtClosing
from server.documents.kinds import DOCUMENT
from server.documents.models import Destruction, Document, Recipient
from server.ids import Id

STAGES = (7, 3, 1)

_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Content of the person's member about which nothing is decided, or which is to be taken back
    and is not confirmed to be; of closed councils the latter alone.
    """
    for item in disposal.contents_at_closing(tx):
        over = item.closes_at <= tx.now
        if not item.open or (over and item.decided is None):
            continue
        if person_id in speaking_for(tx, item.membership):
            yield Waiting(
                task=Task.DISPOSE_CONTENT,
                kind=DOCUMENT,
                id=item.document,
                action=Action.DISPOSE,
                council_id=item.council,
                matter=item.document,
                deadline=None if over else item.closes_at,
            )


def remind(tx: Tx) -> Iterator[Telling]:
    """Content nobody has decided about in councils that close within 7, 3 and 1 days: who may."""
    for item in disposal.contents_at_closing(tx):
        stage = stage_of(tx.now, item.closes_at, STAGES, DAY)
        if stage is not None and item.open:
            told = partial(_to_provider, Topic.DISPOSITION_DUE, item, deadline=item.closes_at)
            for person in speaking_for(tx, item.membership):
                yield told(
                    person, source=f"{item.document}/{item.closes_at}", at=tx.now, stage=stage
                )


def _to_provider(topic: Topic, item: ContentAtClosing, person_id: Id, **more: object) -> Telling:
    return Telling(
        topic=topic,
        person_id=person_id,
        kind=DOCUMENT,
        id=item.document,
        council_id=item.council,
        action=Action.DISPOSE,
        **more,  # type: ignore[arg-type]  # source, at and the rest, as Telling has them
    )


def closed(tx: Tx, end: CouncilClosed) -> Iterator[Telling]:
    """The council is closed: of what was kept because nobody decided, its provider."""
    for item in disposal.contents_at_closing(tx, end.council_id, at=end.effective_at):
        if item.open:
            for person in speaking_for(tx, item.membership):
                yield _to_provider(
                    Topic.CONTENT_KEPT, item, person, source=item.document, at=end.recorded_at
                )


def destroyed(tx: Tx, row: Destruction) -> Iterator[Telling]:
    """Content was destroyed: who speaks for its provider, and who was named for it."""
    document = tx.session.get_one(Document, row.document_id)
    named = select(_recipient.c.person_id).where(
        _recipient.c.document_id == row.document_id, holds(_recipient)
    )
    persons = {
        *speaking_for(tx, document.provider_membership_id),
        *tx.connection.scalars(named, {"now": tx.now}),
    }
    for person in sorted(persons - {row.decided_by}):
        yield Telling(
            topic=Topic.CONTENT_DESTROYED,
            person_id=person,
            kind=DOCUMENT,
            id=row.document_id,
            council_id=row.council_id,
            source=row.id,
            at=row.recorded_at,
            done=True,
        )


TELLS = (Tells(CouncilClosed, closed), Tells(Destruction, destroyed))
REMINDERS = (remind,)
