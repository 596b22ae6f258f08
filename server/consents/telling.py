"""Who is told of a round: everybody who speaks for a member that is asked.

Owns whom, not how: `server/notices` keeps only those who may know of the round, and sends.
"""

from collections.abc import Iterator

from sqlalchemy import Table, select

from server.access.matters import Telling, Tells, Topic, because_of, stage_of
from server.access.models import Seat
from server.access.vocabulary import SPEAKING
from server.audit.facts import holds
from server.clock import DAY
from server.consents.kinds import ROUND, is_open
from server.consents.models import RosterMember, Round, RoundClosed
from server.consents.waiting import has_answered
from server.database import Tx
from server.ids import Id

STAGES = (7, 3, 1)

_round: Table = Round.__table__  # type: ignore[attr-defined]
_roster: Table = RosterMember.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def opened(tx: Tx, round_: Round) -> Iterator[Telling]:
    """A round was opened: everybody who may answer for a member, while it is open."""
    if still_open(tx, round_):
        for person, _ in _asked(tx, round_.id):
            yield telling(Topic.ROUND_OPENED, round_, person)


def still_open(tx: Tx, round_: Round) -> bool:
    """Whether it may be answered yet: who is told late is not told of what is over."""
    query = select(_round.c.id).where(_round.c.id == round_.id, is_open(_round))
    return tx.connection.scalar(query, {"now": tx.now}) is not None


def telling(topic: Topic, round_: Round, person_id: Id) -> Telling:
    """One person is told of a round that has a deadline."""
    return because_of(round_, topic, person_id, ROUND, round_.id, deadline=round_.closes_at)


def closed(tx: Tx, end: RoundClosed) -> Iterator[Telling]:
    """A round has come to its outcome: everybody who was asked; what it came to is not mailed."""
    for person, _ in _asked(tx, end.round_id):
        yield closing(end, person)


def closing(end: RoundClosed, person_id: Id) -> Telling:
    """One person is told that a round is over."""
    return Telling(
        topic=Topic.ROUND_CLOSED,
        person_id=person_id,
        kind=ROUND,
        id=end.round_id,
        council_id=end.council_id,
        source=end.round_id,
        at=end.recorded_at,
        done=True,
    )


def remind(tx: Tx) -> Iterator[Telling]:
    """Rounds that close within 7, 3 and 1 days, to who speaks for a member without an answer."""
    near = select(Round).where(is_open(_round), _round.c.closes_at <= tx.now + STAGES[0] * DAY)
    for round_ in tx.session.scalars(near, {"now": tx.now}):
        stage = stage_of(tx.now, round_.closes_at, STAGES, DAY)
        for person, membership in _asked(tx, round_.id):
            if stage is not None and not has_answered(tx, round_.id, membership):
                yield Telling(
                    topic=Topic.ROUND_CLOSING,
                    person_id=person,
                    kind=ROUND,
                    id=round_.id,
                    council_id=round_.council_id,
                    source=round_.id,
                    at=tx.now,
                    deadline=round_.closes_at,
                    stage=stage,
                )


def _asked(tx: Tx, round_id: Id) -> list[tuple[Id, Id]]:
    """Who speaks now for the members of a roster, and for which."""
    query = (
        select(_seat.c.person_id, _seat.c.membership_id)
        .join(_roster, _roster.c.membership_id == _seat.c.membership_id)
        .where(_roster.c.round_id == round_id, _seat.c.role.in_(SPEAKING), holds(_seat))
    )
    rows = tx.connection.execute(query.order_by(_seat.c.id), {"now": tx.now})
    return [(row.person_id, row.membership_id) for row in rows]


TELLS = (Tells(Round, opened), Tells(RoundClosed, closed))
REMINDERS = (remind,)
