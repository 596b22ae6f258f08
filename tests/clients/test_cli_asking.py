"""Requests for information and cooperation, and incidents, by command alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making.asking import OUTSIDE
from tests.making.councils import MadeCouncil, organisation, people
from tests.making.documents import shared_document


@pytest.fixture
def made(terminal: Terminal, council: MadeCouncil) -> Any:
    """Runs a command as one of the council, and gives its JSON."""
    for name in ("handler_a", "fa", "secretariat", "compliance"):
        signed_in(terminal, getattr(council, name), name)

    def run(*arguments: str) -> Any:
        ran = terminal(*arguments, "--json")
        assert ran.code == 0, ran.err
        return json.loads(ran.out)

    return run


def test_a_request_is_made_found_answered_and_declined(
    terminal: Terminal, council: MadeCouncil, made: Any
) -> None:
    asking = (
        "request", "ask", council.memberships["fa"], "--wanted", "概要（架空）",
        "--why", "設計に要る", "--person", council.organ_a.person_id, "--as", "handler_a",
    )  # fmt: skip
    first, second = made(*asking)["id"], made(*asking)["id"]
    waiting = terminal("waiting", "--as", "fa").out
    assert f"kyogikai request show {first}" in waiting
    shown = terminal("request", "show", first, "--as", "fa")
    assert "知りたいこと: 概要（架空）" in shown.out
    assert "求めた人: handler_a 太郎（" in shown.out
    assert f"--answers {first}" in shown.err
    draft = (
        "document", "draft", "--title", "題名（架空）", "--not-own-result",
        "--no-designated-secret", "--answers", first, "--as", "fa",
    )  # fmt: skip
    made(*draft)
    made("request", "decline", second, "--reason", "保有せず", "--as", "fa")
    listed = terminal("request", "list", "--as", "handler_a").out
    assert "回答済み" in listed
    assert "辞退" in listed
    mine = terminal("request", "show", first, "--as", "handler_a")
    assert "回答の方法 提供の準備" in mine.out
    assert "題名（架空）" not in mine.out
    assert "--answers" not in mine.err
    assert terminal("request", "withdraw", first, "--as", "handler_a").code == 1
    summaries = terminal("request", "list", "--summaries", "--as", "compliance").out
    assert len(summaries.splitlines()) == 2
    assert "架空" not in summaries


def test_a_request_is_answered_by_providing_at_once(
    terminal: Terminal, council: MadeCouncil, made: Any, tmp_path: Path
) -> None:
    request = made(
        "request", "ask", council.memberships["fa"], "--wanted", "概要（架空）",
        "--why", "設計に要る", "--as", "handler_a",
    )["id"]  # fmt: skip
    file = tmp_path / "概要.txt"
    file.write_text("概要（架空）", "utf-8")
    providing = (
        "document", "provide", str(file), "--subject", "概要（架空）", "--until", "2027-03-31",
        "--to", council.handler_a.person_id, "--reason", "設計に要る", "--worth", "対策される",
        "--not-publicly-known", "--not-own-result", "--no-designated-secret",
        "--answers", request, "--as", "fa",
    )  # fmt: skip
    secret = made(*providing)["id"]
    asked = made("request", "show", request, "--as", "handler_a")
    assert (asked["state"], asked["answer"]["document"]) == ("answered", secret)
    again = terminal(*providing)
    assert again.code == 5, "there is one answer"
    assert secret not in again.out


def test_cooperation_is_asked_answered_from_outside_and_declined(
    terminal: Terminal, world: World, council: MadeCouncil, made: Any
) -> None:
    with world.changing() as tx:
        organisation(tx, OUTSIDE, "think_tank")
    signed_in(terminal, people(world, {"outside": OUTSIDE})["outside"], "outside")
    request = made(
        "cooperation", "ask", "--subject", "見通し（架空）", "--text", "ご意見を（架空）",
        "--due", "2027-03-31", "--member", council.memberships["fa"],
        "--organisation", OUTSIDE, "--as", "secretariat",
    )["id"]  # fmt: skip
    assert request in terminal("cooperation", "list", "--mine", "--as", "outside").out
    made("cooperation", "answer", request, "--text", "回答（架空）", "--as", "outside")
    ran = terminal("cooperation", "decline", request, "--reason", "人手がない", "--as", "fa")
    assert "不利益はありません" in ran.err
    shown = terminal("cooperation", "show", request, "--as", "secretariat").out
    for said in ("状態: 全て回答済み", "求めるもの: 意見の表明", "回答（架空）", "人手がない"):
        assert said in shown
    outside = terminal("cooperation", "show", request, "--as", "outside").out
    assert "人手がない" not in outside


def test_an_incident_is_reported_shown_and_closed(
    terminal: Terminal, world: World, council: MadeCouncil, made: Any
) -> None:
    paper = shared_document(world, council, council.fa).id
    report = ("incident", "report", paper, "--note", "三頁（架空）", "--as", "handler_a")
    assert terminal(*report).code == 2, "without a terminal it wants --yes"
    incident = made(*report, "--yes")["id"]
    assert terminal("document", "read", paper, "--as", "fa").code == 4
    listed = terminal("incident", "list", "--as", "secretariat").out
    assert "閲覧者の報告" in listed
    assert "架空" not in listed
    shown = terminal("incident", "show", incident, "--as", "compliance").out
    assert "気づいたこと: 三頁（架空）" in shown
    closing = ("--outcome", "released", "--done", "確認した", "--as", "compliance")
    ran = terminal("incident", "close", incident, *closing)
    assert ran.code == 0, ran.err
    assert "結果: 疑いなし（提供の再開）" in ran.out
    assert terminal("document", "read", paper, "--as", "fa").code == 0
    again = made(*report, "--yes")["id"]
    ending = ("--outcome", "to_be_destroyed", "--done", "廃棄する", "--as", "compliance")
    made("incident", "close", again, *ending)
    assert terminal("incident", "destroy", again, "--as", "compliance").code == 2
    gone = made("incident", "destroy", again, "--yes", "--as", "compliance")
    assert gone["destroyed_at"] is not None
