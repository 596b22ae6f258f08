"""A council's rules about access, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The rules of a moment. `networks`: from which addresses (CIDR) the council is reached, empty
    for all; `since`, `proposed_by` and `made_by` are None while nobody has changed the defaults.
    """

    comment_days: int
    review_days: int
    networks: tuple[str, ...]
    device_bound: bool
    since: datetime | None
    proposed_by: str | None
    made_by: str | None
