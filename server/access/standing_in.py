"""A deputy acts for somebody: whom, so that both names stand beside every act.

Owns the look-up alone; the guard asks it for whoever acts as a deputy.
"""

from sqlalchemy import Table, and_, bindparam, select

from server.access.models import Seat
from server.access.vocabulary import SeatRole
from server.audit.facts import holds
from server.database import Tx
from server.ids import Id
from server.prepared import Prepared

_mine: Table = Seat.__table__  # type: ignore[attr-defined]
_theirs = _mine.alias("represented")
_REPRESENTED = Prepared(
    select(_mine.c.membership_id, _theirs.c.person_id)
    .select_from(
        _mine.outerjoin(
            _theirs,
            and_(
                _theirs.c.membership_id == _mine.c.membership_id,
                _theirs.c.role == SeatRole.REPRESENTATIVE.value,
                holds(_theirs),
            ),
        )
    )
    .where(
        _mine.c.council_id == bindparam("council"),
        _mine.c.person_id == bindparam("person"),
        _mine.c.role == SeatRole.DEPUTY.value,
        holds(_mine),
    )
)


def on_behalf_of(tx: Tx, council_id: Id, person_id: Id) -> dict[str, Id | None]:
    """Of a deputy in this council: the `membership` and the `representative` acted for.

    The representative is None where the member has none at the moment (the deputy then keeps its
    voice alone).
    """
    row = _REPRESENTED.row(tx, {"council": council_id, "person": person_id, "now": tx.now})
    if row is None:
        return {}
    return {"membership": row.membership_id, "representative": row.person_id}
