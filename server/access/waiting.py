"""Acts that wait for a second person, and who is told of one and of an office.

Owns neither the proposals (approvals.py) nor the decision who could be the second: whoever may do
the proposed act, as the policy says.
"""

from collections.abc import Iterator

from sqlalchemy import Table, exists, select

from server.access.kind import Kind
from server.access.kinds import PERSON_KIND
from server.access.matters import Task, Telling, Tells, Topic, Waiting, kind_called
from server.access.models import Approval, Office, Proposal, Seat
from server.access.vocabulary import Action, SeatRole
from server.audit.facts import holds
from server.audit.models import SYSTEM
from server.database import Tx
from server.ids import Id

_proposal: Table = Proposal.__table__  # type: ignore[attr-defined]
_approval: Table = Approval.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]
_seat: Table = Seat.__table__  # type: ignore[attr-defined]


def waiting_for(tx: Tx, person_id: Id) -> Iterator[Waiting]:
    """Proposals of others that still wait; whose second the person may be, the policy says."""
    query = select(Proposal).where(
        _proposal.c.expires_at > tx.now,
        _proposal.c.proposer_id != person_id,
        holds(_proposal),
        ~exists().where(_approval.c.proposal_id == _proposal.c.id),
    )
    for proposal in tx.session.scalars(query.order_by(_proposal.c.id), {"now": tx.now}):
        kind, id = _thing(proposal)
        yield Waiting(
            task=Task.CONFIRM_PROPOSAL,
            kind=kind,
            id=id,
            action=Action(proposal.action),
            council_id=_council(proposal),
            matter=proposal.id,
            deadline=proposal.expires_at,
        )


def proposed(tx: Tx, proposal: Proposal) -> Iterator[Telling]:
    """Somebody proposed an act that takes two: whoever could be the second."""
    kind, id = _thing(proposal)
    for person in _might(tx, proposal):
        yield Telling(
            topic=Topic.SECOND_PERSON_WANTED,
            person_id=person,
            kind=kind,
            id=id,
            council_id=_council(proposal),
            source=proposal.id,
            at=proposal.recorded_at,
            deadline=proposal.expires_at,
            action=Action(proposal.action),
        )


def _might(tx: Tx, proposal: Proposal) -> list[Id]:
    """Officers, and who speaks for a member of the council: the policy narrows them down."""
    officers = select(_office.c.person_id).where(
        _office.c.council_id.is_(None) | (_office.c.council_id == proposal.log_id), holds(_office)
    )
    seated = select(_seat.c.person_id).where(
        _seat.c.council_id == proposal.log_id,
        _seat.c.role == SeatRole.REPRESENTATIVE,
        holds(_seat),
    )
    now = {"now": tx.now}
    found = {*tx.connection.scalars(officers, now), *tx.connection.scalars(seated, now)}
    return sorted(found - {proposal.proposer_id})


def _thing(proposal: Proposal) -> tuple[Kind, Id]:
    name, _, id = proposal.thing.partition("/")
    return kind_called(name), id


def _council(proposal: Proposal) -> Id | None:
    return None if proposal.log_id == SYSTEM else proposal.log_id


def appointed(_tx: Tx, office: Office) -> Iterator[Telling]:
    """Somebody was appointed to an office: they."""
    yield Telling(
        topic=Topic.OFFICE_NAMED,
        person_id=office.person_id,
        kind=PERSON_KIND,
        id=office.person_id,
        council_id=office.council_id,
        source=office.id,
        at=office.recorded_at,
    )


TELLS = (Tells(Proposal, proposed), Tells(Office, appointed))
