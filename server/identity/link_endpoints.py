"""/api/v1: the accounts of organisations by which one signs in."""

from fastapi import APIRouter

from server.access.calls import Call
from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.vocabulary import Action
from server.identity import links, oidc_flows, provider_sessions, vouching
from server.identity.oidc import RelyingParty
from server.identity.oidc_endpoints import flow_out
from server.identity.oidc_problems import LastWayIn, NotOfThisOrganisation
from server.identity.oidc_schemas import AddLinkIn, FlowOut, ProviderLinkOut, ProviderLinksOut

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.get("/me/links", name="listLinks")
@guarded(Action.READ, PERSON_KIND)
def list_links(grant: Grant) -> ProviderLinksOut:
    """The accounts of organisations by which I sign in."""
    shown = []
    for each in links.of_person(grant.tx, grant.person_id):
        party = grant.parts.providers.by_issuer(each.issuer)
        link = ProviderLinkOut(
            id=each.id,
            provider=party.provider.id if party else None,
            issuer=each.issuer,
            subject=links.subject_of(grant.tx, each),
            since=each.recorded_at,
        )
        shown.append(link)
    return ProviderLinksOut(items=shown)


def _reached(call: Call) -> RelyingParty:
    """The provider asked for, spoken to ahead of the change. Raises ProviderUnavailable."""
    party = call.parts.providers.find(call.arguments["asked"].provider)
    party.discovery.metadata()
    return party


@router.post("/me/links", status_code=201, name="addLink")
@guarded(Action.ADD_LINK, PERSON_KIND, before=_reached)
def add_link(grant: Grant, asked: AddLinkIn) -> FlowOut:
    """Begin to link an account of a further organisation of mine; completed like a sign-in."""
    party: RelyingParty = grant.before
    if not links.belongs(grant.tx, grant.person_id, party.provider.organisations):
        raise NotOfThisOrganisation
    begun = oidc_flows.begin(grant.tx, party.provider.id, person_id=grant.person_id)
    grant.shown_once = True
    grant.note(provider=party.provider.id)
    return flow_out(party, begun)


@router.delete("/me/links/{link_id}", status_code=204, name="removeLink")
@guarded(Action.REMOVE_LINK, PERSON_KIND)
def remove_link(grant: Grant, link_id: str) -> None:
    """Remove one of my links; every session it opened ends. A passkey must be left to sign in."""
    removed = links.remove(grant.tx, grant.person_id, link_id)
    if not vouching.has_passkey(grant.tx, grant.person_id):
        raise LastWayIn
    provider_sessions.sign_out_link(grant.tx, removed)
