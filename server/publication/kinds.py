"""The kinds RESULT, EXCEPTION and KNOW_HOW: their states and relations, as SQL.

Owns what "held" and "kept as know-how" mean: a result is publishable unless these facts say
otherwise at the moment asked about, and only agreement of all, or its owner, can make them.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Table, and_, case, exists, or_

from server.access import closings, ways
from server.access.condition import Condition, Part, either, resting, way
from server.access.kind import PERSON, Kind, version
from server.access.relations import acting, officers, sitting_for
from server.access.vocabulary import Category, DeputyScope, KindName, Relation, SeatRole
from server.audit.facts import NOW, holds
from server.audit.models import Ending
from server.consents.kinds import READERS_BY_PART, closed_as, is_open
from server.consents.models import Round
from server.publication.models import (
    CoOwner,
    ExceptionRequest,
    Hold,
    KnowHow,
    KnowHowHolder,
    Publication,
    Result,
    ResultReader,
)

EXCEPTION_SUBJECT = "exception"
PUBLISHABLE, HELD, KEPT, PUBLISHED = "publishable", "held", "know_how", "published"
REQUESTED, WITHDRAWN = "requested", "withdrawn"
NEVER_NAMED = (Category.THINK_TANK,)

_result: Table = Result.__table__  # type: ignore[attr-defined]
_co_owner: Table = CoOwner.__table__  # type: ignore[attr-defined]
_reader: Table = ResultReader.__table__  # type: ignore[attr-defined]
_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]
_hold: Table = Hold.__table__  # type: ignore[attr-defined]
_know_how: Table = KnowHow.__table__  # type: ignore[attr-defined]
_holder: Table = KnowHowHolder.__table__  # type: ignore[attr-defined]
_publication: Table = Publication.__table__  # type: ignore[attr-defined]
_round: Table = Round.__table__  # type: ignore[attr-defined]
_ending: Table = Ending.__table__  # type: ignore[attr-defined]


# The caller's own result. No seat is asked for: leaving or being removed from the council takes
# nobody's own result away, nor the right to publish it (docs/rules.md, promise 6).
_OWN: ColumnElement[bool] = _result.c.owner_id == PERSON


def _owned(result_id: ColumnElement[str]) -> ColumnElement[bool]:
    """What another kind is about is the caller's own result. Of a result itself it is `_OWN`: an
    EXISTS over the same table would ask whether the caller owns any result at all.
    """
    return exists().where(_result.c.id == result_id, _OWN)


def _chosen(person: ColumnElement[str] | None) -> ColumnElement[bool]:
    """The owner opened the result to this person, or (None) to every member."""
    whom = _reader.c.person_id.is_(None) if person is None else _reader.c.person_id == person
    return exists().where(_reader.c.result_id == _result.c.id, whom, holds(_reader))


def _current_round(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The newest round about a request, if any, fulfils the conditions."""
    later = _round.alias()
    return exists().where(
        _round.c.subject_kind == EXCEPTION_SUBJECT,
        _round.c.subject_id == _request.c.id,
        _round.c.opened_at <= NOW,
        ~exists().where(later.c.supersedes == _round.c.id, later.c.opened_at <= NOW),
        *conditions,
    )


def _entry(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_know_how.c.exception_id == _request.c.id, *conditions)


_HELD = exists().where(
    _hold.c.result_id == _result.c.id,
    holds(_hold),
    _round.c.id == _hold.c.round_id,
    is_open(_round),
)
_KEPT = exists().where(_know_how.c.result_id == _result.c.id, holds(_know_how))
_PUBLISHED = exists().where(
    _publication.c.result_id == _result.c.id, _publication.c.published_at <= NOW
)

_REPRESENTATIVE = (SeatRole.REPRESENTATIVE,)
_OWNS_RESULT = way(Part(Condition.IS_OWNER, _OWN))
_CHOSEN = resting(
    Condition.IS_CHOSEN,
    _reader,
    _reader.c.result_id == _result.c.id,
    _reader.c.person_id == PERSON,
)
_OPENED = resting(
    Condition.OPEN_TO_MEMBERS,
    _reader,
    _reader.c.result_id == _result.c.id,
    _reader.c.person_id.is_(None),
)

RESULT = Kind(
    name=KindName.RESULT,
    table=_result,
    states=(PUBLISHABLE, HELD, KEPT, PUBLISHED),
    state=case((_PUBLISHED, PUBLISHED), (_KEPT, KEPT), (_HELD, HELD), else_=PUBLISHABLE),
    relations={
        Relation.RESULT_OWNER: _OWN,
        Relation.RESULT_CO_OWNER: exists().where(
            _co_owner.c.result_id == _result.c.id,
            _co_owner.c.person_id == PERSON,
            holds(_co_owner),
        ),
        Relation.RECIPIENT: and_(_chosen(PERSON), acting(_result.c.council_id)),
        Relation.MEMBER: and_(_chosen(None), acting(_result.c.council_id)),
        # Only of a result one has been shown can one ask anything; others are not told of it.
        Relation.SEAT_REPRESENTATIVE: and_(
            or_(_chosen(None), _chosen(PERSON)),
            acting(_result.c.council_id, (SeatRole.REPRESENTATIVE,)),
        ),
    },
    ways={
        Relation.RESULT_OWNER: _OWNS_RESULT,
        Relation.RESULT_CO_OWNER: way(
            resting(
                Condition.IS_CO_OWNER,
                _co_owner,
                _co_owner.c.result_id == _result.c.id,
                _co_owner.c.person_id == PERSON,
            )
        ),
        Relation.RECIPIENT: way(_CHOSEN, *ways.acting(_result.c.council_id)),
        Relation.MEMBER: way(_OPENED, *ways.acting(_result.c.council_id)),
        Relation.SEAT_REPRESENTATIVE: either(
            (_OPENED, *ways.acting(_result.c.council_id, _REPRESENTATIVE)),
            (_CHOSEN, *ways.acting(_result.c.council_id, _REPRESENTATIVE)),
        ),
    },
    council=_result.c.council_id,
    columns=(
        version(_result.c.council_id),
        _result.c.title,
        _result.c.summary,
        _result.c.owner_id,
        _result.c.owner_membership_id,
        _result.c.registered_by,
        _result.c.recorded_at,
    ),
)

_TAKEN_BACK = exists().where(
    _ending.c.fact_id == _request.c.id,
    _ending.c.reason == WITHDRAWN,
    _ending.c.effective_at <= NOW,
)

EXCEPTION = Kind(
    name=KindName.EXCEPTION,
    table=_request,
    states=(REQUESTED, "consent_open", "agreed", "not_agreed", WITHDRAWN, "released"),
    state=case(
        (_TAKEN_BACK, WITHDRAWN),
        (_entry(_know_how.c.valid_from <= NOW, ~holds(_know_how)), "released"),
        (_entry(_know_how.c.valid_from <= NOW), "agreed"),
        (_current_round(is_open(_round)), "consent_open"),
        (_current_round(~closed_as(_round, "void")), "not_agreed"),
        # Nobody was asked about it, and nobody will be: its council is closed.
        (closings.closed(_request.c.council_id), WITHDRAWN),
        else_=REQUESTED,
    ),
    relations={
        Relation.SELF: sitting_for(
            _request.c.requester_membership_id, _request.c.council_id, _REPRESENTATIVE
        ),
        Relation.RESULT_OWNER: _owned(_request.c.result_id),
        Relation.MEMBER: acting(_request.c.council_id),
        Relation.SEAT_REPRESENTATIVE: acting(_request.c.council_id, (SeatRole.REPRESENTATIVE,)),
        Relation.DEPUTY: acting(_request.c.council_id, (SeatRole.DEPUTY,), area=DeputyScope.ANSWER),
        **officers(_request.c.council_id),
    },
    ways={
        **ways.officers(_request.c.council_id),
        Relation.MEMBER: way(*ways.acting(_request.c.council_id)),
        Relation.SEAT_REPRESENTATIVE: way(*ways.acting(_request.c.council_id, _REPRESENTATIVE)),
        Relation.DEPUTY: way(
            *ways.acting(_request.c.council_id, (SeatRole.DEPUTY,), area=DeputyScope.ANSWER)
        ),
        Relation.SELF: way(
            ways.sitting(
                Condition.ASKED_FOR_IT, _request.c.requester_membership_id, _REPRESENTATIVE
            ),
            ways.duty(_request.c.council_id),
        ),
        Relation.RESULT_OWNER: way(Part(Condition.IS_OWNER, _owned(_request.c.result_id))),
    },
    council=_request.c.council_id,
    columns=(
        version(_request.c.council_id),
        _request.c.result_id,
        _request.c.requester_membership_id,
        _request.c.requester_id,
        _request.c.finding_id,
        _request.c.recorded_at,
    ),
)


def _seated_as(categories: Iterable[Category]) -> ColumnElement[bool]:
    return acting(_know_how.c.council_id, (SeatRole.REPRESENTATIVE,), categories)


_NAMED = exists().where(
    _holder.c.know_how_id == _know_how.c.id, _holder.c.person_id == PERSON, holds(_holder)
)
_NAMEABLE = tuple(category for category in Category if category not in NEVER_NAMED)

_council_id = _know_how.c.council_id
_BY_PART = ways.acting(_council_id, _REPRESENTATIVE, READERS_BY_PART)
_WAYS = {
    **ways.officers(_council_id),
    Relation.MEMBER: way(*ways.acting(_council_id)),
    Relation.KNOW_HOW_HOLDER: way(
        resting(
            Condition.HOLDS_KNOW_HOW,
            _holder,
            _holder.c.know_how_id == _know_how.c.id,
            _holder.c.person_id == PERSON,
        ),
        *ways.acting(_council_id, categories=_NAMEABLE),
    ),
    Relation.RESULT_OWNER: way(Part(Condition.IS_OWNER, _owned(_know_how.c.result_id))),
    Relation.SEAT_REPRESENTATIVE: either(
        _BY_PART,
        (
            *ways.acting(_council_id, _REPRESENTATIVE, (Category.RD_IMPLEMENTER,)),
            ways.sitting(
                Condition.REPRESENTS_THIS, _know_how.c.holder_membership_id, _REPRESENTATIVE
            ),
        ),
    ),
}

KNOW_HOW = Kind(
    name=KindName.KNOW_HOW,
    table=_know_how,
    states=("in_force", "released"),
    state=case((holds(_know_how), "in_force"), else_="released"),
    relations={
        Relation.KNOW_HOW_HOLDER: and_(
            _NAMED, acting(_know_how.c.council_id, categories=_NAMEABLE)
        ),
        Relation.RESULT_OWNER: _owned(_know_how.c.result_id),
        Relation.SEAT_REPRESENTATIVE: or_(
            _seated_as(READERS_BY_PART),
            and_(
                _seated_as((Category.RD_IMPLEMENTER,)),
                sitting_for(
                    _know_how.c.holder_membership_id, _know_how.c.council_id, _REPRESENTATIVE
                ),
            ),
        ),
        Relation.MEMBER: acting(_know_how.c.council_id),
        **officers(_know_how.c.council_id),
    },
    ways=_WAYS,
    council=_know_how.c.council_id,
    columns=(
        version(_know_how.c.council_id),
        _know_how.c.exception_id,
        _know_how.c.result_id,
        _know_how.c.round_id,
        _know_how.c.holder_membership_id,
        _know_how.c.information,
        _know_how.c.valid_from,
        _know_how.c.valid_to,
        _know_how.c.review_at,
    ),
)
