"""Japanese or English: which of the two a visitor reads, and times as each of them writes them.

Owns the choice: what the address asks for (`?lang=`), else what the visitor chose before (a
cookie), else what the browser prefers; Japanese where none of these says anything.
"""

import re
from datetime import datetime, timedelta, timezone

JAPANESE, ENGLISH = "ja", "en"
BOTH = (JAPANESE, ENGLISH)
_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)")

# Japan has had one zone without summer time since 1952.
JST = timezone(timedelta(hours=9), "JST")
WEEKDAYS = "月火水木金土日"
REIWA = 2018  # 令和 n年 is 2018 + n (from 2019-05-01)


def chosen(asked: str | None, kept: str | None, accepted: str) -> str:
    """The language of one answer."""
    return next((each for each in (asked, kept) if each in BOTH), None) or preferred(accepted)


def preferred(accepted: str) -> str:
    """What `Accept-Language` prefers of the two (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, int, str]] = []
    for part in accepted[:500].lower().split(","):
        name, _, weight = part.strip().partition(";")
        found = _WEIGHT.fullmatch(weight.strip()) if weight else None
        quality = float(found[1]) if found else 1.0
        if quality > 0 and name[:2] in BOTH:
            wanted.append((-quality, len(wanted), name[:2]))
    return min(wanted, default=(0.0, 0, JAPANESE))[2]


def when(moment: datetime, language: str) -> str:
    """An instant in Japan's time: 令和8年11月21日（土）14時05分, or 21 November 2026, 14:05 JST."""
    there = moment.astimezone(JST)
    if language == ENGLISH:
        return f"{there.day} {there:%B %Y, %H:%M} JST"
    year = there.year - REIWA
    name = "元" if year == 1 else str(year)
    day = f"令和{name}年（{there.year}年）{there.month}月{there.day}日"
    return f"{day}（{WEEKDAYS[there.weekday()]}）{there.hour}時{there.minute:02}分"
