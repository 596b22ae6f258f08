"""What the domains declare for notices, in one place that `app.py` fills.

Owns one registry. The domains that know what waits and who is to be told come after this one.
"""

from collections.abc import Callable
from dataclasses import dataclass

from server.access.matters import Reminder, Tells, WaitingFor
from server.database import Tx
from server.ids import Id


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """`tells`: whom to tell of each new fact; `reminders`: whom to tell as time passes;
    `waiting`: what waits for a person; `council_name`: what a council is called in public.
    """

    tells: tuple[Tells, ...]
    reminders: tuple[Reminder, ...]
    waiting: tuple[WaitingFor, ...]
    council_name: Callable[[Tx, Id], str]


_DECLARED: list[Sources] = []


def declare(sources: Sources) -> None:
    """Register what there is. Raises LookupError when something else is registered."""
    if _DECLARED and _DECLARED[0] is not sources:
        raise LookupError("the sources of notices are declared twice")
    _DECLARED[:] = [sources]


def declared() -> Sources:
    """What was registered; LookupError, a mistake in our code, before that."""
    if not _DECLARED:
        raise LookupError("app.py declares no sources of notices")
    return _DECLARED[0]
