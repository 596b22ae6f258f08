"""The council's papers in one ZIP: what is in it, what is named as left out, who is asked when."""

import csv
import io
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from crypto.canonical import parse
from server.access.transfer import Transfer
from server.audit import service as audit
from server.audit.models import Entry
from server.documents.content.sending import Reading
from server.documents.taking_out import archive_endpoints
from server.documents.taking_out.archive import Archive, Line
from server.ids import new_id
from server.vault import Vault
from tests.factories import Caller, World
from tests.making.councils import MadeCouncil
from tests.making.documents import (
    CONTENT,
    MadeDocument,
    drafted_document,
    drafted_secret,
    made,
    made_a_handler,
    provided_secret,
    shared_document,
)
from tests.server.documents.content.test_content import LONG, blob

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


def shared(
    world: World, council: MadeCouncil, content: bytes = CONTENT, **given: Any
) -> MadeDocument:
    """A paper, made later than every other."""
    world.clock.advance(1)
    return shared_document(world, council, council.organ_a, content, **given)


def path_of(council: MadeCouncil, *documents: str) -> str:
    return f"/councils/{council.id}/archive?" + "&".join(f"document={id}" for id in documents)


def taken(by: Caller, council: MadeCouncil, *documents: str) -> zipfile.ZipFile:
    answer = by.get(path_of(council, *documents))
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def listed(archive: zipfile.ZipFile) -> dict[str, dict[str, str]]:
    text = archive.read("manifest.csv").decode("utf-8-sig")
    return {row["document"]: row for row in csv.DictReader(io.StringIO(text))}


def entries(world: World, council: MadeCouncil) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Kind, object, outcome and opened body of every entry of the council."""
    with world.parts.database.reading() as tx:
        query = select(_entry).where(_entry.c.log_id == council.id).order_by(_entry.c.seq)
        return [
            (
                row.kind,
                row.object,
                row.outcome,
                parse(audit.open_opening(tx, row.log_id, row.seq, row.opening))["body"][1],
            )
            for row in tx.connection.execute(query).all()
        ]


def test_it_holds_every_paper_under_a_safe_name_and_tells_of_each(
    world: World, council: MadeCouncil
) -> None:
    hostile = ["../../議事次第.txt", "議事次第.TXT", "manifest.csv", "=cmd.csv"]
    papers = [shared(world, council, CONTENT + name.encode(), name=name) for name in hostile]
    archive = taken(council.organ_b, council)

    names = ["議事次第.txt", "議事次第 (2).TXT", "manifest (2).csv", "=cmd.csv", "manifest.csv"]
    assert archive.namelist() == names
    rows = listed(archive)
    assert list(rows) == [paper.id for paper in papers], "oldest first"
    for paper, name, given in zip(papers, names, hostile, strict=False):
        content = CONTENT + given.encode()
        row = rows[paper.id]
        assert archive.read(name) == content
        assert (row["version"], row["file"].lstrip("'")) == (paper.version, name)
        assert (row["sha256"], row["size"]) == (sha256(content).hexdigest(), str(len(content)))
    assert rows[papers[3].id]["file"] == "'=cmd.csv", "no formula for a spreadsheet"


def test_japanese_names_say_that_they_are_utf_8_in_both_headers(
    world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    shared_document(world, council, council.organ_a, name="海洋状況把握.pdf")
    answer = council.organ_b.get(path_of(council))

    name = "海洋状況把握.pdf".encode()
    at, central = answer.content.index(name), answer.content.rindex(name)
    assert answer.content[at - 24 + 1] & 8, "local header: bit 11 of the flags"
    assert answer.content[central - 46 + 9] & 8
    assert "filename*=UTF-8''%E8%B3%87" in answer.headers["content-disposition"]
    file = tmp_path / "papers.zip"
    file.write_bytes(answer.content)
    told = subprocess.run(
        ["unzip", "-t", str(file)], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    assert name in told.stdout


def test_of_what_the_caller_may_not_take_it_holds_an_id_and_of_what_they_may_not_know_nothing(
    world: World, council: MadeCouncil
) -> None:
    paper = shared_document(world, council, council.organ_a).id
    named = provided_secret(world, council, council.organ_a, [council.organ_b]).id
    other = provided_secret(world, council, council.organ_a, [council.fa]).id
    draft = drafted_secret(world, council, council.organ_a, [council.organ_b]).id
    empty = made(drafted_document(council.organ_a, council.id))["id"]

    archive = taken(council.organ_b, council)
    rows = listed(archive)
    assert rows[paper]["left_out"] == ""
    assert (rows[named]["left_out"], rows[named]["title"]) == ("provided_secret", "")
    assert rows[empty]["left_out"] == "version_not_ready"
    assert not {other, draft} & set(rows)
    assert len(archive.namelist()) == 2
    own = listed(taken(council.organ_a, council))
    assert own[named]["left_out"] == own[other]["left_out"] == "provided_secret"
    assert own[draft]["left_out"] == "provision_draft"


def test_only_those_chosen_are_in_it_and_a_hidden_one_is_not_there_to_choose(
    world: World, council: MadeCouncil
) -> None:
    papers = [shared(world, council).id for _ in range(3)]
    hidden = provided_secret(world, council, council.organ_a, [council.fa]).id

    assert list(listed(taken(council.organ_b, council, *papers[::2]))) == papers[::2]
    for id in (hidden, new_id(world.clock())):
        assert council.organ_b.get(path_of(council, papers[0], id)).status_code == 404
    named = council.fa.get(path_of(council, hidden))
    assert list(zipfile.ZipFile(io.BytesIO(named.content)).namelist()) == ["manifest.csv"]


def test_who_speaks_for_no_member_or_for_the_think_tank_takes_no_archive(
    world: World, council: MadeCouncil
) -> None:
    shared_document(world, council, council.organ_a)
    made_a_handler(world, council, council.organ_b)

    assert council.organ_b.get(path_of(council)).status_code == 403
    assert world.officer("secretariat").get(path_of(council)).status_code == 403
    assert world.officer("compliance_officer").get(path_of(council)).status_code == 403
    assert world.person().get(path_of(council)).status_code == 404


def test_each_paper_has_an_entry_before_its_bytes_and_one_after(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [shared(world, council).id for _ in range(2)]
    opened: list[int] = []
    reading = Reading.__init__

    def counting(self: Reading, vault: Vault, wanted: Any) -> None:
        allowed = [
            about
            for kind, about, outcome, _ in entries(world, council)
            if (kind, outcome) == ("document.download", "allowed")
        ]
        assert allowed[-1] == f"document/{wanted.manifest.document}"
        opened.append(len(allowed))
        reading(self, vault, wanted)

    monkeypatch.setattr(Reading, "__init__", counting)
    taken(council.organ_b, council)

    assert opened == [1, 2]
    kinds = ("council.export", "document.download")
    found = [each for each in entries(world, council) if each[0] in kinds]
    assert [(kind, outcome) for kind, _, outcome, _ in found] == [
        ("council.export", "allowed"),
        ("document.download", "allowed"),
        ("document.download", "done"),
        ("document.download", "allowed"),
        ("document.download", "done"),
        ("council.export", "done"),
    ]
    assert found[0][3]["ids"] == found[-1][3]["held"] == papers
    done = [body for kind, _, outcome, body in found[1:-1] if outcome == "done"]
    assert [body["bytes"] for body in done] == [len(CONTENT)] * 2
    assert all(body["opened"] for _, _, outcome, body in found[1:-1] if outcome == "allowed")


def test_what_may_no_longer_be_taken_when_its_turn_comes_is_left_out(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (shared(world, council).id for _ in range(2))
    beside = Transfer.beside

    async def replaced_meanwhile(self: Transfer[Any], action: Any, kind: Any, *more: Any) -> Any:
        if more[0] == second:
            made_a_handler(world, council, council.organ_b)
        return await beside(self, action, kind, *more)

    monkeypatch.setattr(Transfer, "beside", replaced_meanwhile)
    rows = listed(taken(council.organ_b, council))

    assert (rows[first]["left_out"], rows[second]["left_out"]) == ("", "refused")
    refusal = ("document.download", f"document/{second}", "refused")
    assert [each[:3] for each in entries(world, council)].count(refusal) == 1


def test_a_right_that_ends_midway_breaks_the_archive_off_and_the_log_says_where(
    world: World, council: MadeCouncil
) -> None:
    content = bytes(range(256)) * (20 << 12)  # 20 MiB: decided again after 16
    paper = shared_document(world, council, council.organ_a, content).id
    deciding = Transfer.keep_deciding

    async def removed_after_a_mib(self: Transfer[Any], moved: int) -> None:
        if moved == 1 << 20:
            made_a_handler(world, council, council.organ_b)
        await deciding(self, moved)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transfer, "keep_deciding", removed_after_a_mib)
        with pytest.raises(Exception, match="refused"):
            council.organ_b.get(path_of(council))

    *_, body = next(
        each
        for each in reversed(entries(world, council))
        if each[:3] == ("document.download", f"document/{paper}", "refused")
    )
    assert body["code"] == "refused"
    assert body["bytes"] == 16 << 20


def test_a_damaged_paper_is_left_out_before_a_byte_or_breaks_the_archive_off(
    world: World, council: MadeCouncil
) -> None:
    whole = shared_document(world, council, council.organ_a).id
    missing, changed = (shared(world, council, LONG) for _ in range(2))
    blob(world, missing.version).unlink()
    rows = listed(taken(council.organ_b, council, whole, missing.id))
    assert (rows[whole]["left_out"], rows[missing.id]["left_out"]) == ("", "content_damaged")

    sealed_file = blob(world, changed.version)
    sealed_file.chmod(0o600)
    sealed = bytearray(sealed_file.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    sealed_file.write_bytes(sealed)
    with pytest.raises(Exception, match="content_damaged"):
        taken(council.organ_b, council, changed.id)


def test_too_many_papers_are_to_be_chosen_from(
    world: World, council: MadeCouncil, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [made(drafted_document(council.organ_a, council.id))["id"] for _ in range(3)]
    monkeypatch.setattr(archive_endpoints, "MOST", 2)
    monkeypatch.setattr(archive_endpoints, "LONGEST_PAGE", 2)

    answer = council.organ_b.get(path_of(council))
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_papers")
    chosen = council.organ_b.get(path_of(council), params={"document": found[:2]})
    assert chosen.status_code == 200, chosen.text


def test_beyond_what_32_bits_hold_lengths_have_64_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1 << 20)
    archive, piece = Archive(), b"x" * (256 << 10)
    line = Line(document="d", file=archive.name_for("大.bin"), size=9 * len(piece))
    parts = [*archive.put(line, iter([piece] * 9)), archive.end()]

    assert max(map(len, parts)) < 2 * len(piece), "each piece leaves as it comes"
    assert b"PK\6\6" in parts[-1], "the end record of ZIP64"
    whole = zipfile.ZipFile(io.BytesIO(b"".join(parts)))
    assert whole.read("大.bin") == piece * 9
    assert whole.infolist()[0].extract_version == zipfile.ZIP64_VERSION
