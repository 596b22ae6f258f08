"""Working days as offices in Japan count them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from server.clock import Instant
from server.councils.working_days import end_of, is_working

JAPAN = ZoneInfo("Asia/Tokyo")


def at(*moment: int) -> Instant:
    return round(datetime(*moment, tzinfo=JAPAN).timestamp() * 1000)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 9, 19), "Saturday"),
        (date(2026, 9, 20), "Sunday"),
        (date(2026, 9, 21), "敬老の日"),
        (date(2026, 9, 22), "国民の休日, between two"),
        (date(2026, 9, 23), "秋分の日"),
        (date(2026, 5, 6), "振替休日"),
        (date(2026, 12, 29), "行政機関の休日"),
        (date(2027, 1, 3), "行政機関の休日"),
    ],
)
def test_these_are_no_working_days(day: date, why: str) -> None:
    assert not is_working(day), why


@pytest.mark.parametrize("day", [date(2026, 9, 24), date(2026, 12, 28), date(2027, 1, 4)])
def test_these_are_working_days(day: date) -> None:
    assert is_working(day)


@pytest.mark.parametrize(
    ("begun", "days", "over"),
    [
        # 初日不算入 (民法140条): Monday does not count, Friday counts to its end.
        (at(2026, 11, 9, 0, 0), 1, at(2026, 11, 11, 0, 0)),
        (at(2026, 11, 9, 23, 59), 1, at(2026, 11, 11, 0, 0)),
        (at(2026, 11, 9, 12, 0), 4, at(2026, 11, 14, 0, 0)),
        (at(2026, 11, 9, 12, 0), 5, at(2026, 11, 17, 0, 0)),
        # シルバーウィーク: Saturday to Wednesday are passed over.
        (at(2026, 9, 18, 9, 0), 1, at(2026, 9, 25, 0, 0)),
        # The turn of the year.
        (at(2026, 12, 28, 9, 0), 1, at(2027, 1, 5, 0, 0)),
    ],
)
def test_the_last_day_counts_to_its_end(begun: Instant, days: int, over: Instant) -> None:
    assert end_of(begun, days) == over


def test_a_day_is_a_day_in_japan() -> None:
    """23:30 in London on Monday is Tuesday in Japan already."""
    monday = datetime(2026, 11, 9, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    assert end_of(round(monday.timestamp() * 1000), 1) == at(2026, 11, 12, 0, 0)
