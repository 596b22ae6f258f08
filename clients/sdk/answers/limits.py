"""How much may be stored and moved, as answered."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Use:
    """Bytes used of a limit (None: there is none); a day's limit begins anew at `ends_at`."""

    used: int
    limit: int | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a council in bytes; `stored` is told to those inside it, the days are one's own."""

    council: str
    largest_file: int
    stored: Use | None
    uploaded_today: Use
    downloaded_today: Use
