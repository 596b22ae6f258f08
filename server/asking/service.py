"""Asking a member of the council for information, and what becomes of it (ACT 62(6); BR-18).

Owns the tables of requests. Never looks at the document an asker has heard of: asking tells nobody
what exists. What answers a request, a draft, further recipients, a paper, is an act of its own,
guarded as ever; here it is only noted that it answers.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, select

from server.access import seats
from server.access.closing_models import CouncilClosed
from server.access.deciding import held_to
from server.access.grant import Grant
from server.access.models import Membership, Seat
from server.access.sitting import own_seat
from server.access.vocabulary import Relation
from server.asking.kinds import INFORMATION_REQUEST, OPEN, WITHDRAWN
from server.asking.models import (
    AnswerMeans,
    InformationRequest,
    RequestAnswer,
    RequestedPerson,
)
from server.audit import facts
from server.audit.facts import holds
from server.councils import closing
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, open_if_said, seal_field, seal_if_said
from server.prepared import Prepared
from server.problems import Conflict, Malformed, NotFound

_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_person: Table = RequestedPerson.__table__  # type: ignore[attr-defined]
_answer: Table = RequestAnswer.__table__  # type: ignore[attr-defined]
_IS_MEMBER = Prepared(
    select(_membership.c.id).where(
        _membership.c.id == bindparam("membership"),
        _membership.c.council_id == bindparam("council"),
        holds(_membership),
    )
)
_PERSONS = Prepared(
    select(_person.c.person_id)
    .where(_person.c.request_id == bindparam("request"))
    .order_by(_person.c.id)
)


class NotAMember(Malformed):
    code = "not_a_member"
    ja = "求める先は、この協議会の現在の構成員から選んでください（membership）。"
    en = "Ask a present member of this council (`membership`)."


class OwnMember(Malformed):
    code = "asks_own_member"
    ja = "自分の所属する構成員への求めは、協議会を通さず直接伝えてください。"
    en = "What you want from the member you sit for, ask it directly."


class NotColleagues(Malformed):
    code = "not_colleagues"
    ja = "加えてほしい人は、自分と同じ構成員に席のある人に限ります（persons）。"
    en = "Only persons who sit for the same member as you can be proposed (`persons`)."


class RequestSettled(Conflict):
    code = "request_settled"
    ja = "この求めは、既に回答されたか取り下げられています。"
    en = "This request has been answered or taken back already."


class AnswersNobody(Malformed):
    code = "answers_nobody"
    ja = "求めた人か、求めに挙げられた人を、追加する人（add）に含めてください。"
    en = "Among those you add must be who asked, or somebody named in the request."


def ask(
    grant: Grant,
    membership_id: Id,
    *,
    wanted: str,
    why: str,
    heard_of: Id | None = None,
    persons: Collection[Id] = (),
) -> InformationRequest:
    """Ask a member of the granted council for information.

    Raises NotAMember, OwnMember, NotColleagues. Whether there is a document `heard_of` is neither
    looked up nor told.
    """
    seat = own_seat(grant.tx, grant.council_id, grant.person_id)
    _check_asked(grant, membership_id, seat)
    colleagues = {each.person_id for each in seats.seats_of(grant.tx, seat.membership_id)}
    if strangers := sorted(set(persons) - colleagues):
        raise NotColleagues(None, persons=strangers)
    row_id = new_id(grant.now)
    request = InformationRequest(
        id=row_id,
        council_id=grant.council_id,
        membership_id=membership_id,
        asked_by=grant.person_id,
        wanted=_seal(grant, row_id, "wanted", wanted),
        why=_seal(grant, row_id, "why", why),
        heard_of=seal_if_said(grant.tx, grant.council_id, _place("heard_of", row_id), heard_of),
    )
    facts.enter(grant.tx, grant.council_id, request)
    for person in sorted(set(persons) - {grant.person_id}):
        _propose(grant, row_id, person)
    grant.note(information_request=row_id, asked=membership_id)
    return request


def _check_asked(grant: Grant, membership_id: Id, seat: Seat) -> None:
    asked = {"membership": membership_id, "council": grant.council_id, "now": grant.now}
    if _IS_MEMBER.row(grant.tx, asked) is None:
        raise NotAMember
    if membership_id == seat.membership_id:
        raise OwnMember


def _propose(grant: Grant, request_id: Id, person_id: Id) -> None:
    row = RequestedPerson(council_id=grant.council_id, request_id=request_id, person_id=person_id)
    facts.enter(grant.tx, grant.council_id, row)


def _seal(grant: Grant, row_id: Id, column: str, text: str) -> bytes:
    return seal_field(grant.tx, grant.council_id, _place(column, row_id), text)


def _place(column: str, row_id: Id) -> tuple[str, str, str]:
    return ("information_request", column, row_id)


def answer(
    grant: Grant,
    request_id: Id,
    means: AnswerMeans,
    document_id: Id,
    *,
    added: Collection[Id] | None = None,
) -> RequestAnswer:
    """Note that the act of this Grant answers a request to the member the caller speaks for.

    `added` are the persons an extension names. Raises NotFound for whoever does not speak for the
    member asked, RequestSettled, AnswersNobody.
    """
    asked = {"id": request_id, "person": grant.caller.subject, "now": grant.now}
    row = INFORMATION_REQUEST.one.row(grant.tx, asked)
    if row is None or row.log_id != grant.log_id:
        raise NotFound
    if Relation.PROVIDER not in held_to(INFORMATION_REQUEST, row):
        raise NotFound
    if row.state != OPEN:
        raise RequestSettled
    if added is not None and not {row.asked_by, *persons_of(grant.tx, request_id)} & set(added):
        raise AnswersNobody
    grant.note(answers=request_id)
    return _enter(grant, new_id(grant.now), request_id, means, document_id, None)


def decline(grant: Grant, reason: str) -> RequestAnswer:
    """Answer the granted request by a reason why nothing is provided."""
    row_id = new_id(grant.now)
    sealed = seal_field(grant.tx, grant.council_id, ("request_answer", "reason", row_id), reason)
    return _enter(grant, row_id, grant.id, AnswerMeans.REASON, None, sealed)


def _enter(
    grant: Grant,
    row_id: Id,
    request_id: Id,
    means: AnswerMeans,
    document_id: Id | None,
    reason: bytes | None,
) -> RequestAnswer:
    row = RequestAnswer(
        id=row_id,
        council_id=grant.council_id,
        request_id=request_id,
        means=means,
        document_id=document_id,
        reason=reason,
        answered_by=grant.person_id,
    )
    return facts.enter(grant.tx, grant.council_id, row)


def withdraw(grant: Grant) -> None:
    """Take the granted request back."""
    request = grant.tx.session.get_one(InformationRequest, grant.id)
    facts.end(grant.tx, request, by=grant.person_id, reason=WITHDRAWN)


def end_with_council(tx: Tx, closed: CouncilClosed) -> dict[str, Any]:
    """The council is closed: what was asked in it and not answered is asked no more."""
    ended = closing.end_all(tx, closed, INFORMATION_REQUEST, OPEN, InformationRequest)
    return {"information_requests": ended}


def persons_of(tx: Tx, request_id: Id) -> Sequence[Id]:
    """Whom the asker wants to be added besides."""
    return [row.person_id for row in _PERSONS.rows(tx, {"request": request_id})]


def answer_of(tx: Tx, request_id: Id) -> RequestAnswer | None:
    """The answer to a request, if there is one."""
    return tx.session.scalars(
        select(RequestAnswer).where(_answer.c.request_id == request_id)
    ).first()


def reason_of(tx: Tx, given: RequestAnswer) -> str | None:
    """Why nothing was provided, in clear."""
    place = ("request_answer", "reason", given.id)
    return open_if_said(tx, given.council_id, place, given.reason)


def text_of(tx: Tx, council_id: Id, request_id: Id, column: str, sealed: bytes) -> str:
    """What the asker wrote, in clear."""
    return open_field(tx, council_id, _place(column, request_id), bytes(sealed))
