"""Row `list`: 10,000 documents of a council of 300 members, listed by everybody who may ask.

On both databases, without statistics (nobody runs ANALYZE on a new installation). Beside each
figure of the decided list stands that of the same statement without the decision, in the same run.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import bindparam

from server import installation, settings
from server.access.listing import COUNCIL_ID, Listing
from server.access.parts import Parts
from server.app import build_parts, create_app
from server.clock import system_clock
from server.documents.kinds import DOCUMENT
from server.prepared import Prepared
from tests.bench.filling import fill
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.postgres import postgres_server

PAGE = 50
LAST = "\uffff"


def figures() -> Iterator[str]:
    """The lines to print."""
    yield from _on("SQLite", {})
    with postgres_server() as postgres:
        address = postgres.create_database("bench")
        yield from _on("PostgreSQL", {"KYOGIKAI_DATABASE_URL": address})


def _on(name: str, environment: dict[str, str]) -> Iterator[str]:
    with filled(environment) as (parts, council, callers):
        for who, caller in callers.items():
            yield f"{name}: {who}: {_asked(council, caller)}; {_compared(parts, council, caller)}"


@contextmanager
def filled(
    environment: dict[str, str],
) -> Iterator[tuple[Parts, MadeCouncil, dict[str, Caller]]]:
    """An installation of its own with the council, and who can ask for its list."""
    with tempfile.TemporaryDirectory(prefix="kyogikai-bench-") as folder:
        chosen = settings.read(environment, data=str(Path(folder) / "data"))
        installation.prepare(chosen)
        parts = build_parts(chosen)
        with TestClient(create_app(parts), base_url=chosen.origin) as client:
            world = World(parts, client, system_clock)
            council = established_council(world)
            yield parts, council, fill(world, council)


def _asked(council: MadeCouncil, caller: Caller) -> str:
    """Through the whole application: the first page, and the last that can be reached."""
    path = f"/councils/{council.id}/documents?limit={PAGE}"
    first = _median(lambda: _ok(caller.get(path)))
    cursors = _cursors(caller, council)
    last = _median(lambda: _ok(caller.get(f"{path}&cursor={cursors[-1]}"))) if cursors else first
    return f"first page {first:.0f} ms, last page {last:.0f} ms"


def _cursors(caller: Caller, council: MadeCouncil) -> list[str]:
    """Where each page of 200 begins, all the way down."""
    found: list[str] = []
    while True:
        after = f"&cursor={found[-1]}" if found else ""
        answer = _ok(caller.get(f"/councils/{council.id}/documents?limit=200{after}"))
        if answer["next"] is None:
            return found
        found.append(answer["next"])


def _ok(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def _compared(parts: Parts, council: MadeCouncil, caller: Caller) -> str:
    """The one statement against itself without deciding: for a page, and for all documents."""
    decided, undecided = (statement(parts, decided=each) for each in (True, False))
    with parts.database.reading() as tx:
        facts = {"person": caller.person_id, "now": tx.now, "council": council.id, "cursor": LAST}
        said = []
        for most in (PAGE + 1, 1_000_000):
            asked = {**facts, "most": most}
            count, of = (len(each.rows(tx, asked)) for each in (decided, undecided))
            # In turn, so that both meet the machine as it is.
            taken, plain = _medians(
                lambda a=asked: decided.rows(tx, a),  # type: ignore[misc]
                lambda a=asked: undecided.rows(tx, a),  # type: ignore[misc]
            )
            said.append(f"{count} of {of} in {taken:.1f} ms, {taken / plain:.2f} × the undecided")
    return f"in one statement {'; '.join(said)}"


def statement(parts: Parts, *, decided: bool) -> Prepared:
    """The statement of the list, or the same without its decision."""
    if decided:
        return Listing(DOCUMENT).statement(parts.policy, of_one_council=True)
    id = DOCUMENT.table.c.id
    mine = DOCUMENT.within(COUNCIL_ID, DOCUMENT.facts).where(id < bindparam("cursor"))
    return Prepared(mine.order_by(id.desc()).limit(bindparam("most")))


def _median(call: Callable[[], Any]) -> float:
    """In milliseconds."""
    return _medians(call)[0]


def _medians(*calls: Callable[[], Any], times: int = 9) -> list[float]:
    """Of each call, made in turn, in milliseconds."""
    found: list[list[float]] = [[] for _ in calls]
    for _ in range(times):
        for call, taken in zip(calls, found, strict=True):
            begun = time.perf_counter()
            call()
            taken.append((time.perf_counter() - begun) * 1000)
    return [statistics.median(each) for each in found]
