"""Papers taken out and brought in by command: an archive, a sealed file, a given ZIP."""

import json
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from clients.cli import archive_reading
from clients.cli.archive_reading import Found
from clients.cli.faults import Mistake
from tests.clients.conftest import Terminal, signed_in
from tests.factories import World
from tests.making.age_keys import age_key
from tests.making.councils import MadeCouncil
from tests.making.documents import CONTENT, shared_document


def test_the_papers_of_a_council_are_kept_in_one_archive(
    terminal: Terminal, world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    papers = [
        shared_document(world, council, council.organ_a, name=f"資料{n}.txt").id for n in (1, 2)
    ]
    signed_in(terminal, council.organ_b, "b")
    target = tmp_path / "一式.zip"

    ran = terminal("council", "export", council.id, "-o", str(target), "--as", "b")
    assert (ran.code, ran.out.strip()) == (0, str(target)), ran.err
    with zipfile.ZipFile(target) as archive:
        assert sorted(archive.namelist()) == ["manifest.csv", "資料1.txt", "資料2.txt"]
        assert archive.read("資料1.txt") == CONTENT
    ran = terminal(
        "council", "export", council.id, "--document", papers[0], "-o", str(target), "--as", "b"
    )
    assert ran.code == 0, ran.err
    assert len(zipfile.ZipFile(target).namelist()) == 2
    used = json.loads(terminal("council", "limits", council.id, "--as", "b", "--json").out)
    assert used["downloaded_today"]["used"] == 3 * len(CONTENT)
    shown = terminal("council", "limits", council.id, "--as", "b").out
    assert "保存" in shown
    assert "1ファイルの上限" in shown


def test_a_document_is_handed_over_as_a_file_that_its_recipient_opens(
    terminal: Terminal, world: World, council: MadeCouncil, tmp_path: Path
) -> None:
    key, document = age_key(tmp_path), shared_document(world, council, council.organ_a).id
    signed_in(terminal, council.organ_b, "b")
    target = tmp_path / "資料.age"

    ran = terminal(
        "document", "hand-over", document, "--to", key.recipient, "-o", str(target), "--as", "b"
    )
    assert (ran.code, ran.out.strip()) == (0, str(target)), ran.err
    assert key.opens(target.read_bytes()) == CONTENT
    ran = terminal("document", "hand-over", document, "--to", "合言葉です", "-o", "x", "--as", "b")
    assert ran.code != 0
    assert not Path("x").exists()


def zipped_in(codec: str, path: Path, *names: str) -> Path:
    """An archive whose names are bytes of a codec, and no flag says which."""
    raw = {
        chr(97 + n) * len(name.encode(codec)): name.encode(codec) for n, name in enumerate(names)
    }
    with zipfile.ZipFile(path, "w") as archive:
        for placeholder, name in zip(raw, names, strict=True):
            archive.writestr(placeholder, f"架空 {name}")
    data = path.read_bytes()
    for placeholder, name in raw.items():
        data = data.replace(placeholder.encode(), name)
    path.write_bytes(data)
    return path


def found(path: Path) -> dict[str, Found]:
    with archive_reading.opened(path) as archive:
        return {file.path: file for file in archive_reading.found(archive)}


@pytest.mark.parametrize("codec", ["cp932", "utf-8"])
def test_names_without_the_flag_are_read_as_japanese_systems_write_them(
    codec: str, tmp_path: Path
) -> None:
    names = ("会議/議事次第.txt", "配付資料①　髙橋.pdf", "plain.txt")
    files = found(zipped_in(codec, tmp_path / "w.zip", *names))

    assert tuple(files) == names
    assert files["会議/議事次第.txt"].name == "議事次第.txt"


def test_what_would_reach_outside_or_cannot_be_read_is_named_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "hostile.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../out.txt", "/etc/passwd", "C:\\Windows\\a.txt", "a/../../b.txt", "ok.txt"):
            archive.writestr(name, "x")
        archive.writestr("OK.TXT", "the same name, elsewhere")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("locked.txt", "x")
        archive.writestr("empty.txt", "")
        archive.writestr("__MACOSX/._ok.txt", "x")
        archive.writestr("a\u202etxt.exe", "x")
    path.write_bytes(locked(path.read_bytes(), b"locked.txt"))

    files = found(path)
    assert [name for name, file in files.items() if file.skipped is None] == [
        "ok.txt",
        "a\u202etxt.exe",
    ]
    assert files["a\u202etxt.exe"].name == "atxt.exe"
    assert not any("MACOSX" in name for name in files)
    assert "暗号化" in str(files["locked.txt"].skipped)
    assert "リンク" in str(files["link.txt"].skipped)
    assert "名前" in str(files["../out.txt"].skipped)


def locked(data: bytes, name: bytes) -> bytes:
    """The archive with the flag of encryption on one of its files, in both headers."""
    changed = bytearray(data)
    changed[data.index(name) - 30 + 6] |= archive_reading.ENCRYPTED
    changed[data.rindex(name) - 46 + 8] |= archive_reading.ENCRYPTED
    return bytes(changed)


def bomb(path: Path) -> Path:
    """An entry that announces far more than deflate could give back."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 100)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\1\2")
    struct.pack_into("<I", data, at + 24, 0xFFFFFFF0)
    path.write_bytes(data)
    return path


def overlapping(path: Path) -> Path:
    """Two entries of the directory with one and the same content."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", b"0" * 100)
        archive.writestr("b.txt", b"0" * 100)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\1\2") + 42, 0)
    path.write_bytes(data)
    return path


def not_a_zip(path: Path) -> Path:
    path.write_bytes(b"PK\3\4" + b"x" * 100)
    return path


@pytest.mark.parametrize("make", [bomb, overlapping, not_a_zip])
def test_an_archive_made_to_do_harm_is_refused_whole(make: object, tmp_path: Path) -> None:
    path = make(tmp_path / "x.zip")  # type: ignore[operator]

    with pytest.raises(Mistake), archive_reading.opened(path) as archive:
        archive_reading.found(archive)


def test_a_file_longer_than_it_announced_is_not_unpacked_further(tmp_path: Path) -> None:
    path = tmp_path / "long.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", os.urandom(5000))
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rindex(b"PK\1\2") + 24, 100)
    path.write_bytes(data)

    def unpack() -> None:
        with archive_reading.opened(path) as archive:
            [file] = archive_reading.found(archive)
            archive_reading.unpack(archive, file, tmp_path)

    with pytest.raises(Mistake):
        unpack()
    assert (tmp_path / "a.txt").stat().st_size <= 100


def test_a_file_damaged_inside_the_archive_is_told_plainly(tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("資料.txt", CONTENT)
    begin = 30 + len("資料.txt".encode())
    content = bytearray(file.read_bytes())
    content[begin] = 0xFF  # a block of a type that deflate does not have (RFC 1951, 3.2.3)
    file.write_bytes(content)

    with pytest.raises(Mistake, match="ZIP"):
        unpacked(file, tmp_path)


def unpacked(file: Path, folder: Path) -> None:
    """Unpack the one file of an archive."""
    with archive_reading.opened(file) as opened:
        [found] = archive_reading.found(opened)
        archive_reading.unpack(opened, found, folder)


def test_a_zip_is_shown_first_and_each_file_of_it_becomes_a_paper(
    terminal: Terminal, council: MadeCouncil, tmp_path: Path
) -> None:
    path = zipped_in("cp932", tmp_path / "資料.zip", "議事次第.txt", "会議/資料①.txt", "../外.txt")
    signed_in(terminal, council.organ_a, "a")
    signed_in(terminal, council.organ_b, "b")
    given = ("document", "import", str(path), "--no-designated-secret", "--as", "a")

    for unsaid in ((), ("--dry-run", "--yes")):
        ran = terminal(*given, *unsaid)
        assert ran.code == 0, ran.err
        assert "共有する：会議/資料①.txt" in ran.err
        assert "除く：../外.txt" in ran.err
        assert "何も共有していません" in ran.err
    assert terminal("document", "list", "--as", "b").out == ""

    ran = terminal(*given, "--yes", "--json")
    assert ran.code == 0, ran.err
    shared = {each["file"]: each["id"] for each in json.loads(ran.out)["shared"]}
    assert set(shared) == {"議事次第.txt", "会議/資料①.txt"}
    assert "読む人" in ran.err
    listed = terminal("document", "list", "--as", "b").out
    assert "議事次第" in listed
    assert "資料①" in listed
    read = terminal("document", "read", shared["会議/資料①.txt"], "--as", "b").out
    assert read == "架空 会議/資料①.txt"
    assert terminal(*given[:3], "--designated-secret", "--yes", "--as", "a").code == 1
