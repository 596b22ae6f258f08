"""Who is told of what is asked about a result: its owner, seated or not.

Owns that alone: everybody else is told of a round by `server/consents`.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Telling, Tells, Topic, because_of
from server.consents.models import Round, RoundClosed
from server.consents.telling import closing, still_open, telling
from server.database import Tx
from server.ids import Id
from server.publication.kinds import EXCEPTION, EXCEPTION_SUBJECT
from server.publication.models import ExceptionRequest, Result

_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]
_result: Table = Result.__table__  # type: ignore[attr-defined]


def requested(tx: Tx, made: ExceptionRequest) -> Iterator[Telling]:
    """Somebody asks that part of a result not be published: its owner."""
    owner = tx.session.get_one(Result, made.result_id).owner_id
    yield because_of(made, Topic.EXCEPTION_REQUESTED, owner, EXCEPTION, made.id)


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
