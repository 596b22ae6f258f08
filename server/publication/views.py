"""Results, requests and know-how as they are shown. Opens sealed text only behind a Grant."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Table, select

from server.access.grant import Grant
from server.access.kind import Kind
from server.access.listing import PageQuery, Seen, visible
from server.access.vocabulary import Action, Relation
from server.audit.facts import holds
from server.consents import service as consents
from server.database import Tx
from server.ids import Id
from server.keys.service import open_field
from server.problems import NotFound
from server.publication.kinds import EXCEPTION_SUBJECT
from server.publication.models import (
    CoOwner,
    ExceptionRequest,
    KnowHow,
    KnowHowHolder,
    Publication,
    PublicUseFinding,
    RevealedSecret,
)
from server.publication.requests import harm_of, text_of
from server.publication.schemas import (
    ChosenReadersOut,
    ExceptionBriefOut,
    ExceptionOut,
    FindingOut,
    KnowHowBriefOut,
    KnowHowOut,
    PublicationOut,
    ResultBriefOut,
    ResultOut,
    RevealOut,
)
from server.publication.service import know_how_in, published, readers_of, secrets_in

MARKING = "ノウハウ・取扱注意（協議会の全参加者の合意による） / know-how, kept by agreement of all"

_co_owner: Table = CoOwner.__table__  # type: ignore[attr-defined]
_revealed: Table = RevealedSecret.__table__  # type: ignore[attr-defined]
_finding: Table = PublicUseFinding.__table__  # type: ignore[attr-defined]
_know_how: Table = KnowHow.__table__  # type: ignore[attr-defined]
_holder: Table = KnowHowHolder.__table__  # type: ignore[attr-defined]


def made(grant: Grant, kind: Kind, thing_id: Id, action: Action = Action.READ) -> Seen:
    """A thing just made, as its own address would show it to the one who made it."""
    grant.tx.flush()
    page = PageQuery(limit=1, cursor=None)
    found, _ = visible(grant, kind, page, kind.table.c.id == thing_id, action=action)
    if not found:
        raise NotFound
    return found[0]


def of_grant(grant: Grant) -> Seen:
    """The thing of a Grant, as lists hold theirs."""
    return Seen(grant.thing, grant.held, grant.may)


def _open(tx: Tx, row: Any, table: str, column: str) -> str:
    council_id = row.log_id
    return open_field(tx, council_id, (table, column, row.id), getattr(row, column))


def result(tx: Tx, seen: Seen) -> ResultOut:
    """A result in full, for whoever may read it."""
    row = seen.row
    found = published(tx, row.id)
    owns = bool(seen.held & {Relation.RESULT_OWNER, Relation.RESULT_CO_OWNER})
    return ResultOut(
        id=row.id,
        council=row.log_id,
        owner=row.owner_id,
        owner_membership=row.owner_membership_id,
        co_owners=_co_owners(tx, row.id),
        registered_by=row.registered_by,
        registered_at=row.recorded_at,
        title=_open(tx, row, "result", "title"),
        summary=_open(tx, row, "result", "summary"),
        state=row.state,
        know_how=know_how_in(tx, row.id),
        reveals=_reveals(tx, row) if owns else None,
        readers=_readers(tx, row.id) if owns else None,
        publication=publication(found) if found else None,
        may=[*seen.may],
    )


def brief_result(tx: Tx, seen: Seen) -> ResultBriefOut:
    """A result of a list."""
    row = seen.row
    return ResultBriefOut(
        id=row.id,
        council=row.log_id,
        owner=row.owner_id,
        title=_open(tx, row, "result", "title"),
        state=row.state,
        registered_at=row.recorded_at,
        may=[*seen.may],
    )


def _co_owners(tx: Tx, result_id: Id) -> list[Id]:
    query = select(_co_owner.c.person_id).where(
        _co_owner.c.result_id == result_id, holds(_co_owner)
    )
    return sorted(tx.connection.scalars(query, {"now": tx.now}))


def _reveals(tx: Tx, row: Row[Any]) -> list[RevealOut]:
    still = set(secrets_in(tx, row.id))
    query = select(RevealedSecret).where(_revealed.c.result_id == row.id)
    return [
        RevealOut(
            document=each.document_id,
            passages=_open(tx, each, "revealed_secret", "passages"),
            is_secret=each.document_id in still,
        )
        for each in tx.session.scalars(query.order_by(_revealed.c.id))
    ]


def _readers(tx: Tx, result_id: Id) -> ChosenReadersOut:
    chosen = [reader.person_id for reader in readers_of(tx, result_id)]
    persons = sorted(person for person in chosen if person is not None)
    return ChosenReadersOut(persons=persons, open_to_council=None in chosen)


def publication(row: Publication) -> PublicationOut:
    """An entry of the public record."""
    return PublicationOut(
        id=row.id,
        council=row.council_id,
        number=row.number,
        title=row.title,
        abstract=row.abstract,
        reference=row.reference,
        published_at=row.published_at,
        secrets_left_out=row.secrets_left_out,
        know_how_left_out=row.know_how_left_out,
    )


def findings(tx: Tx, results: Iterable[Id]) -> list[FindingOut]:
    """The findings about these results, newest first."""
    query = select(PublicUseFinding).where(_finding.c.result_id.in_(list(results)))
    return [finding(tx, row) for row in tx.session.scalars(query.order_by(_finding.c.id.desc()))]


def finding(tx: Tx, row: PublicUseFinding) -> FindingOut:
    """A finding."""
    table = "public_use_finding"
    return FindingOut(
        id=row.id,
        result=row.result_id,
        found_on=row.found_on,
        evidence=_open(tx, row, table, "evidence"),
        meeting=_open(tx, row, table, "meeting") if row.meeting is not None else None,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def brief_exception(tx: Tx, seen: Seen) -> ExceptionBriefOut:
    """A request without its content."""
    return ExceptionBriefOut(**_about(tx, seen))


def _about(tx: Tx, seen: Seen) -> dict[str, Any]:
    row = seen.row
    round_ = consents.current(tx, EXCEPTION_SUBJECT, row.id)
    return {
        "id": row.id,
        "council": row.log_id,
        "result": row.result_id,
        "requester_membership": row.requester_membership_id,
        "finding": row.finding_id,
        "state": row.state,
        "round": round_.id if round_ else None,
        "closes_at": round_.closes_at if round_ else None,
        "requested_at": row.recorded_at,
        "may": [*seen.may],
    }


def exception(tx: Tx, seen: Seen) -> ExceptionOut:
    """A request with its content."""
    row = tx.session.get_one(ExceptionRequest, seen.id)
    text, table = text_of(tx, row.id), "exception_request"
    entry = select(_know_how.c.id).where(_know_how.c.exception_id == row.id)
    return ExceptionOut(
        **_about(tx, seen),
        requester=row.requester_id,
        harm=harm_of(tx, row),
        information=text.information,
        until=text.until,
        authorised=text.authorised,
        new_facts=_open(tx, row, table, "new_facts") if row.new_facts is not None else None,
        know_how=tx.connection.scalar(entry),
    )


def brief_know_how(seen: Seen) -> KnowHowBriefOut:
    """An entry without its content."""
    return KnowHowBriefOut(**_entry(seen))


def _entry(seen: Seen) -> dict[str, Any]:
    row = seen.row
    return {
        "id": row.id,
        "council": row.log_id,
        "result": row.result_id,
        "exception": row.exception_id,
        "round": row.round_id,
        "holder_membership": row.holder_membership_id,
        "state": row.state,
        "since": row.valid_from,
        "until": row.valid_to,
        "review_at": row.review_at,
        "may": [*seen.may],
    }


def know_how(tx: Tx, seen: Seen) -> KnowHowOut:
    """An entry with the agreed information."""
    query = select(_holder.c.person_id).where(_holder.c.know_how_id == seen.id, holds(_holder))
    return KnowHowOut(
        **_entry(seen),
        marking=MARKING,
        information=_open(tx, seen.row, "know_how", "information"),
        authorised=sorted(tx.connection.scalars(query, {"now": tx.now})),
    )
