"""`kyogikai waiting`, notices and comments, by command."""

import json
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.clients.conftest import Connect, Terminal, signed_in
from tests.factories import World
from tests.making import notices
from tests.making.councils import MadeCouncil
from tests.making.mail import post


@pytest.fixture
def round_id(world: World, council: MadeCouncil) -> str:
    return notices.asked(world, council)


def test_what_waits_is_told_with_days_left_and_what_happens_otherwise(
    terminal: Terminal, council: MadeCouncil, round_id: str
) -> None:
    signed_in(terminal, council.fa)
    ran = terminal("waiting")
    assert ran.code == 0, ran.err
    [line] = ran.out.splitlines()
    for told in (
        f"{round_id[-8:-4]}-{round_id[-4:]}",
        "同意手続に回答する",
        "2026-10-21（水）23:13:20 JST",
        "\t30\t",
        "回答しないことは同意ではありません",
        f"kyogikai round answer {round_id}",
    ):
        assert told in line
    english = terminal("waiting", "--lang", "en")
    assert "Silence is not consent" in english.out
    [item] = json.loads(terminal("waiting", "--json").out)["items"]
    assert item["task"] == "answer_round"


def test_nothing_waits_for_a_stranger(terminal: Terminal, council: MadeCouncil) -> None:
    signed_in(terminal, council.stranger)
    ran = terminal("waiting")
    assert (ran.code, ran.out) == (0, "")
    assert "ありません" in ran.err


def test_the_deadlines_are_written_as_a_calendar_file(
    terminal: Terminal, council: MadeCouncil, round_id: str, tmp_path: Path
) -> None:
    signed_in(terminal, council.fa)
    file = tmp_path / "kyogikai.ics"
    ran = terminal("waiting", "--calendar", str(file))
    assert ran.code == 0, ran.err
    assert b"\r\n" in file.read_bytes()
    [event] = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert str(event["UID"]).startswith(f"round-{round_id}@")
    assert terminal("waiting", "--calendar", "-").out.startswith("BEGIN:VCALENDAR")
    refused = terminal("waiting", "--calendar", str(tmp_path / "no" / "where.ics"))
    assert refused.code != 0


def test_notices_are_listed_and_the_way_of_telling_is_chosen(
    terminal: Terminal, world: World, council: MadeCouncil, round_id: str
) -> None:
    post(world.parts)
    signed_in(terminal, council.fa)
    ran = terminal("notice", "list")
    assert "同意手続の開始" in ran.out
    assert "画面のみ" in ran.out
    assert terminal("notice", "daily").code == 0
    shown = terminal("notice", "show")
    assert "朝に一通で受け取るか: はい" in shown.out
    assert "メールを送るサーバーか: いいえ" in shown.out
    assert terminal("notice", "immediate").code == 0
    assert terminal("notice", "failing").code == 4
    signed_in(terminal, council.admin, "admin")
    assert terminal("notice", "failing", "--as", "admin").code == 0


def test_a_member_comments_on_who_is_to_join(
    terminal: Terminal, world: World, council: MadeCouncil
) -> None:
    notices.with_comments(world, council)
    admission = notices.announced(world, council, notices.holder(world))
    signed_in(terminal, council.fa)
    assert "意見を述べる" in terminal("waiting").out
    ran = terminal("admission", "comment", admission, "--text", "体制の確認を求めます（架空）")
    assert ran.code == 0, ran.err
    shown = terminal("admission", "comments", admission).out
    for told in ("体制の確認を求めます（架空）", "fa 太郎", "受付中か: はい", "2026-10-01（木）"):
        assert told in shown
    signed_in(terminal, council.minister_fund, "minister")
    ran = terminal("admission", "decide", admission, "--admit", "--as", "minister")
    assert ran.code == 5
    assert "意見の提出期間中" in ran.err


def test_the_sdk_has_it_too(sdk: Connect, council: MadeCouncil, round_id: str) -> None:
    client = sdk(council.fa.token)
    [item] = client.list_waiting().items
    assert (item.thing, item.days_left) == (round_id, 30)
    assert client.read_calendar().calendar.startswith("BEGIN:VCALENDAR")
    assert client.choose_notices(daily=True).daily is True
    assert client.read_notice_preference().daily is True
    assert client.list_notices().items == ()
