"""The rules of one council about access: from where, with which keys, after how long.

Owns the table `council_rule` and its defaults. Nothing here decides: the guard, admissions and
reviews ask.
"""

from dataclasses import dataclass

from sqlalchemy import Table, bindparam, select

from server.access.models import CouncilRule
from server.audit.facts import holds
from server.clock import Instant
from server.database import Tx
from server.ids import Id
from server.prepared import Prepared

COMMENT_DAYS = 5
REVIEW_DAYS = 180

_rule: Table = CouncilRule.__table__  # type: ignore[attr-defined]
_CURRENT = Prepared(
    select(_rule.c.comment_days, _rule.c.review_days, _rule.c.networks, _rule.c.device_bound)
    .where(_rule.c.council_id == bindparam("council"), holds(_rule))
    .order_by(_rule.c.log_seq.desc(), _rule.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Rules:
    """`comment_days`: working days in which members may comment on who is to join;
    `review_days`: after how many a handler's seat lapses unless confirmed; `networks`: addresses
    (CIDR) from which the council's things are reached, empty for all; `device_bound`: whether an
    act takes a passkey that cannot leave its device.
    """

    comment_days: int = COMMENT_DAYS
    review_days: int = REVIEW_DAYS
    networks: tuple[str, ...] = ()
    device_bound: bool = False


def rules_of(tx: Tx, council_id: Id, *, at: Instant | None = None) -> Rules:
    """The rules that hold at this transaction's moment, or held at an earlier one."""
    row = _CURRENT.row(tx, {"council": council_id, "now": tx.now if at is None else at})
    if row is None:
        return Rules()
    return Rules(
        COMMENT_DAYS if row.comment_days is None else row.comment_days,
        REVIEW_DAYS if row.review_days is None else row.review_days,
        tuple((row.networks or "").split()),
        bool(row.device_bound),
    )
