"""File names and media types as callers give them, made safe to store, show and send.

Owns their cleaning and their writing into headers (RFC 6266, RFC 8187). A name is never a path
here: objects in the vault are named by ids alone.
"""

import re
import unicodedata
from urllib.parse import quote

from server.problems import WrongMediaType

LONGEST = 200
FALLBACK = "document"
OCTETS = "application/octet-stream"

_SEPARATORS = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105  a token of RFC 9110, not a secret
_MEDIA_TYPE = re.compile(rf'{_TOKEN}/{_TOKEN}(\s*;\s*{_TOKEN}=({_TOKEN}|"[^"\\\x00-\x1f]*"))*')
# What a browser shows and does not run.
_INERT = frozenset(
    (
        "application/pdf",
        "audio/mpeg",
        "audio/mp4",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "text/csv",
        "text/plain",
        "video/mp4",
    )
)
# A browser may show what comes with these, but never runs it.
NEVER_RUN = {
    "Content-Security-Policy": "sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ACTIVE = re.compile(r"/(.*\+)?xml$|html|script|svg|flash")
# RFC 8187 attr-char, beyond the letters and digits that quote() keeps anyway.
_ATTRIBUTE_SAFE = "!#$&+.^_`|~-"


def file_name(given: str | None) -> str:
    """The last component of what was given, in NFC, without anything that hides or runs.

    Control and formatting characters (a right-to-left override makes `exe` look like `txt`) go;
    what other systems forbid becomes `_`; a name too long keeps its ending.
    """
    text = unicodedata.normalize("NFC", given or "")
    text = _SEPARATORS.split(text)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    text = _FORBIDDEN.sub("_", text).strip(" .")
    if _DEVICES.match(text):
        text = f"_{text}"
    return _shortened(text) or FALLBACK


def _shortened(text: str) -> str:
    """At most LONGEST bytes of UTF-8, cut before the ending."""
    if len(text.encode()) <= LONGEST:
        return text
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, dot, ending = text, "", ""
    room = LONGEST - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending


def media_type(given: str | None) -> str:
    """The media type as given, or unknown bytes. Raises WrongMediaType when it is none."""
    text = (given or OCTETS).strip()
    if len(text) > 255 or _MEDIA_TYPE.fullmatch(text) is None:
        raise WrongMediaType("Content-Type is not a media type (RFC 9110, 8.3.1)")
    return text


def sent_as(kind: str, declared: str) -> tuple[str, str]:
    """How content leaves: `inline` or `attachment`, and its media type.

    Shown in place is only what no browser runs; what one might run (HTML, SVG, XML, scripts) is
    bytes to be kept, whatever its uploader said of it.
    """
    base = declared.partition(";")[0].strip().lower()
    if base in _INERT:
        return kind, declared
    active = base.startswith(("text/", "multipart/", "message/")) or _ACTIVE.search(base)
    return "attachment", OCTETS if active else declared


def disposition(kind: str, name: str) -> str:
    """Content-Disposition for a name in any script: plain for old clients, RFC 8187 for others."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", name)
    encoded = quote(name, safe=_ATTRIBUTE_SAFE)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
