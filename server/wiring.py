"""What each domain declares for the whole server: its jobs and its checks.

Owns the two lists that `serve`, `worker` and `fsck` run. Nothing is decided here.
"""

from collections.abc import Callable, Iterator
from functools import partial

from server.access.parts import Parts
from server.consents import closing
from server.councils import checks as councils
from server.database import Tx
from server.documents import checks as documents
from server.publication import agreement

JOBS: dict[str, Callable[[Parts, str], None]] = {
    **closing.JOBS,
    **documents.JOBS,
    **agreement.JOBS,
}


def checks(parts: Parts, *, deep: bool) -> list[Callable[[Tx], Iterator[str]]]:
    """What every domain knows of its own rows and contents, for fsck."""
    contents = partial(documents.check, vault=parts.vault, deep=deep)
    return [*closing.CHECKS, *councils.CHECKS, *agreement.CHECKS, contents]


def jobs(parts: Parts) -> dict[str, Callable[[str], None]]:
    """Every job, bound to these parts, ready for server/jobs.py."""
    return {name: lambda subject, work=work: work(parts, subject) for name, work in JOBS.items()}  # type: ignore[misc]
