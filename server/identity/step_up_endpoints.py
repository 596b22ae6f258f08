"""/api/v1: proving by passkey, for one act on one thing, that it is still oneself (IDN-6)."""

from fastapi import APIRouter

from server.access.grant import Grant
from server.access.guard import guarded
from server.access.kinds import PERSON_KIND
from server.access.vocabulary import Action
from server.identity import challenges, passkeys, proofs, sessions, stepping_up
from server.identity.ceremony import Party
from server.identity.challenges import STEP_UP, For
from server.identity.passkey_endpoints import taken_by
from server.identity.passkey_models import StepUpRequest
from server.identity.passkey_problems import NoStepUp
from server.identity.passkey_schemas import (
    CeremonyOut,
    StepUpIn,
    StepUpOptionsIn,
    StepUpOut,
    StepUpRequestIn,
    StepUpRequestOut,
    StepUpRequestsOut,
)
from server.ids import Id

router = APIRouter(prefix="/api/v1", tags=["identity"])


@router.post("/me/step-up/options", status_code=201, name="beginStepUp")
@guarded(Action.STEP_UP, PERSON_KIND)
def begin_step_up(grant: Grant, asked: StepUpOptionsIn) -> CeremonyOut:
    """Begin to prove that it is me, for one act on one thing: of this session, or as another asks.

    What the passkey signs is bound to person, session, act and thing.
    """
    action, thing = _act(grant, asked)
    _check(grant, action)
    session = grant.caller.credential_id
    what = For(STEP_UP, grant.person_id, session, action, thing, asked.request)
    challenge = challenges.ask(grant.tx, what)
    party = Party(grant.parts.settings.origin)
    options = passkeys.options_to_sign(
        grant.tx, party, grant.person_id, challenge, device_bound=asked.device_bound
    )
    grant.note(step="asked", for_action=action, for_thing=thing, request=asked.request)
    return CeremonyOut(challenge=challenge.id, options=options, expires_at=challenge.expires_at)


@router.post("/me/step-up", name="stepUp")
@guarded(Action.STEP_UP, PERSON_KIND)
def step_up(grant: Grant, asked: StepUpIn) -> StepUpOut:
    """Prove that it is me. This session gets a new token, unless another session asked."""
    tx, person = grant.tx, grant.person_id
    challenge = taken_by(grant, asked.challenge, STEP_UP)
    what = challenge.what
    party = Party(grant.parts.settings.origin)
    passkey = passkeys.recognise(tx, party, challenge, asked.credential.plain(), person_id=person)
    action, thing = str(what.action), str(what.thing)
    device_bound = not passkey.backup_eligible
    session, token, expires = _session(grant, what.request_id)
    proofs.prove(
        tx,
        session,
        person,
        action=action,
        thing=thing,
        passkey_id=passkey.id,
        device_bound=device_bound,
    )
    grant.note(
        step="proved", for_action=action, for_thing=thing, passkey=passkey.id, session=session
    )
    grant.shown_once = True
    return StepUpOut(
        token=token,
        person=person,
        expires_at=expires,
        action=action,
        thing=thing,
        device_bound=device_bound,
    )


@router.post("/me/step-up/requests", status_code=201, name="requestStepUp")
@guarded(Action.STEP_UP, PERSON_KIND)
def request_step_up(grant: Grant, asked: StepUpRequestIn) -> StepUpRequestOut:
    """Ask, for this session, that I confirm one act on one thing in another session of mine."""
    _check(grant, asked.action)
    row = stepping_up.ask(
        grant.tx,
        grant.person_id,
        grant.caller.credential_id,
        action=asked.action,
        thing=asked.thing,
    )
    grant.note(step="requested", for_action=asked.action, for_thing=asked.thing, request=row.id)
    return _shown(grant, row)


@router.get("/me/step-up/requests", name="listStepUpRequests")
@guarded(Action.STEP_UP, PERSON_KIND)
def list_step_up_requests(grant: Grant) -> StepUpRequestsOut:
    """What my sessions ask me to confirm."""
    waiting = stepping_up.waiting(grant.tx, grant.person_id)
    return StepUpRequestsOut(items=[_shown(grant, row) for row in waiting])


@router.get("/me/step-up/requests/{request_id}", name="readStepUpRequest")
@guarded(Action.STEP_UP, PERSON_KIND)
def read_step_up_request(grant: Grant, request_id: str) -> StepUpRequestOut:
    """What one of my sessions asks me to confirm, and whether I did."""
    return _shown(grant, stepping_up.find(grant.tx, grant.person_id, request_id))


def _act(grant: Grant, asked: StepUpOptionsIn) -> tuple[str, str]:
    """The act to be proved for; of a request, what the other session asked. Raises RequestOver,
    NotFound, NoStepUp for words that differ from the request's.
    """
    if asked.request is None:
        return str(asked.action), str(asked.thing)
    row = stepping_up.standing(grant.tx, grant.person_id, asked.request)
    if asked.action not in (None, row.action) or asked.thing not in (None, row.thing):
        raise NoStepUp("the request is about another act")
    return row.action, row.thing


def _check(grant: Grant, action: str) -> None:
    """Raises NoStepUp for an action that asks for no fresh proof."""
    for known, needs in grant.parts.policy.requirements.items():
        if known.value == action and needs.step_up_seconds:
            return
    raise NoStepUp


def _session(grant: Grant, request_id: Id | None) -> tuple[str, str | None, int]:
    """Whose the proof is: session, its new token if it is this one, and its end.

    Another session's secret stays: only its own holder may learn a new one. Raises RequestOver.
    """
    if request_id is None:
        token, expires = sessions.rotate(grant.tx, grant.caller.credential_id)
        return grant.caller.credential_id, token, expires
    row = stepping_up.standing(grant.tx, grant.person_id, request_id)
    stepping_up.done(grant.tx, row)
    asker = stepping_up.asker(grant.tx, row)
    return row.session_id, None, asker.expires_at if asker else grant.now


def _shown(grant: Grant, row: StepUpRequest) -> StepUpRequestOut:
    asker = stepping_up.asker(grant.tx, row)
    return StepUpRequestOut(
        id=row.id,
        action=row.action,
        thing=row.thing,
        state=stepping_up.state_of(grant.tx, row),
        current=row.session_id == grant.caller.credential_id,
        agent=sessions.agent_of(grant.tx, asker) if asker else None,
        made_at=row.made_at,
        expires_at=row.expires_at,
    )
