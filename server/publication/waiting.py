"""What a request for an exception asks of whom, and who is told of it.

Owns: the requester is to open the round; the owner of a result is told of what is asked about it.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Task, Telling, Tells, Topic, waiting_rows
from server.access.vocabulary import Action, Relation
from server.consents.models import Round, RoundClosed
from server.consents.telling import closing, still_open, telling
from server.database import Tx
from server.ids import Id
from server.publication.kinds import EXCEPTION, EXCEPTION_SUBJECT
from server.publication.models import ExceptionRequest, Result

_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]
_result: Table = Result.__table__  # type: ignore[attr-defined]
_UNASKED = select(_request.c.id, _request.c.council_id).where(
    EXCEPTION.state == "requested", EXCEPTION.clause(Relation.SELF)
)

# Requests of the person's member about which nobody has been asked yet.
waiting_for = waiting_rows(_UNASKED, Task.OPEN_REQUESTED_ROUND, EXCEPTION, Action.OPEN_ROUND)


def requested(tx: Tx, made: ExceptionRequest) -> Iterator[Telling]:
    """Somebody asks that part of a result not be published: its owner."""
    yield Telling(
        topic=Topic.EXCEPTION_REQUESTED,
        person_id=tx.session.get_one(Result, made.result_id).owner_id,
        kind=EXCEPTION,
        id=made.id,
        council_id=made.council_id,
        source=made.id,
        at=made.recorded_at,
    )


def asked(tx: Tx, round_: Round) -> Iterator[Telling]:
    """Everybody is asked about a result: its owner too, seated or not."""
    owner = _owner(tx, round_)
    if owner is not None and still_open(tx, round_):
        yield telling(Topic.ROUND_OPENED, round_, owner)


def answered(tx: Tx, end: RoundClosed) -> Iterator[Telling]:
    """The round about a result is over: its owner too."""
    owner = _owner(tx, tx.session.get_one(Round, end.round_id))
    if owner is not None:
        yield closing(end, owner)


def _owner(tx: Tx, round_: Round) -> Id | None:
    query = (
        select(_result.c.owner_id)
        .join(_request, _request.c.result_id == _result.c.id)
        .where(_request.c.id == round_.subject_id)
    )
    owner: Id | None = tx.connection.scalar(query)
    return owner if round_.subject_kind == EXCEPTION_SUBJECT else None


TELLS = (Tells(ExceptionRequest, requested), Tells(Round, asked), Tells(RoundClosed, answered))
