"""Information requests that wait for an answer.

Owns which they are. Never says what is asked.
"""

from sqlalchemy import Table, select

from server.access.matters import Task, waiting_rows
from server.access.vocabulary import Action, Relation
from server.asking.kinds import INFORMATION_REQUEST, OPEN
from server.asking.models import InformationRequest

_request: Table = InformationRequest.__table__  # type: ignore[attr-defined]
_UNANSWERED = select(_request.c.id, _request.c.council_id).where(
    INFORMATION_REQUEST.state == OPEN, INFORMATION_REQUEST.clause(Relation.PROVIDER)
)

# Open requests to the member the person speaks for. Who may decline one may answer it.
waiting_for = waiting_rows(
    _UNANSWERED, Task.ANSWER_INFORMATION_REQUEST, INFORMATION_REQUEST, Action.DECLINE
)
