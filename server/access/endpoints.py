"""/api/v1: persons and offices of the installation, and acts that wait for a second person."""

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
from server.identity.schemas import LinkOut, PersonIn, PersonOut

router = APIRouter(prefix="/api/v1", tags=["installation"])


@router.post("/persons", status_code=201, name="registerPerson")
@guarded(Action.REGISTER_PERSON, INSTALLATION)
def register_person(grant: Grant, asked: PersonIn) -> PersonOut:
    """Register a natural person with their organisation. Gives no right to anything."""
    new = identity.NewPerson(
        name=asked.name,
        kana=asked.kana,
        email=asked.email,
        organisation_id=asked.organisation,
        title=asked.title,
    )
    person = identity.register(grant.tx, new)
    grant.note(person=person.id)
    return PersonOut(id=person.id, name=asked.name, organisation=asked.organisation)


@router.post("/persons/{person}/enrolment-link", status_code=201, name="invitePerson")
@guarded(Action.INVITE_PERSON, INSTALLATION)
def invite_person(grant: Grant, person: str) -> LinkOut:
    """A one-time link for a person who never had a credential; refused for everyone else."""
    link = identity.invite(grant.tx, person, by=grant.person_id)
    grant.shown_once = True
    grant.note(person=person)
    return LinkOut(person=person, link=link, hours=identity.ENROLMENT_HOURS)


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
@guarded(Action.APPOINT, INSTALLATION)
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
