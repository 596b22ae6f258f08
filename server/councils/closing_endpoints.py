"""/api/v1: announcing that a council closes, taking it back, and reading about it."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action, Relation
from server.councils import closing
from server.councils.closing_schemas import (
    AnnouncementOut,
    ClosingOut,
    ClosingWithdrawalIn,
    CouncilClosingIn,
    ProposedOut,
)
from server.councils.kinds import CLOSING, COUNCIL

router = APIRouter(prefix="/api/v1", tags=["councils"])


@router.get("/councils/{council_id}/closing", name="readClosing")
@guarded(Action.READ_ROSTER, COUNCIL)
def read_closing(grant: Grant) -> ClosingOut:
    """Whether, when and why the council closes or has closed."""
    closing.settle(grant)
    return _shown(grant, grant.thing.state)


@router.post("/councils/{council_id}/closing", status_code=201, name="announceClosing")
@guarded(Action.CLOSE, COUNCIL)
def announce_closing(grant: Grant, asked: CouncilClosingIn) -> ClosingOut:
    """Announce when the council closes. Takes both establishing ministers: the first call proposes.

    Until then each provider decides what becomes of its secrets; what nobody decides about is kept.
    """
    closing.announce(
        grant, closes_at=asked.closes_at, notice_days=asked.notice_days, reason=asked.reason
    )
    return _shown(grant, CLOSING)


@router.post("/councils/{council_id}/closing/withdrawal", status_code=204, name="withdrawClosing")
@guarded(Action.CLOSE, COUNCIL)
def withdraw_closing(grant: Grant, asked: ClosingWithdrawalIn) -> None:
    """Take the announcement back, before its moment. Takes both establishing ministers."""
    closing.take_back(grant, asked.closing)


def _shown(grant: Grant, state: str) -> ClosingOut:
    return ClosingOut(
        council=grant.id, state=state, closing=_announced(grant), proposed=_proposed(grant)
    )


def _announced(grant: Grant) -> AnnouncementOut | None:
    row = closing.announcement(grant.tx, grant.id)
    if row is None:
        return None
    return AnnouncementOut(
        id=row.id,
        closes_at=row.closes_at,
        reason=closing.reason_of(grant.tx, row),
        proposed_by=row.proposed_by,
        announced_by=row.announced_by,
        announced_at=row.recorded_at,
        noted_at=grant.thing.end_noted_at,
    )


def _proposed(grant: Grant) -> list[ProposedOut]:
    if Relation.ESTABLISHING_MINISTRY not in grant.held:
        return []
    return [
        ProposedOut(
            id=proposal.id,
            proposer=proposal.proposer_id,
            expires_at=proposal.expires_at,
            closes_at=asked.get("closes_at"),
            notice_days=asked.get("notice_days"),
            reason=asked.get("reason"),
        )
        for proposal, asked in closing.proposed(grant.tx, grant.id)
    ]
