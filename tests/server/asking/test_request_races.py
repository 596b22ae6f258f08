"""Answered twice, or withdrawn while answered: one of them happened, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.factories import World
from tests.making.asking import asked_cooperation, asked_for
from tests.making.councils import established_council
from tests.making.documents import drafted_document

pytestmark = pytest.mark.on_both_databases


def at_once(*acts: Callable[[], Any]) -> list[int]:
    """The statuses of acts that begin at one moment, in their order."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> int:
        start.wait()
        return int(act().status_code)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_answers_at_once_are_one_answer(world: World) -> None:
    """By the representative and by the deputy, who know nothing of each other."""
    council = established_council(world)
    request = asked_for(council, council.fa, "organ_a")
    path = f"/information-requests/{request}"
    statuses = at_once(
        lambda: drafted_document(council.organ_a, council.id, answers=request),
        lambda: council.deputy_a.post(f"{path}/decline", {"reason": "否"}),
    )
    answer = council.fa.get(path).json()["answer"]
    papers = council.fa.get(f"/councils/{council.id}/documents").json()["items"]
    assert statuses == ([201, 403] if answer["means"] == "paper" else [409, 200])
    assert len(papers) == (answer["means"] == "paper"), "a refused answer leaves no paper behind"


def test_an_answer_and_a_withdrawal_at_once_are_one_of_them(world: World) -> None:
    council = established_council(world)
    request = asked_for(council, council.fa, "organ_a")
    path = f"/information-requests/{request}"
    statuses = at_once(
        lambda: council.organ_a.post(f"{path}/decline", {"reason": "否"}),
        lambda: council.fa.post(f"{path}/withdrawal"),
    )
    shown = council.fa.get(path).json()
    assert sorted(statuses) == [200, 403]
    assert shown["state"] == ("declined" if statuses[0] == 200 else "withdrawn")
    assert (shown["answer"] is None) == (shown["state"] == "withdrawn")


def test_two_replies_for_one_member_are_one_reply(world: World) -> None:
    council = established_council(world)
    request = asked_cooperation(world, council, "organ_a", "fa")
    path = f"/cooperation-requests/{request}"
    statuses = at_once(
        lambda: council.organ_a.post(f"{path}/replies", {"text": "回答"}),
        lambda: council.deputy_a.post(f"{path}/decline", {"reason": "否"}),
    )
    [reply] = [e["reply"] for e in council.fa.get(path).json()["addressees"] if e["reply"]]
    assert statuses == ([201, 409] if reply["outcome"] == "answered" else [409, 200])
