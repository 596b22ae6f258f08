"""Acts that take both establishing ministers: two persons of one ministry are not enough.

Owns that comparison alone (ACT 63(4)). That there are two persons at all is a matter
of `server/access/approvals.py`.
"""

from server.access.models import Proposal
from server.councils import facts as council_facts
from server.database import Tx
from server.ids import Id
from server.problems import SecondPersonNeeded


class BothMinisters(SecondPersonNeeded):
    code = "both_ministers_needed"
    ja = "この操作は両方の設置大臣で行います。もう一方の大臣の担当者が同じ内容で操作してください。"
    en = "This act takes both ministers: somebody of the other one must do the same act."


def proposer(tx: Tx, council_id: Id, proposal_id: Id | None, *, by: Id) -> Id:
    """Who proposed what `by` now does for the other minister. Raises BothMinisters."""
    proposal = tx.session.get(Proposal, proposal_id) if proposal_id else None
    if proposal is None:
        raise BothMinisters
    # For whom the proposer spoke then: a hand-over since does not make one ministry two.
    proposed_by, then = proposal.proposer_id, proposal.recorded_at
    first = council_facts.ministers_for(tx, council_id, proposed_by, at=then)
    if not first or not council_facts.ministers_for(tx, council_id, by) - first:
        raise BothMinisters
    return proposed_by
