"""Reading and proving a log over HTTP: who may, what they see, and that the reading is recorded."""

import hashlib
from types import SimpleNamespace
from typing import Any

import pytest

from crypto import merkle, notes
from crypto.canonical import parse
from crypto.digests import open_commitment
from server.audit import checkpoints, facts, reading, service, views
from server.audit.service import Draft
from server.clock import MINUTE, to_text
from server.documents.models import Document
from tests.factories import Caller, World
from tests.making.audit import append
from tests.making.councils import MadeCouncil, established_council


@pytest.fixture
def made(world: World) -> MadeCouncil:
    return established_council(world)


def log(made: MadeCouncil, rest: str) -> str:
    return f"/councils/{made.id}/log/{rest}"


def acts(world: World, made: MadeCouncil, *drafts: Draft) -> None:
    """Entries as the guard would write them, signed."""
    with world.parts.database.changing() as tx:
        service.write(tx, made.id, drafts)
        checkpoints.sign(tx, made.id)


def act(person: str, on: str, kind: str = "document.read", **more: Any) -> Draft:
    actor = {"person": person, "address": "192.0.2.1"}
    return Draft(kind=kind, object=on, outcome="allowed", person_id=person, actor=actor, **more)


def provided(world: World, made: MadeCouncil, membership: str, by: Caller) -> str:
    """The id of a document that a member provided."""
    document = Document(
        council_id=made.id,
        provider_membership_id=membership,
        created_by=by.person_id,
        is_secret=False,
        title=b"sealed",
    )
    with world.changing(made.id) as tx:
        return facts.enter(tx, made.id, document).id


@pytest.mark.parametrize("who", ["compliance", "auditor"])
def test_the_compliance_officer_and_the_auditor_read_the_whole_log(
    who: str, made: MadeCouncil
) -> None:
    reader: Caller = getattr(made, who)

    answer = reader.get(log(made, "entries"))

    assert answer.status_code == 200
    seqs = [item["seq"] for item in answer.json()["items"]]
    assert seqs == sorted(seqs, reverse=True)
    assert seqs[-1] == 0
    assert {item["opening"] for item in answer.json()["items"]} == {"open"}


def test_reading_the_log_is_itself_in_the_log(made: MadeCouncil) -> None:
    """LOG-12."""
    made.compliance.get(log(made, "entries"), params={"kind": "document.read"})

    newest = made.auditor.get(log(made, "entries")).json()["items"][0]

    assert (newest["kind"], newest["person"]) == ("council.read_log", made.compliance.person_id)
    assert newest["opened"]["body"]["sought"] == {"kind": "document.read"}


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("organ_a", 403),
        ("handler_a", 403),
        ("pd", 403),
        ("secretariat", 403),
        ("admin", 403),
        ("stranger", 404),
    ],
)
def test_nobody_else_reads_the_councils_log(who: str, status: int, made: MadeCouncil) -> None:
    caller: Caller = getattr(made, who)

    assert caller.get(log(made, "entries")).status_code == status
    assert caller.get(log(made, "leaves"), params={"start": 0, "end": 9}).status_code == status


def test_an_entry_shows_its_leaf_and_what_proves_its_opening(made: MadeCouncil) -> None:
    made.compliance.get(log(made, "checkpoint"))

    entry = made.auditor.get(log(made, "entries")).json()["items"][0]

    leaf, opened = entry["leaf"].encode(), entry["opened"]
    assert hashlib.sha256(b"\0" + leaf).hexdigest() == entry["leaf_hash"]
    for name in ("actor", "body"):
        salt = bytes.fromhex(opened[f"{name}_salt"])
        open_commitment(bytes.fromhex(parse(leaf)[name]), salt, opened[name])
    assert opened["actor"]["person"] == made.compliance.person_id


def test_entries_are_found_by_person_object_kind_outcome_and_time(
    world: World, made: MadeCouncil
) -> None:
    person, began = made.organ_b.person_id, world.parts.clock()
    world.clock.advance(MINUTE)
    acts(world, made, act(person, "document/one"), act(person, "document/two", "document.see"))
    world.clock.advance(MINUTE)
    acts(world, made, act(made.fa.person_id, "document/one"))

    def found(**sought: str) -> list[tuple[str, str]]:
        items = made.auditor.get(log(made, "entries"), params=sought).json()["items"]
        return [(item["object"], item["kind"]) for item in items]

    assert found(person=person) == [
        ("document/two", "document.see"),
        ("document/one", "document.read"),
    ]
    assert found(object="document/one", person=person) == [("document/one", "document.read")]
    assert found(kind="document.see") == [("document/two", "document.see")]
    assert found(object="document/one", outcome="refused") == []
    later = to_text(began + 2 * MINUTE)
    assert found(object="document/one", since=later) == [("document/one", "document.read")]
    assert len(found(person=person, until=later)) == 2
    assert found(person=person, until=to_text(began)) == []


def test_a_page_continues_where_the_last_one_ended(world: World, made: MadeCouncil) -> None:
    acts(world, made, *[act(made.pd.person_id, f"document/{n}") for n in range(7)])
    path, asked = log(made, "entries"), {"limit": 3, "person": made.pd.person_id}

    objects, cursor = [], None
    for _ in range(3):
        page = made.auditor.get(path, params=asked | ({"cursor": cursor} if cursor else {})).json()
        objects += [item["object"] for item in page["items"]]
        cursor = page["next"]

    assert objects == [f"document/{n}" for n in reversed(range(7))]
    assert cursor is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"cursor": "-1"},
        {"cursor": "x"},
        {"outcome": "maybe"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"persons": "x"},
    ],
)
def test_a_malformed_question_is_refused(wrong: dict[str, str], made: MadeCouncil) -> None:
    answer = made.auditor.get(log(made, "entries"), params=wrong)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")


def test_an_opening_dropped_or_damaged_is_said_so(world: World, made: MadeCouncil) -> None:
    acts(world, made, act(made.pd.person_id, "document/1"))
    with world.parts.database.reading() as tx:
        sought = reading.Sought(kind="document.read")
        rows, _ = reading.entries(tx, made.id, sought, limit=1, before=None)
        stored = dict(rows[0]._mapping)

        def state(**changed: object) -> str:
            return views.entry(tx, made.id, SimpleNamespace(**(stored | changed))).opening

        assert state() == "open"
        assert state(opening=None, person_id=None) == "dropped"
        assert state(opening=stored["opening"][:-1]) == "damaged"
        assert state(person_id=made.fa.person_id) == "damaged"
        assert state(leaf=stored["leaf"].replace(b'"allowed"', b'"refused" ')) == "damaged"


def test_a_representative_sees_who_used_what_its_membership_provided(
    world: World, made: MadeCouncil
) -> None:
    """Matrix, table 2: accesses to own items, and nothing of what others provided."""
    document = provided(world, made, made.memberships["organ_a"], made.organ_a)
    other = provided(world, made, made.memberships["organ_b"], made.organ_b)
    acts(
        world,
        made,
        act(made.fa.person_id, f"document/{document}"),
        act(made.fa.person_id, f"document/{other}"),
        act(made.organ_a.person_id, f"document/{other}"),
    )

    items = made.organ_a.get(log(made, "own")).json()["items"]

    seen = [(i["object"], i["person"], i["mine"]) for i in items if i["kind"] == "document.read"]
    assert seen == [
        (f"document/{other}", made.organ_a.person_id, True),
        (f"document/{document}", made.fa.person_id, False),
    ]
    assert not {"opened", "leaf"} & set(items[0])


@pytest.mark.parametrize("who", ["handler_a", "deputy_a"])
def test_a_handler_and_a_deputy_see_their_own_acts_alone(
    who: str, world: World, made: MadeCouncil
) -> None:
    caller: Caller = getattr(made, who)
    document = provided(world, made, made.memberships["organ_a"], made.organ_a)
    acts(
        world,
        made,
        act(made.fa.person_id, f"document/{document}"),
        act(caller.person_id, f"document/{document}"),
    )

    items = caller.get(log(made, "own")).json()["items"]

    assert [(i["object"], i["mine"]) for i in items] == [(f"document/{document}", True)]


def test_a_stranger_and_the_secretariat_have_no_log_of_their_own_here(made: MadeCouncil) -> None:
    assert made.stranger.get(log(made, "own")).status_code == 404
    assert made.secretariat.get(log(made, "own")).status_code == 403


def test_the_checkpoint_is_the_note_as_signed_with_its_key(world: World, made: MadeCouncil) -> None:
    answer = made.organ_a.get(log(made, "checkpoint"))

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    verifier = notes.parse_verifier_key(answer.headers["kyogikai-verifier-key"])
    checkpoint = notes.open_checkpoint(answer.content, verifier)
    assert checkpoint.origin == f"{world.parts.settings.origin_host}/council/{made.id}"
    twin = made.organ_a.get(log(made, "checkpoint"), headers={"Accept": "application/json"}).json()
    assert twin["note"].encode() == answer.content
    assert (twin["size"], twin["root"]) == (checkpoint.size, checkpoint.root.hex())


@pytest.mark.parametrize("who", ["organ_a", "handler_a", "compliance", "auditor"])
def test_members_and_who_watches_can_prove_any_entry(
    who: str, world: World, made: MadeCouncil
) -> None:
    append(world.parts.database, 300, made.id)
    caller: Caller = getattr(made, who)

    proof = caller.get(log(made, "inclusion"), params={"seq": 7}).json()

    leaf = made.auditor.get(log(made, "leaves"), params={"start": 7, "end": 8}).json()["items"][0]
    signed = proof["checkpoint"]
    verifier = notes.parse_verifier_key(signed["verifier_key"])
    checkpoint = notes.open_checkpoint(signed["note"].encode(), verifier)
    assert proof["leaf_hash"] == leaf["hash"]
    merkle.verify_inclusion(
        merkle.leaf_hash(leaf["leaf"].encode()),
        7,
        checkpoint.size,
        [bytes.fromhex(each) for each in proof["hashes"]],
        checkpoint.root,
    )


def test_a_proof_as_text_is_a_tlog_proof(world: World, made: MadeCouncil) -> None:
    append(world.parts.database, 20, made.id)

    answer = made.organ_a.get(
        log(made, "inclusion"), params={"seq": 7}, headers={"Accept": "text/plain"}
    )

    leaf = made.auditor.get(log(made, "leaves"), params={"start": 7, "end": 8}).json()["items"][0]
    verifier = notes.parse_verifier_key(answer.headers["kyogikai-verifier-key"])
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert notes.open_proof(answer.content, bytes.fromhex(leaf["hash"]), verifier).size == 22


def test_two_checkpoints_are_proved_to_be_of_one_history(world: World, made: MadeCouncil) -> None:
    old = made.organ_a.get(log(made, "checkpoint"), headers={"Accept": "application/json"}).json()
    append(world.parts.database, 300, made.id)

    proof = made.organ_a.get(log(made, "consistency"), params={"old": old["size"]}).json()

    assert proof["old"] == old
    merkle.verify_consistency(
        old["size"],
        proof["new"]["size"],
        bytes.fromhex(old["root"]),
        bytes.fromhex(proof["new"]["root"]),
        [bytes.fromhex(each) for each in proof["hashes"]],
    )


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("inclusion?seq=0&size=999", 404, "no_checkpoint"),
        ("inclusion?seq=999", 404, "no_entry"),
        ("inclusion", 422, "malformed"),
        ("inclusion?seq=-1", 422, "malformed"),
        ("inclusion?seq=99999999999999999999", 422, "malformed"),
        ("consistency?old=999", 404, "no_entry"),
        ("consistency?old=x", 422, "malformed"),
        ("leaves?start=0", 422, "malformed"),
    ],
)
def test_what_cannot_be_proved_is_said_plainly(
    path: str, status: int, code: str, made: MadeCouncil
) -> None:
    answer = made.auditor.get(log(made, path))

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_stranger_gets_no_proof(made: MadeCouncil) -> None:
    for path in ("checkpoint", "inclusion?seq=0", "consistency?old=1"):
        assert made.stranger.get(log(made, path)).status_code == 404


def test_leaves_come_at_most_a_thousand_at_a_time(world: World, made: MadeCouncil) -> None:
    append(world.parts.database, 1100, made.id)

    items = made.auditor.get(log(made, "leaves"), params={"start": 5, "end": 5000}).json()["items"]

    assert [item["seq"] for item in items] == list(range(5, 1005))


def test_the_auditor_of_the_installation_reads_and_proves_the_system_log(world: World) -> None:
    auditor = world.officer("auditor")

    entries = auditor.get("/system/log/entries", params={"limit": 5}).json()["items"]
    leaves = auditor.get("/system/log/leaves", params={"start": 0, "end": 1}).json()["items"]
    note = auditor.get("/system/log/checkpoint")
    size = int(note.text.split("\n")[1])
    proof = auditor.get("/system/log/inclusion", params={"seq": 0, "size": size}).json()
    assert auditor.get("/system/log/consistency", params={"old": size}).status_code == 200

    assert entries[0]["opening"] == "open"
    assert proof["leaf_hash"] == leaves[0]["hash"]
    newest = auditor.get("/system/log/entries", params={"limit": 1}).json()["items"][0]
    assert (newest["kind"], newest["person"]) == ("installation.prove", auditor.person_id)


@pytest.mark.parametrize("role", ["system_administrator", "secretariat", "key_custodian"])
def test_other_offices_do_not_read_the_system_log(role: str, world: World) -> None:
    assert world.officer(role).get("/system/log/entries").status_code == 403


def test_a_councils_auditor_is_told_nothing_of_the_system_log(made: MadeCouncil) -> None:
    assert made.auditor.get("/system/log/entries").status_code == 404
    assert made.auditor.get("/system/log/checkpoint").status_code == 404


def test_anyone_learns_the_system_logs_key(world: World) -> None:
    answer = world.client.get("/api/v1/log-key").json()
    auditor = world.officer("auditor")

    note = auditor.get("/system/log/checkpoint").content

    checkpoint = notes.open_checkpoint(note, notes.parse_verifier_key(answer["verifier_key"]))
    assert checkpoint.origin == answer["origin"]
