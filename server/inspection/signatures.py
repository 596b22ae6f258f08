"""What a file is by its own bytes: our table of signatures, and a look inside ZIP containers.

Owns the table. Pure functions over the first and last bytes of a file, which are hostile: nothing
is unpacked, executed or trusted. What is found is shown beside what the uploader declared and
decides nothing about rights.
"""

import re
import struct
from collections.abc import Iterator

HEAD = 1 << 16
# The end record of a ZIP archive lies within its last 65,557 bytes (APPNOTE 4.3.16); before it
# stands the directory, of which this much is seen.
TAIL = 1 << 18
PDF, ZIP, HTML = "application/pdf", "application/zip", "text/html"
TEXT = "text/plain"
JAR, APK = "application/java-archive", "application/vnd.android.package-archive"
MSDOS, ELF, MACH_O = (
    "application/vnd.microsoft.portable-executable",
    "application/x-elf",
    "application/x-mach-binary",
)
SCRIPT, OLE2 = "text/x-shellscript", "application/x-ole-storage"
_OPENXML = "application/vnd.openxmlformats-officedocument"

# (offset, bytes, media type): the first that fits is what the file is.
_TABLE: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (4, b"ftyp", "video/mp4"),
    (0, b"age-encryption.org/v1\n", "application/x-age"),
    (0, b"-----BEGIN AGE ENCRYPTED FILE-----", "application/x-age"),
    (0, b"\x7fELF", ELF),
    (0, b"\xfe\xed\xfa\xce", MACH_O),
    (0, b"\xfe\xed\xfa\xcf", MACH_O),
    (0, b"\xce\xfa\xed\xfe", MACH_O),
    (0, b"\xcf\xfa\xed\xfe", MACH_O),
    (0, b"#!", SCRIPT),
)
# Two types with the same beginning: what follows in the header tells them apart.
_CAFEBABE = b"\xca\xfe\xba\xbe"
_JAVA_SINCE = 45  # the class file version of JDK 1.0.2; a fat Mach-O has fewer architectures

# A compound file says in the names of its streams (UTF-16) which application wrote it.
OLE2_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE2_STREAMS = (
    ("WordDocument", "application/msword"),
    ("Workbook", "application/vnd.ms-excel"),
    ("PowerPoint Document", "application/vnd.ms-powerpoint"),
)

# What a container's entries say it is; the first that fits.
_INSIDE = (
    ("word/document.xml", f"{_OPENXML}.wordprocessingml.document"),
    ("xl/workbook.xml", f"{_OPENXML}.spreadsheetml.sheet"),
    ("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroenabled.12"),
    ("ppt/presentation.xml", f"{_OPENXML}.presentationml.presentation"),
)
_WITH_MACROS = {
    "word": "application/vnd.ms-word.document.macroenabled.12",
    "xl": "application/vnd.ms-excel.sheet.macroenabled.12",
    "ppt": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}
MACROS = frozenset(_WITH_MACROS.values())
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
ZIPPED = (_LOCAL, _END)
_MIMETYPE = re.compile(rb"application/[a-z0-9.+-]{1,80}")

# Where a browser would begin to see a page (MIME sniffing standard, 7.1, shortened).
_MARKUP = re.compile(
    rb"<(!doctype html|html|head|script|iframe|body|svg|\?xml)[\s>]", re.IGNORECASE
)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)
# Hidden in other files: what is in no honest picture. `<?xml` is in many, as their metadata.
_HIDDEN = re.compile(rb"<(!doctype html|html|script|iframe|svg)[\s>]", re.IGNORECASE)
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}


def media_types(head: bytes, tail: bytes) -> tuple[str, ...]:
    """What a file is, and what else it would be taken for: never empty.

    `head` are its first bytes (HEAD of them, or all), `tail` its last (TAIL, or all). A polyglot
    has several types; a file nobody knows is `application/octet-stream`.
    """
    first = _first(head, tail)
    others = [other for other in _besides(head, tail) if other != first]
    is_zip = ZIP in others and _is_container(first)
    return (first, *dict.fromkeys(o for o in others if not (is_zip and o == ZIP)))


def _first(head: bytes, tail: bytes) -> str:
    if head.startswith(ZIPPED):
        return _container(head, tail)
    if head.startswith(b"%PDF-"):
        return PDF
    for offset, magic, media_type in _TABLE:
        if head.startswith(magic, offset) and _fits(media_type, head):
            return media_type
    return _executable(head) or _compound(head) or _text(head) or "application/octet-stream"


def _fits(media_type: str, head: bytes) -> bool:
    """WebP is a RIFF; the name of its form alone is no signature."""
    return media_type != "image/webp" or head.startswith(b"RIFF")


def _executable(head: bytes) -> str | None:
    if head.startswith(b"MZ") and (len(head) < 64 or _is_program(head)):
        return MSDOS
    if head.startswith(_CAFEBABE) and len(head) >= 8:
        is_class = struct.unpack_from(">H", head, 6)[0] >= _JAVA_SINCE
        return "application/java-vm" if is_class else MACH_O
    return None


def _is_program(head: bytes) -> bool:
    """Whether an MZ header is one: text, too, may begin with these two letters."""
    return any(byte in _CONTROLS for byte in head[2:64])


def _compound(head: bytes) -> str | None:
    """An OLE2 file: by its streams' names where they are within reach, else as a container."""
    if not head.startswith(OLE2_SIGNATURE):
        return None
    return next((kind for name, kind in _OLE2_STREAMS if name.encode("utf-16-le") in head), OLE2)


def _text(head: bytes) -> str | None:
    """Text, with its encoding; markup is named as what a browser would make of it."""
    charset = _charset(head)
    if charset is None:
        return None
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n\f")[:1024]
    markup = _MARKUP.match(plain)
    if markup is None:
        return f"{TEXT}; charset={charset}"
    if _SVG.search(plain):
        return "image/svg+xml"
    return "application/xml" if markup[1].lower() == b"?xml" else HTML


def _charset(head: bytes) -> str | None:
    """utf-8, utf-16 (only with its mark) or shift_jis; None for what is no text.

    The last character may be cut by the end of `head`: up to three bytes of it are forgiven.
    """
    if not head:
        return None
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16" if _decodes(head, "utf-16") else None
    if any(byte in _CONTROLS for byte in head):
        return None
    return next((charset for charset in ("utf-8", "shift_jis") if _decodes(head, charset)), None)


def _decodes(head: bytes, charset: str) -> bool:
    codec = {"shift_jis": "cp932"}.get(charset, charset)
    for cut in range(4 if len(head) >= HEAD else 1):
        try:
            head[: len(head) - cut].decode(codec)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _besides(head: bytes, tail: bytes) -> Iterator[str]:
    """What other programs would take the file for, wherever they begin to read it."""
    if b"%PDF-" in head[:1024]:
        yield PDF  # readers look for it in the first 1024 bytes (ISO 32000-1, annex H)
    if _end_of(tail) is not None:
        yield _container(head, tail)  # ZIP readers begin at the end
    if not _text(head) and _HIDDEN.search(head):
        yield HTML


def _is_container(media_type: str) -> bool:
    return media_type != ZIP and (media_type in (JAR, APK) or media_type.startswith(_CONTAINERS))


_CONTAINERS = (_OPENXML, "application/vnd.ms-", "application/vnd.oasis", "application/epub")


def _container(head: bytes, tail: bytes) -> str:
    """What a ZIP archive is by the names of its entries: an ordinary archive unless they say so."""
    names = _names(tail) | _local_names(head)
    if "AndroidManifest.xml" in names:
        return APK
    if "[Content_Types].xml" in names:
        for entry, media_type in _INSIDE:
            folder = entry.partition("/")[0]
            if entry in names:
                return _WITH_MACROS[folder] if f"{folder}/vbaProject.bin" in names else media_type
    if "META-INF/MANIFEST.MF" in names:
        return JAR
    return _declared_inside(head) or ZIP


def _declared_inside(head: bytes) -> str | None:
    """OpenDocument and EPUB store their type, unpacked, in a first entry called `mimetype`."""
    if head[30:38] != b"mimetype":
        return None
    found = _MIMETYPE.match(head, 38)
    return None if found is None else found[0].split(b"PK")[0].decode()


def _end_of(tail: bytes) -> int | None:
    """Where the end record of a ZIP archive stands, if its comment ends where the file ends."""
    at = tail.rfind(_END)
    while at >= 0:
        if len(tail) >= at + 22 and at + 22 + struct.unpack_from("<H", tail, at + 20)[0] == len(
            tail
        ):
            return at
        at = tail.rfind(_END, 0, at)
    return None


def _names(tail: bytes) -> frozenset[str]:
    """The names in the part of the central directory that is seen."""
    end = _end_of(tail)
    if end is None:
        return frozenset()
    size = struct.unpack_from("<I", tail, end + 12)[0]
    at = max(0, end - size) if size <= end else tail.find(_CENTRAL)
    names = set()
    while 0 <= at <= end - 46 and tail.startswith(_CENTRAL, at):
        name, extra, comment = struct.unpack_from("<HHH", tail, at + 28)
        names.add(tail[at + 46 : at + 46 + name].decode("utf-8", "replace"))
        at += 46 + name + extra + comment
    return frozenset(names)


def _local_names(head: bytes) -> frozenset[str]:
    """The names of the entries that begin in `head`: the first, where the directory is long."""
    names = set()
    at = head.find(_LOCAL)
    while 0 <= at <= len(head) - 30:
        length = struct.unpack_from("<H", head, at + 26)[0]
        names.add(head[at + 30 : at + 30 + length].decode("utf-8", "replace"))
        at = head.find(_LOCAL, at + 30 + length)
    return frozenset(names)


_SAME = {
    "image/jpg": "image/jpeg",
    "text/rtf": "application/rtf",
    "application/x-zip-compressed": ZIP,
    "application/x-gzip": "application/gzip",
    "application/x-rtf": "application/rtf",
    "text/xml": "application/xml",
}
# Types whose bytes look like those of another: declaring them is no contradiction.
_WITHIN = {
    TEXT: re.compile(r"text/|application/(json|xml|x-ndjson|yaml|toml|javascript|sql)|message/"),
    "application/xml": re.compile(r".*\+xml|text/|application/xml"),
    ZIP: re.compile(r"application/(zip|.*\+zip|vnd\.|epub)"),
    "video/mp4": re.compile(r"(video|audio)/(mp4|quicktime|x-m4a|3gpp)|image/(heic|heif|avif)"),
    OLE2: re.compile(r"application/(msword|vnd\.ms-|x-msi|x-ole-storage|vnd\.visio)"),
    SCRIPT: re.compile(r"text/x-|application/x-(sh|shellscript|python|perl)"),
}


def base(media_type: str) -> str:
    """A media type without its parameters, in lower case, by its usual name."""
    plain = media_type.partition(";")[0].strip().lower()
    return _SAME.get(plain, plain)


def differs(declared: str, detected: str) -> bool:
    """Whether the bytes are not what the uploader said, or something else besides.

    `detected` are `media_types`, separated by commas. Who declared nothing
    (`application/octet-stream`) contradicts nothing.
    """
    found = detected.split(", ")
    said, first = base(declared), base(found[0])
    if len(found) > 1:
        return True
    if "application/octet-stream" in (said, first) or said == first:
        return False
    within = _WITHIN.get(first)
    return within is None or within.match(said) is None
