"""A PDF written page by page, each page one picture, so that it can leave while it is made.

Owns the few objects of ISO 32000-1 that it takes (7.5, 7.7.3, 8.9.5). Holds no picture itself.
"""

HEAD = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
CATALOGUE, TREE, FIRST = 1, 2, 3
EACH = 3  # objects of a page: itself, its contents, its picture


class PictureBook:
    """What to send, in order: `head`, `page` for each picture, `tail`."""

    def __init__(self) -> None:
        self._length, self._places = 0, dict[int, int]()
        self._pages = 0

    def head(self) -> bytes:
        """The first bytes."""
        return self._counted(HEAD)

    def page(self, jpeg: bytes, pixels: tuple[int, int], points: tuple[float, float]) -> bytes:
        """One more page of this size, the picture on it as large as fits."""
        own = FIRST + self._pages * EACH
        self._pages += 1
        scale = min(points[0] / pixels[0], points[1] / pixels[1])
        wide, high = pixels[0] * scale, pixels[1] * scale
        left, low = (points[0] - wide) / 2, (points[1] - high) / 2
        drawn = f"q {wide:.3f} 0 0 {high:.3f} {left:.3f} {low:.3f} cm /P Do Q".encode()
        return b"".join(
            (
                self._object(
                    own,
                    f"<< /Type /Page /Parent {TREE} 0 R /Contents {own + 1} 0 R"
                    f" /MediaBox [0 0 {points[0]:.3f} {points[1]:.3f}]"
                    f" /Resources << /XObject << /P {own + 2} 0 R >> >> >>".encode(),
                ),
                self._stream(own + 1, b"", drawn),
                self._stream(
                    own + 2,
                    f"/Type /XObject /Subtype /Image /Width {pixels[0]} /Height {pixels[1]}"
                    " /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode".encode(),
                    jpeg,
                ),
            )
        )

    def tail(self) -> bytes:
        """The last bytes: the tree of the pages, the table of the objects' places."""
        kids = " ".join(f"{FIRST + at * EACH} 0 R" for at in range(self._pages))
        tree = f"<< /Type /Pages /Kids [{kids}] /Count {self._pages} >>".encode()
        catalogue = f"<< /Type /Catalog /Pages {TREE} 0 R >>".encode()
        objects = self._object(TREE, tree) + self._object(CATALOGUE, catalogue)
        table, many = self._length, FIRST + self._pages * EACH
        places = "".join(f"{self._places[number]:010} 00000 n \n" for number in range(1, many))
        return (
            objects
            + (
                f"xref\n0 {many}\n0000000000 65535 f \n{places}"
                f"trailer\n<< /Size {many} /Root {CATALOGUE} 0 R >>\nstartxref\n{table}\n%%EOF\n"
            ).encode()
        )

    def _stream(self, number: int, entries: bytes, content: bytes) -> bytes:
        head = b"<< %b /Length %d >>\nstream\n" % (entries, len(content))
        return self._object(number, head + content + b"\nendstream")

    def _object(self, number: int, content: bytes) -> bytes:
        self._places[number] = self._length
        return self._counted(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    def _counted(self, content: bytes) -> bytes:
        self._length += len(content)
        return content
