"""/api/v1: passwords and one-time codes, for reading, where the server runs with --demo (IDN-3)."""

from typing import NoReturn

from fastapi import APIRouter, Request

from server.access.calls import Call
from server.access.deciding import begin
from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import PERSON_KIND
from server.access.parts import Parts, parts_of
from server.access.vocabulary import Action
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.identity import codes, fallback, limits, passwords, service
from server.identity.caller import PASSWORD
from server.identity.opening import address_of, open_session
from server.identity.password_schemas import CodeIn, CodesOut, PasswordIn, PasswordSignInIn
from server.identity.schemas import SessionOut
from server.problems import Unauthenticated

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.post(
    "/sessions/password", status_code=201, name="signInByPassword", openapi_extra={"security": []}
)
@anyone
def sign_in_by_password(request: Request, asked: PasswordSignInIn) -> SessionOut:
    """Sign in by e-mail and password, to read. The token is shown once."""
    parts = parts_of(request)
    _check_on(parts)
    with parts.database.reading() as tx:
        person_id, verifier = fallback.verifier_by_email(tx, asked.email)
    address, account = address_of(request), person_id or asked.email
    with limits.guess(parts.database, parts.tally, address, account):
        right = passwords.matches(verifier, asked.password.get_secret_value())
        if not right or person_id is None:
            _refuse(parts, request)
        with parts.database.changing() as tx:
            audit.lock(tx, SYSTEM)  # before reading again: a change meanwhile is then seen
            if fallback.verifier_of_person(tx, person_id) != verifier:
                _refuse(parts, request)
            try:
                codes.check(tx, person_id, asked.code)
            except codes.CodeWrong:
                _refuse(parts, request)
            return open_session(parts, tx, request, person_id, PASSWORD, "session.start")


def _refuse(parts: Parts, request: Request) -> NoReturn:
    parts.tally.count("session.refused", address_of(request))
    raise Unauthenticated


def _check_on(parts: Parts) -> None:
    if not parts.settings.demo:
        raise fallback.PasswordsOff


def _on(call: Call) -> None:
    """Ahead of every change: who is signed in is told whether passwords are on here.

    Raises Unauthenticated, PasswordsOff.
    """
    with call.parts.database.reading() as tx:
        begin(tx, call.request, call.attempt)
    _check_on(call.parts)


def _verifier(call: Call) -> str:
    """The new password's verifier, for who is signed in: argon2 runs with no transaction open, so
    that a flood of tries never holds the database. Raises WeakPassword and Busy besides.
    """
    _on(call)
    return passwords.verifier_of(call.arguments["asked"].new.get_secret_value(), within=True)


@router.put("/me/password", status_code=204, name="setPassword")
@guarded(Action.SET_PASSWORD, PERSON_KIND, before=_verifier)
def set_password(grant: Grant, asked: PasswordIn) -> None:
    """Set or change my password, having proved by passkey that it is me; sessions by the password
    before it end.
    """
    fallback.set_password(grant.tx, grant.person_id, grant.before)


@router.post("/me/codes", status_code=201, name="beginCodes")
@guarded(Action.SET_PASSWORD, PERSON_KIND, before=_on)
def begin_codes(grant: Grant) -> CodesOut:
    """Begin to use one-time codes beside the password: the secret for an authenticator app."""
    name = service.name_of(grant.tx, grant.person_id)
    secret, uri = codes.offer(grant.tx, grant.person_id, name)
    grant.shown_once = True
    return CodesOut(secret=secret, uri=uri)


@router.post("/me/codes/confirm", status_code=204, name="confirmCodes")
@guarded(Action.SET_PASSWORD, PERSON_KIND, before=_on)
def confirm_codes(grant: Grant, asked: CodeIn) -> None:
    """Confirm by a first code; signing in by password needs one from now on."""
    codes.confirm(grant.tx, grant.person_id, asked.code)


@router.delete("/me/codes", status_code=204, name="removeCodes")
@guarded(Action.SET_PASSWORD, PERSON_KIND, before=_on)
def remove_codes(grant: Grant) -> None:
    """Ask me for no codes any more."""
    codes.remove(grant.tx, grant.person_id)
