"""People: reviewed, invited by their representative, moving, leaving, disabled, in conflict."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from clients.sdk.answers.councils import Seat
from clients.sdk.answers.people import (
    Affiliation,
    ConflictOfInterest,
    Departed,
    Invited,
    OwnSeat,
    Review,
)
from clients.sdk.call import Call, act, get, listing, post
from clients.sdk.reading import Page


def read_review(membership_id: str) -> Call[Review]:
    """Until when each seat of a member is confirmed, and which lapsed, when and why."""
    return get(Review, "/memberships/{membership_id}/review", membership_id=membership_id)


def list_own_seats() -> Call[Page[OwnSeat]]:
    """The caller's own seats, also those to come and those that ended, when and why."""
    return listing(OwnSeat, "/me/seats")


def confirm_seats(
    membership_id: str, confirmed: Sequence[str] = (), ended: Sequence[str] = ()
) -> Call[Review]:
    """Confirm seats of one's member for another interval, and end others; ids of seats."""
    body = {"confirmed": list(confirmed), "ended": list(ended)}
    return post(Review, "/memberships/{membership_id}/review", body, membership_id=membership_id)


def invite_handler(
    membership_id: str,
    name: str,
    kana: str,
    email: str,
    title: str,
    organisation: str | None = None,
) -> Call[Invited]:
    """Register a colleague of one's own organisation, with a one-time link; gives no seat."""
    body = {
        "name": name,
        "kana": kana,
        "email": email,
        "title": title,
        "organisation": organisation,
    }
    path = "/memberships/{membership_id}/persons"
    return replace(post(Invited, path, body, membership_id=membership_id), keyed=False)


def name_representative(membership_id: str, person: str, basis: str) -> Call[Seat]:
    """Name who speaks for a member nobody represents (two persons of two parts)."""
    body = {"person": person, "basis": basis}
    path = "/memberships/{membership_id}/representative"
    return post(Seat, path, body, membership_id=membership_id)


def list_affiliations(person: str, at: datetime | None = None) -> Call[Page[Affiliation]]:
    """Where a person belongs, now or at a moment."""
    return listing(Affiliation, "/persons/{person}/affiliations", person=person).asking(at=at)


def add_affiliation(
    person: str, organisation: str, title: str, since: datetime | None = None
) -> Call[Affiliation]:
    """Record that a person belongs to a further organisation, from now or later."""
    body = {"organisation": organisation, "title": title, "since": since}
    return post(Affiliation, "/persons/{person}/affiliations", body, person=person)


def end_affiliation(person: str, organisation: str, at: datetime | None = None) -> Call[Departed]:
    """Record that a person leaves an organisation; every seat that rests on it ends then."""
    body = {"organisation": organisation, "at": at}
    return post(Departed, "/persons/{person}/affiliations/ending", body, person=person)


def disable_person(person: str, reason: str) -> Call[Departed]:
    """Disable a person at once, with every right and credential (two persons)."""
    return post(Departed, "/persons/{person}/ending", {"reason": reason}, person=person)


def revoke_confirmation(council_id: str, confirmation: str, reason: str) -> Call[None]:
    """Take a safe-management confirmation back."""
    path = "/councils/{council_id}/safe-management-confirmations/{confirmation}/revocation"
    return act(path, {"reason": reason}, council_id=council_id, confirmation=confirmation)


def list_conflicts(document_id: str) -> Call[Page[ConflictOfInterest]]:
    """From whom a conflict of interest keeps a document."""
    path = "/documents/{document_id}/conflicts"
    return listing(ConflictOfInterest, path, document_id=document_id)


def record_conflict(document_id: str, person: str, reason: str) -> Call[ConflictOfInterest]:
    """Take a document from a person with a conflict of interest."""
    body = {"person": person, "reason": reason}
    path = "/documents/{document_id}/conflicts"
    return post(ConflictOfInterest, path, body, document_id=document_id)


def end_conflict(document_id: str, person: str, reason: str) -> Call[None]:
    """End a person's conflict about a document."""
    body = {"person": person, "reason": reason}
    return act("/documents/{document_id}/conflicts/ending", body, document_id=document_id)
