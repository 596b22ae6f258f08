"""/api/v1: two officers let a person who lost every passkey begin anew."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action
from server.identity import recovery
from server.identity.kinds import ACCOUNT
from server.identity.schemas import LinkOut
from server.identity.service import ENROLMENT_HOURS

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.post("/persons/{account_id}/recovery", status_code=201, name="recoverPerson")
@guarded(Action.RECOVER_PERSON, ACCOUNT)
def recover_person(grant: Grant) -> LinkOut:
    """Recover a person. Takes two: the second is shown the one-time link, once, to hand to that
    person and nobody else. Everything the person signed in with ends.
    """
    link = recovery.recover(grant.tx, grant.id, by=grant.person_id)
    grant.shown_once = True
    grant.note(person=grant.id)
    return LinkOut(person=grant.id, link=link, hours=ENROLMENT_HOURS)
