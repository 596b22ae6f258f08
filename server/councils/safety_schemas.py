"""What crosses the API about safe management: how each member stands."""

from typing import Literal

from server.councils.schemas import BodyOut, ConfirmationOut, NamedOut
from server.schemas import Shown, Time, Uuid


class SafetyOut(Shown):
    """How a member stands. `ending`: within 30 days. `since`: when it lapsed or was revoked."""

    membership: Uuid
    organisation: BodyOut | None
    person: NamedOut | None
    state: Literal["lapsed", "revoked", "missing", "ending", "valid"]
    since: Time | None
    until: Time | None
    confirmation: ConfirmationOut | None


class SafetyListOut(Shown):
    """The present members of a council, those to be looked at first."""

    items: list[SafetyOut]
