"""Information requests that wait for an answer, and who is told of one.

Owns whom. Never says what is asked, nor what was answered.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Task, Telling, Tells, Topic, waiting_rows
from server.access.sitting import speaking_for
from server.access.vocabulary import Action, Relation
from server.asking.kinds import INFORMATION_REQUEST, OPEN
from server.asking.models import InformationRequest, RequestAnswer
from server.database import Tx

_request: Table = InformationRequest.__table__  # type: ignore[attr-defined]
_UNANSWERED = select(_request.c.id, _request.c.council_id).where(
    INFORMATION_REQUEST.state == OPEN, INFORMATION_REQUEST.clause(Relation.PROVIDER)
)

# Open requests to the member the person speaks for. Who may decline one may answer it.
waiting_for = waiting_rows(
    _UNANSWERED, Task.ANSWER_INFORMATION_REQUEST, INFORMATION_REQUEST, Action.DECLINE
)


def asked(tx: Tx, request: InformationRequest) -> Iterator[Telling]:
    """Somebody asks a member for information: who speaks for it."""
    for person in speaking_for(tx, request.membership_id):
        yield Telling(
            topic=Topic.INFORMATION_ASKED,
            person_id=person,
            kind=INFORMATION_REQUEST,
            id=request.id,
            council_id=request.council_id,
            source=request.id,
            at=request.recorded_at,
            action=Action.DECLINE,
        )


def answered(tx: Tx, given: RequestAnswer) -> Iterator[Telling]:
    """A request was answered, in whichever way: who asked."""
    request = tx.session.get_one(InformationRequest, given.request_id)
    yield Telling(
        topic=Topic.INFORMATION_ANSWERED,
        person_id=request.asked_by,
        kind=INFORMATION_REQUEST,
        id=request.id,
        council_id=request.council_id,
        source=given.id,
        at=given.recorded_at,
    )


TELLS = (Tells(InformationRequest, asked), Tells(RequestAnswer, answered))
