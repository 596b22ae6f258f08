"""Texts by version: entered once, in force by the clock, and a new version asks again (BR-36)."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crypto.canonical import canonical
from crypto.digests import sha256
from server.access import text_files, texts
from server.access.parts import Parts
from server.access.text_files import CHECKLIST, DUTY, ITEM, TextError
from server.clock import DAY, HOUR, to_text
from server.notices import making
from server.wiring import NOTICES
from tests.conftest import TestClock
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil, established_council
from tests.making.documents import acknowledge, provided_secret, shared_document
from tests.making.texts import in_force, with_version

TOMORROW = "2026-09-22"  # the clock begins on 2026-09-21, 23:13 in Japan
OLD = """
id: duty-of-confidentiality
versions:
- {version: 1, effective_on: '2025-06-01', ja: あ, en: a, citations: [c], counsel_note: n}
- {version: 2, effective_on: '2027-01-01', ja: い, en: b, citations: [c], counsel_note: n}
"""


@pytest.fixture
def council(world: World) -> MadeCouncil:
    return established_council(world)


def agrees(person: Caller, council: MadeCouncil, text: str) -> int:
    path = f"/councils/{council.id}/acknowledgement"
    return int(person.post(path, {"text": text}).status_code)


def explained(council: MadeCouncil, person: Caller, paper: str, at: int | None = None) -> Any:
    """Why a person may read a paper, or may not, as an officer is told."""
    asked = {"kind": "document", "thing": paper, "action": "read", "person": person.person_id}
    when = {} if at is None else {"at": to_text(at)}
    path = f"/councils/{council.id}/explanation"
    officer = council.compliance
    return officer.get(path, params={**asked, **when}).json()


def topics(world: World, person: Caller) -> set[str]:
    making.read_logs(world.parts, NOTICES)
    making.remind(world.parts, NOTICES)
    return {each["topic"] for each in person.get("/me/notices").json()["items"]}


def tasks(person: Caller) -> list[str]:
    return [each["task"] for each in person.get("/me/waiting").json()["items"]]


# --- the files -----------------------------------------------------------------------------------
def test_the_shipped_texts_cite_the_act_and_ask_for_counsel(parts: Parts) -> None:
    shipped = text_files.read_folder(parts.settings.texts)
    newest = {name: text.versions[-1] for name, text in shipped.items()}

    assert set(newest) == {DUTY, ITEM, CHECKLIST}
    for name in (DUTY, ITEM):
        assert "62条第7項" in newest[name].ja
        assert "62(7)" in newest[name].en
        assert "Counsel must check" in newest[name].counsel_note


@pytest.mark.parametrize(
    "broken",
    [
        OLD.replace("version: 2", "version: 3"),
        OLD.replace("2027", "2024"),
        OLD.replace("2027-01-01", "2027-02-30"),
        OLD.replace("citations: [c]", "citations: []"),
        OLD.replace("ja: い, ", ""),
        OLD.replace("ja: い", "ja: い, fr: c"),
        OLD.replace("ja: い", "items: [{id: a, group: human, ja: a, en: a}], ja: い"),
        "versions: [",
        "id: x",
    ],
)
def test_a_text_that_is_not_understood_is_refused(broken: str) -> None:
    with pytest.raises(TextError):
        text_files.read(broken)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: (f / f"{DUTY}.yaml").unlink(), "holds"),
        (lambda f: shutil.copy(f / f"{DUTY}.yaml", f / "other.yaml"), "holds"),
        (lambda f: shutil.copy(f / f"{DUTY}.yaml", f / f"{ITEM}.yaml"), "holds"),
        (lambda f: (f / f"{DUTY}.yaml").write_bytes(b"\xff"), "cannot be read"),
    ],
)
def test_a_folder_that_does_not_hold_exactly_the_texts_keeps_the_server_down(
    parts: Parts, tmp_path: Path, change: Any, told: str
) -> None:
    folder = tmp_path / "texts"
    shutil.copytree(parts.settings.texts, folder)
    change(folder)

    with pytest.raises(TextError, match=told):
        texts.note_in_use(replace(parts, settings=replace(parts.settings, texts=folder)))


# --- entering ------------------------------------------------------------------------------------
@pytest.mark.on_both_databases
def test_a_version_is_entered_once_with_its_digest(parts: Parts, tmp_path: Path) -> None:
    again = with_version(tmp_path / "texts", parts, DUTY, ja="改めた文")

    assert texts.note_in_use(parts) == []
    assert texts.note_in_use(again) == [f"{DUTY}/2"]
    assert texts.note_in_use(again) == []
    with parts.database.reading() as tx:
        found = texts.current(tx, DUTY)
        assert (found.name, found.content["ja"]) == (f"{DUTY}/2", "改めた文")
        assert found.digest == sha256(canonical(found.content)).hex()
        assert texts.called(tx, DUTY, 1).content["ja"] != "改めた文"


def test_a_changed_text_under_an_old_number_keeps_the_server_down(
    parts: Parts, tmp_path: Path
) -> None:
    changed = with_version(tmp_path / "texts", parts, ITEM, ja="改めた文")
    texts.note_in_use(changed)
    file = changed.settings.texts / f"{ITEM}.yaml"
    file.write_text(file.read_text("utf-8").replace("改めた文", "別の文"), encoding="utf-8")

    with pytest.raises(TextError, match="item-acknowledgement/2 was entered with digest"):
        texts.note_in_use(changed)
    with pytest.raises(TextError, match="item-acknowledgement/2 was entered and is not in"):
        texts.note_in_use(parts)


# --- asked again ---------------------------------------------------------------------------------
@pytest.mark.on_both_databases
def test_a_new_version_of_the_duty_closes_the_council_until_it_is_acknowledged(
    world: World, council: MadeCouncil, clock: TestClock, tmp_path: Path
) -> None:
    paper = shared_document(world, council, council.private)
    before, person = clock.now, council.organ_a
    in_force(tmp_path, world.parts, DUTY, effective_on=TOMORROW, en="Changed.")
    assert person.get(f"/documents/{paper.id}").status_code == 200
    assert tasks(person) == []
    clock.advance(HOUR)
    person = world.session(person.person_id)
    council = replace(council, compliance=world.session(council.compliance.person_id))

    assert person.get(f"/documents/{paper.id}").status_code == 404
    assert person.get(f"/councils/{council.id}/memberships").status_code == 403
    shown = person.get(f"/councils/{council.id}").json()
    assert (shown["acknowledged"], set(shown["may"])) == (False, {"read", "acknowledge"})
    assert tasks(person) == ["acknowledge_duty"]
    assert "text_changed" in topics(world, person)
    why = explained(council, person, paper.id)
    member = next(each for each in why["relations"] if each["relation"] == "member")
    missing = [c["condition"] for c in member["ways"][0] if not c["holds"]]
    assert (why["allowed"], missing) == (False, ["duty_acknowledged"])
    assert any("現在の版" in line for line in why["ja"])

    assert agrees(person, council, f"{DUTY}/1") == 409
    clock.advance(1)
    assert agrees(person, council, f"{DUTY}/2") == 201
    assert person.get(f"/documents/{paper.id}").status_code == 200
    assert tasks(person) == []
    clock.advance(1)
    then = explained(council, person, paper.id, before)
    between = explained(council, person, paper.id, clock.now - 2)
    assert (then["allowed"], between["allowed"]) == (True, False)


@pytest.mark.on_both_databases
def test_a_new_version_of_the_item_s_text_closes_the_secret_alone(
    world: World, council: MadeCouncil, clock: TestClock, tmp_path: Path
) -> None:
    secret = provided_secret(world, council, council.private, [council.organ_a])
    in_force(tmp_path, world.parts, ITEM, en="Changed.")

    assert council.organ_a.get(f"/documents/{secret.id}").status_code == 403
    assert council.organ_a.get(f"/councils/{council.id}/memberships").status_code == 200
    scope = council.organ_a.get(f"/documents/{secret.id}/summary").json()["scope"]
    assert (scope["text"]["id"], scope["text"]["en"]) == (f"{ITEM}/2", "Changed.")
    assert tasks(council.organ_a) == ["acknowledge_secret"]
    assert "text_changed" in topics(world, council.organ_a)
    named = council.private.get(f"/documents/{secret.id}").json()["recipients"]
    assert [each["acknowledged"] for each in named] == [False]

    acknowledge(council.organ_a, secret.id)
    assert council.organ_a.get(f"/documents/{secret.id}").status_code == 200
    duty = council.organ_a.get("/me/duties").json()["items"][0]
    assert duty["text"] == f"{ITEM}/2"


def test_what_was_acknowledged_keeps_its_version_and_can_be_read(
    world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    first = council.organ_a.get(f"/texts/{DUTY}").json()
    in_force(tmp_path, world.parts, DUTY, en="Changed.")

    assert council.stranger.get(f"/texts/{DUTY}").json()["version"] == 2
    old = council.stranger.get(f"/texts/{DUTY}", params={"version": 1}).json()
    assert (old["digest"], old["en"]) == (first["digest"], first["en"])
    for path in ("/texts/policy", f"/texts/{DUTY}?version=3"):
        assert council.stranger.get(path).status_code == 404


def test_a_service_account_waits_for_its_representative_to_acknowledge(
    world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    member = council.memberships["organ_a"]
    path = f"/memberships/{member}/service-accounts"
    account = council.organ_a.post(path, {"name": "文書保管"}).json()["id"]
    asked = {"scopes": ["read"], "days": 90}
    token = council.organ_a.post(f"{path}/{account}/tokens", asked).json()["token"]
    program = Caller(council.organ_a.person_id, token, world.client)
    assert program.get(f"/councils/{council.id}").status_code == 200
    in_force(tmp_path, world.parts, DUTY, en="Changed.")

    assert program.get(f"/councils/{council.id}").status_code == 404
    assert agrees(council.organ_a, council, f"{DUTY}/2") == 201
    assert program.get(f"/councils/{council.id}").status_code == 200


def test_a_clock_set_back_shows_the_version_of_that_day(
    parts: Parts, clock: TestClock, tmp_path: Path
) -> None:
    in_force(tmp_path, parts, DUTY, effective_on="2026-10-01")
    for days, version in ((0, 1), (20, 2), (-30, 1)):
        with parts.database.reading() as tx:
            assert texts.current(tx, DUTY, at=clock.now + days * DAY).name == f"{DUTY}/{version}"
