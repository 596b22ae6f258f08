"""Progress of transfers, shown on a terminal and nowhere else.

Owns the bar on standard error; into a file or with `--json` there is none.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from clients.sdk.transfers import Progress, unwatched


@contextmanager
def shown(what: str, as_json: bool) -> Iterator[Progress]:
    """Something to report progress to while a transfer runs."""
    if as_json or not sys.stderr.isatty():
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
