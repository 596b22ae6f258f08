"""Who is told that the scope of a secret has changed, that its period ends, that it is over.

Owns whom and when: the provider 30, 7 and 1 day before the end, recipients 7 days before it. Never
says of what; who is no longer named is told of the council alone.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, select

from server.access.matters import Telling, Tells, Topic, because_of, stage_of
from server.access.sitting import speaking_for
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.audit.models import Ending
from server.clock import DAY, Instant
from server.councils.kinds import COUNCIL
from server.database import Tx
from server.documents.kinds import DOCUMENT, ENDS_AT, SECRET
from server.documents.models import (
    Document,
    Handling,
    Period,
    PeriodEnd,
    Provided,
    Recipient,
    Release,
)
from server.ids import Id

PROVIDER_STAGES = (30, 7, 1)
RECIPIENT_STAGES = (7,)

_document: Table = Document.__table__  # type: ignore[attr-defined]
_period: Table = Period.__table__  # type: ignore[attr-defined]
_provided: Table = Provided.__table__  # type: ignore[attr-defined]
_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]


def changed(tx: Tx, row: Period | Handling) -> Iterator[Telling]:
    """Period or handling of what was provided was set anew: its recipients."""
    provided = _provided_by_entry(tx, row.document_id)
    if provided is not None and provided < row.log_seq:
        for person in _recipients(tx, row.document_id):
            yield because_of(row, Topic.SECRET_CHANGED, person, DOCUMENT, row.document_id)


def removed(tx: Tx, row: Ending) -> Iterator[Telling]:
    """The provider ended the naming of a person: that person, without saying of what."""
    recipient = tx.session.get(Recipient, row.fact_id)
    if recipient is not None and _provided_by_entry(tx, recipient.document_id) is not None:
        council = recipient.council_id
        yield because_of(row, Topic.SECRET_REMOVED, recipient.person_id, COUNCIL, council)


def ended(tx: Tx, row: Release | PeriodEnd) -> Iterator[Telling]:
    """A secret is one no longer: its recipients, and who speaks for its provider."""
    provider = _document.c.provider_membership_id
    membership = tx.connection.scalar(select(provider).where(_document.c.id == row.document_id))
    persons = [*_recipients(tx, row.document_id), *speaking_for(tx, str(membership))]
    for person in dict.fromkeys(persons):
        yield because_of(row, Topic.SECRET_ENDED, person, DOCUMENT, row.document_id, done=True)


def remind(tx: Tx) -> Iterator[Telling]:
    """Secrets whose period ends within 30 days. A period that is moved is reminded of anew."""
    near = (
        select(
            _period.c.id,
            _period.c.document_id,
            _period.c.council_id,
            _period.c.ends_at,
            _document.c.provider_membership_id,
        )
        .join(_document, _document.c.id == _period.c.document_id)
        .where(
            _period.c.ends_at > tx.now,
            _period.c.ends_at <= tx.now + PROVIDER_STAGES[0] * DAY,
            _period.c.id == _in_force(),
            DOCUMENT.state == SECRET,
            _period.c.ends_at == ENDS_AT,
        )
    )
    for row in tx.connection.execute(near, {"now": tx.now}).all():
        provider = speaking_for(tx, row.provider_membership_id)
        yield from _due(tx, row, provider, PROVIDER_STAGES, Action.SET_SCOPE)
        others = [each for each in _recipients(tx, row.document_id) if each not in provider]
        yield from _due(tx, row, others, RECIPIENT_STAGES, None)


def _in_force() -> Any:
    """The id of the newest period of the document of the row in question."""
    newest = _period.alias("newest")
    mine = select(newest.c.id).where(newest.c.document_id == _document.c.id)
    return mine.order_by(newest.c.log_seq.desc()).limit(1).correlate(_document).scalar_subquery()


def _due(
    tx: Tx, row: Any, persons: list[Id], stages: tuple[int, ...], action: Action | None
) -> Iterator[Telling]:
    ends_at: Instant = row.ends_at
    stage = stage_of(tx.now, ends_at, stages, DAY)
    if stage is None:
        return
    for person in persons:
        yield Telling(
            topic=Topic.SECRET_ENDING,
            person_id=person,
            kind=DOCUMENT,
            id=row.document_id,
            council_id=row.council_id,
            source=row.id,
            at=tx.now,
            deadline=ends_at,
            stage=stage,
            action=action,
        )


def _provided_by_entry(tx: Tx, document_id: Id) -> int | None:
    """The number of the entry by which the document was provided; None of a draft."""
    query = select(_provided.c.log_seq).where(_provided.c.document_id == document_id)
    seq: int | None = tx.connection.scalar(query)
    return seq


def _recipients(tx: Tx, document_id: Id) -> list[Id]:
    query = select(_recipient.c.person_id).where(
        _recipient.c.document_id == document_id, holds(_recipient)
    )
    return list(tx.connection.scalars(query.order_by(_recipient.c.id), {"now": tx.now}))


TELLS = (
    Tells(Period, changed),
    Tells(Handling, changed),
    Tells(Ending, removed),
    Tells(Release, ended),
    Tells(PeriodEnd, ended),
)
REMINDERS = (remind,)
