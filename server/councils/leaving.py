"""Leaving and removal: access ends at once, the duty continues (BR-37).

Owns who can go how. The ministers who founded a council neither leave nor are removed: without
them it would not be one (ACT 63(4)).
"""

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import Category
from server.audit import facts
from server.consents import service as consents
from server.councils import both_ministers
from server.councils.models import Removal
from server.database import Tx
from server.ids import Id, new_id
from server.keys.service import seal_field
from server.problems import Conflict, NotFound


class FounderStays(Conflict):
    code = "establishing_minister_stays"
    ja = "設置大臣は協議会から抜けることも外されることもありません。"
    en = "An establishing minister neither leaves the council nor is removed from it."


def find_membership(tx: Tx, membership_id: Id) -> Membership:
    """The membership of this id. Raises NotFound."""
    membership = tx.session.get(Membership, membership_id)
    if membership is None:
        raise NotFound
    return membership


def leave(tx: Tx, membership: Membership, *, by: Id) -> None:
    """A member leaves by its own notice, with all its seats, now. Raises FounderStays."""
    _check_may_go(membership)
    seats.end_membership(tx, membership, by=by, reason="left")
    consents.settle(tx, membership.council_id)


def remove(tx: Tx, membership: Membership, *, reason: str, proposal_id: Id | None, by: Id) -> None:
    """Both ministers remove a member, with a reason. Raises FounderStays, BothMinisters."""
    _check_may_go(membership)
    council_id = membership.council_id
    proposed_by = both_ministers.proposer(tx, council_id, proposal_id, by=by)
    row_id = new_id(tx.now)
    removal = Removal(
        id=row_id,
        council_id=council_id,
        membership_id=membership.id,
        reason=seal_field(tx, council_id, ("removal", "reason", row_id), reason),
        proposed_by=proposed_by,
        carried_out_by=by,
    )
    facts.enter(tx, council_id, removal)
    seats.end_membership(tx, membership, by=by, reason="removed")
    consents.settle(tx, council_id)


def _check_may_go(membership: Membership) -> None:
    if membership.category == Category.ESTABLISHING_MINISTRY:
        raise FounderStays
