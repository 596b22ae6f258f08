"""/api/v1: registering, enrolment, signing in and out, step-up, one's own sessions and tokens."""

from typing import NoReturn

from fastapi import APIRouter, Request

from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import INSTALLATION as INSTALLATION_KIND
from server.access.kinds import PERSON_KIND
from server.access.parts import Parts, parts_of
from server.access.vocabulary import Action
from server.audit import checkpoints
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.database import Tx
from server.identity import passwords, people, service, sessions
from server.identity.models import ApiToken
from server.identity.schemas import (
    EnrolIn,
    LinkOut,
    MeOut,
    NewTokenOut,
    OpenSessionOut,
    PasswordIn,
    PersonIn,
    PersonOut,
    SessionOut,
    SessionsOut,
    SignInIn,
    StepUpIn,
    TokenIn,
    TokenOut,
    TokensOut,
)
from server.ids import Id
from server.keys.models import INSTALLATION
from server.keys.service import lookup_digest, open_field
from server.problems import Unauthenticated

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.post("/sessions", status_code=201, name="signIn", openapi_extra={"security": []})
@anyone
def sign_in(request: Request, asked: SignInIn) -> SessionOut:
    """Sign in with e-mail and password. The token is shown once."""
    parts = parts_of(request)
    with parts.database.reading() as tx:
        person_id, verifier = service.verifier_by_email(tx, asked.email)
    right = passwords.matches(verifier, asked.password.get_secret_value())
    if not right or person_id is None:
        _refuse(parts, request, "session.refused")
    with parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)  # before reading again: a password change meanwhile is then seen
        if service.verifier_of_person(tx, person_id) != verifier:
            _refuse(parts, request, "session.refused")
        return _new_session(parts, tx, request, person_id, "session.start")


@router.post("/enrolments", status_code=201, name="enrol", openapi_extra={"security": []})
@anyone
def enrol(request: Request, asked: EnrolIn) -> SessionOut:
    """Set the first password by a one-time link, and sign in."""
    parts = parts_of(request)
    try:
        with parts.database.reading() as tx:
            service.check_link(tx, asked.link)  # ahead of the hash, which costs
        verifier = passwords.verifier_of(asked.password.get_secret_value())
        with parts.database.changing() as tx:
            audit.lock(tx, SYSTEM)
            person_id = service.enrol(tx, asked.link, verifier)
            return _new_session(parts, tx, request, person_id, "credential.enrol")
    except service.LinkUnusable:
        parts.tally.count("enrolment.refused", _address(request))
        raise


def _refuse(parts: Parts, request: Request, kind: str) -> NoReturn:
    parts.tally.count(kind, _address(request))
    raise Unauthenticated


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _new_session(parts: Parts, tx: Tx, request: Request, person_id: Id, kind: str) -> SessionOut:
    token, expires = sessions.start_session(tx, person_id, hours=parts.settings.session_hours)
    address = _address(request)
    draft = Draft(
        kind=kind,
        object=f"person/{person_id}",
        outcome="done",
        actor={"person": person_id, "address": address},
        person_id=person_id,
        address_digest=lookup_digest(tx, "address", address or ""),
        policy=parts.policy.digest,
    )
    tx.flush()
    audit.append(tx, SYSTEM, draft)
    checkpoints.sign(tx, SYSTEM)
    return SessionOut(token=token, person=person_id, expires_at=expires)


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
            created_at=s.created_at,
            seen_at=s.seen_at,
            expires_at=s.expires_at,
            current=s.id == current,
        )
        for s in sessions.sessions(grant.tx, grant.person_id)
    ]
    return SessionsOut(items=shown)


@router.delete("/me/sessions/{session_id}", status_code=204, name="endSession")
@guarded(Action.SIGN_OUT, PERSON_KIND)
def end_session(grant: Grant, session_id: str) -> None:
    """Sign out one of my sessions; `current` is this one."""
    target = grant.caller.credential_id if session_id == "current" else session_id
    sessions.end_session(grant.tx, grant.person_id, target)


@router.post("/me/step-up", status_code=204, name="stepUp")
@guarded(Action.STEP_UP, PERSON_KIND, before=people.proved)
def step_up(grant: Grant, asked: StepUpIn) -> None:
    """Prove again that it is me; consents, publishing and the like ask for a recent proof."""
    if service.verifier_of_person(grant.tx, grant.person_id) != grant.before:
        raise people.WrongPassword
    sessions.step_up(grant.tx, grant.caller.credential_id)


@router.put("/me/password", status_code=204, name="changePassword")
@guarded(Action.CHANGE_PASSWORD, PERSON_KIND, before=people.proved_with_new)
def change_password(grant: Grant, asked: PasswordIn) -> None:
    """Change my password; every session of mine ends, this one too."""
    old, new = grant.before
    service.change_password(grant.tx, grant.person_id, old=old, new=new)


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
        expires_at=row.expires_at,
    )
