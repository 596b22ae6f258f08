"""What crosses the API about results, findings, requests, know-how and the public record."""

from pydantic import Field

from server.schemas import Asked, Date, Line, Shown, Text, Time, Uuid

MOST = 200


class RevealIn(Asked):
    """A provided secret that the result reveals directly and substantially, and where."""

    document: Uuid
    passages: Text


class ResultIn(Asked):
    """A result to be registered. `owner` is for program officers: the researcher it belongs to."""

    title: Line
    summary: Text
    owner: Uuid | None = None
    co_owners: list[Uuid] = Field(default=[], max_length=MOST)
    reveals: list[RevealIn] = Field(default=[], max_length=MOST)
    readers: list[Uuid] = Field(default=[], max_length=MOST)
    open_to_council: bool = False


class ReadersIn(Asked):
    """Who may read the result, and who no longer; `open_to_council` concerns every member."""

    add: list[Uuid] = Field(default=[], max_length=MOST)
    remove: list[Uuid] = Field(default=[], max_length=MOST)
    open_to_council: bool | None = None


class PublicationIn(Asked):
    """What becomes public, and that what is held is not in it."""

    title: Line
    abstract: Text | None = None
    reference: Line | None = None
    secrets_left_out: bool = False
    know_how_left_out: bool = False


class FindingIn(Asked):
    """Public-sector use of a result is foreseeable: since when, on what evidence, which meeting."""

    result: Uuid
    found_on: Date
    evidence: Text
    meeting: Line | None = None


class ExceptionIn(Asked):
    """A request not to publish exactly `information` until a date, because of `harm`."""

    finding: Uuid
    harm: Text
    information: Text
    until: Time
    authorised: list[Uuid] = Field(default=[], max_length=MOST)
    new_facts: Text | None = None


class TextIn(Asked):
    """The text as it shall be put, where it differs from the text in force."""

    information: Text
    until: Time
    authorised: list[Uuid] = Field(default=[], max_length=MOST)


class RoundIn(Asked):
    """How long everybody has to answer, and a changed text if there is one."""

    days: int = Field(30, ge=1, le=30)
    text: TextIn | None = None


class HoldIn(Asked):
    """The round until whose closing the owner accepts to wait."""

    round: Uuid


class PublicationOut(Shown):
    """An entry of the public record."""

    id: Uuid
    council: Uuid
    number: int
    title: str
    abstract: str | None
    reference: str | None
    published_at: Time
    secrets_left_out: bool
    know_how_left_out: bool


class RevealOut(Shown):
    """A provided secret the result reveals; `is_secret`: those passages are held still."""

    document: Uuid
    passages: str
    is_secret: bool


class ChosenReadersOut(Shown):
    """Whom the owner lets read a result."""

    persons: list[Uuid]
    open_to_council: bool


class ResultOut(Shown):
    """A result. `reveals` and `readers` are told to its owners only, else null."""

    id: Uuid
    council: Uuid
    owner: Uuid
    owner_membership: Uuid
    co_owners: list[Uuid]
    registered_by: Uuid
    registered_at: Time
    title: str
    summary: str
    state: str
    know_how: list[Uuid]
    reveals: list[RevealOut] | None
    readers: ChosenReadersOut | None
    publication: PublicationOut | None
    may: list[str]


class ResultBriefOut(Shown):
    """A result in a list."""

    id: Uuid
    council: Uuid
    owner: Uuid
    title: str
    state: str
    registered_at: Time
    may: list[str]


class FindingOut(Shown):
    """A finding that public use of a result is foreseeable."""

    id: Uuid
    result: Uuid
    found_on: str
    evidence: str
    meeting: str | None
    recorded_by: Uuid
    recorded_at: Time


class ExceptionBriefOut(Shown):
    """That a request exists and where it stands; nothing of what it says."""

    id: Uuid
    council: Uuid
    result: Uuid
    requester_membership: Uuid
    finding: Uuid
    state: str
    round: Uuid | None
    closes_at: Time | None
    requested_at: Time
    may: list[str]


class ExceptionOut(ExceptionBriefOut):
    """A request in full."""

    requester: Uuid
    harm: str
    information: str
    until: Time
    authorised: list[Uuid]
    new_facts: str | None
    know_how: Uuid | None


class KnowHowBriefOut(Shown):
    """That there is an agreed entry, until when; nothing of what it says."""

    id: Uuid
    council: Uuid
    result: Uuid
    exception: Uuid
    round: Uuid
    holder_membership: Uuid
    state: str
    since: Time
    until: Time
    review_at: Time
    may: list[str]


class KnowHowOut(KnowHowBriefOut):
    """An entry in full: marked, with exactly the agreed information."""

    marking: str
    information: str
    authorised: list[Uuid]
