"""Requests for an exception that wait for their round: the requester is to open it.

Owns which they are. Whether the person may still do it is asked of the policy by whoever collects.
"""

from sqlalchemy import Table, select

from server.access.matters import Task, waiting_rows
from server.access.vocabulary import Action, Relation
from server.publication.kinds import EXCEPTION
from server.publication.models import ExceptionRequest

_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]
_UNASKED = select(_request.c.id, _request.c.council_id).where(
    EXCEPTION.state == "requested", EXCEPTION.clause(Relation.SELF)
)

# Requests of the person's member about which nobody has been asked yet.
waiting_for = waiting_rows(_UNASKED, Task.OPEN_REQUESTED_ROUND, EXCEPTION, Action.OPEN_ROUND)
