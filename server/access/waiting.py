"""Acts that wait for a second person.

Owns neither the proposals (approvals.py) nor the decision who could be the second: whoever may do
the proposed act, as the policy says.
"""

from collections.abc import Iterator

from sqlalchemy import Table, exists, select

from server.access.kind import Kind
from server.access.matters import Task, Waiting, kind_called
from server.access.models import Approval, Proposal
from server.access.vocabulary import Action
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.database import Tx
from server.ids import Id

_proposal: Table = Proposal.__table__  # type: ignore[attr-defined]
_approval: Table = Approval.__table__  # type: ignore[attr-defined]


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Proposals of others that still wait; whose second the person may be, the policy says."""
    query = select(Proposal).where(
        _proposal.c.expires_at > tx.now,
        _proposal.c.proposer_id != person_id,
        holds(_proposal),
        ~exists().where(_approval.c.proposal_id == _proposal.c.id),
    )
    for proposal in tx.session.scalars(query.order_by(_proposal.c.id), {"now": tx.now}):
        kind, id = thing_of(proposal)
        yield Waiting(
            task=Task.CONFIRM_PROPOSAL,
            kind=kind,
            id=id,
            action=Action(proposal.action),
            council_id=_council(proposal),
            matter=proposal.id,
            deadline=proposal.expires_at,
        )


def thing_of(proposal: Proposal) -> tuple[Kind, Id]:
    """What the proposed act is to be done to."""
    name, _, id = proposal.thing.partition("/")
    return kind_called(name), id


def _council(proposal: Proposal) -> Id | None:
    return None if proposal.log_id == SYSTEM else proposal.log_id
