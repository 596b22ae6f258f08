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
from server.access.parts import Parts
from server.access.vocabulary import Action
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
    """The one statement, deciding for each of all the documents, against it without deciding."""
    taken, count = {}, {}
    for decided in (True, False):
        asked = statement(parts, decided=decided)
        with parts.database.reading() as tx:
            facts = {
                "person": caller.person_id,
                "now": tx.now,
                "council": council.id,
                "cursor": LAST,
                "most": 1_000_000,
            }
            count[decided] = len(asked.rows(tx, facts))
            taken[decided] = _median(lambda a=asked, t=tx, f=facts: a.rows(t, f))  # type: ignore[misc]
    return (
        f"all {count[True]} of {count[False]} in one statement {taken[True]:.0f} ms, "
        f"{taken[True] / taken[False]:.2f} × the undecided"
    )


def statement(parts: Parts, *, decided: bool) -> Prepared:
    """The statement of the list, or the same without its decision."""
    granted = parts.policy.suffices(Action.READ, DOCUMENT.name)
    query = DOCUMENT.many(granted) if decided else DOCUMENT.facts
    documents = DOCUMENT.table.c
    mine = query.where(
        documents.council_id == bindparam("council"), documents.id < bindparam("cursor")
    )
    return Prepared(mine.order_by(documents.id.desc()).limit(bindparam("most")))


def _median(call: Callable[[], Any], times: int = 5) -> float:
    """In milliseconds."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun) * 1000)
    return statistics.median(found)
