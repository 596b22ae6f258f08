"""Transfers: their progress, shown on a terminal and nowhere else, and where they landed.

Owns the bar on standard error (into a file or with `--json` there is none), and how content that is
read on a terminal is shown there. Loads nothing of the network: a help text needs none.
"""

import codecs
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.rendering import clean
from clients.sdk.call import Call

if TYPE_CHECKING:
    from clients.sdk.transfers import Fetched, Progress


@contextmanager
def shown(what: str, as_json: bool) -> "Iterator[Progress]":
    """Something to report progress to while a transfer runs."""
    if as_json or not sys.stderr.isatty():
        from clients.sdk.transfers import unwatched

        yield unwatched
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Bars(*columns, TransferSpeedColumn(), console=Console(stderr=True)) as bars:
        task = bars.add_task(Text(what).plain, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


class Screen:
    """A terminal that content is read on: text, without what would move the cursor or recolour."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, piece: bytes) -> int:
        """Show some of the content."""
        sys.stdout.write(clean(self._decoder.decode(piece)))
        return len(piece)

    def flush(self) -> None:
        """Show it now."""
        sys.stdout.flush()


def standard_output() -> BinaryIO:
    """Where content goes that is read or piped: its very bytes, or on a terminal its text."""
    if sys.stdout.isatty():
        return cast("BinaryIO", Screen())
    sys.stdout.flush()
    return sys.stdout.buffer


def keep(desk: Desk, call: Call[Any], target: Path, what: str) -> None:
    """Fetch content into a file, and say where it was kept."""
    with shown(what, desk.as_json) as progress:
        fetched = desk.runner().fetch(call, target, progress)
    landed(desk, target, fetched)


def landed(desk: Desk, target: Path, fetched: "Fetched") -> None:
    """Say where a download was kept, with its digest."""
    if desk.as_json:
        found = {"file": str(target), "size": fetched.size, "sha256": fetched.sha256}
        desk.print_json(found)
    else:
        print(target)
    desk.say(t(f"保存しました（SHA-256 {fetched.sha256}）。", f"Saved (SHA-256 {fetched.sha256})."))
