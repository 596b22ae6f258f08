"""Which bytes of a version a request asks for: `Range` and `If-Range` of RFC 9110, section 14.

Owns one range at a time. Several ranges, other units and malformed headers are ignored as the RFC
allows: the whole version is sent.
"""

import re
from dataclasses import dataclass

from server.problems import RangeNotSatisfiable

_SINGLE = re.compile(r"bytes=[ \t]*(\d{0,19})-(\d{0,19})[ \t]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Span:
    """The bytes [start, stop) of `total`; `partial` when they were asked for as a range."""

    start: int
    stop: int
    total: int
    partial: bool

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.stop - self.start

    @property
    def content_range(self) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.start}-{self.stop - 1}/{self.total}"


def span(wanted: str | None, if_range: str | None, etag: str, total: int) -> Span:
    """What to send. Raises RangeNotSatisfiable for a range outside the content.

    `If-Range` counts only as this very strong tag; a date never matches, for versions have none.
    """
    whole = Span(0, total, total, partial=False)
    if wanted is None or (if_range is not None and if_range.strip() != etag):
        return whole
    match = _SINGLE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return whole
    first, last = match.groups()
    if first and last and int(first) > int(last):
        return whole
    start = int(first) if first else max(0, total - int(last))
    stop = min(total, int(last) + 1) if first and last else total
    if start >= stop:
        unsatisfied = {"Content-Range": f"bytes */{total}"}
        raise RangeNotSatisfiable(None, headers=unsatisfied, length=total)
    return Span(start, stop, total, partial=True)
