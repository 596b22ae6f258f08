"""What crosses the API about a council's rules of access."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.access.rules import COMMENT_DAYS, REVIEW_DAYS
from server.councils.access_rules import MOST_NETWORKS
from server.schemas import Asked, Cidr, Shown, Time, Uuid


def _once(networks: list[str]) -> list[str]:
    return sorted(set(networks))  # two persons who mean the same have then said the same


class AccessRulesQuery(BaseModel):
    """As of when; left out, now."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Time | None = None


class AccessRulesIn(Asked):
    """All rules of a council, in place of those before; what is left out is the default.

    `networks`: addresses (CIDR) from which everything of the council is reached; empty for all.
    """

    comment_days: int = Field(COMMENT_DAYS, ge=0, le=60)
    review_days: int = Field(REVIEW_DAYS, ge=30, le=366)
    networks: Annotated[
        list[Cidr], Field(max_length=MOST_NETWORKS, default_factory=list), AfterValidator(_once)
    ]
    device_bound: bool = False
    accept_lock_out: bool = False


class AccessRulesOut(Shown):
    """The rules of a moment; `since` and who made them are null while they are the defaults."""

    comment_days: int
    review_days: int
    networks: list[str]
    device_bound: bool
    since: Time | None
    proposed_by: Uuid | None
    made_by: Uuid | None
