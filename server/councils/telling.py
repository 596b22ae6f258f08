"""Who is told of what happens in a council: nominations, joiners, seats, confirmations, terms.

Owns whom, not how: `server/notices` keeps only those who may know of the thing, and sends.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import ColumnElement, Table, select

from server.access.kinds import PERSON_KIND
from server.access.matters import Telling, Tells, Topic, because_of, stage_of
from server.access.models import Seat
from server.access.reviews import CONFIRMED, reviews_due
from server.access.seats import seats_of
from server.access.sitting import officers_of, speaking_for
from server.access.terms import SHORTENED
from server.access.vocabulary import SPEAKING, Action, Category, OfficeRole, SeatRole
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import DAY, Instant
from server.councils import comments
from server.councils import facts as council_facts
from server.councils.kinds import ADMISSION, CONSENTED, COUNCIL, MEMBERSHIP, OPEN
from server.councils.models import Admission, Council, Establishment, Nomination
from server.councils.waiting import SOON, ending_confirmations, undecided, unsigned
from server.database import Tx
from server.ids import Id
from server.programme import queries
from server.programme.models import ResearchConcept

STAGES = (30, 7, 1)
REVIEWS = (14, 7, 1)
WANTED = {
    Action.CONSENT: Topic.CONSENT_WANTED,
    Action.COMMENT: Topic.JOINER_ANNOUNCED,
    Action.DECIDE: Topic.DECISION_WANTED,
}

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_council: Table = Council.__table__  # type: ignore[attr-defined]
_admission: Table = Admission.__table__  # type: ignore[attr-defined]


def nominated(tx: Tx, nomination: Nomination) -> Iterator[Telling]:
    """Somebody is to consent for an invited one: they, and the members who may comment."""
    admission = council_facts.find_admission(tx, nomination.admission_id)
    if council_facts.standing(tx, admission).consent is None:
        yield _of_admission(Action.CONSENT, admission, nomination, nomination.person_id)
    yield from _announced(tx, admission, nomination)


def established(tx: Tx, founding: Establishment) -> Iterator[Telling]:
    """A council exists: its members are asked about whoever else was nominated before."""
    for admission in council_facts.open_admissions(tx, founding.council_id):
        nomination = council_facts.nomination_of(tx, admission.id)
        if nomination is not None:
            yield from _announced(tx, admission, nomination)


def _announced(tx: Tx, admission: Admission, nomination: Nomination) -> Iterator[Telling]:
    end = comments.until(tx, admission)
    if end is None or end <= tx.now:
        return
    for person in _speaking(tx, admission.council_id):
        yield _of_admission(Action.COMMENT, admission, nomination, person, end)


def _of_admission(
    wanted: Action, admission: Admission, reason: Nomination, person: Id, end: Instant | None = None
) -> Telling:
    """A person is told what is wanted of them, if they may do it still."""
    topic = WANTED[wanted]
    return because_of(reason, topic, person, ADMISSION, admission.id, deadline=end, action=wanted)


def _speaking(tx: Tx, council_id: Id) -> list[Id]:
    query = select(_seat.c.person_id).where(
        _seat.c.council_id == council_id, _seat.c.role.in_(SPEAKING), holds(_seat)
    )
    return list(tx.connection.scalars(query.order_by(_seat.c.id), {"now": tx.now}))


def seat_named(tx: Tx, seat: Seat) -> Iterator[Telling]:
    """A person was named to a seat: they, who then are to acknowledge the duty."""
    if seat.continues is not None:
        return  # confirmed or shortened: nobody was named
    yield _of_seat(Topic.SEAT_NAMED, seat, seat.person_id, at=seat.recorded_at)


def seat_ended(tx: Tx, ending: Ending) -> Iterator[Telling]:
    """A seat ended: the person who held it, whatever they may know of the council now."""
    seat = tx.session.get(Seat, ending.fact_id)
    if seat is not None and ending.reason not in (CONFIRMED, SHORTENED):
        yield Telling(
            topic=Topic.SEAT_ENDED,
            person_id=seat.person_id,
            kind=PERSON_KIND,
            id=seat.person_id,
            council_id=seat.council_id,
            source=seat.id,
            at=ending.recorded_at,
        )


def _of_seat(
    topic: Topic,
    seat: Seat,
    person: Id,
    *,
    at: Instant,
    deadline: Instant | None = None,
    stage: int = 0,
) -> Telling:
    return Telling(
        topic=topic,
        person_id=person,
        kind=COUNCIL,
        id=seat.council_id,
        council_id=seat.council_id,
        source=seat.id,
        at=at,
        deadline=deadline,
        stage=stage,
    )


def remind_of_terms(tx: Tx) -> Iterator[Telling]:
    """Seats that end within 30, 7 and 1 days: their persons, and who speaks for the member."""
    near = _seat.c.valid_to <= tx.now + SOON
    query = select(Seat).where(holds(_seat), near, _seat.c.review_by.is_(None))
    for seat in tx.session.scalars(query, {"now": tx.now}).all():
        stage = stage_of(tx.now, seat.valid_to or 0, STAGES, DAY)
        speaking = seats_of(tx, seat.membership_id, SeatRole.REPRESENTATIVE)
        for person in sorted({seat.person_id, *(each.person_id for each in speaking)}):
            if stage is not None:
                yield _of_seat(
                    Topic.SEAT_ENDING,
                    seat,
                    person,
                    at=tx.now,
                    deadline=seat.valid_to,
                    stage=stage,
                )


def remind_of_reviews(tx: Tx) -> Iterator[Telling]:
    """Seats that lapse within 14, 7 and 1 days unless confirmed: who is to confirm them."""
    for due in reviews_due(tx, tx.now):
        stage = stage_of(tx.now, due.due_at, REVIEWS, DAY)
        if stage is not None:
            yield Telling(
                topic=Topic.REVIEW_DUE,
                person_id=due.representative,
                kind=MEMBERSHIP,
                id=due.membership_id,
                council_id=due.council_id,
                source=f"{due.membership_id}/{due.due_at}",
                at=tx.now,
                deadline=due.due_at,
                stage=stage,
                action=Action.REVIEW_SEATS,
            )


def remind_of_confirmations(tx: Tx) -> Iterator[Telling]:
    """Confirmations that end within 30, 7 and 1 days: who speaks for the member, and who judges."""
    for row in ending_confirmations(tx):
        stage = stage_of(tx.now, row.valid_to, STAGES, DAY)
        judges = _judges(tx, row.council_id)
        for person in sorted({*speaking_for(tx, row.membership_id), *judges}):
            if stage is not None:
                yield Telling(
                    topic=Topic.CONFIRMATION_ENDING,
                    person_id=person,
                    kind=COUNCIL,
                    id=row.council_id,
                    council_id=row.council_id,
                    source=f"{row.membership_id}/{row.valid_to}",
                    at=tx.now,
                    deadline=row.valid_to,
                    stage=stage,
                )


def _judges(tx: Tx, council_id: Id) -> set[Id]:
    """Who may confirm safe management: the officers, and who sits for a minister."""
    officers = officers_of(tx, council_id, OfficeRole.COMPLIANCE_OFFICER)
    seated = select(_seat.c.person_id).where(
        _seat.c.council_id == council_id,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        _seat.c.category == Category.ESTABLISHING_MINISTRY,
        holds(_seat),
    )
    return {*officers, *tx.connection.scalars(seated, {"now": tx.now})}


def remind_of_decisions(tx: Tx) -> Iterator[Telling]:
    """Admissions that both ministers can decide about: who acts for one that has not."""
    query = select(Admission).where(ADMISSION.state == OPEN, _nominated_by_now())
    for admission in tx.session.scalars(query, {"now": tx.now}).all():
        waiting, reason = undecided(tx, admission), council_facts.nomination_of(tx, admission.id)
        for person, minister in _for_ministers(tx, admission.council_id):
            if minister in waiting and reason is not None:
                told = _of_admission(Action.DECIDE, admission, reason, person)
                yield replace(told, at=tx.now)


def _nominated_by_now() -> ColumnElement[bool]:
    table: Table = Nomination.__table__  # type: ignore[attr-defined]
    found = select(table.c.id).where(table.c.admission_id == _admission.c.id, holds(table))
    return found.exists()


def _for_ministers(tx: Tx, council_id: Id) -> list[tuple[Id, str]]:
    """Who acts for which establishing minister of a council."""
    named = council_facts.officials(tx, council_id).values()
    persons = {*named, *_judges(tx, council_id)}
    return [
        (person, minister)
        for person in sorted(persons)
        for minister in council_facts.ministers_for(tx, council_id, person)
    ]


def remind_of_signatures(tx: Tx) -> Iterator[Telling]:
    """Councils that can be signed for: the official of each minister that has not signed."""
    query = select(_council.c.id).where(COUNCIL.state == CONSENTED)
    for council_id in tx.connection.scalars(query, {"now": tx.now}).all():
        missing = unsigned(tx, council_id)
        for person, minister in _for_ministers(tx, council_id):
            if minister in missing:
                yield Telling(
                    topic=Topic.SIGNATURE_WANTED,
                    person_id=person,
                    kind=COUNCIL,
                    id=council_id,
                    council_id=council_id,
                    source=council_id,
                    at=tx.now,
                    action=Action.SIGN_ESTABLISHMENT,
                )


def name_of(tx: Tx, council_id: Id) -> str:
    """What a council is called in public: the present title of its concept. Raises NotFound."""
    council = council_facts.find_council(tx, council_id)
    return queries.title_of(tx, queries.find(tx, ResearchConcept, council.concept_id))


TELLS = (
    Tells(Nomination, nominated),
    Tells(Establishment, established),
    Tells(Seat, seat_named),
    Tells(Ending, seat_ended),
)
REMINDERS = (
    remind_of_terms,
    remind_of_reviews,
    remind_of_confirmations,
    remind_of_decisions,
    remind_of_signatures,
)
