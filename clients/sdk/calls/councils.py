"""Councils: preparing, establishing, joining, acting for a member, leaving."""

from collections.abc import Sequence
from datetime import datetime

from clients.sdk.answers.councils import (
    Acknowledgement,
    Admission,
    Confirmation,
    Council,
    CouncilLine,
    Duty,
    Membership,
    Official,
    Requirement,
    Seat,
)
from clients.sdk.call import Call, act, get, listing, post
from clients.sdk.reading import Page


def prepare_council(
    concept_id: str, representative: str, representative_mode: str
) -> Call[Council]:
    """Prepare the council of a concept; expected organs become invitations, never members.

    `representative` is the PD or PO in person; the mode is `pd`, `po` or `po_deemed_sole`.
    """
    body = {"representative": representative, "representative_mode": representative_mode}
    return post(Council, "/concepts/{concept_id}/council", body, concept_id=concept_id)


def list_councils(limit: int | None = None) -> Call[Page[CouncilLine]]:
    """The councils the caller is told of."""
    return listing(CouncilLine, "/councils").asking(limit=limit)


def read_council(council_id: str) -> Call[Council]:
    """A council: state, ministers, requirements, what is to be signed."""
    return get(Council, "/councils/{council_id}", council_id=council_id)


def record_requirement(
    council_id: str, requirement: str, met: bool, basis: str
) -> Call[Requirement]:
    """Record that a requirement for establishing is met or not, and on what basis."""
    body = {"requirement": requirement, "met": met, "basis": basis}
    return post(Requirement, "/councils/{council_id}/requirements", body, council_id=council_id)


def name_official(council_id: str, minister: str, person: str) -> Call[Official]:
    """Name who signs for an establishing minister (two persons)."""
    body = {"minister": minister, "person": person}
    return post(Official, "/councils/{council_id}/officials", body, council_id=council_id)


def sign_establishment(council_id: str, digest: str) -> Call[Council]:
    """Sign for one's minister exactly the statement with this digest."""
    path = "/councils/{council_id}/signatures"
    return post(Council, path, {"digest": digest}, council_id=council_id)


def list_admissions(council_id: str, limit: int | None = None) -> Call[Page[Admission]]:
    """The invitations of a council that the caller may read."""
    path = "/councils/{council_id}/admissions"
    return listing(Admission, path, council_id=council_id).asking(limit=limit)


def invite_member(
    council_id: str,
    category: str,
    organisation: str | None = None,
    person: str | None = None,
    nominee: str | None = None,
) -> Call[Admission]:
    """Invite a member, or nominate who consents for one already invited."""
    body = {
        "category": category,
        "organisation": organisation,
        "person": person,
        "nominee": nominee,
    }
    return post(Admission, "/councils/{council_id}/admissions", body, council_id=council_id)


def read_admission(admission_id: str) -> Call[Admission]:
    """An invitation, how far it has come, and what is consented to."""
    return get(Admission, "/admissions/{admission_id}", admission_id=admission_id)


def decide_admission(admission_id: str, verdict: str, reason: str | None = None) -> Call[Admission]:
    """Decide for one's minister: `admit` or `refuse` (with a reason)."""
    body = {"verdict": verdict, "reason": reason}
    return post(Admission, "/admissions/{admission_id}/decision", body, admission_id=admission_id)


def consent_to_join(admission_id: str, digest: str) -> Call[Admission]:
    """Consent to join, as the nominee, to exactly the statement with this digest."""
    path = "/admissions/{admission_id}/consent"
    return post(Admission, path, {"digest": digest}, admission_id=admission_id)


def decline_admission(admission_id: str) -> Call[Admission]:
    """Decline, as the nominee."""
    path = "/admissions/{admission_id}/decline"
    return post(Admission, path, None, admission_id=admission_id)


def withdraw_admission(admission_id: str) -> Call[Admission]:
    """Take an invitation back."""
    path = "/admissions/{admission_id}/withdrawal"
    return post(Admission, path, None, admission_id=admission_id)


def list_memberships(
    council_id: str, limit: int | None = None, at: datetime | None = None
) -> Call[Page[Membership]]:
    """Who is a member, and who acts for each member, now or as of a moment."""
    path = "/councils/{council_id}/memberships"
    return listing(Membership, path, council_id=council_id).asking(limit=limit, at=at)


def name_seat(
    membership_id: str,
    person: str,
    role: str,
    valid_to: datetime | None = None,
    valid_from: datetime | None = None,
    scope: str | None = None,
) -> Call[Seat]:
    """Name a person to act for one's member: `seat_representative`, `deputy` or `handler`.

    A deputy also from a later moment, and for some acts only: `answer` or `provide`.
    """
    body = {
        "person": person,
        "role": role,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "scope": scope,
    }
    return post(Seat, "/memberships/{membership_id}/seats", body, membership_id=membership_id)


def end_seat(membership_id: str, seat: str) -> Call[None]:
    """End a seat of one's member; its rights end at once."""
    path = "/memberships/{membership_id}/seats/{seat}/ending"
    return act(path, membership_id=membership_id, seat=seat)


def leave_council(
    membership_id: str, outcome: str | None = None, statement: str | None = None
) -> Call[None]:
    """Leave, with everybody who acts for one's member; with `outcome` (`returned`, `destroyed`,
    `nothing_held`) and `statement`, certifying what became of the secrets it received.
    """
    path, certificate = "/memberships/{membership_id}/leave", None
    if outcome is not None:
        certificate = {"outcome": outcome, "statement": statement}
    body = None if certificate is None else {"certificate": certificate}
    return act(path, body, membership_id=membership_id)


def remove_member(membership_id: str, reason: str) -> Call[None]:
    """Remove a member (both establishing ministers, with the same reason)."""
    path = "/memberships/{membership_id}/removal"
    return act(path, {"reason": reason}, membership_id=membership_id)


def read_duty(council_id: str) -> Call[Duty]:
    """The duty of confidentiality, and whether the caller has acknowledged it."""
    return get(Duty, "/councils/{council_id}/duty", council_id=council_id)


def acknowledge_duty(council_id: str, text: str) -> Call[Acknowledgement]:
    """Acknowledge the duty in the version that was read (its id)."""
    path = "/councils/{council_id}/acknowledgement"
    return post(Acknowledgement, path, {"text": text}, council_id=council_id)


def list_confirmations(council_id: str) -> Call[Page[Confirmation]]:
    """The safe-management confirmations of a council's members."""
    path = "/councils/{council_id}/safe-management-confirmations"
    return listing(Confirmation, path, council_id=council_id)


def confirm_safe_management(
    council_id: str,
    membership: str,
    checklist: str,
    items: Sequence[str],
    evidence: str,
    valid_to: datetime,
) -> Call[Confirmation]:
    """Confirm that these items of the checklist (its id) are in place at a member, until a date."""
    body = {
        "membership": membership,
        "checklist": checklist,
        "items": list(items),
        "evidence": evidence,
        "valid_to": valid_to,
    }
    path = "/councils/{council_id}/safe-management-confirmations"
    return post(Confirmation, path, body, council_id=council_id)
