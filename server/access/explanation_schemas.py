"""What crosses the API about why somebody may do something, and who may."""

from pydantic import BaseModel, ConfigDict, Field

from server.access.vocabulary import Action, KindName
from server.schemas import Shown, Time, Uuid


class OwnQuestion(BaseModel):
    """May I do `action` to a thing, now or `at` a past moment?"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: KindName
    thing: str = Field(min_length=1, max_length=64)
    action: Action
    at: Time | None = None


class Question(OwnQuestion):
    """May `person` do `action` to a thing of the council?"""

    person: Uuid


class OfInstallation(BaseModel):
    """May `person` do `action` to the installation?"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: Uuid
    action: Action
    at: Time | None = None


class WhoseInstallation(BaseModel):
    """Who may do `action` to the installation?"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: Action
    at: Time | None = None


class WhoOut(Shown):
    """A person by id and name."""

    id: Uuid
    name: str


class ConditionOut(Shown):
    """A condition of a relation. `granted_by`: the relations that can bring it about; `persons`:
    who holds them, for whoever may read the roster. `by_oneself`: only the person can.
    """

    condition: str
    holds: bool
    since: Time | None
    until: Time | None
    ended: Time | None
    ja: str
    en: str
    granted_by: list[str]
    by_oneself: bool
    persons: list[WhoOut]


class SufficientOut(Shown):
    """A relation that suffices, and what it is made of: all conditions of any one of its ways."""

    relation: str
    holds: bool
    ways: list[list[ConditionOut]]


class BesidesOut(Shown):
    """What the act needs besides a relation. `obstacles`: codes of what is lacking in the caller's
    own credential at this moment; null where it is asked about somebody else.
    """

    scope: str
    step_up_seconds: int
    persons: int
    categories: list[str]
    category_fits: bool
    networks: list[str]
    device_bound: bool
    obstacles: list[str] | None


class ExplanationOut(Shown):
    """Why, or why not. `by`: the relations that allow it; `held`: all that are held, after
    `denied`; `possible`: in which states which relations would suffice; `policy`: the digest of the
    policy that was asked, which is not known to be that of the day where `policy_known` is false.
    """

    kind: str
    thing: str
    action: str
    person: Uuid
    name: str | None
    at: Time
    allowed: bool
    state: str
    ends_at: Time | None
    category: str | None
    held: list[str]
    by: list[str]
    denied: str | None
    denied_since: Time | None
    lifted_by: list[str]
    relations: list[SufficientOut]
    possible: dict[str, list[str]]
    besides: BesidesOut | None
    closed_to: list[str]
    policy: str
    policy_known: bool
    ja: list[str]
    en: list[str]


class EntitledOut(Shown):
    """A person who may, and by which relations."""

    person: WhoOut
    by: list[str]


class EntitledListOut(Shown):
    """Everybody who may, at a moment, and the policy that says so."""

    at: Time
    policy: str
    policy_known: bool
    items: list[EntitledOut]
