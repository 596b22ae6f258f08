"""The logs: reading them, and what proves them. `council_id` None means the system log."""

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from clients.sdk.answers.audit import (
    Checkpoint,
    Consistency,
    Entry,
    Inclusion,
    Leaf,
    LogKey,
    OwnEntry,
)
from clients.sdk.call import Call, get, listing
from clients.sdk.reading import Page

Shape = TypeVar("Shape")


def list_log_entries(
    council_id: str | None,
    person: str | None = None,
    object: str | None = None,  # noqa: A002  the API's own name
    kind: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> Call[Page[Entry]]:
    """Entries, newest first, opened: who did or was refused what (`since` included)."""
    at, path = _log(council_id, "/log/entries")
    return listing(Entry, path, **at).asking(
        person=person,
        object=object,
        kind=kind,
        outcome=outcome,
        since=since,
        until=until,
        limit=limit,
    )


def list_own_log_entries(council_id: str, limit: int | None = None) -> Call[Page[OwnEntry]]:
    """The caller's own entries, and those about what the caller's member provided."""
    path = "/councils/{council_id}/log/own"
    return listing(OwnEntry, path, council_id=council_id).asking(limit=limit)


def read_checkpoint(council_id: str | None) -> Call[Checkpoint]:
    """The newest signed checkpoint."""
    at, path = _log(council_id, "/log/checkpoint")
    return get(Checkpoint, path, **at)


def prove_inclusion(council_id: str | None, seq: int, size: int | None = None) -> Call[Inclusion]:
    """The proof that an entry is in the log of `size` (the newest)."""
    at, path = _log(council_id, "/log/inclusion")
    return get(Inclusion, path, **at).asking(seq=seq, size=size)


def prove_consistency(
    council_id: str | None, old: int, new: int | None = None
) -> Call[Consistency]:
    """The proof that the log of size `new` (the newest) begins with the whole log of size `old`."""
    at, path = _log(council_id, "/log/consistency")
    return get(Consistency, path, **at).asking(old=old, new=new)


def read_leaves(council_id: str | None, start: int, end: int) -> Call[Page[Leaf]]:
    """The leaves from `start` to before `end`; fewer where the server's limit is reached."""
    at, path = _log(council_id, "/log/leaves")
    return listing(Leaf, path, **at).asking(start=start, end=end)


def read_log_key() -> Call[LogKey]:
    """The system log's verifier key, to be compared with one received by another way."""
    return replace(get(LogKey, "/log-key"), signed_in=False)


def _log(council_id: str | None, rest: str) -> tuple[dict[str, str], str]:
    if council_id is None:
        return {}, f"/system{rest}"
    return {"council_id": council_id}, f"/councils/{{council_id}}{rest}"
