"""The one file of a multipart form, as it streams by.

Owns reading `multipart/form-data` (RFC 7578) with python-multipart's streaming parser: nothing is
kept, and nothing is spooled to disk as ready-made form parsers do.
"""

from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from server.documents.content.receiving import Data
from server.problems import Malformed, WrongMediaType

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD = "file"


class FileOfForm:
    """Picks the bytes of the field `file` out of a form. `name` and `type` are known with them."""

    def __init__(self, content_type: str | None) -> None:
        """Raises WrongMediaType unless the request is a form."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise WrongMediaType("send multipart/form-data here, or PUT the file itself")
        self.name: str | None = None
        self.type: str | None = None
        self._found = self._ended = False
        self._ready: list[Data] = []
        self._field, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        try:
            self._parser = MultipartParser(boundary, self._callbacks())
        except FormParserError as error:
            raise WrongMediaType("the boundary of the form is unusable") from error

    def _callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def feed(self, data: bytes) -> list[Data]:
        """The bytes of the file among these of the form. Raises Malformed."""
        self._ready = []
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise Malformed("this is not a form as RFC 7578 describes it") from error
        return self._ready

    def close(self) -> None:
        """Raises Malformed unless the form ended, with its file."""
        if not (self._ended and self._found):
            raise Malformed(f"the form is cut short or has no file in its field {FIELD!r}")

    def _begin(self) -> None:
        self._headers = {}
        self._field, self._value = b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field, self._value = b"", b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        field = options.get(b"name", b"").decode(errors="replace")
        if field != FIELD or b"filename" not in options or self._found:
            raise Malformed(
                None,
                errors=[
                    {
                        "field": field[:100],
                        "message": f"one file, in the field {FIELD!r}, and nothing else",
                        "kind": "extra_forbidden",
                    }
                ],
            )
        self._found = True
        # Browsers send UTF-8 and escape the quotation mark (HTML, 4.10.22.8).
        self.name = options[b"filename"].decode(errors="replace").replace("%22", '"')
        self.type = self._headers.get(b"content-type", b"").decode("latin-1") or None

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._ready.append(memoryview(data)[start:end])

    def _end(self) -> None:
        self._ended = True
