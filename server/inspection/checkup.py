"""What `doctor` says of the malware scanner: which setting holds, and whether it answers.

Owns the words. Sends the scanner nothing but PING and VERSION.
"""

from collections.abc import Iterator
from typing import Literal

from server.inspection.clamav import Down, Scanner
from server.settings import HOLD, Settings

SECONDS = 5.0
NONE = (
    "検査しない（KYOGIKAI_CLAMAV なし）。届いたファイルはそのまま他の人に渡る / "
    "No malware scanner: files reach others as they came"
)
HELD = (
    "スキャナが止まると、新しい版は検査できるまで他の人に出さない / "
    "while the scanner is away new versions wait (KYOGIKAI_SCANNER_DOWN=hold)"
)
SERVED = (
    "スキャナが止まると、未検査のまま他の人に出す / "
    "while the scanner is away new versions are served unscanned (KYOGIKAI_SCANNER_DOWN=serve)"
)
TEMPORARY = (
    "clamd は検査するファイルの写しを平文で TemporaryDirectory に書く。tmpfs に置くこと / "
    "clamd writes what it scans, in clear, to its TemporaryDirectory: put that on a tmpfs."
)
Said = tuple[Literal["ok", "note", "wrong"], str]


def examine(settings: Settings) -> Iterator[Said]:
    """Whether the scanner answers, and what happens when it does not."""
    if not settings.clamav:
        yield "note", NONE
        return
    try:
        yield "ok", Scanner(settings.clamav, SECONDS).version()
    except Down as error:
        yield "wrong", f"スキャナが答えない / the scanner does not answer: {error}"
    yield "ok", HELD if settings.scanner_down == HOLD else SERVED


def unprotected(settings: Settings) -> Iterator[str]:
    """What a person who runs a scanner must know."""
    if settings.clamav:
        yield TEMPORARY
