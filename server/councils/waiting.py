"""What a council waits for a person to do: acknowledge, consent, decide, sign, comment, renew.

Owns which they are. Whether the person may still do it is asked of the policy by whoever collects.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Table, func, literal, or_, select

from server.access.matters import Task, Waiting
from server.access.models import Membership, Seat
from server.access.relations import acknowledged, seated
from server.access.vocabulary import Action, Relation
from server.audit.facts import holds
from server.clock import DAY
from server.councils import comments, establishment
from server.councils import facts as council_facts
from server.councils.admissions import digest_of
from server.councils.kinds import ADMISSION, CONSENTED, COUNCIL, MEMBERSHIP, OPEN
from server.councils.models import (
    Admission,
    AdmissionComment,
    Council,
    SafeManagementConfirmation,
    Source,
)
from server.database import Tx
from server.ids import Id

SOON = 30 * DAY

_council: Table = Council.__table__  # type: ignore[attr-defined]
_admission: Table = Admission.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_comment: Table = AdmissionComment.__table__  # type: ignore[attr-defined]
_confirmation: Table = SafeManagementConfirmation.__table__  # type: ignore[attr-defined]
# Apart from the table of the relations, which must not take these rows for theirs.
_ending_seat = Seat.__table__.alias()  # type: ignore[attr-defined]
_present = Membership.__table__.alias()  # type: ignore[attr-defined]

_UNBOUND = select(_council.c.id).where(seated(_council.c.id), ~acknowledged(_council.c.id))
_SIGNING = select(_council.c.id).where(
    COUNCIL.state == CONSENTED, COUNCIL.clause(Relation.ESTABLISHING_MINISTRY)
)
_SPEAKING = or_(ADMISSION.clause(Relation.SEAT_REPRESENTATIVE), ADMISSION.clause(Relation.DEPUTY))


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Everything of councils that waits for the person."""
    yield from _duties(tx, person_id)
    yield from _invitations(tx, person_id)
    yield from _decisions(tx, person_id)
    yield from _comments(tx, person_id)
    yield from _signatures(tx, person_id)
    yield from _confirmations(tx, person_id)
    yield from _terms(tx, person_id)


def _duties(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """A seat whose person has not acknowledged the duty in the version in force (BR-36)."""
    for council_id in _ids(tx, _UNBOUND, person_id):
        yield _of_council(Task.ACKNOWLEDGE_DUTY, Action.ACKNOWLEDGE, council_id)


def _of_council(task: Task, action: Action, council_id: Id) -> Waiting:
    return Waiting(
        task=task,
        kind=COUNCIL,
        id=council_id,
        action=action,
        council_id=council_id,
        matter=council_id,
    )


def _ids(tx: Tx, query: Select[tuple[str]], person_id: Id) -> list[Id]:
    return list(tx.connection.scalars(query, {"person": person_id, "now": tx.now}))


def _admissions(tx: Tx, person_id: Id, related: Any) -> Iterator[Admission]:
    """The open invitations to which the person is so related, with somebody to consent."""
    query = select(_admission.c.id).where(ADMISSION.state == OPEN, related)
    for admission_id in _ids(tx, query, person_id):
        yield council_facts.find_admission(tx, admission_id)


def _invitations(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    for admission in _admissions(tx, person_id, ADMISSION.clause(Relation.INVITED)):
        if council_facts.standing(tx, admission).consent is None:
            yield _of_admission(Task.CONSENT_TO_JOIN, Action.CONSENT, admission)


def _of_admission(
    task: Task, action: Action, admission: Admission, deadline: int | None = None
) -> Waiting:
    return Waiting(
        task=task,
        kind=ADMISSION,
        id=admission.id,
        action=action,
        council_id=admission.council_id,
        matter=admission.id,
        deadline=deadline,
    )


def _decisions(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    mine = ADMISSION.clause(Relation.ESTABLISHING_MINISTRY)
    for admission in _admissions(tx, person_id, mine):
        acting_for = council_facts.ministers_for(tx, admission.council_id, person_id)
        if acting_for & undecided(tx, admission):
            yield _of_admission(Task.DECIDE_ADMISSION, Action.DECIDE, admission)


def undecided(tx: Tx, admission: Admission) -> set[str]:
    """The ministers who could decide about an admission now and have not (BR-07)."""
    standing = council_facts.standing(tx, admission)
    is_early = admission.source == Source.FOUNDING or standing.nominee is None
    if is_early or comments.is_open(tx, admission):
        return set()
    decided = {decision.minister_id for decision in standing.decisions}
    return set(council_facts.ministers(tx, admission.council_id)) - decided


def _comments(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    for admission in _admissions(tx, person_id, _SPEAKING):
        said = select(_comment.c.id).where(
            _comment.c.admission_id == admission.id, _comment.c.person_id == person_id
        )
        if comments.is_open(tx, admission) and tx.connection.scalar(said) is None:
            end = comments.until(tx, admission)
            yield _of_admission(Task.COMMENT_ON_JOINER, Action.COMMENT, admission, end)


def _signatures(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    for council_id in _ids(tx, _SIGNING, person_id):
        if council_facts.ministers_for(tx, council_id, person_id) & unsigned(tx, council_id):
            yield _of_council(Task.SIGN_COUNCIL, Action.SIGN_ESTABLISHMENT, council_id)


def unsigned(tx: Tx, council_id: Id) -> set[str]:
    """The ministers for whom the establishment could be signed now and is not (BR-05)."""
    if establishment.missing(tx, council_id):
        return set()
    council = council_facts.find_council(tx, council_id)
    digest = digest_of(establishment.statement(tx, council))
    signed = establishment.signed_by(tx, council_id, digest)
    return set(council_facts.ministers(tx, council_id)) - signed


def _confirmations(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Confirmations that end within 30 days, to who may confirm anew (BR-16)."""
    judges = or_(
        COUNCIL.clause(Relation.COMPLIANCE_OFFICER), COUNCIL.clause(Relation.SEAT_REPRESENTATIVE)
    )
    councils = select(_council.c.id).where(judges)
    ending = ending_confirmations(tx)
    mine = set(_ids(tx, councils, person_id)) if ending else set()
    for row in ending:
        if row.council_id in mine:
            yield Waiting(
                task=Task.RENEW_CONFIRMATION,
                kind=COUNCIL,
                id=row.council_id,
                action=Action.CONFIRM_SAFE_MANAGEMENT,
                council_id=row.council_id,
                matter=row.membership_id,
                deadline=row.valid_to,
            )


def ending_confirmations(tx: Tx) -> list[Any]:
    """Present members whose last confirmation ends within 30 days: council, member, end."""
    last = func.max(_confirmation.c.valid_to)
    query = (
        select(_confirmation.c.council_id, _confirmation.c.membership_id, last.label("valid_to"))
        .join(_present, _present.c.id == _confirmation.c.membership_id)
        .where(holds(_confirmation), holds(_present))
        .group_by(_confirmation.c.council_id, _confirmation.c.membership_id)
        .having(last <= literal(tx.now + SOON))
    )
    return list(tx.connection.execute(query, {"now": tx.now}))


def _terms(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Seats of the member the person speaks for whose term ends within 30 days."""
    query = (
        select(_ending_seat.c.id, _ending_seat.c.valid_to, _membership.c.id.label("membership_id"))
        .add_columns(_membership.c.council_id)
        .join(_membership, _membership.c.id == _ending_seat.c.membership_id)
        .where(
            MEMBERSHIP.clause(Relation.SEAT_REPRESENTATIVE),
            holds(_ending_seat),
            _ending_seat.c.valid_to <= literal(tx.now + SOON),
            _ending_seat.c.review_by.is_(None),  # these wait to be confirmed (reviewing.py)
        )
    )
    for row in tx.connection.execute(query, {"person": person_id, "now": tx.now}):
        yield Waiting(
            task=Task.RENEW_TERM,
            kind=MEMBERSHIP,
            id=row.membership_id,
            action=Action.NAME_SEAT,
            council_id=row.council_id,
            matter=row.id,
            deadline=row.valid_to,
        )
