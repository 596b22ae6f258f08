"""/api/v1: offices of the installation, and acts that wait for a second person."""

from fastapi import APIRouter

from server.access import approvals, offices
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import INSTALLATION
from server.access.models import Office
from server.access.schemas import (
    OfficeEndIn,
    OfficeHeldOut,
    OfficeIn,
    OfficesOut,
    PendingListOut,
    PendingOut,
)
from server.access.vocabulary import Action, OfficeRole
from server.identity import service as identity

router = APIRouter(prefix="/api/v1", tags=["installation"])


@router.get("/offices", name="listOffices")
@guarded(Action.READ, INSTALLATION)
def list_offices(grant: Grant) -> OfficesOut:
    """Who holds which office now."""
    return OfficesOut(items=[_shown(grant, office) for office in offices.held(grant.tx)])


@router.post("/offices", status_code=201, name="appoint")
@guarded(Action.APPOINT, INSTALLATION)
def appoint(grant: Grant, asked: OfficeIn) -> OfficeHeldOut:
    """Appoint a person to an office. Takes two persons."""
    office = offices.appoint(
        grant.tx,
        asked.person,
        OfficeRole(asked.role),
        council_id=asked.council,
        until=asked.until,
    )
    grant.note(person=asked.person, role=asked.role, council=asked.council)
    return _shown(grant, office)


@router.post("/offices/ending", status_code=204, name="endOffice")
@guarded(Action.APPOINT, INSTALLATION, ahead=offices.council_of)
def end_office(grant: Grant, asked: OfficeEndIn) -> None:
    """End an office at once. Takes two persons."""
    offices.end(grant.tx, asked.office, by=grant.person_id)


@router.get("/approvals", name="listApprovals")
@guarded(Action.READ, INSTALLATION)
def list_approvals(grant: Grant) -> PendingListOut:
    """Acts of the installation that wait for a second person."""
    pending = [
        PendingOut(
            id=proposal.id,
            action=proposal.action,
            thing=proposal.thing,
            proposer=proposal.proposer_id,
            proposer_name=identity.name_of(grant.tx, proposal.proposer_id),
            expires_at=proposal.expires_at,
            arguments=approvals.arguments_of(grant.tx, proposal),
        )
        for proposal in approvals.pending(grant.tx)
    ]
    return PendingListOut(items=pending)


def _shown(grant: Grant, office: Office) -> OfficeHeldOut:
    return OfficeHeldOut(
        id=office.id,
        person=office.person_id,
        name=identity.name_of(grant.tx, office.person_id),
        role=office.role,
        council=office.council_id,
        organisation=office.organisation_id,
        since=office.valid_from,
        until=office.valid_to,
    )
