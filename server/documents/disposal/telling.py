"""Who is told of content that nobody has decided about as a council closes, and of its end.

Owns whom, not how: `server/notices` keeps only those who may know of the thing, and sends.
"""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import Table, select

from server.access.closing_models import CouncilClosed
from server.access.matters import Telling, Tells, Topic, because_of, stage_of
from server.access.sitting import speaking_for
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.clock import DAY
from server.database import Tx
from server.documents.disposal import service as disposal
from server.documents.disposal.models import Disposition
from server.documents.disposal.service import ContentAtClosing
from server.documents.incidents.holding import taken_by
from server.documents.incidents.kinds import INCIDENT
from server.documents.incidents.models import Incident, IncidentClosing, IncidentOutcome
from server.documents.kinds import DOCUMENT
from server.documents.models import Destruction, Document, Ground, Recipient
from server.ids import Id

STAGES = (7, 3, 1)

_recipient: Table = Recipient.__table__  # type: ignore[attr-defined]


def remind(tx: Tx) -> Iterator[Telling]:
    """Content nobody has decided about in councils that close within 7, 3 and 1 days: who may."""
    for item in disposal.contents_at_closing(tx):
        stage = stage_of(tx.now, item.closes_at, STAGES, DAY)
        if stage is not None and item.open:
            told = partial(_to_provider, Topic.DISPOSITION_DUE, item, deadline=item.closes_at)
            for person in speaking_for(tx, item.membership):
                yield told(
                    person, source=f"{item.document}/{item.closes_at}", at=tx.now, stage=stage
                )


def _to_provider(topic: Topic, item: ContentAtClosing, person_id: Id, **more: object) -> Telling:
    return Telling(
        topic=topic,
        person_id=person_id,
        kind=DOCUMENT,
        id=item.document,
        council_id=item.council,
        action=Action.DISPOSE,
        **more,  # type: ignore[arg-type]  # source, at and the rest, as Telling has them
    )


def closed(tx: Tx, end: CouncilClosed) -> Iterator[Telling]:
    """The council is closed: its provider, of what was kept because nobody decided, or because an
    incident holds it, whatever was decided.
    """
    for item in disposal.contents_at_closing(tx, end.council_id, at=end.effective_at):
        held = taken_by(tx, item.document)
        for person in speaking_for(tx, item.membership):
            if held:
                yield _of_incident(
                    Topic.CONTENT_HELD, held[-1], item.council, person, item.document, end
                )
            elif item.open:
                yield _kept(item, person, end)


def given_back(tx: Tx, ended: IncidentClosing) -> Iterator[Telling]:
    """An incident held content beyond the closing, and has given it back: its provider, of what
    nothing was decided about. What was to be destroyed is destroyed, which is told by itself.
    """
    document = tx.session.get_one(Incident, ended.incident_id).document_id
    closed = disposal.closed(tx, ended.council_id)
    if document is None or closed is None or ended.outcome != IncidentOutcome.RELEASED:
        return
    item = disposal.at_closing(tx, ended.council_id, document, at=closed.effective_at)
    if item is not None and item.open:
        for person in speaking_for(tx, item.membership):
            yield _kept(item, person, ended)


def _kept(item: ContentAtClosing, person: Id, why: CouncilClosed | IncidentClosing) -> Telling:
    at = why.recorded_at
    return _to_provider(Topic.CONTENT_KEPT, item, person, source=item.document, at=at)


def _of_incident(
    topic: Topic,
    incident: Id,
    council: Id,
    person: Id,
    source: Id,
    why: CouncilClosed | Destruction,
) -> Telling:
    """Of a document under an incident its provider is told by the incident: the document itself is
    not there for them.
    """
    return Telling(
        topic=topic,
        person_id=person,
        kind=INCIDENT,
        id=incident,
        council_id=council,
        source=source,
        at=why.recorded_at,
    )


def destroyed(tx: Tx, row: Destruction) -> Iterator[Telling]:
    """Content was destroyed: who speaks for its provider, and who was named for it; but not who did
    it there and then.
    """
    document = tx.session.get_one(Document, row.document_id)
    providers = speaking_for(tx, document.provider_membership_id)
    held = taken_by(tx, row.document_id)
    if row.ground == Ground.INCIDENT and held:
        for person in providers:
            yield _of_incident(
                Topic.CONTENT_DESTROYED, held[-1], row.council_id, person, row.id, row
            )
        return
    named = select(_recipient.c.person_id).where(
        _recipient.c.document_id == row.document_id, holds(_recipient)
    )
    persons = {*providers, *tx.connection.scalars(named, {"now": tx.now})}
    for person in sorted(persons - _knows(tx, row)):
        yield because_of(row, Topic.CONTENT_DESTROYED, person, DOCUMENT, document.id, done=True)


def _knows(tx: Tx, row: Destruction) -> set[Id]:
    """Who decided it, where it was done at once."""
    decided = row.disposition_id and tx.session.get_one(Disposition, row.disposition_id)
    late = decided and decided.recorded_at < row.recorded_at
    return set() if late else {row.decided_by}


TELLS = (
    Tells(CouncilClosed, closed),
    Tells(IncidentClosing, given_back),
    Tells(Destruction, destroyed),
)
REMINDERS = (remind,)
