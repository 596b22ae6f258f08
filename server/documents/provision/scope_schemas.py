"""What crosses the API about the scope of a secret: recipients, period, handling, end, history."""

from pydantic import Field

from server.documents.models import EndGround, HandlingLevel, ReleaseGround
from server.documents.provision.history import ScopeAct
from server.schemas import Asked, Shown, Text, Time, Uuid

MOST_RECIPIENTS = 200


class RecipientsIn(Asked):
    """Persons to name, and persons who shall no longer receive. Naming somebody once it has been
    provided needs a reason.
    """

    add: list[Uuid] = Field(default=[], max_length=MOST_RECIPIENTS)
    remove: list[Uuid] = Field(default=[], max_length=MOST_RECIPIENTS)
    reason: Text | None = None
    answers: Uuid | None = Field(default=None, description="the information request it answers")


class PeriodIn(Asked):
    """A new end. A later one needs a reason; an earlier one takes effect at once.

    With an `event` it ends when the provider records that this has happened, at `ends_at` at the
    latest. Left out, the event named before stays; `without_event` takes it away.
    """

    ends_at: Time
    event: Text | None = None
    without_event: bool = False
    reason: Text | None = None


class HandlingIn(Asked):
    """取扱い. Allowing more than before needs a reason once it has been provided."""

    handling: HandlingLevel
    reason: Text | None = None


class ReleaseIn(Asked):
    """Why the secret ends before its period; `event_occurred` where the period names an event."""

    ground: ReleaseGround = ReleaseGround.PROVIDER
    reason: Text | None = None


class LackOut(Shown):
    """A condition that is missing, and who can bring it about."""

    condition: str
    ja: str
    en: str


class RecipientOut(Shown):
    """A named person. `blocked`: the member's safe management is not confirmed (BR-16). `missing`:
    every condition that is not met; with none it opens, or will once it is provided.
    """

    person: Uuid
    name: str
    membership: Uuid | None
    blocked: bool
    acknowledged: bool
    missing: list[LackOut]


class EndedOut(Shown):
    """When and why a secret became council-internal (BR-20)."""

    at: Time
    ground: EndGround


class ScopeSetOut(Shown):
    """The scope as it is now."""

    id: Uuid
    ends_at: Time | None
    event: str | None
    handling: HandlingLevel
    recipients: list[RecipientOut]


class ScopePersonOut(Shown):
    """A person by id and name."""

    id: Uuid
    name: str


class ScopeEventOut(Shown):
    """One change of a secret's scope: who did what, to whom, and why. What does not belong to the
    act is null. `by` is null for what time alone did.
    """

    time: Time
    act: ScopeAct
    by: ScopePersonOut | None
    person: ScopePersonOut | None
    ends_at: Time | None
    event: str | None
    handling: HandlingLevel | None
    ground: ReleaseGround | None
    reason: str | None


class MemberPersonOut(Shown):
    """A person who sits for a member, and what they would lack as a recipient."""

    person: Uuid
    name: str
    role: str
    missing: list[LackOut]


class ProspectsOut(Shown):
    """A member of the council and who of it could be named for a secret.

    `safe_management`: its confirmation is valid now; without one nothing is delivered (BR-16).
    """

    membership: Uuid
    name: str
    category: str
    safe_management: bool
    persons: list[MemberPersonOut]
