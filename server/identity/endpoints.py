"""/api/v1: registering persons, signing out, one's own sessions and tokens."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import INSTALLATION as INSTALLATION_KIND
from server.access.kinds import PERSON_KIND
from server.access.vocabulary import Action
from server.identity import people, service, sessions
from server.identity.models import ApiToken
from server.identity.schemas import (
    LinkOut,
    MeOut,
    NewTokenOut,
    OpenSessionOut,
    PersonIn,
    PersonOut,
    SessionsOut,
    TokenIn,
    TokenOut,
    TokensOut,
)
from server.keys.models import INSTALLATION
from server.keys.service import open_field

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.get("/me", name="readMe")
@guarded(Action.READ, PERSON_KIND)
def read_me(grant: Grant) -> MeOut:
    """Who I am, where I belong, and which offices I hold."""
    return people.me(grant)


@router.get("/me/sessions", name="listSessions")
@guarded(Action.READ, PERSON_KIND)
def list_sessions(grant: Grant) -> SessionsOut:
    """My sessions."""
    current = grant.caller.credential_id
    shown = [
        OpenSessionOut(
            id=s.id,
            method=s.method,
            agent=sessions.agent_of(grant.tx, s),
            created_at=s.created_at,
            seen_at=s.seen_at,
            expires_at=s.expires_at,
            current=s.id == current,
        )
        for s in sessions.sessions(grant.tx, grant.person_id)
    ]
    return SessionsOut(items=shown)


@router.delete("/me/sessions", status_code=204, name="endOtherSessions")
@guarded(Action.SIGN_OUT, PERSON_KIND)
def end_other_sessions(grant: Grant) -> None:
    """Sign out every session of mine but this one."""
    sessions.end_sessions(grant.tx, grant.person_id, but=grant.caller.credential_id)


@router.delete("/me/sessions/{session_id}", status_code=204, name="endSession")
@guarded(Action.SIGN_OUT, PERSON_KIND)
def end_session(grant: Grant, session_id: str) -> None:
    """Sign out one of my sessions; `current` is this one."""
    target = grant.caller.credential_id if session_id == "current" else session_id
    sessions.end_session(grant.tx, grant.person_id, target)


@router.get("/me/tokens", name="listTokens")
@guarded(Action.READ, PERSON_KIND)
def list_tokens(grant: Grant) -> TokensOut:
    """My tokens for programs."""
    rows = sessions.tokens_of(grant.tx, grant.person_id)
    return TokensOut(items=[_token(grant, row) for row in rows])


@router.post("/me/tokens", status_code=201, name="makeToken")
@guarded(Action.MAKE_TOKEN, PERSON_KIND)
def make_token(grant: Grant, asked: TokenIn) -> NewTokenOut:
    """Make a token for programs, shown once. It can never consent, administer or touch keys."""
    row, text = sessions.make_token(
        grant.tx,
        grant.person_id,
        name=asked.name,
        scopes=list(asked.scopes),
        council_id=asked.council,
        days=asked.days,
        networks=asked.networks,
    )
    grant.shown_once = True
    return NewTokenOut(token=text, **_token(grant, row).model_dump())


@router.delete("/me/tokens/{token_id}", status_code=204, name="revokeToken")
@guarded(Action.REVOKE_TOKEN, PERSON_KIND)
def revoke_token(grant: Grant, token_id: str) -> None:
    """Revoke one of my tokens."""
    sessions.revoke_token(grant.tx, grant.person_id, token_id)


@router.post("/persons", status_code=201, name="registerPerson")
@guarded(Action.REGISTER_PERSON, INSTALLATION_KIND)
def register_person(grant: Grant, asked: PersonIn) -> PersonOut:
    """Register a natural person with their organisation. Gives no right to anything."""
    new = service.NewPerson(
        name=asked.name,
        kana=asked.kana,
        email=asked.email,
        organisation_id=asked.organisation,
        title=asked.title,
    )
    person = service.register(grant.tx, new)
    grant.note(person=person.id)
    return PersonOut(id=person.id, name=asked.name, organisation=asked.organisation)


@router.post("/persons/{person}/enrolment-link", status_code=201, name="invitePerson")
@guarded(Action.INVITE_PERSON, INSTALLATION_KIND)
def invite_person(grant: Grant, person: str) -> LinkOut:
    """A one-time link for a person who never had a credential; refused for everyone else."""
    link = service.invite(grant.tx, person, by=grant.person_id)
    grant.shown_once = True
    grant.note(person=person)
    return LinkOut(person=person, link=link, hours=service.ENROLMENT_HOURS)


def _token(grant: Grant, row: ApiToken) -> TokenOut:
    place = ("api_token", "name", row.id)
    return TokenOut(
        id=row.id,
        name=open_field(grant.tx, INSTALLATION, place, row.name),
        scopes=row.scopes.split(),
        council=row.council_id,
        networks=(row.networks or "").split(),
        expires_at=row.expires_at,
        used_at=sessions.used_at(grant.tx, row.id),
    )
