"""Secrets that wait for a named person's acknowledgement.

Owns which they are: the relation `invited` of a document, which the guard asks too.
"""

from sqlalchemy import Table, select

from server.access.matters import Task, waiting_rows
from server.access.vocabulary import Action, Relation
from server.documents.kinds import DOCUMENT, SECRET
from server.documents.models import Document

_document: Table = Document.__table__  # type: ignore[attr-defined]
_INVITED = select(_document.c.id, _document.c.council_id).where(
    DOCUMENT.state == SECRET, DOCUMENT.clause(Relation.INVITED)
)

# Provided secrets whose scope and duty the person, named, has not acknowledged.
waiting_for = waiting_rows(_INVITED, Task.ACKNOWLEDGE_SECRET, DOCUMENT, Action.ACKNOWLEDGE)
