"""Verbs of an exception: find, request, fix the text and ask everyone, withdraw, accept a hold.

Owns BR-26, BR-27 and BR-31: no finding, no request; no harm or exact information, no request; a
changed text is asked anew. A request restricts nothing, however long it is open (BR-28).
"""

from dataclasses import dataclass

from sqlalchemy import Table, and_, exists, or_, select

from crypto.canonical import canonical, parse
from server.access import closings
from server.access.grant import Grant
from server.access.sitting import own_seat
from server.audit import facts
from server.clock import DAY, Instant, to_text
from server.consents import service as consents
from server.consents.models import Round
from server.consents.outcome import State
from server.councils.models import Council, RepresentativeMode
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import open_field, seal_field, seal_if_said
from server.problems import Conflict, NotFound, Problem
from server.publication.kinds import EXCEPTION, EXCEPTION_SUBJECT, NEVER_NAMED, REQUESTED, WITHDRAWN
from server.publication.models import (
    ExceptionRequest,
    ExceptionText,
    Hold,
    PublicUseFinding,
    Result,
)
from server.publication.service import check_seated, published

# What an agreement does, as everybody is asked to agree to it. A change is a new version.
EFFECT = {
    "version": "1",
    "ja": "全ての協議会参加者が同意した場合に限り、information に記した情報だけを until まで"
    "ノウハウとして管理し、公開しない。その他の成果の公開は制限されない。期限が来れば公開できる。",
    "en": "Only if every participant consents, the information given in `information`, and nothing "
    "else, is kept as know-how and not published until `until`. The rest of the result is not "
    "restricted. At the end of the period it may be published.",
}

_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]
_text: Table = ExceptionText.__table__  # type: ignore[attr-defined]
_round: Table = Round.__table__  # type: ignore[attr-defined]


class FindingNeeded(Problem):
    status, code = 409, "finding_needed"
    ja = (
        "この成果について、公的分野での活用が一定程度見込まれる段階に至ったとの記録がありません。"
        "先に記録してください。"
    )
    en = "No finding is recorded that public use of this result is foreseeable. Record it first."


class NewFactsNeeded(Problem):
    status, code = 409, "new_facts_needed"
    ja = "先の要請は合意に至っていません。再度の要請には、new_facts に新たな事実を記してください。"
    en = "An earlier request was not agreed. A new one needs new facts: state them in `new_facts`."


class AlreadyRequested(Problem):
    status, code = 409, "already_requested"
    ja = "この成果についてのあなたの要請がまだ決まっていません。"
    en = "A request of yours about this result is still undecided."


class PeriodTooShort(Problem):
    status, code = 422, "period_too_short"
    ja = "until は、同意手続の期限より後でなければなりません。"
    en = "`until` must be later than the time at which the round closes."


class AlreadyPublished(Problem):
    status, code = 409, "already_published"
    ja = "この成果は既に公表されています。公知の情報をノウハウとして管理することはできません。"
    en = "This result is published. What is public can no longer be kept as know-how."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Exactly which information is to be kept as know-how, until when, open to whom."""

    information: str
    until: Instant
    authorised: list[Id]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request, with the finding it stands on, the harm it would avert, and its text."""

    finding: Id
    harm: str
    wanted: Wanted
    new_facts: str | None


def record_finding(
    grant: Grant, result_id: Id, *, found_on: str, evidence: str, meeting: str | None
) -> PublicUseFinding:
    """Record that public-sector use of a result has become foreseeable to a certain degree.

    Raises NotFound for a result of another council: a right held here says nothing there.
    """
    tx, council_id, row_id = grant.tx, grant.council_id, new_id(grant.now)
    result = tx.session.get(Result, result_id)
    if result is None or result.council_id != council_id:
        raise NotFound
    table = "public_use_finding"
    finding = PublicUseFinding(
        id=row_id,
        council_id=council_id,
        result_id=result_id,
        found_on=found_on,
        evidence=seal_field(tx, council_id, (table, "evidence", row_id), evidence),
        meeting=seal_if_said(tx, council_id, (table, "meeting", row_id), meeting or None),
        recorded_by=grant.person_id,
    )
    return facts.enter(tx, council_id, finding)


def request(grant: Grant, result: Result, new: NewRequest) -> ExceptionRequest:
    """Ask that certain information of a result not be published.

    Raises FindingNeeded (BR-26), NewFactsNeeded, AlreadyRequested, PeriodTooShort, NotOfCouncil,
    CouncilIsClosing, CouncilIsClosed.
    """
    closings.check_lasting(grant.tx, grant.council_id)
    tx, council_id, row_id = grant.tx, grant.council_id, new_id(grant.now)
    consents.settle(tx, council_id)
    finding = tx.session.get(PublicUseFinding, new.finding)
    about = (finding.council_id, finding.result_id) if finding else None
    if finding is None or about != (council_id, result.id):
        raise FindingNeeded
    membership_id = own_seat(grant.tx, grant.council_id, grant.person_id).membership_id
    _check_again(tx, result, membership_id, new.new_facts)
    table = "exception_request"
    made = ExceptionRequest(
        id=row_id,
        council_id=council_id,
        result_id=result.id,
        requester_membership_id=membership_id,
        requester_id=grant.person_id,
        finding_id=finding.id,
        harm=seal_field(tx, council_id, (table, "harm", row_id), new.harm),
        new_facts=seal_if_said(tx, council_id, (table, "new_facts", row_id), new.new_facts or None),
    )
    facts.enter(tx, council_id, made)
    _write(grant, made, new.wanted)
    return made


def _check_again(tx: Tx, result: Result, membership_id: Id, new_facts: str | None) -> None:
    asked = exists().where(
        _round.c.subject_kind == EXCEPTION_SUBJECT, _round.c.subject_id == _request.c.id
    )
    failed = or_(EXCEPTION.state == "not_agreed", and_(EXCEPTION.state == WITHDRAWN, asked))
    about = select(_request.c.id).where(_request.c.result_id == result.id)
    now = {"now": tx.now}
    if new_facts is None and tx.connection.execute(about.where(failed), now).first():
        raise NewFactsNeeded
    undecided = about.where(
        _request.c.requester_membership_id == membership_id,
        EXCEPTION.state.in_((REQUESTED, "consent_open")),
    )
    if tx.connection.execute(undecided, now).first():
        raise AlreadyRequested


def _write(grant: Grant, made: ExceptionRequest, wanted: Wanted) -> ExceptionText:
    if wanted.until <= grant.now:
        raise PeriodTooShort
    check_seated(grant.tx, made.council_id, wanted.authorised, never=NEVER_NAMED)
    row_id = new_id(grant.now)
    place = ("exception_text", "information", row_id)
    text = ExceptionText(
        id=row_id,
        council_id=made.council_id,
        exception_id=made.id,
        information=seal_field(grant.tx, made.council_id, place, wanted.information),
        until=wanted.until,
        authorised=canonical(sorted(set(wanted.authorised))),
        written_by=grant.person_id,
    )
    return facts.enter(grant.tx, made.council_id, text)


def text_of(tx: Tx, exception_id: Id) -> Wanted:
    """The text of a request in force: the one written last."""
    query = select(ExceptionText).where(_text.c.exception_id == exception_id)
    newest = query.order_by(_text.c.log_seq.desc(), _text.c.id.desc()).limit(1)
    text = tx.session.scalars(newest).one()
    place = ("exception_text", "information", text.id)
    information = open_field(tx, text.council_id, place, text.information)
    return Wanted(information=information, until=text.until, authorised=parse(text.authorised))


def open_round(
    grant: Grant, made: ExceptionRequest, *, days: int, changed: Wanted | None = None
) -> Round:
    """Fix the text and put it to every membership active now. A changed text makes the round that
    was open, and every answer in it, void (BR-31).

    Raises AlreadyPublished, PeriodTooShort, NotOfCouncil, SameQuestion.
    """
    tx = grant.tx
    if published(tx, made.result_id) is not None:
        raise AlreadyPublished
    if changed is not None and changed != text_of(tx, made.id):
        _write(grant, made, changed)
    text, result = text_of(tx, made.id), tx.session.get_one(Result, made.result_id)
    closes_at = tx.now + days * DAY
    if text.until <= closes_at:
        raise PeriodTooShort
    council = tx.session.get_one(Council, made.council_id)
    question = consents.Question(
        council_id=made.council_id,
        subject_kind=EXCEPTION_SUBJECT,
        subject_id=made.id,
        text=_question(tx, made, result, text),
        closes_at=closes_at,
        bound=frozenset({result.owner_membership_id}),
        po_hears=council.representative_mode == RepresentativeMode.PO_DEEMED_SOLE,
    )
    return consents.open_round(tx, question, by=grant.person_id)


def _question(tx: Tx, made: ExceptionRequest, result: Result, text: Wanted) -> dict[str, object]:
    """The whole question (SIG-2): text, scope, period, effect, and what it stands on."""
    return {
        "about": "publication_exception",
        "council": made.council_id,
        "exception": made.id,
        "result": result.id,
        "finding": made.finding_id,
        "harm": harm_of(tx, made),
        "information": text.information,
        "until": to_text(text.until),
        "authorised": text.authorised,
        "holder": result.owner_membership_id,
        "effect": EFFECT,
    }


def harm_of(tx: Tx, made: ExceptionRequest) -> str:
    """The harm a request says publication would do."""
    return open_field(tx, made.council_id, ("exception_request", "harm", made.id), made.harm)


def withdraw(grant: Grant, made: ExceptionRequest) -> None:
    """Take a request back; the open round, if any, closes with it.

    Raises Conflict when the round has come to its outcome meanwhile.
    """
    tx = grant.tx
    consents.settle(tx, made.council_id)
    round_ = consents.current(tx, EXCEPTION_SUBJECT, made.id)
    if round_ is not None:
        state = consents.outcome_of(tx, round_).state
        if state in (State.AGREED, State.NOT_AGREED):
            raise Conflict(f"the round is {state}")
        if state is State.OPEN:
            consents.withdraw(tx, round_, by=grant.person_id)
    facts.end(tx, made, by=grant.person_id, reason=WITHDRAWN)


def accept_hold(grant: Grant, result: Result, round_id: Id) -> Hold:
    """The owner agrees to wait until a round about the result closes; nobody else can.

    Raises NotFound for a round that is not about this result, Conflict for one not open.
    """
    tx = grant.tx
    round_ = tx.session.get(Round, round_id)
    made = tx.session.get(ExceptionRequest, round_.subject_id) if round_ else None
    if round_ is None or made is None or made.result_id != result.id:
        raise NotFound
    if consents.outcome_of(tx, round_).state is not State.OPEN:
        raise Conflict("the round is closed")
    hold = Hold(
        council_id=result.council_id,
        result_id=result.id,
        round_id=round_.id,
        accepted_by=grant.person_id,
    )
    return facts.enter(tx, result.council_id, hold)
