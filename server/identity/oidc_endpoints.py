"""/api/v1: signing in by an organisation's own service, and its sign-outs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from crypto.tokens import parse_token
from server.access.guard import anyone
from server.access.parts import Parts, parts_of
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.database import Tx
from server.identity import limits, oidc_flows, provider_sessions, vouching
from server.identity.caller import OIDC
from server.identity.logout_tokens import SignedOut
from server.identity.oidc import RelyingParty, Secrets
from server.identity.oidc_flows import Begun
from server.identity.oidc_models import Flow
from server.identity.oidc_problems import (
    LeftOrganisation,
    LinkedToAnother,
    LogoutRefused,
    NotLinked,
    NotOfThisOrganisation,
    ProviderRefused,
    TokenRefused,
)
from server.identity.oidc_schemas import (
    BeginSignInIn,
    CompleteSignInIn,
    FlowOut,
    ProviderOut,
    ProvidersOut,
)
from server.identity.oidc_tokens import LONGEST, Subject, unproven_issuer
from server.identity.opening import address_of, open_session
from server.identity.outgoing import known_error
from server.identity.schemas import SessionOut
from server.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["identity"])

# The provider vouched for somebody who could be asked about it: an entry each, not a count.
VOUCHED = (NotLinked, LeftOrganisation, NotOfThisOrganisation, LinkedToAnother)


@router.get("/providers", name="listProviders", openapi_extra={"security": []})
@anyone
def list_providers(request: Request) -> ProvidersOut:
    """The organisations' own sign-in services."""
    parts = parts_of(request)
    shown = [ProviderOut.model_validate(each.provider) for each in parts.providers]
    return ProvidersOut(items=shown, passwords=parts.settings.demo)


@router.post("/sign-ins", status_code=201, name="beginSignInWith", openapi_extra={"security": []})
@anyone
def begin_sign_in_with(request: Request, asked: BeginSignInIn) -> FlowOut:
    """Begin to sign in by an organisation's service; with an invitation's link, for the first time.

    Answers where the browser goes, and the secret it keeps until it comes back.
    """
    parts = parts_of(request)
    with _counted(parts, request):
        party = parts.providers.find(asked.provider)
        limits.begin(parts.database, parts.tally, address_of(request))
        party.discovery.metadata()  # ahead of the transaction: it may take seconds
        proof = limits.proof(parts.database, parts.tally, address_of(request))
        with proof, parts.database.changing() as tx:
            link = asked.link
            invited = vouching.invited(tx, party.provider, link) if link else None
            begun = oidc_flows.begin(tx, party.provider.id, enrolment_id=invited)
        return flow_out(party, begun)


@router.post(
    "/sign-ins/callback", status_code=201, name="completeSignIn", openapi_extra={"security": []}
)
@anyone
def complete_sign_in(request: Request, asked: CompleteSignInIn) -> SessionOut:
    """Exchange the service's answer for a session. The token is shown once.

    An answer is taken once, from the browser that began. Whoever is linked to nobody here is told
    the same, whether anybody of that name exists or not.
    """
    parts = parts_of(request)
    with _counted(parts, request), limits.proof(parts.database, parts.tally, address_of(request)):
        party, flow, kept = _taken(parts, asked)
        party.check_issuer(asked.iss)
        if asked.code is None:
            raise ProviderRefused(error=known_error(asked.error))
        subject = party.subject(asked.code, kept)
        with _recorded(parts, party, subject), parts.database.changing() as tx:
            audit.lock(tx, SYSTEM)
            return _signed_in(parts, tx, request, party, flow, subject)


def _taken(parts: Parts, asked: CompleteSignInIn) -> tuple[RelyingParty, Flow, Secrets]:
    """The flow this is the answer to, used up: nothing after this is done twice."""
    with parts.database.changing() as tx:
        flow = oidc_flows.find(tx, asked.flow, asked.state)
        kept = oidc_flows.use(tx, flow)
    return parts.providers.find(flow.provider), flow, kept


def _signed_in(
    parts: Parts, tx: Tx, request: Request, party: RelyingParty, flow: Flow, subject: Subject
) -> SessionOut:
    person_id, kind = vouching.person_for(tx, party.provider, flow, subject)
    session = open_session(parts, tx, request, person_id, OIDC, kind, provider=party.provider.id)
    limits.completed(tx, address_of(request))
    session_id = parse_token(session.token)[1]
    provider_sessions.opened(tx, session_id, subject)
    return session


@contextmanager
def _counted(parts: Parts, request: Request) -> Iterator[None]:
    """Count refusals per network and minute, by their reason: strangers must not fill the log."""
    try:
        yield
    except VOUCHED:
        raise
    except TokenRefused as problem:
        parts.tally.count(f"sign_in.{problem.reason}", address_of(request))
        raise
    except Problem as problem:
        parts.tally.count(f"sign_in.{problem.code}", address_of(request))
        raise


@contextmanager
def _recorded(parts: Parts, party: RelyingParty, subject: Subject) -> Iterator[None]:
    """Record a refusal of somebody a provider vouched for, after all else was rolled back."""
    try:
        yield
    except VOUCHED as problem:
        body = {"provider": party.provider.id, "subject": subject.sub}
        draft = Draft(
            kind=f"sign_in.{problem.code}", object="installation", outcome="refused", body=body
        )
        parts.recorder.record(SYSTEM, draft)
        raise


@router.post(
    "/sign-outs/backchannel",
    name="signOutByProvider",
    response_class=Response,
    openapi_extra={"security": []},
)
@anyone
def sign_out_by_provider(
    request: Request, logout_token: Annotated[str, Form(max_length=LONGEST + 1)] = ""
) -> Response:
    """For a provider: somebody has signed out there (OpenID Connect Back-Channel Logout 1.0, 2.5).

    Ends the sessions it opened for them. 200 also where none was left (2.7); 400 for a notice that
    does not hold or was obeyed before.
    """
    parts = parts_of(request)
    try:
        party = parts.providers.by_issuer(unproven_issuer(logout_token))
        if party is None:
            raise LogoutRefused("issuer")
        notice = party.signed_out(logout_token, parts.clock())
        with parts.database.changing() as tx:
            audit.lock(tx, SYSTEM)
            _sign_out(parts, tx, party, notice)
    except LogoutRefused as problem:
        parts.tally.count(f"sign_out.{problem.reason}", address_of(request))
        raise
    return Response(headers={"Cache-Control": "no-store"})


def _sign_out(parts: Parts, tx: Tx, party: RelyingParty, notice: SignedOut) -> None:
    issuer = party.provider.issuer
    if not provider_sessions.first_time(tx, issuer, notice):
        raise LogoutRefused("replayed")
    ended = provider_sessions.sign_out(tx, issuer, notice)
    # One subject is one person; a notice that ends nothing is on record as well.
    person_id = ended[0][1] if ended else None
    draft = Draft(
        kind="session.ended_by_provider",
        object=f"person/{person_id}" if person_id else "installation",
        outcome="done",
        body={"provider": party.provider.id, "sessions": [session for session, _ in ended]},
        person_id=person_id,
        policy=parts.policy.digest,
    )
    audit.append(tx, SYSTEM, draft)
    checkpoints.sign(tx, SYSTEM)


def flow_out(party: RelyingParty, begun: Begun) -> FlowOut:
    """What the browser needs to go there and come back."""
    url = party.authorisation_url(begun.state, begun.kept)
    return FlowOut(authorization_url=url, flow=begun.token, expires_at=begun.expires_at)
