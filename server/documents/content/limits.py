"""A limit in bytes, how much of it is used, and who is told what of that.

Owns that shape for both sides: what is put in (`upload_limits.py`) and what is taken out
(`download_limits.py`) count for themselves.
"""

from dataclasses import dataclass

from server.clock import Instant
from server.documents import days
from server.documents.days import TooMuchToday
from server.problems import Problem
from server.settings import MIB

GIB = 1024 * MIB


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit is used, in bytes; `limit` None: there is none. `ends_at` of a day's."""

    used: int
    limit: int | None
    ends_at: Instant | None = None

    @property
    def told(self) -> int:
        """What is told of `used`: one's own day exactly; of what many store together only so many
        hundredths of the limit, for otherwise each could watch the size of another's draft (BR-14).
        """
        if self.ends_at is not None:
            return self.used
        step = max((self.limit or 100 * GIB) // 100, 1)
        return -(-self.used // step) * step


def limit_of(gib: int) -> int | None:
    """A limit of the settings in bytes; None where there is none."""
    return gib * GIB if gib else None


def refuse(problem: type[Problem], use: Use, more: int, now: Instant) -> None:
    """Raises `problem` where `more` bytes would pass the limit."""
    if use.limit is None or use.used + more <= use.limit:
        return
    if issubclass(problem, TooMuchToday):
        raise days.refused(problem, use.limit, use.told, now)
    raise problem(None, limit=use.limit, used=use.told)
