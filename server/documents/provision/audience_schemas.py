"""What crosses the API about who reads, or would read."""

from pydantic import Field

from server.documents.provision.scope_schemas import MOST_RECIPIENTS, LackOut
from server.schemas import Asked, Shown, Time, Uuid


class ProvisionPlanIn(Asked):
    """Whom a secret is to be provided to, and until when. Nothing is stored."""

    recipients: list[Uuid] = Field(min_length=1, max_length=MOST_RECIPIENTS)
    until: Time


class AudienceBodyOut(Shown):
    """A member of the council, and how many of its persons read."""

    membership: Uuid
    name: str
    persons: int


class AudienceOfficeOut(Shown):
    """An office, and how many who hold it read."""

    role: str
    persons: int


class AudiencePersonOut(Shown):
    """A person who reads, by which relations, and for which member."""

    id: Uuid
    name: str
    membership: Uuid | None
    by: list[str]


class AudienceOut(Shown):
    """Who reads: how many of which members and offices, until when. `people` names them, for the
    provider and the officers alone.
    """

    state: str
    until: Time | None
    persons: int
    organisations: list[AudienceBodyOut]
    offices: list[AudienceOfficeOut]
    people: list[AudiencePersonOut] | None


class ProspectOut(Shown):
    """A person about to be named. With nothing missing it opens once they acknowledge its scope."""

    person: Uuid
    name: str | None
    membership: Uuid | None
    organisation: str | None
    missing: list[LackOut]


class ProvisionPlanOut(Shown):
    """What providing would come to: for each person, and how many of them it would reach."""

    until: Time
    persons: int
    reached: int
    recipients: list[ProspectOut]
