"""What an agreement brings about, per kind of subject; declared upwards, by `app.py`.

Owns one registry. A domain above (publication) opens rounds about its own things; when one is
agreed, its effect must happen in the very transaction of the last consent, and consents must not
import that domain. `app.py` therefore registers, once, at import:
`declare("exception", service.agreed)`.
"""

from collections.abc import Callable

from server.clock import Instant
from server.consents.models import Round
from server.database import Tx

Effect = Callable[[Tx, Round, Instant], None]
_AGREED: dict[str, Effect] = {}


def declare(subject_kind: str, effect: Effect) -> None:
    """Let `effect(tx, round, agreed_at)` happen when a round about such a subject is agreed.

    Raises LookupError when another effect is declared for it.
    """
    if _AGREED.setdefault(subject_kind, effect) is not effect:
        raise LookupError(f"two effects are declared for {subject_kind}")


def of(subject_kind: str) -> Effect:
    """The declared effect; LookupError, a mistake in our code, where there is none."""
    try:
        return _AGREED[subject_kind]
    except KeyError:
        raise LookupError(f"app.py declares no effect for {subject_kind}") from None
