"""Acts that take two persons: the same act, with the same arguments, done by another.

Owns the tables `proposal` and `approval`. The first caller's act becomes a proposal; when a second
person with the right does exactly the same within its time, it is approved and carried out.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, bindparam, exists, func, or_, select

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access.deciding import held_to
from server.access.grant import Grant
from server.access.models import Approval, Office, Proposal
from server.access.vocabulary import Action
from server.audit import facts
from server.audit.models import SYSTEM
from server.clock import DAY
from server.database import Tx
from server.ids import Id, new_id
from server.keys.models import INSTALLATION
from server.keys.service import open_field, seal_field

LASTS = 7 * DAY
# Whoever is alone waits for a second officer: nobody gets at another person's credentials alone.
NEVER_ALONE = frozenset({Action.RECOVER_PERSON})

_proposal: Table = Proposal.__table__  # type: ignore[attr-defined]
_approval: Table = Approval.__table__  # type: ignore[attr-defined]
_office: Table = Office.__table__  # type: ignore[attr-defined]


def second_person(grant: Grant, arguments: dict[str, Any]) -> Proposal | None:
    """None when the act may go ahead now; the (new or standing) proposal when it still needs one.

    A proposal counts while its proposer still has the right: two who may, not one who once might.
    While only one person holds any office of the installation there is nobody to ask: the first
    administrator appoints the second officer alone, and the entry says so.
    """
    tx, thing = grant.tx, f"{grant.kind.name}/{grant.id}"
    content = canonical([grant.action, thing, arguments])
    digest = sha256(content).hex()
    standing = _standing(tx, digest)
    mine = next((each for each in standing if each.proposer_id == grant.person_id), None)
    of_others = (each for each in standing if each.proposer_id != grant.person_id)
    counting = next((each for each in of_others if _may_still(grant, each.proposer_id)), None)
    if counting is not None:
        approval = Approval(proposal_id=counting.id, approver_id=grant.person_id)
        facts.enter(tx, grant.log_id, approval)
        grant.note(proposal=counting.id, proposer=counting.proposer_id)
        return None
    if grant.action not in NEVER_ALONE and _alone(tx):
        grant.note(alone=True)
        return None
    return mine or _propose(grant, thing, content, digest)


def pending(tx: Tx) -> list[Proposal]:
    """Proposals of the installation, and namings of signing officials, that wait for a second
    person. What a council's members propose among themselves is not the installation's to read.
    """
    query = select(Proposal).where(
        or_(_proposal.c.log_id == SYSTEM, _proposal.c.action == Action.NAME_OFFICIAL.value),
        _proposal.c.expires_at > bindparam("now"),
        facts.holds(_proposal),
        ~exists().where(_approval.c.proposal_id == _proposal.c.id),
    )
    return list(tx.session.scalars(query.order_by(_proposal.c.id), {"now": tx.now}))


def standing(tx: Tx, council_id: Id, action: Action) -> list[Proposal]:
    """Proposals of one act, in one council, that wait for a second person."""
    query = select(Proposal).where(
        _proposal.c.log_id == council_id,
        _proposal.c.action == action.value,
        _proposal.c.expires_at > bindparam("now"),
        facts.holds(_proposal),
        ~exists().where(_approval.c.proposal_id == _proposal.c.id),
    )
    return list(tx.session.scalars(query.order_by(_proposal.c.id), {"now": tx.now}))


def arguments_of(tx: Tx, proposal: Proposal) -> str:
    """The proposed act in full (canonical JSON), for whoever is asked to do the same."""
    owner = INSTALLATION if proposal.log_id == SYSTEM else proposal.log_id
    place = ("proposal", "arguments", proposal.id)
    return open_field(tx, owner, place, proposal.arguments)


def _may_still(grant: Grant, proposer: Id) -> bool:
    """Whether the proposer's relations allow the act now, decided as for any caller."""
    kind, policy = grant.kind, grant.parts.policy
    row = kind.one.row(grant.tx, {"id": grant.id, "person": proposer, "now": grant.now})
    if row is None:
        return False
    held = held_to(kind, row)
    return bool(policy.allows(held, row.category, grant.action, kind.name, row.state))


def _standing(tx: Tx, digest: str) -> Sequence[Proposal]:
    query = select(Proposal).where(
        _proposal.c.digest == digest,
        _proposal.c.expires_at > bindparam("now"),
        facts.holds(_proposal),
        ~exists().where(_approval.c.proposal_id == _proposal.c.id),
    )
    return tx.session.scalars(query.order_by(_proposal.c.id), {"now": tx.now}).all()


def _propose(grant: Grant, thing: str, content: bytes, digest: str) -> Proposal:
    row_id = new_id(grant.now)
    owner = INSTALLATION if grant.log_id == SYSTEM else grant.log_id
    sealed = seal_field(grant.tx, owner, ("proposal", "arguments", row_id), content.decode())
    proposal = Proposal(
        id=row_id,
        action=grant.action,
        thing=thing,
        digest=digest,
        arguments=sealed,
        proposer_id=grant.person_id,
        expires_at=grant.now + LASTS,
    )
    return facts.enter(grant.tx, grant.log_id, proposal)


def _alone(tx: Tx) -> bool:
    query = select(func.count(func.distinct(_office.c.person_id))).where(facts.holds(_office))
    return tx.connection.scalar(query, {"now": tx.now}) == 1
