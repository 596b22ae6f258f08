"""Marked pages by command: looked at, printed, and traced from the code on them."""

import json
import os
import stat
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image
from sqlalchemy import Table, select

from server.audit import reading
from server.audit.models import Entry
from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making.councils import MadeCouncil
from tests.making.pages import japanese_pdf, secret_of

_entry: Table = Entry.__table__  # type: ignore[attr-defined]


def codes(world: World, council: MadeCouncil) -> list[str]:
    """The codes of all marks, oldest first."""
    with world.parts.database.reading() as tx:
        query = select(_entry).where(_entry.c.log_id == council.id, _entry.c.mark.is_not(None))
        rows = tx.connection.execute(query.order_by(_entry.c.seq)).all()
        opened = [reading.opening_of(tx, council.id, row) for row in rows]
        return [each.body["mark"]["code"] for each in opened if each is not None]


def test_pages_are_viewed_printed_and_traced(
    terminal: Terminal, council: MadeCouncil, world: World, tmp_path: Path
) -> None:
    to, content = [council.organ_b], japanese_pdf(3)
    secret = secret_of(world, council, council.organ_a, to, content, handling="print").id
    for name in ("organ_b", "compliance", "auditor"):
        signed_in(terminal, getattr(council, name), name)

    said = terminal("document", "view", secret, "--as", "organ_b")
    assert (said.code, "ページ数" in said.out) == (0, True), said.err
    folder = tmp_path / "pages"
    ran = terminal(
        "document", "view", secret, "-o", str(folder), "--width", "400", "--as", "organ_b"
    )
    assert ran.code == 0, ran.err
    assert ran.out.split() == [str(folder / f"000{n}.png") for n in (1, 2, 3)]
    assert {Image.open(BytesIO(file.read_bytes())).width for file in folder.iterdir()} == {400}
    modes = {stat.S_IMODE(os.stat(file).st_mode) for file in folder.iterdir()}
    assert modes == {0o600}
    again = terminal("document", "view", secret, "-o", str(folder), "--as", "organ_b")
    assert (again.code, "既にあります" in again.err) == (2, True)
    one = tmp_path / "二.png"
    ran = terminal("document", "view", secret, "--page", "2", "-o", str(one), "--as", "organ_b")
    assert (ran.code, ran.out.strip()) == (0, str(one)), ran.err
    paper = tmp_path / "paper.pdf"
    ran = terminal("document", "print", secret, "-o", str(paper), "--as", "organ_b")
    assert ran.code == 0, ran.err
    with pikepdf.open(BytesIO(paper.read_bytes())) as pdf:
        assert len(pdf.pages) == 3

    code = codes(world, council)[-2]  # of the page looked at last
    ran = terminal("trace", code.lower().replace("-", " "), "--as", "compliance")
    assert ran.code == 0, ran.err
    assert f"符号: {code}" in ran.out.replace("\t", ": ")
    told = json.loads(terminal("trace", code, "--json", "--as", "compliance").out)
    assert (told["page"], told["person"]) == (2, council.organ_b.person_id)
    assert terminal("trace", code[:-1] + "*", "--as", "compliance").code == 1
    assert terminal("trace", code, "--as", "auditor").code == 1


def test_what_cannot_be_viewed_is_said_and_nothing_is_written(
    terminal: Terminal, council: MadeCouncil, world: World, tmp_path: Path
) -> None:
    locked = BytesIO()
    with pikepdf.open(BytesIO(japanese_pdf(1))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(user="合言葉", owner="所有者", R=6))
    secret = secret_of(world, council, council.organ_a, [council.organ_b], locked.getvalue()).id
    signed_in(terminal, council.organ_b, "b")

    ran = terminal("document", "view", secret, "-o", str(tmp_path / "pages"), "--as", "b")

    assert (ran.code, "パスワード" in ran.out) == (1, True)
    assert not (tmp_path / "pages").exists()
    assert terminal("document", "print", secret, "-o", str(tmp_path / "x"), "--as", "b").code == 1


def test_a_marked_copy_is_downloaded_whole(
    terminal: Terminal, council: MadeCouncil, world: World, tmp_path: Path
) -> None:
    to, content = [council.organ_b], japanese_pdf(2)
    secret = secret_of(world, council, council.organ_a, to, content, handling="download").id
    signed_in(terminal, council.organ_b, "b")
    target = tmp_path / "copy.pdf"

    ran = terminal("document", "download", secret, "-o", str(target), "--as", "b")

    assert ran.code == 0, ran.err
    assert target.read_bytes() != content
    with pikepdf.open(target) as pdf:
        assert len(pdf.pages) == 2
