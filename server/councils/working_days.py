"""Working days in Japan: which days count, and when the last of several is over.

Owns the counting alone: the day of the event does not count, the last day counts to its end
(民法 140・141条). Saturdays, Sundays, national holidays and 29 December to 3 January are no working
days (行政機関の休日に関する法律 1条).
"""

from datetime import date, timedelta
from functools import cache

import holidays

from server.clock import Instant, in_japan, japan_at

YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def is_working(day: date) -> bool:
    """Whether offices work on this day."""
    closed = (day.month, day.day) in YEAR_END or day in _national(day.year)
    return day.weekday() < 5 and not closed


@cache
def _national(year: int) -> frozenset[date]:
    """国民の祝日, with 振替休日 and 国民の休日, of one year."""
    return frozenset(holidays.country_holidays("JP", years=year))


def end_of(begun: Instant, days: int) -> Instant:
    """The moment at which the last of `days` working days after the day of `begun` is over."""
    day = in_japan(begun).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= is_working(day)
    return japan_at(day + timedelta(days=1))
