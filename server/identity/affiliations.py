"""Where a person belongs, from when to when: the dated affiliations of one identity.

Owns joining and leaving an organisation. A person who moves keeps identity, credentials,
acknowledgements and duties; the new organisation gives them nothing by itself (BR-37).
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, select

from server.audit import facts
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.clock import LAST, Instant
from server.database import Tx
from server.identity.models import Affiliation, Organisation
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import open_field, seal_field
from server.problems import NotFound

_affiliation: Table = Affiliation.__table__  # type: ignore[attr-defined]


def enter(
    tx: Tx,
    person_id: Id,
    organisation_id: str,
    *,
    title: str,
    since: Instant | None = None,
    until: Instant | None = None,
) -> Affiliation:
    """Let a person belong to an organisation from now, or from a later moment.

    Raises NotFound for no such organisation.
    """
    if tx.session.get(Organisation, organisation_id) is None:
        raise NotFound(f"no organisation {organisation_id}")
    row_id = new_id(tx.now)
    affiliation = Affiliation(
        id=row_id,
        person_id=person_id,
        organisation_id=organisation_id,
        title=seal_field(tx, INSTALLATION, ("affiliation", "title", row_id), title),
        valid_from=max(since or tx.now, tx.now),
        valid_to=until,
    )
    return facts.enter(tx, SYSTEM, affiliation)


def end(tx: Tx, affiliation: Affiliation, at: Instant, *, by: Id, reason: str) -> None:
    """Let an affiliation end now, or at a later moment: then it is entered again with its term."""
    facts.end(tx, affiliation, by=by, reason=reason if at <= tx.now else "shortened")
    if at > tx.now:
        place = ("affiliation", "title", affiliation.id)
        title = open_field(tx, INSTALLATION, place, affiliation.title)
        person, organisation = affiliation.person_id, affiliation.organisation_id
        enter(tx, person, organisation, title=title, since=affiliation.valid_from, until=at)


def held(tx: Tx, person_id: Id, *, at: Instant | None = None) -> Sequence[Affiliation]:
    """The person's affiliations now, or at another moment."""
    query = select(Affiliation).where(_affiliation.c.person_id == person_id, holds(_affiliation))
    moment = {"now": tx.now if at is None else at}
    return tx.session.scalars(query.order_by(_affiliation.c.id), moment).all()


def until(tx: Tx, person_id: Id, *, at: Instant | None = None) -> dict[str, Instant | None]:
    """The organisations a person belongs to at a moment, each with its end; None: none recorded."""
    found: dict[str, Instant | None] = {}
    for each in held(tx, person_id, at=at):
        known = found.get(each.organisation_id, 0)
        ends = None if known is None or each.valid_to is None else max(known, each.valid_to)
        found[each.organisation_id] = ends
    return found


def last_in_common(
    mine: Mapping[str, Instant | None], theirs: Mapping[str, Instant | None]
) -> Instant | None:
    """Until when two persons share an organisation, of those they share now."""
    ends = [min(_end(mine[each]), _end(theirs[each])) for each in mine.keys() & theirs.keys()]
    return None if LAST in ends else max(ends)


def _end(moment: Instant | None) -> Instant:
    return LAST if moment is None else moment
