"""What an act needs besides a right: a credential, a fresh proof, an address."""

import pytest

from server.access import credentials
from server.access.policy import Policy, Requirement
from server.access.vocabulary import Action, Category, Relation
from server.clock import SECOND
from server.identity.caller import PASSWORD, Caller
from server.problems import (
    DeviceBoundNeeded,
    NetworkNotAllowed,
    PasskeyNeeded,
    Problem,
    Refused,
    StepUpNeeded,
)
from tests.making.councils import MadeCouncil
from tests.proof.scene import AWAY, HERE, PROVED_FOR, Scene, by_token, called, question

R, A = Relation, Action


NEEDS = {
    A.READ: Requirement("read", 0, 1, frozenset(Category)),
    A.SHARE: Requirement("write", 0, 1, frozenset(Category)),
    A.CONSENT: Requirement("session", 0, 1, frozenset(Category)),
    A.SIGN_OUT: Requirement("session", 0, 1, frozenset(Category)),
    A.STEP_UP: Requirement("session", 0, 1, frozenset(Category)),
    A.AUTHORISE: Requirement("session", 0, 1, frozenset(Category)),
    A.SET_SCOPE: Requirement("session", 120, 1, frozenset(Category)),
}
POLICY = Policy("digest", (), NEEDS, {})


def checked(
    scene: Scene,
    caller: Caller,
    action: Action,
    *,
    thing: str = PROVED_FOR,
    council: MadeCouncil | None = None,
) -> type[Problem] | None:
    """Which refusal the credential meets, if any."""
    try:
        with scene.tx() as tx:
            log_id = (council or scene.council).id
            credentials.check_credential(POLICY, tx, caller, action, thing, log_id)
    except Problem as problem:
        return type(problem)
    return None


@question
def a_session_does_everything_and_a_token_what_its_scopes_say(scene: Scene) -> None:
    fa = scene.council.fa
    plain = (A.READ, A.SHARE, A.CONSENT)
    assert [checked(scene, called(fa), a) for a in plain] == [None, None, None]
    expected = {
        ("read",): [None, Refused, Refused],
        ("write",): [Refused, None, Refused],
        ("read", "write"): [None, None, Refused],
        ("read", "write", "session"): [None, None, Refused],  # no token has it, whatever it says
        (): [Refused, Refused, Refused],
    }
    for scopes, answers in expected.items():
        assert [checked(scene, by_token(fa, *scopes), a) for a in plain] == answers, scopes
    caller = by_token(fa, "read")
    with scene.tx() as tx, pytest.raises(Refused) as told:
        credentials.check_credential(POLICY, tx, caller, A.SHARE, PROVED_FOR, scene.council.id)
    assert told.value.detail == "a signed-in session is needed, or a token's scope"
    assert told.value.members == {"scope": "write"}


@question
def a_password_is_good_for_reading_and_for_leaving(scene: Scene) -> None:
    caller = called(scene.council.fa, method=PASSWORD)
    answers = {action: checked(scene, caller, action) for action in NEEDS}
    assert answers == {
        A.READ: None,
        A.SHARE: PasskeyNeeded,
        A.CONSENT: PasskeyNeeded,
        A.SIGN_OUT: None,
        A.STEP_UP: None,
        A.AUTHORISE: None,
        A.SET_SCOPE: PasskeyNeeded,
    }


@question
def a_proof_is_of_this_session_this_act_this_thing_and_fresh(scene: Scene) -> None:
    fa = scene.council.fa
    assert checked(scene, called(fa), A.SET_SCOPE) is None
    assert checked(scene, called(fa), A.SET_SCOPE, thing="document/other") is StepUpNeeded
    assert checked(scene, called(fa, credential_id="other"), A.SET_SCOPE) is StepUpNeeded
    stranger = called(fa, person_id=scene.council.pd.person_id)
    assert checked(scene, stranger, A.SET_SCOPE) is StepUpNeeded
    now = scene.world.clock.now
    try:
        for later, answer in ((120 * SECOND, None), (120 * SECOND + 1, StepUpNeeded)):
            scene.world.clock.now = now + later
            assert checked(scene, called(fa), A.SET_SCOPE) is answer
    finally:
        scene.world.clock.now = now


@question
def who_is_to_prove_themself_is_told_for_what(scene: Scene) -> None:
    caller = called(scene.council.pd)
    with scene.tx() as tx, pytest.raises(StepUpNeeded) as told:
        credentials.check_credential(POLICY, tx, caller, A.SET_SCOPE, "document/x", "system")
    expected = {"action": A.SET_SCOPE, "thing": "document/x", "max_age_seconds": 120}
    assert told.value.members == expected


@question
def a_council_may_ask_for_a_key_that_cannot_leave_its_device(scene: Scene) -> None:
    walled = scene.walled
    both, soft = called(walled.organ_a), called(walled.organ_b)
    assert checked(scene, both, A.SET_SCOPE, council=walled) is None
    assert checked(scene, soft, A.SET_SCOPE, council=walled) is DeviceBoundNeeded
    assert checked(scene, soft, A.SET_SCOPE, council=scene.council) is None
    assert checked(scene, soft, A.CONSENT, council=walled) is None
    with scene.tx() as tx, pytest.raises(DeviceBoundNeeded) as told:
        credentials.check_credential(POLICY, tx, soft, A.SET_SCOPE, PROVED_FOR, walled.id)
    assert told.value.members == {"action": A.SET_SCOPE, "thing": PROVED_FOR}


@question
def rules_of_networks_can_be_mended_from_anywhere(scene: Scene) -> None:
    check = credentials.check_address
    check("192.0.2.0/24", HERE, A.READ)
    check(None, AWAY, A.READ)
    check("192.0.2.0/24", AWAY, A.SET_ACCESS_RULES)
    for address in (AWAY, None):
        with pytest.raises(NetworkNotAllowed):
            check("192.0.2.0/24", address, A.READ)
