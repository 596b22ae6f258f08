"""The duty register, safe management and certificates of return, by command alone."""

import json

from server.clock import to_text
from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.documents import provided_secret


def test_a_register_is_read_by_its_person_its_link_and_from_the_other_side(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    secret = provided_secret(world, council, council.private, [council.organ_a])
    signed_in(terminal, council.organ_a, "a")
    signed_in(terminal, council.private, "p")
    listed = terminal("duty", "list", "--as", "a")
    assert (listed.code, secret.id in listed.out) == (0, True), listed.err
    assert council.organ_a.person_id in terminal("duty", "bound", secret.id, "--as", "p").out

    made = terminal("duty", "make-link", "--as", "a", "--json")
    assert made.code == 0, made.err
    link = json.loads(made.out)
    assert "二度と表示されません" in made.err
    read = terminal("duty", "read", link["link"], "--as", "nobody")
    assert (read.code, secret.id in read.out) == (0, True), read.err
    assert link["id"] in terminal("duty", "links", "--as", "a").out
    assert terminal("duty", "revoke-link", link["id"], "--as", "a").code == 0
    gone = terminal("duty", "read", link["link"], "--as", "nobody")
    assert gone.code != 0
    assert "情報管理責任者に新しいリンク" in gone.err
    assert "62条第7項" in terminal("duty", "text", "--as", "a").out


def test_a_member_leaves_certifying_what_it_received(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    secret = provided_secret(world, council, council.private, [council.organ_a])
    world.clock.advance(1000)
    membership = council.memberships["organ_a"]
    signed_in(terminal, council.organ_a, "a")
    assert secret.id in terminal("member", "returns", membership, "--as", "a").out
    left = terminal("member", "leave", membership, "--outcome", "destroyed",
                    "--statement", "裁断した（架空）", "--as", "a")  # fmt: skip
    assert left.code == 0, left.err
    signed_in(terminal, world.session(council.organ_a.person_id), "a")
    shown = terminal("member", "returns", membership, "--as", "a").out
    assert "廃棄" in shown
    again = terminal("member", "certify-return", membership, "--outcome", "returned",
                     "--statement", "返送した", "--as", "a")  # fmt: skip
    assert again.code != 0
    assert "証明すべきものはありません" in again.err


def test_safe_management_is_confirmed_by_the_checklist_and_shown_by_member(
    terminal: Terminal, council: MadeCouncil, world: World
) -> None:
    signed_in(terminal, council.compliance, "officer")
    member = council.memberships["organ_a"]
    until = to_text(world.clock() + 400 * 86_400_000)
    made = terminal("council", "confirm-safe-management", council.id, member, "--evidence",
                    "点検票", "--until", until, "--as", "officer")  # fmt: skip
    assert made.code == 0, made.err
    assert "safe-management/1" in made.out
    first = terminal("council", "safety", council.id, "--as", "officer").out.splitlines()[0]
    assert first.split("\t")[1] in ("有効", "未確認")
    few = terminal("council", "confirm-safe-management", council.id, member, "--evidence",
                   "点検票", "--until", until, "--item", "rules", "--as", "officer")  # fmt: skip
    assert few.code != 0
    assert "officer" in few.err
