"""The end of a council and of content by command alone, in the words of people who do it."""

import json

from server.clock import DAY, to_text
from tests.clients.conftest import Terminal, signed_in
from tests.conftest import TestClock
from tests.factories import World
from tests.making.closing import run_every_job
from tests.making.councils import MadeCouncil
from tests.making.documents import provided_secret


def test_a_council_is_closed_and_its_content_disposed_of_by_command(
    terminal: Terminal, council: MadeCouncil, world: World, clock: TestClock
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_a], days=60).id
    closes_at = to_text(clock.now + 30 * DAY)
    for name in ("minister_fund", "minister_pm", "fa"):
        signed_in(terminal, getattr(council, name), name)
    asked = ("council", "announce-closing", council.id, "--on", closes_at, "--reason", "目的を達成")

    first = terminal(*asked, "--as", "minister_fund")
    shown = terminal("council", "closing", council.id, "--as", "minister_pm")
    second = terminal(*asked, "--as", "minister_pm")

    assert "提案" in first.err
    assert "目的を達成" in shown.out
    assert (second.code, second.err.strip()) == (0, "閉会を予告しました。")
    assert "閉会予告中" in terminal("council", "show", council.id, "--as", "fa").out
    assert f"kyogikai document dispose {secret}" in terminal("waiting", "--as", "fa").out
    ran = terminal("document", "dispose", secret, "returned", "--as", "fa")
    assert (ran.code, "提供者への返却" in ran.out) == (0, True), ran.err
    unsure = terminal("document", "dispose", secret, "destroyed", "--as", "fa")
    assert (unsure.code, "--yes" in unsure.err) == (2, True)

    clock.days(30)
    run_every_job(world)
    signed_in(terminal, council.fa, "fa")
    assert "閉会後の保管" in terminal("document", "show", secret, "--as", "fa").out
    ran = terminal("document", "dispose", secret, "returned", "--received", "--yes", "--as", "fa")
    assert ran.code == 0, ran.err
    run_every_job(world)
    certificate = terminal("document", "destruction", secret, "--as", "fa", "--json")
    destroyed = json.loads(certificate.out)["destruction"]
    assert (destroyed["ground"], destroyed["removed"]) == ("returned", True)
    gone = terminal("document", "read", secret, "--as", "fa")
    assert "廃棄されました" in gone.err


def test_a_closing_is_taken_back_and_a_paper_destroyed_by_command(
    terminal: Terminal, council: MadeCouncil, world: World, clock: TestClock
) -> None:
    secret = provided_secret(world, council, council.fa, [council.organ_a]).id
    for name in ("minister_fund", "minister_pm", "fa"):
        signed_in(terminal, getattr(council, name), name)
    on = to_text(clock.now + 2 * DAY)
    asked = ("council", "announce-closing", council.id, "--on", on, "--reason", "x")
    for name in ("minister_fund", "minister_pm"):
        ran = terminal(*asked, "--notice-days", "1", "--as", name)
    assert ran.code == 0, ran.err
    for name in ("minister_pm", "minister_fund"):
        ran = terminal("council", "withdraw-closing", council.id, "--yes", "--as", name)
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "予告を取り消しました。")
    nothing = terminal("council", "withdraw-closing", council.id, "--yes", "--as", "minister_pm")
    assert (nothing.code, "予告されていません" in nothing.err) == (2, True)

    ran = terminal("document", "destroy", secret, "--reason", "不要", "--yes", "--as", "fa")
    assert (ran.code, "廃棄の証明" in ran.out) == (0, True), ran.err
