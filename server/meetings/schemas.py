"""What crosses the API about cooperation requests."""

from typing import Literal

from pydantic import Field

from server.meetings.models import ReplyOutcome, Wanted
from server.schemas import Asked, Line, RegistryId, Shown, Text, Time, Uuid

MOST_ASKED = 100


class CooperationIn(Asked):
    """What the council asks for, of which members, of which think tanks that are no members."""

    asks_for: Wanted
    subject: Line
    text: Text
    due_at: Time
    memberships: list[Uuid] = Field(default=[], max_length=MOST_ASKED)
    organisations: list[RegistryId] = Field(default=[], max_length=MOST_ASKED)


class ReplyIn(Asked):
    """The answer. `document` is one that one's member has shared or provided.

    `addressee` says as whom, for a person who could reply as more than one.
    """

    text: Text
    document: Uuid | None = None
    addressee: Uuid | None = None


class DeclineIn(Asked):
    """Why one declines. It has no consequence (BR-38)."""

    reason: Text
    addressee: Uuid | None = None


class ReplyOut(Shown):
    """A reply; `document` only where the caller may know of it."""

    outcome: ReplyOutcome
    text: str
    document: Uuid | None
    replied_by: Uuid
    replied_at: Time


class AddresseeOut(Shown):
    """One who is asked, and how it stands with them: `asked` while they are silent."""

    id: Uuid
    membership: Uuid | None
    organisation: str | None
    state: Literal["asked", "answered", "declined"]
    mine: bool
    reply: ReplyOut | None


class CooperationLineOut(Shown):
    """A request for cooperation without what it says."""

    id: Uuid
    council: Uuid
    asks_for: Wanted
    state: Literal["open", "settled", "withdrawn"]
    asked_by: Uuid
    asked_at: Time
    due_at: Time
    may: list[str]


class CooperationOut(CooperationLineOut):
    """A request in full. Who is no member is shown themselves alone among those asked (BR-39)."""

    subject: str
    text: str
    addressees: list[AddresseeOut]
