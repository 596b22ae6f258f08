"""/api/v1: members, who acts for them, the review of their seats, leaving and removal."""

from fastapi import APIRouter

from server.access import reviews, seats, two_parts
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.listing import visible
from server.access.models import Membership
from server.access.vocabulary import Action
from server.councils import handlers, leaving, representation, reviewing, roster
from server.councils.kinds import COUNCIL, MEMBERSHIP
from server.councils.members_schemas import (
    HandlerIn,
    InvitedOut,
    OwnSeatsOut,
    RepresentativeIn,
    ReviewIn,
    ReviewOut,
    RosterPaging,
)
from server.councils.schemas import MembershipOut, RemovalIn, SeatIn, SeatOut
from server.duties import returns
from server.duties.schemas import CertificateIn
from server.identity import service as identity
from server.schemas import Asked, Page

router = APIRouter(prefix="/api/v1", tags=["councils"])


@router.get("/councils/{council_id}/memberships", name="listMemberships")
@guarded(Action.READ_ROSTER, COUNCIL)
def list_memberships(grant: Grant, page: RosterPaging) -> Page[MembershipOut]:
    """Who is a member, and who acts for each member, with terms; with `at`, as of that moment."""
    table = MEMBERSHIP.table
    conditions = [table.c.council_id == grant.id]
    if page.at is not None:
        conditions.append(table.c.valid_from <= page.at)
        grant.note(at=page.at)
    found, after = visible(grant, MEMBERSHIP, page, *conditions)
    return Page(items=roster.memberships_out(grant, found, at=page.at), next=after)


@router.get("/me/seats", name="listOwnSeats")
@guarded(Action.READ, PERSON_KIND)
def list_own_seats(grant: Grant) -> OwnSeatsOut:
    """My own seats, also those to come and those that ended, when and why."""
    return OwnSeatsOut(items=reviewing.own_seats(grant.tx, grant.person_id))


@router.post("/memberships/{membership_id}/seats", status_code=201, name="nameSeat")
@guarded(Action.NAME_SEAT, MEMBERSHIP)
def name_seat(grant: Grant, asked: SeatIn) -> SeatOut:
    """Name a person to act for one's own member: deputy, handler, or one's successor."""
    term = seats.Term(valid_from=asked.valid_from, valid_to=asked.valid_to, scope=asked.scope)
    seat = seats.name_seat(
        grant.tx, _membership(grant), asked.person, asked.role, by=grant.person_id, term=term
    )
    grant.note(seat=seat.id, person=asked.person, role=asked.role)
    return roster.seat_out(grant.tx, seat)


@router.post("/memberships/{membership_id}/seats/{seat}/ending", status_code=204, name="endSeat")
@guarded(Action.END_SEAT, MEMBERSHIP)
def end_seat(grant: Grant, seat: str) -> None:
    """End a seat of one's own member; all its rights end at once."""
    found = seats.find_seat(grant.tx, grant.id, seat)
    seats.end_seat(grant.tx, found, by=grant.person_id)
    grant.note(seat=found.id, person=found.person_id)


class LeaveIn(Asked):
    """What became of the secrets one's member received, if it is certified in the same act."""

    certificate: CertificateIn | None = None


@router.get("/memberships/{membership_id}/review", name="readReview")
@guarded(Action.READ, MEMBERSHIP)
def read_review(grant: Grant) -> ReviewOut:
    """Until when each seat of a member is confirmed, and which lapsed, when and why."""
    return reviewing.review_out(grant)


@router.post("/memberships/{membership_id}/review", name="confirmSeats")
@guarded(Action.REVIEW_SEATS, MEMBERSHIP)
def confirm_seats(grant: Grant, asked: ReviewIn) -> ReviewOut:
    """Confirm who goes on acting for one's member, and end who no longer does."""
    reviews.review(
        grant.tx,
        _membership(grant),
        confirmed=asked.confirmed,
        ended=asked.ended,
        by=grant.person_id,
    )
    grant.note(confirmed=sorted(asked.confirmed), ended=sorted(asked.ended))
    grant.tx.flush()
    return reviewing.review_out(grant)


@router.post("/memberships/{membership_id}/persons", status_code=201, name="inviteHandler")
@guarded(Action.INVITE_HANDLER, MEMBERSHIP)
def invite_handler(grant: Grant, asked: HandlerIn) -> InvitedOut:
    """Register a colleague of one's own organisation, with a one-time link. It gives no seat."""
    person, link = handlers.invite(
        grant.tx, _membership(grant), **asked.model_dump(), by=grant.person_id
    )
    grant.shown_once = link is not None
    grant.note(person=person, registered=link is not None)
    hours = identity.ENROLMENT_HOURS if link else None
    return InvitedOut(person=person, link=link, hours=hours)


@router.post(
    "/memberships/{membership_id}/representative", status_code=201, name="nameRepresentative"
)
@guarded(Action.NAME_REPRESENTATIVE, MEMBERSHIP)
def name_representative(grant: Grant, asked: RepresentativeIn) -> SeatOut:
    """Name who speaks for a member that nobody represents. Takes two persons of two parts."""
    two_parts.check(grant)
    seat = representation.name_representative(
        grant.tx, _membership(grant), asked.person, by=grant.person_id
    )
    grant.note(seat=seat.id, person=asked.person, basis=asked.basis)
    return roster.seat_out(grant.tx, seat)


@router.post("/memberships/{membership_id}/leave", status_code=204, name="leaveCouncil")
@guarded(Action.LEAVE, MEMBERSHIP)
def leave_council(grant: Grant, asked: LeaveIn | None = None) -> None:
    """Leave the council, with everybody who acts for one's member; the duty continues (BR-37)."""
    if asked is not None and asked.certificate is not None:
        said = asked.certificate
        row = returns.certify(
            grant.tx,
            grant.council_id,
            grant.id,
            said.outcome,
            said.statement,
            documents=said.documents,
            by=grant.person_id,
        )
        grant.note(certificate=row.id, outcome=said.outcome)
    leaving.leave(grant.tx, _membership(grant), by=grant.person_id)


@router.post("/memberships/{membership_id}/removal", status_code=204, name="removeMember")
@guarded(Action.REMOVE, MEMBERSHIP)
def remove_member(grant: Grant, asked: RemovalIn) -> None:
    """Remove a member. Takes both establishing ministers: the first call proposes."""
    leaving.remove(
        grant.tx,
        _membership(grant),
        reason=asked.reason,
        proposal_id=grant.body.get("proposal"),
        by=grant.person_id,
    )


def _membership(grant: Grant) -> Membership:
    return leaving.find_membership(grant.tx, grant.id)
