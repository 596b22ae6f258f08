"""/api/v1: people who move, leave or are disabled; confirmations that are taken back."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import INSTALLATION
from server.access.vocabulary import Action
from server.councils import departures, safety
from server.councils.departures import Departed, councils_of
from server.councils.kinds import COUNCIL
from server.councils.members_schemas import (
    AffiliationEndIn,
    AffiliationIn,
    AffiliationOut,
    AffiliationsOut,
    AffiliationsQuery,
    DepartedOut,
    DisableIn,
    RevocationIn,
)
from server.identity import affiliations
from server.identity import service as identity
from server.identity.models import Affiliation
from server.keys.models import INSTALLATION as OWNER
from server.keys.service import open_field

router = APIRouter(prefix="/api/v1", tags=["people"])


@router.get("/persons/{person}/affiliations", name="listAffiliations")
@guarded(Action.REGISTER_PERSON, INSTALLATION)
def list_affiliations(
    grant: Grant, person: str, asked: Annotated[AffiliationsQuery, Query()]
) -> AffiliationsOut:
    """Where a person belongs, now or at a moment."""
    identity.name_of(grant.tx, person)
    grant.note(person=person, at=asked.at)
    found = affiliations.held(grant.tx, person, at=asked.at)
    return AffiliationsOut(items=[_affiliation(grant, each) for each in found])


@router.post("/persons/{person}/affiliations", status_code=201, name="addAffiliation")
@guarded(Action.AFFILIATE, INSTALLATION)
def add_affiliation(grant: Grant, person: str, asked: AffiliationIn) -> AffiliationOut:
    """Record that a person belongs to a further organisation, from now or later. Gives no right."""
    found = departures.affiliate(
        grant.tx, person, asked.organisation, title=asked.title, since=asked.since
    )
    grant.note(person=person, organisation=asked.organisation)
    return _affiliation(grant, found)


@router.post("/persons/{person}/affiliations/ending", name="endAffiliation")
@guarded(Action.AFFILIATE, INSTALLATION, ahead=councils_of)
def end_affiliation(grant: Grant, person: str, asked: AffiliationEndIn) -> DepartedOut:
    """Record that a person leaves an organisation: every seat that rests on it ends then."""
    gone = departures.end_affiliation(
        grant.tx, person, asked.organisation, at=asked.at, by=grant.person_id
    )
    grant.note(person=person, organisation=asked.organisation, at=asked.at)
    return _departed(grant, gone)


@router.post("/persons/{person}/ending", name="disablePerson")
@guarded(Action.DISABLE_PERSON, INSTALLATION, ahead=councils_of)
def disable_person(grant: Grant, person: str, asked: DisableIn) -> DepartedOut:
    """Disable a person at once, with every right and credential. Takes two persons."""
    gone = departures.disable(grant.tx, person, by=grant.person_id)
    grant.note(person=person, reason=asked.reason)
    return _departed(grant, gone)


@router.post(
    "/councils/{council_id}/safe-management-confirmations/{confirmation}/revocation",
    status_code=204,
    name="revokeConfirmation",
)
@guarded(Action.CONFIRM_SAFE_MANAGEMENT, COUNCIL)
def revoke_confirmation(grant: Grant, confirmation: str, asked: RevocationIn) -> None:
    """Take a safe-management confirmation back: provided secrets close to the member at once."""
    found = safety.revoke(grant.tx, grant.id, confirmation, by=grant.person_id)
    grant.note(confirmation=found.id, membership=found.membership_id, reason=asked.reason)


def _affiliation(grant: Grant, found: Affiliation) -> AffiliationOut:
    place = ("affiliation", "title", found.id)
    return AffiliationOut(
        organisation=found.organisation_id,
        title=open_field(grant.tx, OWNER, place, found.title),
        since=found.valid_from,
        until=found.valid_to,
    )


def _departed(grant: Grant, gone: Departed) -> DepartedOut:
    grant.note(seats=gone.seats, offices=gone.offices, unspoken=list(gone.unspoken))
    return DepartedOut(
        seats=gone.seats,
        offices=gone.offices,
        signed_out=gone.signed_out,
        unspoken=list(gone.unspoken),
    )
