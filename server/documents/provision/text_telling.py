"""Who is told that the item's text has a new version: it asks them again for each secret."""

from sqlalchemy import Table, exists, select

from server.access.models import Acknowledgement
from server.access.relations import of_present_text
from server.access.text_files import ITEM
from server.access.text_reminders import of_new_version
from server.audit.facts import holds
from server.documents.kinds import DOCUMENT, SECRET
from server.documents.models import Document, Recipient

_document: Table = Document.__table__  # type: ignore[attr-defined]
_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]
_acknowledgement: Table = Acknowledgement.__table__  # type: ignore[attr-defined]
_mine = (
    _acknowledgement.c.person_id == _recipient.c.person_id,
    _acknowledgement.c.subject_id == _recipient.c.document_id,
)
# Recipients who acknowledged another version than the one in force.
_BEHIND = (
    select(_recipient.c.person_id, _recipient.c.document_id.label("id"), _recipient.c.council_id)
    .join_from(_recipient, _document, _document.c.id == _recipient.c.document_id)
    .where(
        holds(_recipient),
        DOCUMENT.state == SECRET,
        exists().where(*_mine),
        ~exists().where(*_mine, of_present_text(_acknowledgement, ITEM)),
    )
)

REMINDERS = (of_new_version(ITEM, DOCUMENT, _BEHIND),)
