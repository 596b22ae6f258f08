"""What crosses the API about who acts for a member: reviews, invitations, moving, leaving."""

from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from server.access.listing import PageQuery
from server.access.vocabulary import DeputyScope, SeatRole
from server.councils.schemas import NamedOut
from server.schemas import Asked, Line, RegistryId, Shown, Text, Time, Uuid


class RosterQuery(PageQuery):
    """The members now, or as they were (or will be, as named so far) at a moment."""

    at: Time | None = None


SeatState = Literal["to_come", "active", "ended"]
RosterPaging = Annotated[RosterQuery, Query()]


class OwnSeatOut(Shown):
    """A seat of one's own. `state`: `to_come`, `active`, `ended`; `why` it ended: `term_over`,
    `not_confirmed` (it lapsed), `ended`, `replaced`, `moved`, `left`, `removed`, `disabled`.
    """

    council: Uuid
    membership: Uuid
    role: SeatRole
    scope: DeputyScope | None
    state: SeatState
    valid_from: Time
    valid_to: Time | None
    ended_at: Time | None
    why: str | None


class OwnSeatsOut(Shown):
    """One's own seats, newest first, those that ended too: what one still may do is not said."""

    items: list[OwnSeatOut]


class ReviewIn(Asked):
    """Which seats go on for another interval, and which end now; all others stay as they are."""

    confirmed: list[Uuid] = Field(default_factory=list, max_length=500)
    ended: list[Uuid] = Field(default_factory=list, max_length=500)


class ReviewedOut(Shown):
    """A seat under review: it lapses at `lapses_at` unless confirmed (null: its own term ends
    first, at `valid_to`).
    """

    seat: Uuid
    person: NamedOut
    role: SeatRole
    valid_from: Time
    valid_to: Time | None
    lapses_at: Time | None


class LapsedOut(Shown):
    """A seat that lapsed; `why` is `not_confirmed`."""

    seat: Uuid
    person: NamedOut
    role: SeatRole
    lapsed_at: Time
    why: str


class ReviewOut(Shown):
    """Who acts for a member beside its representative, and until when each seat is confirmed.

    `due_at` is when the first seat lapses; null where none does. `interval_days` is the council's.
    """

    membership: Uuid
    interval_days: int
    due_at: Time | None
    seats: list[ReviewedOut]
    lapsed: list[LapsedOut]


class HandlerIn(Asked):
    """A colleague of the member's own organisation: 氏名, フリガナ, e-mail, 役職.

    `organisation` is needed only for a member in person who belongs to several.
    """

    name: Line
    kana: Line
    email: Line
    title: Line
    organisation: RegistryId | None = None


class InvitedOut(Shown):
    """The person, to be named to a seat. `link` is shown once, for that person and nobody else;
    null where the person is registered already, and then nothing else about them is told.
    """

    person: Uuid
    link: str | None
    hours: int | None


class RepresentativeIn(Asked):
    """Who is to speak for a member that has nobody to speak for it."""

    person: Uuid
    basis: Text


class AffiliationIn(Asked):
    """The organisation a person belongs to from now, or from `since`."""

    organisation: RegistryId
    title: Line
    since: Time | None = None


class AffiliationEndIn(Asked):
    """The organisation a person leaves, now or at a later moment."""

    organisation: RegistryId
    at: Time | None = None


class AffiliationOut(Shown):
    """A person belongs to an organisation from a moment to a moment."""

    organisation: RegistryId
    title: str
    since: Time
    until: Time | None


class AffiliationsOut(Shown):
    """Where a person belongs, now or at the moment asked about."""

    items: list[AffiliationOut]


class AffiliationsQuery(Asked):
    """The affiliations now, or at a moment."""

    at: Time | None = None


class DisableIn(Asked):
    """Why a person is disabled; the second person sends the same text."""

    reason: Text


class DepartedOut(Shown):
    """What ended with it. `unspoken`: members that nobody represents now; their ministries and the
    secretariat see it among what waits, and name somebody (`nameRepresentative`).
    """

    seats: int
    offices: int
    signed_out: bool
    unspoken: list[Uuid]


class RevocationIn(Asked):
    """Why a confirmation no longer holds."""

    reason: Text
