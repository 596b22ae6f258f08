"""What crosses the API about information requests."""

from typing import Literal

from pydantic import Field

from server.schemas import Asked, Shown, Text, Time, Uuid

MOST_PERSONS = 50
RequestState = Literal["open", "answered", "declined", "withdrawn"]
Means = Literal["draft", "recipients", "paper", "reason"]


class InformationRequestIn(Asked):
    """What a person wants to know from a member of the council, and why."""

    membership: Uuid
    wanted: Text
    why: Text
    document: Uuid | None = Field(
        default=None,
        description="聞き及んだ資料の ID。あるかどうかは回答されない / the id of a document "
        "heard of; whether there is one is not told",
    )
    persons: list[Uuid] = Field(default=[], max_length=MOST_PERSONS)


class ReasonIn(Asked):
    """Why nothing is provided."""

    reason: Text


class RequestAnswerOut(Shown):
    """How the member answered. Of a draft nothing is told but that it is being prepared."""

    means: Means
    answered_at: Time
    answered_by: Uuid
    reason: str | None
    document: Uuid | None = Field(description="once the caller may know of it")


class InformationRequestSummaryOut(Shown):
    """That a request was made, without what was asked or answered."""

    id: Uuid
    council: Uuid
    membership: Uuid
    asked_by: Uuid
    asked_at: Time
    state: RequestState
    may: list[str]


class InformationRequestOut(InformationRequestSummaryOut):
    """A request in full: for who asked, and for who speaks for the member asked.

    `title` is that of `document`, for the member whose document it is and nobody else.
    """

    wanted: str
    why: str
    document: Uuid | None
    title: str | None
    persons: list[Uuid]
    answer: RequestAnswerOut | None
