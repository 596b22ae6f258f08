"""What an act needs besides a right: the credential, how fresh a proof, and from where.

Owns those three checks and their refusals. Rights are looked up in `deciding.py`, which asks these
after it, in the same transaction.
"""

from server.access.policy import SESSION_ONLY, Policy
from server.access.rules import rules_of
from server.access.vocabulary import Action
from server.clock import SECOND
from server.database import Tx
from server.identity import proofs
from server.identity.caller import PASSWORD, SESSION, Caller
from server.identity.proofs import Proof
from server.networks import admits
from server.problems import (
    DeviceBoundNeeded,
    NetworkNotAllowed,
    PasskeyNeeded,
    Refused,
    StepUpNeeded,
)

READ = "read"
# What a session by password may do besides reading: end itself, prove more than a password, and
# pass on to a program what it is itself.
BY_PASSWORD = frozenset({Action.SIGN_OUT, Action.STEP_UP, Action.AUTHORISE})
# A council's rules can be mended from anywhere: otherwise an office that moves is shut out for
# good. It takes two persons, each with a fresh proof by passkey.
FROM_ANYWHERE = frozenset({Action.SET_ACCESS_RULES})


def check_address(networks: str | None, address: str | None, action: Action) -> None:
    """Whether a council's network rule lets this address do something to its things.

    Asked only for who may know of the thing. Raises NetworkNotAllowed.
    """
    if action not in FROM_ANYWHERE and not admits(networks, address):
        raise NetworkNotAllowed


def check_credential(
    policy: Policy, tx: Tx, caller: Caller, action: Action, thing: str, log_id: str
) -> None:
    """What an action needs of the caller's credential: scope, method, a fresh proof of this act.

    Raises Refused, PasskeyNeeded, StepUpNeeded, DeviceBoundNeeded.
    """
    needs = policy.requirements[action]
    in_scope = needs.scope != SESSION_ONLY and needs.scope in caller.scopes
    if caller.credential != SESSION and not in_scope:
        raise Refused("a signed-in session is needed, or a token's scope", scope=needs.scope)
    if caller.method == PASSWORD and needs.scope != READ and action not in BY_PASSWORD:
        raise PasskeyNeeded
    if needs.step_up_seconds:
        proved = _proofs(tx, caller, action, thing, needs.step_up_seconds)
        if rules_of(tx, log_id).device_bound and not any(each.device_bound for each in proved):
            raise DeviceBoundNeeded(action=action, thing=thing)


def _proofs(tx: Tx, caller: Caller, action: Action, thing: str, seconds: int) -> list[Proof]:
    """Passkeys' proofs of exactly this act, by this session, not older than `seconds`.

    Raises StepUpNeeded when there is none.
    """
    session, person = caller.credential_id, caller.person_id
    within = seconds * SECOND
    found = proofs.fresh(tx, session, person, action=action, thing=thing, within=within)
    if not found:
        raise StepUpNeeded(action=action, thing=thing, max_age_seconds=seconds)
    return found
