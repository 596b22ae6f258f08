"""The render process: `python -m server.rendering FONT`, with a socket as its standard input.

Owns the loop: one message, one job, one answer, until the server closes the socket. Whatever a file
does to it stays here; the server ends a process that hangs, and starts another.
"""

import os
import select
import socket
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from server.confinement import wire
from server.confinement.confine import confine, processor
from server.rendering.documents import Shelf, opened
from server.rendering.faces import Faces
from server.rendering.marks import Mark, Painter
from server.rendering.sources import LONGEST_SIDE, Refused
from server.rendering.stamping import stamped

MOST = 512 << 20
TIDY_SECONDS = 30.0
PROCESSOR_SECONDS = 20
QUALITY = 85
NARROWEST = 16

Answer = tuple[dict[str, Any], bytes]


class Worker:
    """Does the jobs it is sent."""

    def __init__(self, font: Path | None) -> None:
        self._faces = Faces(font)
        self._painter = Painter(self._faces)
        self._shelf = Shelf()

    def answer(self, asked: dict[str, Any], body: bytes) -> Answer:
        """The answer to one message; of what cannot be done, a word that says why."""
        try:
            job = getattr(self, f"do_{asked['do']}")
            done: Answer = job(asked, body)
        except Refused as refusal:
            return {"refused": str(refusal)}, b""
        except (MemoryError, RecursionError, OverflowError):
            self._shelf.clear()
            return {"refused": "too_complex"}, b""
        except Exception as error:  # noqa: BLE001  of a stranger's file, anything may come
            return {"refused": "damaged", "kind": type(error).__name__}, b""
        return done

    def tidy(self) -> None:
        """Let go of what nobody uses."""
        self._shelf.tidy()

    def do_open(self, asked: dict[str, Any], body: bytes) -> Answer:
        """Take a file, and say how many pages it has."""
        source = opened(body, self._faces, text=bool(asked["text"]))
        self._shelf.put(asked["key"], source, len(body))
        return {"pages": source.pages}, b""

    def do_count(self, asked: dict[str, Any], _: bytes) -> Answer:
        """How many pages a file has that was taken before."""
        source = self._shelf.find(asked["key"])
        return ({"unknown": True} if source is None else {"pages": source.pages}), b""

    def do_page(self, asked: dict[str, Any], _: bytes) -> Answer:
        """One page, marked, as PNG or JPEG."""
        source = self._shelf.find(asked["key"])
        if source is None:
            return {"unknown": True}, b""
        number = asked["number"]
        if not 1 <= number <= source.pages:
            return {"pages": source.pages, "refused": "no_such_page"}, b""
        points = source.size(number)
        page = source.draw(number, *_pixels(points, asked["width"]))
        picture = self._painter.marked(page, _mark(asked))
        form, encoded = _encoded(picture, photograph=asked["photograph"])
        told = {"pages": source.pages, "points": points, "pixels": picture.size, "form": form}
        return told, encoded

    def do_stamp(self, asked: dict[str, Any], body: bytes) -> Answer:
        """A PDF with the mark on every page."""
        return {}, stamped(body, self._painter, _mark(asked))

    def do_forget(self, asked: dict[str, Any], _: bytes) -> Answer:
        """Let go of a file."""
        self._shelf.forget(asked["key"])
        return {}, b""


def _mark(asked: dict[str, Any]) -> Mark:
    return Mark(tuple(asked["tile"]), tuple(asked["foot"]))


def _pixels(points: tuple[float, float], width: int) -> tuple[int, int]:
    """The size in pixels: as wide as asked for, less where it would become too long."""
    height = width * points[1] / points[0]
    scale = min(1.0, LONGEST_SIDE / height)
    return max(int(width * scale), NARROWEST), max(int(height * scale), NARROWEST)


def _encoded(picture: Image.Image, *, photograph: bool) -> tuple[str, bytes]:
    """As PNG where it is grey, as most papers are; else as JPEG, a tenth of the size."""
    out = BytesIO()
    if picture.mode == "L" and not photograph:
        picture.save(out, "PNG", compress_level=3, compress_type=zlib.Z_RLE)
        return "png", out.getvalue()
    picture.convert("RGB").save(out, "JPEG", quality=QUALITY, subsampling=0)
    return "jpeg", out.getvalue()


def main() -> None:
    """Work until the server closes the socket."""
    server = socket.socket(fileno=0)
    os.chdir("/")
    font = Path(sys.argv[1]) if sys.argv[1:] and sys.argv[1] else None
    worker = Worker(font)
    wire.send(server, {"held": confine([font] if font else [])})
    while True:
        ready, _, _ = select.select([server], [], [], TIDY_SECONDS)
        if not ready:
            worker.tidy()
            continue
        try:
            asked, body = wire.receive(server, MOST)
        except (EOFError, OSError):
            return
        processor(PROCESSOR_SECONDS)
        header, answer = worker.answer(asked, body)
        del body
        wire.send(server, header, answer)


if __name__ == "__main__":
    main()
