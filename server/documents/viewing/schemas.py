"""Pages and traces as the API speaks of them."""

from pydantic import Field

from server.schemas import Shown, Time, Uuid


class PagesOut(Shown):
    """Whether a version can be shown as pages, and how many there are."""

    viewable: bool
    pages: int | None
    why_not: str | None = Field(description="the code of the reason why it cannot be shown")
    says: str | None = Field(description="the reason in words, by Accept-Language")


class TraceOut(Shown):
    """The one entry that let a marked page or copy go, opened and compared with the code."""

    code: str
    seq: int = Field(description="the number of the entry in the council's log")
    time: Time
    act: str = Field(description="view (one page), print or download (all pages)")
    person: Uuid
    name: str = Field(description="as it was written in the mark")
    organisation: str | None = Field(description="as it was written in the mark")
    document: Uuid
    version: Uuid
    page: int | None = Field(description="null: the mark is on all pages")
    leaf_hash: str
