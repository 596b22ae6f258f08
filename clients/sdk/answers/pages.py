"""Documents as pages, and what the code on a page leads back to, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Pages:
    """How many pages a version has; or, where it cannot be shown, the code of the reason and what
    it `says`.
    """

    viewable: bool
    pages: int | None
    why_not: str | None
    says: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """The one entry that let a marked page or copy go; `page` None: the mark is on all of them.

    Name and organisation are as they were written in the mark.
    """

    code: str
    seq: int
    time: datetime
    act: str
    person: str
    name: str
    organisation: str | None
    document: str
    version: str
    page: int | None
    leaf_hash: str
