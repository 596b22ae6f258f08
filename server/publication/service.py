"""Verbs of a result: register, choose readers, publish.

Owns BR-23 to BR-25. Publishing asks nobody; it asks the owner alone to say that what is held (a
provided secret's passages, agreed know-how) is left out. Titles, summaries and passages are sealed.
"""

from dataclasses import dataclass

from sqlalchemy import Table, func, select

from server.access.grant import Grant
from server.access.listing import PageQuery, visible
from server.access.models import Seat
from server.access.sitting import own_seat
from server.access.vocabulary import Category
from server.audit import facts
from server.consents import service as consents
from server.consents.kinds import is_open
from server.consents.models import Round
from server.database import Tx
from server.documents.kinds import DOCUMENT, SECRET, STATE
from server.documents.models import Document
from server.identity.models import Person
from server.ids import Id, new_id
from server.keys.service import seal_field
from server.problems import NotFound, Problem
from server.publication.kinds import PUBLISHED
from server.publication.models import (
    CoOwner,
    ExceptionRequest,
    Hold,
    KnowHow,
    Publication,
    Result,
    ResultReader,
    RevealedSecret,
)

_seat: Table = Seat.__table__  # type: ignore[attr-defined]
_person: Table = Person.__table__  # type: ignore[attr-defined]
_document: Table = Document.__table__  # type: ignore[attr-defined]
_reader: Table = ResultReader.__table__  # type: ignore[attr-defined]
_revealed: Table = RevealedSecret.__table__  # type: ignore[attr-defined]
_know_how: Table = KnowHow.__table__  # type: ignore[attr-defined]
_hold: Table = Hold.__table__  # type: ignore[attr-defined]
_request: Table = ExceptionRequest.__table__  # type: ignore[attr-defined]
_round: Table = Round.__table__  # type: ignore[attr-defined]
_publication: Table = Publication.__table__  # type: ignore[attr-defined]


class OwnerNeeded(Problem):
    status, code = 422, "owner_needed"
    ja = "成果は研究者のものです。owner に研究者本人を指定してください。"
    en = "The researchers own the result: name the researcher in `owner`."


class OwnResultOnly(Problem):
    status, code = 422, "own_result_only"
    ja = "登録できるのは自分の成果だけです。owner は省いてください。"
    en = "You can register your own results only: leave out `owner`."


class NotOfCouncil(Problem):
    status, code = 422, "not_of_council"
    ja = "persons の人は、この協議会の該当する構成員の従事者ではありません。"
    en = "The persons in `persons` hold no fitting seat in this council."


class PassagesMustBeLeftOut(Problem):
    status, code = 409, "passages_must_be_left_out"
    ja = (
        "documents の提供情報を了知させる箇所、又は know_how の合意された情報が含まれています。"
        "その箇所を除いたことを表明すれば、残りは承認なしに公表できます。"
    )
    en = (
        "Some passages reveal the provided secrets in `documents`, or are the agreed know-how in "
        "`know_how`. State that they are left out; the rest needs nobody's approval."
    )


@dataclass(frozen=True, slots=True)
class Revealing:
    """Passages of the result that reveal a provided secret directly and substantially."""

    document: Id
    passages: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResult:
    """A result to be registered. `owner` is named by a program officer only."""

    title: str
    summary: str
    owner: Id | None
    co_owners: list[Id]
    reveals: list[Revealing]
    readers: list[Id]
    open_to_council: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPublication:
    """What goes into the public record, and what the owner states about what is left out."""

    title: str
    abstract: str | None
    reference: str | None
    secrets_left_out: bool
    know_how_left_out: bool


def check_seated(
    tx: Tx, council_id: Id, persons: list[Id], *, never: tuple[Category, ...] = ()
) -> None:
    """Raises NotOfCouncil unless each person holds a seat, and none in a part named in `never`."""
    query = select(_seat.c.person_id).where(
        _seat.c.council_id == council_id,
        _seat.c.person_id.in_(persons),
        _seat.c.category.not_in(never),
        facts.holds(_seat),
    )
    seated = set(tx.connection.scalars(query, {"now": tx.now}))
    if strangers := sorted(set(persons) - seated):
        raise NotOfCouncil(persons=strangers)


def register(grant: Grant, new: NewResult) -> Result:
    """Register somebody's own result: readable by its owners, and whom the owner chooses.

    Raises OwnerNeeded, OwnResultOnly, NotOfCouncil, NotFound (a document not open to the caller).
    """
    tx, row_id = grant.tx, new_id(grant.now)
    seat = own_seat(tx, grant.council_id, grant.person_id)
    owner = _owner(grant, seat, new.owner)
    result = Result(
        id=row_id,
        council_id=grant.council_id,
        owner_membership_id=seat.membership_id,
        owner_id=owner,
        registered_by=grant.person_id,
        title=seal_field(tx, grant.council_id, ("result", "title", row_id), new.title),
        summary=seal_field(tx, grant.council_id, ("result", "summary", row_id), new.summary),
    )
    facts.enter(tx, grant.council_id, result)
    _declare(grant, result, new.reveals)
    # The officer who registers for a researcher keeps sight of it, but not the decision.
    for person in sorted({*new.co_owners, grant.person_id} - {owner}):
        _known(tx, person)
        owning = CoOwner(council_id=grant.council_id, result_id=row_id, person_id=person)
        facts.enter(tx, grant.council_id, owning)
    open_to(grant, result, add=new.readers, everyone=new.open_to_council)
    return result


def _owner(grant: Grant, seat: Seat, named: Id | None) -> Id:
    if seat.category == Category.PROGRAM_OFFICER:
        if named in (None, grant.person_id):
            raise OwnerNeeded
        return _known(grant.tx, str(named))
    if named not in (None, grant.person_id):
        raise OwnResultOnly
    return grant.person_id


def _known(tx: Tx, person: Id) -> Id:
    if tx.connection.scalar(select(_person.c.id).where(_person.c.id == person)) is None:
        raise NotFound(f"no person {person}")
    return person


def _declare(grant: Grant, result: Result, reveals: list[Revealing]) -> None:
    for each in reveals:
        page, here = PageQuery(limit=1, cursor=None), _document.c.council_id == result.council_id
        if not visible(grant, DOCUMENT, page, _document.c.id == each.document, here)[0]:
            raise NotFound(f"no document {each.document}")
        row_id = new_id(grant.now)
        place = ("revealed_secret", "passages", row_id)
        revealed = RevealedSecret(
            id=row_id,
            council_id=result.council_id,
            result_id=result.id,
            document_id=each.document,
            passages=seal_field(grant.tx, result.council_id, place, each.passages),
        )
        facts.enter(grant.tx, result.council_id, revealed)


def open_to(
    grant: Grant,
    result: Result,
    *,
    add: list[Id] | None = None,
    remove: list[Id] | None = None,
    everyone: bool | None = None,
) -> None:
    """Let persons of the council, or every member, read the result, or no longer. Only the owner
    decides that; it never touches the right to publish. Raises NotOfCouncil.
    """
    chosen = {r.person_id: r for r in readers_of(grant.tx, result.id)}
    check_seated(grant.tx, result.council_id, add or [])
    wanted: set[Id | None] = {*(add or [])}
    ended: set[Id | None] = {*(remove or [])}
    if everyone is not None:
        (wanted if everyone else ended).add(None)
    for person in sorted(wanted - chosen.keys(), key=str):
        reader = ResultReader(
            council_id=result.council_id,
            result_id=result.id,
            person_id=person,
            chosen_by=grant.person_id,
        )
        facts.enter(grant.tx, result.council_id, reader)
    for person in sorted((ended - wanted) & chosen.keys(), key=str):
        facts.end(grant.tx, chosen[person], by=grant.person_id, reason="closed")


def readers_of(tx: Tx, result_id: Id) -> list[ResultReader]:
    """Whom the owner lets read it now; a row without a person stands for every member."""
    query = select(ResultReader).where(_reader.c.result_id == result_id, facts.holds(_reader))
    return list(tx.session.scalars(query.order_by(_reader.c.id), {"now": tx.now}))


def publish(grant: Grant, result: Result, new: NewPublication) -> Publication:
    """Enter a result in the public record, on its owner's word alone (BR-25).

    Raises PassagesMustBeLeftOut (BR-24, BR-29), which the owner's own statement removes.
    """
    tx = grant.tx
    consents.settle(tx, result.council_id)
    documents, entries = secrets_in(tx, result.id), know_how_in(tx, result.id)
    is_blocked = (documents and not new.secrets_left_out) or (entries and not new.know_how_left_out)
    if is_blocked:
        raise PassagesMustBeLeftOut(documents=documents, know_how=entries)
    for hold in _holds(tx, result.id):
        facts.end(tx, hold, by=grant.person_id, reason="published")
    publication = Publication(
        council_id=result.council_id,
        result_id=result.id,
        number=_next_number(tx, result.council_id),
        title=new.title,
        abstract=new.abstract,
        reference=new.reference,
        published_at=tx.now,
        published_by=grant.person_id,
        secrets_left_out=bool(documents),
        know_how_left_out=bool(entries),
    )
    grant.note(number=publication.number)
    facts.enter(tx, result.council_id, publication)
    for round_ in _open_rounds(tx, result.id):
        consents.void(tx, round_, PUBLISHED, by=grant.person_id)
    return publication


def published(tx: Tx, result_id: Id) -> Publication | None:
    """What the public record says of a result; None while it is not published."""
    query = select(Publication).where(_publication.c.result_id == result_id)
    return tx.session.scalars(query).one_or_none()


def _open_rounds(tx: Tx, result_id: Id) -> list[Round]:
    """Rounds that ask about the result: what is public can no longer be kept as know-how."""
    query = (
        select(Round)
        .join(_request, _request.c.id == _round.c.subject_id)
        .where(_request.c.result_id == result_id, is_open(_round))
    )
    return list(tx.session.scalars(query, {"now": tx.now}))


def secrets_in(tx: Tx, result_id: Id) -> list[Id]:
    """Provided secrets the result was declared to reveal that are secrets still (BR-24)."""
    declared = select(_revealed.c.document_id).where(_revealed.c.result_id == result_id)
    query = select(_document.c.id).where(_document.c.id.in_(declared), STATE == SECRET)
    return sorted(tx.connection.scalars(query, {"now": tx.now}))


def know_how_in(tx: Tx, result_id: Id) -> list[Id]:
    """Know-how entries in force that stem from the result."""
    query = select(_know_how.c.id).where(_know_how.c.result_id == result_id, facts.holds(_know_how))
    return sorted(tx.connection.scalars(query, {"now": tx.now}))


def _holds(tx: Tx, result_id: Id) -> list[Hold]:
    query = select(Hold).where(_hold.c.result_id == result_id, facts.holds(_hold))
    return list(tx.session.scalars(query, {"now": tx.now}))


def _next_number(tx: Tx, council_id: Id) -> int:
    count = select(func.count()).where(_publication.c.council_id == council_id)
    return int(tx.connection.scalar(count) or 0) + 1
