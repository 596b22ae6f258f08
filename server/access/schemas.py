"""What crosses the API about offices and acts that take two."""

from typing import Literal

from server.schemas import Asked, RegistryId, Shown, Time, Uuid

Appointable = Literal[
    "secretariat", "compliance_officer", "auditor", "key_custodian", "system_administrator"
]


class OfficeIn(Asked):
    """An appointment: whom, to which office, for one council or (null) for all, until when."""

    person: Uuid
    role: Appointable
    council: Uuid | None = None
    until: Time | None = None


class OfficeEndIn(Asked):
    """Which office ends."""

    office: Uuid


class OfficeHeldOut(Shown):
    """An office and who holds it."""

    id: Uuid
    person: Uuid
    name: str
    role: str
    council: str | None
    organisation: RegistryId | None
    since: Time
    until: Time | None


class OfficesOut(Shown):
    """Offices that are held now."""

    items: list[OfficeHeldOut]


class PendingOut(Shown):
    """An act that waits for a second person; to approve it, do the same act."""

    id: Uuid
    action: str
    thing: str
    proposer: Uuid
    proposer_name: str
    expires_at: Time
    arguments: str


class PendingListOut(Shown):
    """Acts that wait for a second person."""

    items: list[PendingOut]


class ProposalOut(Shown):
    """An act that takes two has been proposed; another person must do the same act."""

    proposal: Uuid
    action: str
    thing: str
    expires_at: Time
