"""The kind ROUND: who is asked, who may see that it is asked, and whether it is open.

Owns its SQL. Only persons seated in a membership of the roster are related to a round, so that
whoever joins later sees nothing of it. While it is open, those who answer read what is asked; once
closed, the text may be know-how, and only whoever may read that reads on.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, FromClause, Table, and_, case, column, exists, table

from server.access import closings, ways
from server.access.condition import Condition, Part, resting, way
from server.access.kind import PERSON, Kind, version
from server.access.models import Seat
from server.access.relations import RESEARCH, acknowledged, officers, reaching
from server.access.vocabulary import Category, DeputyScope, KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.consents.models import RosterMember, Round, RoundClosed

_round: Table = Round.__table__  # type: ignore[attr-defined]
_roster: Table = RosterMember.__table__  # type: ignore[attr-defined]
_closed: Table = RoundClosed.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]
# By name, not by import: the domain of results opens rounds here and stands above this one.
_request = table("exception_request", column("id"), column("result_id"))
_result = table("result", column("id"), column("owner_id"))

# Column "read know-how" of the matrix: these representatives read it without being named.
READERS_BY_PART = (
    *RESEARCH,
    Category.FUNDING_AGENCY,
    Category.ESTABLISHING_MINISTRY,
    Category.PROGRAMME_MINISTRY,
    Category.IMPLEMENTER_GOVERNMENT,
)


def is_open(round_: FromClause) -> ColumnElement[bool]:
    """Whether a row of rounds may still be answered at `:now`."""
    ended = exists().where(_closed.c.round_id == round_.c.id, _closed.c.effective_at <= NOW)
    return and_(~ended, round_.c.closes_at > NOW, ~closings.closed(round_.c.council_id))


def closed_as(round_: FromClause, *outcomes: str) -> ColumnElement[bool]:
    """Whether a row of rounds has come to one of these outcomes by `:now`."""
    return exists().where(
        _closed.c.round_id == round_.c.id,
        _closed.c.outcome.in_(outcomes),
        _closed.c.effective_at <= NOW,
    )


def _asked(
    roles: Iterable[SeatRole] = SeatRole,
    categories: Iterable[Category] = Category,
    *more: ColumnElement[bool],
) -> ColumnElement[bool]:
    seated = exists().where(
        _seat.c.council_id == _round.c.council_id,
        _seat.c.person_id == PERSON,
        _seat.c.role.in_(tuple(roles)),
        _seat.c.category.in_(tuple(categories)),
        holds(_seat),
        _roster.c.round_id == _round.c.id,
        _roster.c.membership_id == _seat.c.membership_id,
        *more,
    )
    return and_(seated, acknowledged(_round.c.council_id))


# The round is about the caller's own result. Like the result itself, it asks for no seat.
_ABOUT_OWN = exists().where(
    _round.c.subject_kind == "exception",
    _request.c.id == _round.c.subject_id,
    _result.c.id == _request.c.result_id,
    _result.c.owner_id == PERSON,
)

_council_id = _round.c.council_id
# On the roster: of a seat, whichever its role, in a membership that is asked.
_ON_ROSTER = resting(
    Condition.IS_ASKED,
    _seat,
    _seat.c.council_id == _council_id,
    _seat.c.person_id == PERSON,
    exists()
    .where(_roster.c.round_id == _round.c.id, _roster.c.membership_id == _seat.c.membership_id)
    .correlate_except(_roster),
)
_REPRESENTATIVE = (SeatRole.REPRESENTATIVE,)
_WAYS = {
    **ways.officers(_council_id),
    Relation.MEMBER: way(_ON_ROSTER, ways.duty(_council_id)),
    Relation.SEAT_REPRESENTATIVE: way(_ON_ROSTER, *ways.acting(_council_id, _REPRESENTATIVE)),
    Relation.DEPUTY: way(
        _ON_ROSTER, *ways.acting(_council_id, (SeatRole.DEPUTY,), area=DeputyScope.ANSWER)
    ),
    Relation.KNOW_HOW_HOLDER: way(
        _ON_ROSTER, *ways.acting(_council_id, _REPRESENTATIVE, READERS_BY_PART)
    ),
    Relation.RESULT_OWNER: way(Part(Condition.IS_OWNER, _ABOUT_OWN)),
}

ROUND = Kind(
    name=KindName.ROUND,
    table=_round,
    states=("open", "closed"),
    state=case((is_open(_round), "open"), else_="closed"),
    relations={
        Relation.MEMBER: _asked(),
        Relation.SEAT_REPRESENTATIVE: _asked((SeatRole.REPRESENTATIVE,)),
        Relation.DEPUTY: _asked((SeatRole.DEPUTY,), Category, reaching(DeputyScope.ANSWER)),
        Relation.KNOW_HOW_HOLDER: _asked((SeatRole.REPRESENTATIVE,), READERS_BY_PART),
        Relation.RESULT_OWNER: _ABOUT_OWN,
        **officers(_round.c.council_id),
    },
    ways=_WAYS,
    council=_round.c.council_id,
    columns=(
        version(_round.c.council_id),
        _round.c.subject_kind,
        _round.c.subject_id,
        _round.c.question_digest,
        _round.c.roster_digest,
        _round.c.opened_at,
        _round.c.closes_at,
        _round.c.supersedes,
    ),
)
