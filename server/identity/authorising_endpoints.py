"""/api/v1: a program on one's own computer signs in by the browser (RFC 8252 with PKCE)."""

from fastapi import APIRouter, Request

from crypto.tokens import parse_token
from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import PERSON_KIND
from server.access.parts import parts_of
from server.access.vocabulary import Action
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.identity import authorising, opening
from server.identity.authorising_schemas import AuthorisationIn, AuthorisationOut, ExchangeIn
from server.identity.schemas import SessionOut

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.post("/me/authorisations", status_code=201, name="authoriseComputer")
@guarded(Action.AUTHORISE, PERSON_KIND)
def authorise_computer(grant: Grant, asked: AuthorisationIn) -> AuthorisationOut:
    """Let a program on my computer sign in as me, for as long as this session lasts at most.

    Send the code to `redirect_uri` at once, as `code`, with the `state` the program gave and
    `iss` = `issuer` (RFC 9207).
    """
    code, expires = authorising.authorise(
        grant.tx,
        grant.person_id,
        grant.caller.credential_id,
        challenge=asked.code_challenge,
        redirect_uri=asked.redirect_uri,
        computer=asked.computer,
    )
    grant.shown_once = True
    origin = grant.parts.settings.origin
    return AuthorisationOut(
        code=code, redirect_uri=asked.redirect_uri, issuer=origin, expires_at=expires
    )


@router.post(
    "/sessions/exchange", status_code=201, name="exchangeCode", openapi_extra={"security": []}
)
@anyone
def exchange_code(request: Request, asked: ExchangeIn) -> SessionOut:
    """Exchange a code for a session of its own. A second use ends the session of the first."""
    parts = parts_of(request)
    try:
        session = _exchanged(request, asked)
        if session is None:
            raise authorising.CodeUnusable
    except authorising.CodeUnusable:
        parts.tally.count("authorisation.refused", opening.address_of(request))
        raise
    return session


def _exchanged(request: Request, asked: ExchangeIn) -> SessionOut | None:
    """The session, or None where the code was used before and what it made has ended now."""
    parts = parts_of(request)
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        found = authorising.redeemable(
            tx,
            asked.code.get_secret_value(),
            verifier=asked.code_verifier.get_secret_value(),
            redirect_uri=asked.redirect_uri,
        )
        whose, about = found.person_id, {"authorisation": found.id}
        if found.redeemed_by is not None:
            authorising.take_back(tx, found)
            opening.record(parts, tx, request, whose, "authorisation.replayed", **about)
            return None
        session = opening.open_session(
            parts,
            tx,
            request,
            whose,
            found.method,
            "session.start",
            agent=found.computer,
            until=found.until,
            computer=found.computer,
        )
        authorising.redeemed(tx, found, parse_token(session.token)[1])
        opening.record(parts, tx, request, whose, "authorisation.redeemed", **about)
        return session
