"""Time, from one place.

An `Instant` is whole milliseconds since the epoch in UTC, in code, in rows and in the log; only
schemas and clients write it as RFC 3339. Days and dates are Japan's, whatever the machine's zone.
Nothing else in the server asks the system for the time.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

Instant = int
Clock = Callable[[], Instant]

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
JAPAN = ZoneInfo("Asia/Tokyo")
MIDNIGHT = time_of_day()
LAST = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z


def system_clock() -> Instant:
    """The machine's time."""
    return time.time_ns() // 1_000_000


def to_text(instant: Instant) -> str:
    """RFC 3339 with milliseconds, in UTC: `2026-04-01T00:00:00.000Z`."""
    moment = datetime.fromtimestamp(instant // 1000, UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}.{instant % 1000:03}Z"


def in_japan(instant: Instant) -> datetime:
    """The moment as a clock in Japan shows it."""
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(JAPAN)


def japan_at(day: date, at: time_of_day = MIDNIGHT) -> Instant:
    """The instant at which a clock in Japan shows this; without a time, when the day begins."""
    return round(datetime.combine(day, at, JAPAN).timestamp() * 1000)


def from_text(text: str) -> Instant:
    """The instant an RFC 3339 text names; ValueError without an offset or before 1970."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs an offset, for example 2026-04-01T00:00:00Z")
    instant = round(moment.timestamp() * 1000)
    if instant < 0:
        raise ValueError("a time before 1970 is not used here")
    return instant
