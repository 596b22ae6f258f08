"""The new enemy (ACC-T5): who has just lost their right must not see what is added
after, however the two and their own request interleave.

First the problem, shown on a reader that looks up rights and content in two snapshots; then a
thousand rounds against the server.
"""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Table, select

from server.access import seats
from server.access.models import Membership
from server.access.vocabulary import SeatRole
from server.audit import facts
from server.councils.kinds import COUNCIL
from server.documents.models import Document
from tests.factories import Caller, World
from tests.making.councils import established_council
from tests.making.documents import drafted_document, made

# A thousand rounds, half of them on each database, in ten councils: a person with a thousand seats
# behind them is nobody's case.
COUNCILS, ROUNDS = 10, 50
FIRST_STEP = 0.001  # seconds


class HeadStart:
    """How long the question has before the seat ends; below zero, how long it waits after that.

    It follows the outcomes, with steps that double while they stay the same, so that a machine of
    any speed is kept where the two meet.
    """

    def __init__(self, chance: random.Random) -> None:
        self._chance, self._lead, self._step, self._last = chance, 0.0, FIRST_STEP, 0

    def after(self, status: int) -> None:
        """Takes the outcome of a round: shown needs less of a head start, hidden more."""
        self._step = self._step * 2 if status == self._last else FIRST_STEP
        self._last = status
        self._lead += (1 if status == 404 else -1) * self._step * self._chance.random()

    def of_question(self) -> float:
        """Seconds."""
        return max(0.0, self._lead)

    def of_removal(self) -> float:
        """Seconds."""
        return max(0.0, -self._lead)


class Duel:
    """One member loses their seat, then a paper is added; at the same time they ask for papers."""

    def __init__(self, world: World) -> None:
        self.world, self.council = world, established_council(world)
        self.path = f"/councils/{self.council.id}/documents?limit=5"  # the newest
        self.enemy = self.council.handler_a
        with world.parts.database.reading() as tx:
            seat = seats.seat_of(tx, self.council.id, self.enemy.person_id)
            assert seat is not None
            self.membership = seat.membership_id

    def remove(self) -> None:
        """The seat ends; the session is another matter, and stays."""
        with self.world.changing(self.council.id) as tx:
            seat = seats.seat_of(tx, self.council.id, self.enemy.person_id)
            assert seat is not None
            facts.end(tx, seat, by=None, reason="ended")

    def seat_again(self) -> None:
        with self.world.changing(self.council.id) as tx:
            membership = tx.session.get(Membership, self.membership)
            assert membership is not None
            person = self.enemy.person_id
            seats.name_seat(tx, membership, person, SeatRole.HANDLER, by=person)

    def add(self) -> str:
        """A new paper of the council; its id."""
        return str(made(drafted_document(self.council.organ_a, self.council.id))["id"])


def test_a_reader_of_two_snapshots_would_meet_the_new_enemy(world: World) -> None:
    """The danger is real: rights looked up, then content read as of later."""
    duel = Duel(world)
    asked = {"id": duel.council.id, "person": duel.enemy.person_id}
    documents: Table = Document.__table__  # type: ignore[attr-defined]

    with world.parts.database.reading() as tx:
        may = COUNCIL.one.row(tx, {**asked, "now": tx.now}).is_seat is not None
    duel.remove()
    added = duel.add()
    with world.parts.database.reading() as tx:
        seen = set(tx.connection.scalars(select(documents.c.id)))

    assert may
    assert added in seen


@pytest.mark.parametrize("number", range(COUNCILS))
@pytest.mark.on_both_databases
def test_in_a_thousand_rounds_who_was_removed_never_sees_what_was_added_after(
    world: World, number: int
) -> None:
    duel, start = Duel(world), HeadStart(random.Random(number))
    told: dict[int, int] = {}
    with ThreadPoolExecutor(1) as pool:
        for _ in range(ROUNDS):
            together = threading.Barrier(2)
            asking = pool.submit(_ask, duel.enemy, duel.path, together, start.of_removal())
            together.wait(60)
            time.sleep(start.of_question())
            duel.remove()
            added = duel.add()
            status, shown = asking.result(60)
            assert added not in shown
            told[status] = told.get(status, 0) + 1
            start.after(status)
            duel.seat_again()

    # Both sides of the race were met, and nothing else: shown what was there before, or nothing.
    assert set(told) == {200, 404}, told


def _ask(
    enemy: Caller, path: str, together: threading.Barrier, delay: float
) -> tuple[int, set[str]]:
    together.wait(60)
    time.sleep(delay)
    answer = enemy.get(path)
    items = answer.json()["items"] if answer.status_code == 200 else []
    return answer.status_code, {each["id"] for each in items}
