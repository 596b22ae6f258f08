"""What people give on the command line, made into values: times, JSON files.

Owns the reading of such input and the message when it cannot be used.
"""

import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from clients.cli.faults import Mistake
from clients.cli.language import t

JST = timezone(timedelta(hours=9))


def moment(text: str | None, name: str) -> datetime | None:
    """A time as RFC 3339, or a day, which begins at midnight in Japan. Raises Mistake."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = datetime.combine(found.date(), found.time(), JST)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Mistake(
            t(
                f"{name} は 2026-12-31 か 2026-12-31T17:00:00+09:00 の形です: {text}",
                f"{name} takes 2026-12-31 or 2026-12-31T17:00:00+09:00: {text}",
            )
        ) from None
    return found


def needed_moment(text: str, name: str) -> datetime:
    """As `moment`, of something that must be given."""
    found = moment(text, name)
    assert found is not None  # noqa: S101  text is given
    return found


def json_file(name: str) -> Any:
    """The JSON in a file, or on standard input for `-`. Raises Mistake, OSError."""
    try:
        return json.loads(sys.stdin.read() if name == "-" else Path(name).read_text("utf-8"))
    except ValueError as error:
        raise Mistake(t(f"{name} は JSON ではありません: {error}", f"{name}: {error}")) from None
