"""/api/v1: how each member of a council stands with its safe management."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.vocabulary import Action
from server.councils import roster, safety_lapses
from server.councils.kinds import COUNCIL
from server.councils.safety_lapses import Standing
from server.councils.safety_schemas import SafetyListOut, SafetyOut
from server.councils.views import bodies_of, names_of

router = APIRouter(prefix="/api/v1", tags=["councils"])


@router.get("/councils/{council_id}/safe-management", name="listSafety")
@guarded(Action.READ_ROSTER, COUNCIL)
def list_safety(grant: Grant) -> SafetyListOut:
    """How each member stands: lapsed ones first, then who never had any, then by end."""
    safety_lapses.settle(grant)
    found = safety_lapses.standings(grant.tx, grant.id)
    return SafetyListOut(items=[_shown(grant, each) for each in found])


def _shown(grant: Grant, standing: Standing) -> SafetyOut:
    member, made = standing.membership, standing.confirmation
    bodies = bodies_of(grant.tx, filter(None, [member.organisation_id]))
    names = names_of(grant.tx, filter(None, [member.person_id]))
    return SafetyOut(
        membership=member.id,
        organisation=bodies.get(member.organisation_id or ""),
        person=names.get(member.person_id or ""),
        state=standing.state,
        since=standing.since,
        until=standing.until,
        confirmation=None if made is None else roster.confirmation_out(grant, made),
    )
