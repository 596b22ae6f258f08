"""What the policy may never let happen to a council that closes, and to content at its end."""

from server.access import vocabulary
from server.access.policy import Policy
from server.app import KINDS
from tests.policies.test_laws import who_may

A, K, R = vocabulary.Action, vocabulary.KindName, vocabulary.Relation
BY_KIND = {kind.name: kind for kind in KINDS}
TAKING_IN = {A.SHARE, A.PROVIDE, A.RECORD_FINDING, A.INVITE_MEMBER, A.CONFIRM_SAFE_MANAGEMENT}


def test_only_the_establishing_ministries_close_and_never_what_is_closed(shipped: Policy) -> None:
    for state in BY_KIND[K.COUNCIL].states:
        may = {R.ESTABLISHING_MINISTRY} if state in ("established", "closing") else set()
        assert who_may(shipped, A.CLOSE, K.COUNCIL, state) == may
    needs = shipped.requirements[A.CLOSE]
    assert (needs.persons, needs.step_up_seconds) == (2, 300)


def test_a_closed_council_takes_nothing_in_and_stays_open_to_who_watches(shipped: Policy) -> None:
    for action in TAKING_IN:
        assert not who_may(shipped, action, K.COUNCIL, "closed"), action
    for action in (A.READ, A.READ_ROSTER, A.READ_LOG, A.READ_OWN_LOG, A.PROVE, A.EXPLAIN):
        assert who_may(shipped, action, K.COUNCIL, "closed") == who_may(
            shipped, action, K.COUNCIL, "established"
        )


def test_closing_keeps_nobody_from_registering_a_result(shipped: Policy) -> None:
    """BR-25: what is not registered could not be entered in the public record here."""
    present = who_may(shipped, A.REGISTER_RESULT, K.COUNCIL, "established")
    for state in ("closing", "closed"):
        assert who_may(shipped, A.REGISTER_RESULT, K.COUNCIL, state) == present


def test_what_a_closed_council_retains_is_its_provider_s_alone(shipped: Policy) -> None:
    """Officers go on seeing that it is there; its scope is nobody's to widen."""
    content = (A.READ, A.VIEW, A.OPEN, A.PRINT, A.DOWNLOAD, A.HAND_OVER)
    for action in content:
        assert who_may(shipped, action, K.DOCUMENT, "retained") == {R.PROVIDER}, action
    for action in (A.SET_SCOPE, A.UPLOAD, A.PUBLISH, A.ACKNOWLEDGE):
        assert not who_may(shipped, action, K.DOCUMENT, "retained"), action
    watching = {R.SECRETARIAT, R.COMPLIANCE_OFFICER, R.AUDITOR}
    assert who_may(shipped, A.SEE, K.DOCUMENT, "retained") == watching


def test_nobody_but_its_provider_decides_about_content_or_destroys_it(shipped: Policy) -> None:
    for state in BY_KIND[K.DOCUMENT].states:
        for action in (A.DISPOSE, A.DESTROY):
            assert who_may(shipped, action, K.DOCUMENT, state) <= {R.PROVIDER}
    for action in (A.DISPOSE, A.DESTROY):
        needs = shipped.requirements[action]
        assert (needs.scope, needs.persons, needs.step_up_seconds) == ("session", 1, 300)
