"""A member that nobody represents: who sees it, and how somebody is named.

Owns the one way to a representative that is not the predecessor's: two persons of two parts
(ministry, secretariat, compliance), on the organisation's own word, which is recorded as `basis`.
"""

from server.access import seats, sitting
from server.access.models import Membership, Seat
from server.access.vocabulary import SeatRole
from server.audit import facts
from server.database import Tx
from server.ids import Id
from server.problems import Conflict


class HasRepresentative(Conflict):
    code = "has_representative"
    ja = "この構成員には代表がいます。後任は代表自身が指名します。"
    en = "This member has a representative, who names their own successor."


def name_representative(tx: Tx, membership: Membership, person_id: Id, *, by: Id) -> Seat:
    """Let a person speak for a member that has nobody to. Their own seat of the member, as deputy
    or handler, ends with it. Raises HasRepresentative and what `name_seat` raises.
    """
    if sitting.seats_of(tx, membership.id, SeatRole.REPRESENTATIVE):
        raise HasRepresentative
    mine = seats.seat_of(tx, membership.council_id, person_id)
    if mine is not None and mine.membership_id == membership.id:
        facts.end(tx, mine, by=by, reason="replaced")
        tx.flush()
    return seats.name_seat(tx, membership, person_id, SeatRole.REPRESENTATIVE, by=by)
