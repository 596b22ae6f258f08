"""Who is told that the item's text has a new version: it asks them again for each secret."""

from collections.abc import Iterator

from sqlalchemy import Table, exists, select

from server.access import texts
from server.access.matters import Telling, Topic
from server.access.models import Acknowledgement
from server.access.relations import of_present_text
from server.access.text_files import ITEM
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.database import Tx
from server.documents.kinds import DOCUMENT, SECRET
from server.documents.models import Document, Recipient

_document: Table = Document.__table__  # type: ignore[attr-defined]
_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_mine = (
    _acknowledgement.c.person_id == _recipient.c.person_id,
    _acknowledgement.c.subject_id == _recipient.c.document_id,
)
_BEHIND = (
    select(_recipient.c.person_id, _recipient.c.document_id, _recipient.c.council_id)
    .join_from(_recipient, _document, _document.c.id == _recipient.c.document_id)
    .where(
        holds(_recipient),
        DOCUMENT.state == SECRET,
        exists().where(*_mine),
        ~exists().where(*_mine, of_present_text(_acknowledgement, ITEM)),
    )
)


def remind_of_new_item_text(tx: Tx) -> Iterator[Telling]:
    """The item's text has a new version in force: every recipient who acknowledged another."""
    version = texts.current(tx, ITEM)
    for row in tx.connection.execute(_BEHIND, {"now": tx.now}):
        yield Telling(
            topic=Topic.TEXT_CHANGED,
            person_id=row.person_id,
            kind=DOCUMENT,
            id=row.document_id,
            council_id=row.council_id,
            source=f"{version.id}/{row.document_id}",
            at=version.since,
            action=Action.ACKNOWLEDGE,
        )


REMINDERS = (remind_of_new_item_text,)
