"""Reading a ZIP archive that somebody was given: what in it could be shared, what not, and why.

Owns the distrust of archives. Nothing is written where the archive says, no name of it is a path,
and no more is unpacked than it announced. Names without the UTF-8 flag are UTF-8 where they can be,
else Shift_JIS (cp932), as Japanese Windows writes them.
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clients.cli.faults import Mistake
from clients.cli.language import t

UTF8, ENCRYPTED = 0x800, 0x1
MOST_FILES = 1000
MOST_BYTES = 64 << 30
MOST_RATIO = 1100  # deflate reaches 1032; what promises more is made to fill disks
LONGEST = 180
_NOT_PAPERS = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)")
_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the archive: its name there, the name it would be shared by, its size in bytes,
    and with `skipped` why it is not shared.
    """

    info: zipfile.ZipInfo
    path: str
    name: str
    size: int
    skipped: str | None = None


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive. Raises Mistake for what is none, or is made to do harm."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive)
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise Mistake(
            t(f"ZIP として読めません：{error}", f"Not readable as a ZIP: {error}")
        ) from None


def _check(archive: zipfile.ZipFile) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise Mistake(t(
            f"大きすぎる ZIP です（{MOST_FILES} 件、{MOST_BYTES >> 30} GiB まで）。",
            f"The archive is too large (at most {MOST_FILES} files, {MOST_BYTES >> 30} GiB).",
        ))  # fmt: skip
    ends = 0
    for info in sorted(infos, key=lambda each: each.header_offset):
        if info.header_offset < ends or info.file_size > MOST_RATIO * (info.compress_size + 16):
            raise Mistake(t(
                "展開すると膨れ上がるように作られた ZIP です。何もしていません。",
                "The archive is made to swell when unpacked. Nothing was done.",
            ))  # fmt: skip
        ends = info.header_offset + 30 + info.compress_size


def found(archive: zipfile.ZipFile) -> list[Found]:
    """Every file of the archive, in its order; folders and systems' own files are passed over."""
    seen: set[str] = set()
    files = []
    for info in archive.infolist():
        path = name_of(info).replace("\\", "/")
        if path.endswith("/") or _NOT_PAPERS.search(path):
            continue
        skipped = _reason(info, path, seen)
        seen.add(_folded(path))
        files.append(Found(info, path, _safe(path), info.file_size, skipped))
    return files


def name_of(info: zipfile.ZipInfo) -> str:
    """The name as whoever made the archive saw it."""
    given = info.orig_filename
    if info.flag_bits & UTF8:
        return given
    raw = given.encode("cp437")  # how zipfile read it, byte for byte
    for codec in ("utf-8", "cp932"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp932", "replace")


def _reason(info: zipfile.ZipInfo, path: str, seen: set[str]) -> str | None:
    if info.flag_bits & ENCRYPTED:
        return t("パスワードで暗号化されている", "encrypted by a password")
    if stat.S_ISLNK(info.external_attr >> 16):
        return t("リンクであり、ファイルではない", "a link and no file")
    if path.startswith("/") or _DRIVE.match(path) or ".." in path.split("/") or "\0" in path:
        return t("外を指す名前", "its name points elsewhere")
    if _folded(path) in seen:
        return t("同じ名前が二つある", "a second file of this name")
    if info.file_size == 0:
        return t("空", "empty")
    return None


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", path).casefold()


def _safe(path: str) -> str:
    """The last part of a path as a name here: nothing that hides or moves, and not too long."""
    text = unicodedata.normalize("NFC", path.rsplit("/", 1)[-1])
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    text = _FORBIDDEN.sub("_", text).strip(" .") or "document"
    if len(text.encode()) <= LONGEST:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, dot, ending = text, "", ""
    room = LONGEST - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending


def unpack(archive: zipfile.ZipFile, file: Found, folder: Path) -> Path:
    """Write one file into a folder of ours, no more of it than was announced. Raises BadZipFile."""
    target = folder / file.name
    with archive.open(file.info) as source, target.open("xb") as out:
        left = file.size
        while piece := source.read(min(left + 1, 1 << 20)):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile("a file is longer than announced")
            out.write(piece)
    return target
