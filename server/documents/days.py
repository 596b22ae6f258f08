"""A person's day: when it begins in Japan, and the answer to who wants more than it allows.

Owns that one answer for every limit of a day. Counts nothing: who counts raises it.
"""

from server.clock import DAY, HOUR, SECOND, Instant, to_text
from server.problems import Problem

AHEAD = 9 * HOUR  # Japan, of UTC, all year


class TooMuchToday(Problem):
    """A limit of one day: `limit` and `used`, and when the day `ends_at`."""

    status = 429


def day_of(now: Instant) -> int:
    """Which day it is in Japan, counted since 1970."""
    return (now + AHEAD) // DAY


def begin_of(day: int) -> Instant:
    """When a day begins in Japan."""
    return day * DAY - AHEAD


def tomorrow(now: Instant) -> Instant:
    """When the next day begins in Japan."""
    return begin_of(day_of(now) + 1)


def refused(problem: type[TooMuchToday], limit: int, used: int, now: Instant) -> TooMuchToday:
    """The answer, which says when to try again: in seconds, and as the moment it is."""
    ends_at = tomorrow(now)
    headers = {"Retry-After": str(-(-(ends_at - now) // SECOND))}
    return problem(None, headers=headers, limit=limit, used=used, ends_at=to_text(ends_at))
