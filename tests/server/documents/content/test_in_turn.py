"""Versions are read again in turn by who sent them: nobody's many files hold up another's one."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from server import jobs, wiring
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import drafted_document, made, run_jobs, uploaded


def sent(caller: Caller, council: MadeCouncil, number: int = 1) -> list[str]:
    """Papers of one sender, each with a version that waits to be read again."""
    papers = [made(drafted_document(caller, council.id))["id"] for _ in range(number)]
    for paper in papers:
        made(uploaded(caller, paper))
    return papers


def states(caller: Caller, papers: Iterable[str]) -> list[str]:
    shown: list[Any] = [caller.get(f"/documents/{paper}").json()["versions"] for paper in papers]
    return [version["state"] for [version] in shown]


def work(world: World, go_on: Callable[[], bool] = lambda: True) -> int:
    """As the server's keeper does it."""
    bound = wiring.jobs(world.parts)
    return jobs.run_due(world.parts.database, bound, go_on, last=wiring.LAST)


@pytest.mark.on_both_databases
def test_one_file_after_twenty_of_another_is_ready_after_two(
    world: World, council: MadeCouncil
) -> None:
    run_jobs(world)
    many, one = sent(council.fa, council, 20), sent(council.organ_b, council)
    begun = list[int]()

    def two() -> bool:
        begun.append(1)
        return len(begun) <= 2

    assert work(world, two) == 2
    assert states(council.organ_b, one) == ["ready"]
    assert states(council.fa, many).count("ready") == 1
    assert work(world) == 19
    assert set(states(council.fa, many)) == {"ready"}


def test_who_comes_meanwhile_is_next_and_then_waits_like_everybody(
    world: World, council: MadeCouncil
) -> None:
    run_jobs(world)
    many, begun, late = sent(council.fa, council, 6), list[int](), list[str]()

    def until_five() -> bool:
        begun.append(1)
        if len(begun) == 3:
            late.extend(sent(council.organ_b, council, 3))
        return len(begun) <= 5

    assert work(world, until_five) == 5
    assert states(council.fa, many).count("ready") == 3
    assert states(council.organ_b, late).count("ready") == 2
