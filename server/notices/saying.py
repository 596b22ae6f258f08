"""How times and councils are written in a notice.

Owns the form: the Western calendar and Japan's time with the weekday, for Japanese and English.
"""

from server.clock import Instant, in_japan
from server.database import Tx
from server.ids import Id
from server.notices.sources import declared

WEEKDAYS = "月火水木金土日"
WITHOUT_COUNCIL = ("協議会サーバー", "Kyogikai")


def moment_ja(instant: Instant) -> str:
    """`2026年11月28日（土）17:00（日本時間）`."""
    at = in_japan(instant)
    day = f"{at.year}年{at.month}月{at.day}日（{WEEKDAYS[at.weekday()]}）"
    return f"{day}{at:%H:%M}（日本時間）"


def day_ja(instant: Instant) -> str:
    """`11月28日（土）17:00`, for a subject."""
    at = in_japan(instant)
    return f"{at.month}月{at.day}日（{WEEKDAYS[at.weekday()]}）{at:%H:%M}"


def moment_en(instant: Instant) -> str:
    """`Sat 2026-11-28 17:00 JST`."""
    return f"{in_japan(instant):%a %Y-%m-%d %H:%M} JST"


def days_left(now: Instant, deadline: Instant) -> int:
    """How many days of the calendar in Japan lie between; 0 today."""
    return (in_japan(deadline).date() - in_japan(now).date()).days


def council_name(tx: Tx, council_id: Id | None) -> str:
    """What a council is called in public: the title of its concept, which is registry data."""
    return WITHOUT_COUNCIL[0] if council_id is None else declared().council_name(tx, council_id)
