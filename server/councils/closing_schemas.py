"""What crosses the API about a council's closing."""

from pydantic import Field

from server.councils.closing import NOTICE_DAYS
from server.schemas import Asked, Shown, Text, Time, Uuid


class CouncilClosingIn(Asked):
    """When the council closes, at least `notice_days` (days of 24 hours) ahead, and why."""

    closes_at: Time
    notice_days: int = Field(NOTICE_DAYS, ge=1, le=366)
    reason: Text


class ClosingWithdrawalIn(Asked):
    """Which announcement is taken back: its id, as read."""

    closing: Uuid


class ProposedOut(Shown):
    """What one ministry proposed: the other does the same act with the same content. Without
    `closes_at` it is to take the announcement back.
    """

    id: Uuid
    proposer: Uuid
    expires_at: Time
    closes_at: Time | None
    notice_days: int | None
    reason: str | None


class AnnouncementOut(Shown):
    """What both ministries announced, by whom; `noted_at`: when the end was entered in the log."""

    id: Uuid
    closes_at: Time
    reason: str
    proposed_by: Uuid
    announced_by: Uuid
    announced_at: Time
    noted_at: Time | None


class ClosingOut(Shown):
    """How the council stands; `closing` is null while nothing is announced. `proposed` is shown to
    the establishing ministries.
    """

    council: Uuid
    state: str
    closing: AnnouncementOut | None
    proposed: list[ProposedOut]
