"""Who reads a document, and who would read what is about to be shared or provided.

Owns nothing of who may: every set of persons here is asked of the relations themselves, by one
query over everybody. Names are opened by whoever shows them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, case, select

from server.access.condition import Condition, Part
from server.access.entitled import Entitled, entitled, entitled_to_any, over_everybody
from server.access.grant import Grant
from server.access.kind import ID
from server.access.models import Membership, Seat
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.councils.kinds import COUNCIL
from server.councils.models import Council
from server.database import Tx
from server.documents.kinds import COUNCIL_INTERNAL, DOCUMENT, before_scope
from server.ids import Id
from server.prepared import Prepared

_council: Table = Council.__table__  # type: ignore[attr-defined]
_membership: Table = Membership.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]

_SITTING = Prepared(
    select(
        _seat.c.person_id.label("person"),
        _seat.c.membership_id.label("membership"),
        _seat.c.role,
        _membership.c.category,
        _membership.c.organisation_id.label("organisation"),
        _membership.c.person_id.label("in_person"),
    )
    .join_from(_seat, _membership, _membership.c.id == _seat.c.membership_id)
    .where(_seat.c.council_id == bindparam("council"), holds(_seat))
    .order_by(_seat.c.id)
)


@dataclass(frozen=True, slots=True)
class Sitting:
    """For which member a person sits, an organisation or a member in person, and as what."""

    membership: Id
    category: str
    role: str
    organisation: str | None
    in_person: Id | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person about to be named for a secret: what is missing, besides acknowledging its scope."""

    person: Id
    missing: tuple[Condition, ...]


def readers(grant: Grant) -> list[Entitled]:
    """Everybody who may read the granted document now."""
    return entitled(grant.tx, grant.parts.policy, DOCUMENT, grant.id, Action.READ, grant.now)


def readers_of_papers(grant: Grant) -> list[Entitled]:
    """Everybody who could read a paper shared with the granted council now.

    The paper is not there yet, so its readers are asked of the council: whoever stands to the
    council as the policy wants of readers stands so to each of its papers. (Who provides a paper
    has a seat, and so reads it as a member.)
    """
    paper = (DOCUMENT.name, COUNCIL_INTERNAL)
    policy = grant.parts.policy
    return entitled_to_any(grant.tx, policy, paper, Action.READ, COUNCIL, grant.id, grant.now)


def prospects(tx: Tx, council_id: Id, persons: Iterable[Id]) -> list[Prospect]:
    """What each of `persons` would lack as a recipient of a secret of the council."""
    rows = {row.each: row for row in _prospects().rows(tx, {"id": council_id, "now": tx.now})}
    return [
        Prospect(
            person,
            tuple(
                part.condition
                for number, part in enumerate(_PARTS)
                if person not in rows or not getattr(rows[person], f"part_{number}")
            ),
        )
        for person in dict.fromkeys(persons)
    ]


_PARTS: tuple[Part, ...] = before_scope(_council.c.id)


@cache
def _prospects() -> Prepared:
    columns = [
        case((part.clause, 1), else_=0).label(f"part_{number}")
        for number, part in enumerate(_PARTS)
    ]
    # Whoever has no seat lacks everything: only those who have one are asked for.
    seated: Any = _PARTS[0].clause
    query = select(*columns).select_from(_council).where(_council.c.id == ID, seated)
    return Prepared(over_everybody(query))


def sitting(tx: Tx, council_id: Id) -> dict[Id, Sitting]:
    """For which member each person of a council sits now."""
    rows = _SITTING.rows(tx, {"council": council_id, "now": tx.now})
    return {
        row.person: Sitting(row.membership, row.category, row.role, row.organisation, row.in_person)
        for row in rows
    }
