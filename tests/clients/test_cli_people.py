"""People by command: deputies, rosters as of a day, reviews, colleagues, moving, conflicts."""

import json

from server.clock import DAY, to_text
from tests.clients.conftest import Terminal, signed_in
from tests.conftest import TestClock
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import shared_document


def test_a_deputy_is_named_shown_with_whom_they_stand_in_for_and_reviewed(
    terminal: Terminal, council: MadeCouncil, world: World, clock: TestClock
) -> None:
    signed_in(terminal, council.organ_b)
    member = council.memberships["organ_b"]
    person = world.person("代理 花子", council.organisations["organ_b"]).person_id
    start = to_text(clock.now + DAY)

    ran = terminal("seat", "name", member, person, "--role", "deputy", "--from", start,
                   "--until", to_text(clock.now + 90 * DAY), "--scope", "answer")  # fmt: skip
    assert ran.code == 0, ran.err
    assert "代理の範囲: 同意手続の閲覧と回答" in ran.out

    assert "代理 花子" not in terminal("council", "members", council.id).out
    later = terminal("council", "members", council.id, "--at", start)
    line = next(each for each in later.out.splitlines() if "代理 花子" in each)
    assert "organ_b 太郎" in line
    shown = json.loads(terminal("member", "review", member, "--json").out)
    [seat] = shown["seats"]
    assert seat["lapses_at"] is None
    ran = terminal("member", "review", member, "--all")
    assert ran.code == 0, ran.err
    again = json.loads(terminal("member", "review", member, "--json").out)["seats"]
    assert [each["person"]["id"] for each in again] == [person]
    assert again[0]["seat"] != seat["seat"]
    ran = terminal("member", "review", member, "--end", again[0]["seat"])
    assert ran.code == 0, ran.err
    assert json.loads(terminal("member", "review", member, "--json").out)["seats"] == []


def test_a_colleague_is_invited_and_moves(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    signed_in(terminal, council.organ_b)
    asked = ("--name", "新任 四郎", "--kana", "シンニン シロウ", "--email", "s@example.jp",
             "--title", "係員")  # fmt: skip
    ran = terminal("member", "invite", council.memberships["organ_b"], *asked, "--json")
    assert ran.code == 0, ran.err
    person = json.loads(ran.out)["person"]
    signed_in(terminal, world.officer("secretariat"), "office")

    ran = terminal("person", "join", person, "pm", "--title", "主査", "--as", "office")
    assert ran.code == 0, ran.err
    ran = terminal("person", "leave", person, council.organisations["organ_b"], "--as", "office")
    assert ran.code == 0, ran.err
    assert "終わった席の数: 0" in ran.out
    ran = terminal("person", "belongs", person, "--as", "office", "--json")
    assert [each["organisation"] for each in json.loads(ran.out)["items"]] == ["pm"]


def test_two_officers_disable_a_person(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    signed_in(terminal, world.officer("system_administrator"), "one")
    signed_in(terminal, world.officer("compliance_officer"), "two")
    person = council.private.person_id

    terminal("person", "disable", person, "--reason", "紛失（架空）", "--as", "one")
    assert council.private.get("/me").status_code == 200
    ran = terminal("person", "disable", person, "--reason", "紛失（架空）", "--as", "two", "--json")

    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["unspoken"] == [council.memberships["private"]]


def test_a_conflict_is_recorded_listed_and_ended(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    paper = shared_document(world, council, council.organ_a).id
    signed_in(terminal, council.compliance)
    person = council.organ_b.person_id

    ran = terminal("conflict", "record", paper, person, "--reason", "競合（架空）")
    assert ran.code == 0, ran.err
    assert "競合（架空）" in terminal("conflict", "list", paper).out
    assert terminal("conflict", "end", paper, person, "--reason", "解消").code == 0
    assert "競合（架空）" not in terminal("conflict", "list", paper).out
