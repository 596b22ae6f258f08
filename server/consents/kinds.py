"""The kind ROUND: who is asked, who may see that it is asked, and whether it is open.

Owns its SQL. Only persons seated in a membership of the roster are related to a round, so that
whoever joins later sees nothing of it.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, exists

from server.access.kind import PERSON, Kind
from server.access.models import Seat
from server.access.relations import acknowledged, officers
from server.access.vocabulary import KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.consents.models import RosterMember, Round, RoundClosed

_round: Table = Round.__table__  # type: ignore[attr-defined]
_roster: Table = RosterMember.__table__  # type: ignore[attr-defined]
_closed: Table = RoundClosed.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def is_open(round_: FromClause) -> ColumnElement[bool]:
    """Whether a row of rounds may still be answered at `:now`."""
    ended = exists().where(_closed.c.round_id == round_.c.id, _closed.c.effective_at <= NOW)
    return and_(~ended, round_.c.closes_at > NOW)


def closed_as(round_: FromClause, *outcomes: str) -> ColumnElement[bool]:
    """Whether a row of rounds has come to one of these outcomes by `:now`."""
    return exists().where(
        _closed.c.round_id == round_.c.id,
        _closed.c.outcome.in_(outcomes),
        _closed.c.effective_at <= NOW,
    )


def _asked(roles: Iterable[SeatRole] = SeatRole) -> ColumnElement[bool]:
    seated = exists().where(
        _seat.c.council_id == _round.c.council_id,
        _seat.c.person_id == PERSON,
        _seat.c.role.in_(tuple(roles)),
        holds(_seat),
        _roster.c.round_id == _round.c.id,
        _roster.c.membership_id == _seat.c.membership_id,
    )
    return and_(seated, acknowledged(_round.c.council_id))


ROUND = Kind(
    name=KindName.ROUND,
    table=_round,
    states=("open", "closed"),
    state=case((is_open(_round), "open"), else_="closed"),
    relations={
        Relation.MEMBER: _asked(),
        Relation.SEAT_REPRESENTATIVE: _asked((SeatRole.REPRESENTATIVE,)),
        Relation.DEPUTY: _asked((SeatRole.DEPUTY,)),
        **officers(_round.c.council_id),
    },
    council=_round.c.council_id,
    columns=(
        _round.c.subject_kind,
        _round.c.subject_id,
        _round.c.question_digest,
        _round.c.roster_digest,
        _round.c.opened_at,
        _round.c.closes_at,
        _round.c.supersedes,
    ),
)
