"""/api/v1: enrolling, signing in by passkey, and one's own passkeys."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Request

from server.access.grant import Grant
from server.access.guard import anyone, guarded
from server.access.kinds import PERSON_KIND
from server.access.parts import Parts, parts_of
from server.access.vocabulary import Action
from server.audit import service as audit
from server.audit.models import SYSTEM
from server.audit.service import Draft
from server.clock import MINUTE
from server.database import Tx
from server.identity import challenges, limits, passkeys, proofs, service
from server.identity.caller import OIDC, PASSKEY
from server.identity.ceremony import Party
from server.identity.challenges import ADD, ENROL, Asked, For
from server.identity.models import SignedIn
from server.identity.opening import address_of, open_session
from server.identity.passkey_models import Passkey, PasskeyUse
from server.identity.passkey_problems import (
    FreshSignInNeeded,
    HasPasskey,
    PasskeyCloned,
    PasskeyRefused,
)
from server.identity.passkey_schemas import (
    CeremonyOut,
    EnrolIn,
    LinkIn,
    PasskeyIn,
    PasskeyNameIn,
    PasskeyOut,
    PasskeySignInIn,
    PasskeysOut,
)
from server.identity.schemas import SessionOut
from server.ids import Id
from server.problems import Unauthenticated

FRESH = 5 * MINUTE
router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.post(
    "/enrolments/options", status_code=201, name="beginEnrolment", openapi_extra={"security": []}
)
@anyone
def begin_enrolment(request: Request, asked: LinkIn) -> CeremonyOut:
    """Begin to enrol by a one-time link: what the browser makes the first passkey from."""
    parts = parts_of(request)
    with _watched(parts, request), parts.database.changing() as tx:
        enrolment = service.check_link(tx, asked.link)
        whose = enrolment.person_id
        challenge = challenges.ask(tx, For(ENROL, whose, thing=f"enrolment/{enrolment.id}"))
        return _to_make(tx, parts, whose, challenge)


@router.post("/enrolments", status_code=201, name="enrol", openapi_extra={"security": []})
@anyone
def enrol(request: Request, asked: EnrolIn) -> SessionOut:
    """Register the first passkey by a one-time link, which is used up, and sign in."""
    parts = parts_of(request)
    with _watched(parts, request), parts.database.changing() as tx:
        audit.lock(tx, SYSTEM)
        enrolment = service.use_link(tx, asked.link)
        challenge = _taken(challenges.take(tx, asked.challenge, ENROL))
        if challenge.what.thing != f"enrolment/{enrolment.id}":
            raise PasskeyRefused.because("challenge_of_another")
        whose = enrolment.person_id
        made = _registered(tx, parts, whose, challenge, asked)
        return open_session(parts, tx, request, whose, PASSKEY, "credential.enrol", passkey=made.id)


@router.post(
    "/sessions/options", status_code=201, name="beginSignIn", openapi_extra={"security": []}
)
@anyone
def begin_sign_in(request: Request) -> CeremonyOut:
    """Begin to sign in: what the browser asks a passkey to sign. It is the same for everybody."""
    parts = parts_of(request)
    with parts.database.reading() as tx:
        challenge = challenges.ask_anybody(tx)
    options = passkeys.options_for_anybody(Party(parts.settings.origin), challenge)
    return _ceremony(challenge, options)


@router.post("/sessions", status_code=201, name="signIn", openapi_extra={"security": []})
@anyone
def sign_in(request: Request, asked: PasskeySignInIn) -> SessionOut:
    """Sign in with a passkey. The token is shown once."""
    parts = parts_of(request)
    try:
        with _watched(parts, request, passkey=True), parts.database.changing() as tx:
            audit.lock(tx, SYSTEM)
            challenge = _taken(challenges.take_from_anybody(tx, asked.challenge))
            credential = asked.credential.plain()
            found = passkeys.recognise(tx, Party(parts.settings.origin), challenge, credential)
            return open_session(
                parts, tx, request, found.person_id, PASSKEY, "session.start", passkey=found.id
            )
    except PasskeyCloned:
        raise  # told as such to who holds the key: the signature is valid
    except PasskeyRefused as problem:
        raise Unauthenticated from problem


@router.get("/me/passkeys", name="listPasskeys")
@guarded(Action.READ, PERSON_KIND)
def list_passkeys(grant: Grant) -> PasskeysOut:
    """My passkeys."""
    held = passkeys.held(grant.tx, grant.person_id)
    return PasskeysOut(items=[_shown(grant.tx, *each) for each in held])


@router.post("/me/passkeys/options", status_code=201, name="beginPasskey")
@guarded(Action.ADD_PASSKEY, PERSON_KIND)
def begin_passkey(grant: Grant) -> CeremonyOut:
    """Begin to add a passkey, having just proved by another that it is me."""
    return _begin_adding(grant)


@router.post("/me/passkeys", status_code=201, name="addPasskey")
@guarded(Action.ADD_PASSKEY, PERSON_KIND)
def add_passkey(grant: Grant, asked: PasskeyIn) -> PasskeyOut:
    """Add a passkey."""
    return _added(grant, asked)


@router.post("/me/first-passkey/options", status_code=201, name="beginFirstPasskey")
@guarded(Action.ADD_FIRST_PASSKEY, PERSON_KIND)
def begin_first_passkey(grant: Grant) -> CeremonyOut:
    """Begin to add a first passkey, having just signed in at my organisation."""
    _check_first(grant)
    return _begin_adding(grant)


@router.post("/me/first-passkey", status_code=201, name="addFirstPasskey")
@guarded(Action.ADD_FIRST_PASSKEY, PERSON_KIND)
def add_first_passkey(grant: Grant, asked: PasskeyIn) -> PasskeyOut:
    """Add a first passkey within five minutes of signing in at my organisation."""
    _check_first(grant)
    return _added(grant, asked)


@router.put("/me/passkeys/{passkey_id}", status_code=204, name="renamePasskey")
@guarded(Action.RENAME_PASSKEY, PERSON_KIND)
def rename_passkey(grant: Grant, passkey_id: str, asked: PasskeyNameIn) -> None:
    """Give one of my passkeys another name."""
    passkeys.rename(grant.tx, grant.person_id, passkey_id, asked.name)
    grant.note(passkey=passkey_id)


@router.delete("/me/passkeys/{passkey_id}", status_code=204, name="removePasskey")
@guarded(Action.REMOVE_PASSKEY, PERSON_KIND)
def remove_passkey(grant: Grant, passkey_id: str) -> None:
    """Remove one of my passkeys, never the last; what it proved of late counts no more."""
    passkeys.remove(grant.tx, grant.person_id, passkey_id)
    proofs.forget(grant.tx, passkey_id)
    grant.note(passkey=passkey_id)


def _begin_adding(grant: Grant) -> CeremonyOut:
    what = For(ADD, grant.person_id, grant.caller.credential_id)
    return _to_make(grant.tx, grant.parts, grant.person_id, challenges.ask(grant.tx, what))


def _added(grant: Grant, asked: PasskeyIn) -> PasskeyOut:
    tx, whose = grant.tx, grant.person_id
    challenge = taken_by(grant, asked.challenge, ADD)
    made = _registered(tx, grant.parts, whose, challenge, asked)
    grant.note(passkey=made.id, backup_eligible=made.backup_eligible, model=made.aaguid)
    mine = passkeys.held(tx, whose)
    return next(_shown(tx, *each) for each in mine if each[0].id == made.id)


def _registered(
    tx: Tx, parts: Parts, person_id: Id, challenge: Asked, asked: EnrolIn | PasskeyIn
) -> Passkey:
    party, credential = Party(parts.settings.origin), asked.credential.plain()
    return passkeys.register(tx, party, person_id, challenge, asked.name, credential)


def _check_first(grant: Grant) -> None:
    if passkeys.count(grant.tx, grant.person_id):
        raise HasPasskey
    session = grant.tx.session.get(SignedIn, grant.caller.credential_id)
    fresh = session is not None and grant.now - session.created_at <= FRESH
    if grant.caller.method != OIDC or not fresh:
        raise FreshSignInNeeded


def taken_by(grant: Grant, challenge_id: Id, purpose: str) -> Asked:
    """A challenge of this very session, used up. Raises PasskeyRefused."""
    challenge = _taken(challenges.take(grant.tx, challenge_id, purpose))
    mine = (grant.person_id, grant.caller.credential_id)
    if (challenge.what.person_id, challenge.what.session_id) != mine:
        raise PasskeyRefused.because("challenge_of_another")
    return challenge


def _taken(challenge: Asked | None) -> Asked:
    if challenge is None:
        raise PasskeyRefused.because("no_challenge")
    return challenge


def _to_make(tx: Tx, parts: Parts, person_id: Id, challenge: Asked) -> CeremonyOut:
    name = service.name_of(tx, person_id)
    options = passkeys.options_to_make(tx, Party(parts.settings.origin), person_id, name, challenge)
    return _ceremony(challenge, options)


def _ceremony(challenge: Asked, options: dict[str, object]) -> CeremonyOut:
    return CeremonyOut(challenge=challenge.id, options=options, expires_at=challenge.expires_at)


@contextmanager
def _watched(parts: Parts, request: Request, *, passkey: bool = False) -> Iterator[None]:
    """Around what nobody guesses: failures count against the network, and are told to the log."""
    address = address_of(request)
    try:
        with limits.proof(parts.database, parts.tally, address, passkey=passkey):
            yield
    except PasskeyCloned as problem:
        parts.recorder.record(SYSTEM, _cloned(parts, problem, address))
        raise
    except PasskeyRefused as problem:
        parts.tally.count(f"passkey.{problem.inside['why']}", address)
        raise
    except service.LinkUnusable:
        parts.tally.count("enrolment.refused", address)
        raise


def _cloned(parts: Parts, problem: PasskeyCloned, address: str | None) -> Draft:
    """The entry about a passkey that was used in two places."""
    person_id = str(problem.inside["person"])
    return Draft(
        kind="passkey.cloned",
        object=f"person/{person_id}",
        outcome="refused",
        actor={"address": address},
        body=problem.inside,
        person_id=person_id,
        policy=parts.policy.digest,
    )


def _shown(tx: Tx, passkey: Passkey, use: PasskeyUse) -> PasskeyOut:
    return PasskeyOut(
        id=passkey.id,
        name=passkeys.name_of(tx, use),
        device_bound=not passkey.backup_eligible,
        backed_up=use.backed_up,
        model=passkey.aaguid,
        transports=passkey.transports.split(),
        added_at=passkey.recorded_at,
        last_used_at=use.last_used_at,
    )
