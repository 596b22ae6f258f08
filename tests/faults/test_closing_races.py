"""F17 at the end of a council: everything that may still happen, at the very moment of closing.

Threads race the clock and each other. There is one truth, and the order of the log tells it: what
stands before the council's end counted, what came after it was refused or took effect by the rules
of a closed council.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Table, select

from crypto.canonical import parse
from server import fsck, wiring
from server.audit import service as audit
from server.audit.models import Entry
from server.clock import DAY
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making import publication, uploads
from tests.making.closing import announced, disposed, run_every_job
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    draft,
    drafted_document,
    drafted_secret,
    provided_secret,
    shared_document,
    uploaded,
)
from tests.making.publication import stepped_up

ROUNDS = 2
DAYS = 20
LONGEST = 0.05  # seconds an act waits after the start, at most
Acts = dict[str, Callable[[], Any]]
# What each kind of entry is of, where the act may be done until the end and not after it.
ONLY_BEFORE = {
    "round.answer": ["ballot"],
    "document.upload": ["complete", "version"],
    "council.share": ["share"],
    "document.set_scope": ["name"],
}
NEVER = ("document.publish", "council.provide")  # since the closing was announced
_entry: Table = Entry.__table__  # type: ignore[attr-defined]


class Last:
    """A council one millisecond before its end, and what people do in that millisecond."""

    def __init__(self, world: World, clock: TestClock) -> None:
        made = established_council(world)
        self.result, _, self.round = publication.asked_round(world, made)
        publication.all_consent(made, self.round, "private")
        fa, to = made.fa, [made.organ_a]
        self.secret = provided_secret(world, made, fa, to, days=60)
        self.doomed = drafted_secret(world, made, fa, to, days=60)
        self.draft = drafted_secret(world, made, fa, to, days=60)
        self.paper = shared_document(world, made, made.organ_b)
        announced(world, made, DAYS, notice_days=DAYS)
        clock.advance(DAYS * DAY - 1)
        self.council = made = stepped_up(world, made)
        self.upload = uploads.begun(made.organ_b, self.paper.id)
        uploads.sent(made.organ_b, self.upload, 0, CONTENT)
        shown = made.private.get(f"/rounds/{self.round}").json()["question_sha256"]
        self.answer = {"question_sha256": shown, "verdict": "consent"}

    def acts(self, world: World) -> Acts:
        """What happens at once, each by somebody who might do it a moment before."""
        of, secret = self.council, self.secret.id
        named = {"add": [of.organ_b.person_id], "reason": "検討のため"}
        reason = {"reason": "提供の目的を失ったため"}
        return {
            "ballot": partial(of.private.post, f"/rounds/{self.round}/answers", self.answer),
            "provision": partial(of.fa.post, f"/documents/{self.draft.id}/provision"),
            "complete": partial(uploads.complete, of.organ_b, self.upload),
            "version": partial(uploaded, of.organ_b, self.paper.id),
            "share": partial(drafted_document, of.organ_b, of.id),
            "secret": partial(draft, world, of, of.fa, [of.organ_a]),
            "name": partial(of.fa.post, f"/documents/{secret}/recipients", named),
            "destroyed": partial(disposed, of.fa, secret, "destroyed"),
            "kept": partial(disposed, of.fa, secret, "kept"),
            "destroy": partial(of.fa.post, f"/documents/{self.doomed.id}/destruction", reason),
            "take": partial(of.organ_a.get, f"/documents/{secret}/download"),
            "read": partial(of.pd.get, f"/councils/{of.id}/closing"),
            "jobs": partial(run_every_job, world),
        }


def raced(acts: Acts, clock: TestClock, chance: random.Random) -> dict[str, Any]:
    """The answer to each act, all done at once; the moment comes when some of them are done."""
    together, after = threading.Barrier(len(acts) + 1), chance.randrange(len(acts) // 2)
    some = threading.Semaphore(0)

    def one(act: Callable[[], Any]) -> Any:
        together.wait(60)
        time.sleep(chance.random() * LONGEST)
        answer = act()
        some.release()
        return answer

    def moment() -> None:
        together.wait(60)
        for _ in range(after):
            some.acquire()
        clock.advance(1)

    with ThreadPoolExecutor(len(acts) + 1) as pool:
        passing = pool.submit(moment)
        running = {name: pool.submit(one, act) for name, act in acts.items()}
        passing.result(120)
        return {name: future.result(120) for name, future in running.items()}


def order(world: World, council: MadeCouncil) -> list[Any]:
    """The council's entries, in order."""
    with world.parts.database.reading() as tx:
        query = select(_entry).where(_entry.c.log_id == council.id).order_by(_entry.c.seq)
        return list(tx.connection.execute(query).all())


def choice(world: World, entry: Any) -> str:
    """What a provider decided about its content, as its entry says."""
    with world.parts.database.reading() as tx:
        opened = audit.open_opening(tx, entry.log_id, entry.seq, entry.opening)
    return str(parse(opened)["body"][1]["choice"])


def is_gone(world: World, entries: list[Any], end: Any, ends: int) -> bool:
    """Whether the order of the log says that the secret's content is destroyed: by the choice that
    stood when the end was entered, or by one made in the closed council.
    """
    chosen, gone = "", False
    for entry in entries:
        decides = (entry.kind, entry.outcome) == ("document.dispose", "done")
        if decides:
            chosen = choice(world, entry)
        takes_effect = entry is end or (decides and entry.time >= ends)
        gone = gone or (chosen == "destroyed" and takes_effect)
    return gone


@pytest.mark.parametrize("number", range(ROUNDS))
@pytest.mark.on_both_databases
def test_at_the_moment_of_closing_the_order_of_the_log_is_the_truth(
    world: World, clock: TestClock, number: int
) -> None:
    last = Last(world, clock)
    begun = len(order(world, last.council))
    answers = raced(last.acts(world), clock, random.Random(number))
    said = {name: answer.status_code for name, answer in answers.items() if answer is not None}
    ends = clock.now
    run_every_job(world)
    run_every_job(world)

    entries = order(world, last.council)[begun:]
    [end] = [entry for entry in entries if entry.kind == "council.closed"]
    for kind, names in ONLY_BEFORE.items():
        done = [entry for entry in entries if (entry.kind, entry.outcome) == (kind, "done")]
        assert len(done) == sum(said[name] in (200, 201) for name in names), said
        assert all(entry.seq < end.seq and entry.time < ends for entry in done), kind
    assert not any(entry.kind in NEVER and entry.outcome == "done" for entry in entries), said

    of = stepped_up(world, last.council)
    agreed = said["ballot"] == 201
    state = of.pd.get(f"/results/{last.result['id']}").json()["state"]
    assert state == ("know_how" if agreed else "publishable")
    assert of.fa.get(f"/documents/{last.draft.id}").json()["state"] == "provision_draft"
    versions = of.organ_b.get(f"/documents/{last.paper.id}/versions").json()["items"]
    new = [name for name in ("complete", "version") if said[name] == 201]
    assert [each["state"] for each in versions] == ["ready"] * (1 + len(new))

    gone = is_gone(world, entries, end, ends)
    assert read(of.fa, last.secret) == (410 if gone else 200), said
    assert read(of.fa, last.doomed) == (410 if said["destroy"] == 201 else 200)
    assert read(of.organ_a, last.secret) == read(of.organ_b, last.secret) == 404
    assert said["take"] in (200, 404)
    parts = world.parts
    found = fsck.check(
        parts.database, parts.settings.checkpoints, wiring.checks(parts, deep=True), deep=True
    )
    assert found.sound, [fault.words() for fault in found.faults]


def read(by: Caller, document: MadeDocument) -> int:
    status: int = by.get(f"/documents/{document.id}/content").status_code
    return status
