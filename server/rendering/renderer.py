"""The render process as the server sees it: one, started when first needed, replaced when it dies.

Owns the queue before the process and the time each job may take. Jobs run one after another on
a thread of its own, so that a page that hangs keeps no request waiting that needs no page, and
those that do no longer than the timeout. Knows no right: whoever calls has decided.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from server.confinement.process import Died, Hung, Process
from server.problems import Busy
from server.rendering.problems import (
    TOLD,
    NoRendering,
    NoSuchPage,
    PageNotRendered,
    TooLargeToView,
)

PROGRAM = "server.rendering"
LARGEST = 96 << 20
QUEUE = 32
WAIT_SECONDS = 30.0
JOB_SECONDS = 15.0
BAD_SECONDS = 60.0
TRIES = 2

Made = TypeVar("Made")
_log = logging.getLogger("kyogikai.rendering")


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be rendered. `load` reads it, and is called only where the process lacks it;
    `text` says that it may be taken for plain text.
    """

    key: str
    load: Callable[[], bytes]
    text: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """A mark: what is written over each page again and again, and once below it."""

    tile: tuple[str, ...]
    foot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A marked page: `form` is png or jpeg; sizes are width and height."""

    image: bytes
    form: str
    pages: int
    points: tuple[float, float]
    pixels: tuple[int, int]


class Renderer:
    """Makes marked pages, one job after another."""

    def __init__(self, font: Path | None, *, seconds: float = JOB_SECONDS) -> None:
        self.font, self._seconds = font, seconds
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None
        self._waiting, self._closing = 0, False
        # Of the thread alone:
        self._process: Process | None = None
        self._bad: dict[str, float] = {}

    async def count(self, content: Content) -> int:
        """How many pages a file has. Raises NotViewable, Busy, and what `load` raises."""

        def job() -> int:
            found: int = self._of(content, {"do": "count", "key": content.key})[0]["pages"]
            return found

        return await self._run(job)

    async def page(
        self, content: Content, number: int, width: int, mark: Lines, *, photograph: bool = False
    ) -> Page:
        """One page with its mark, `width` pixels wide; `photograph`: JPEG in any case.

        Raises NoSuchPage besides what `count` raises.
        """
        asked = {"do": "page", "key": content.key, "number": number, "width": width}
        asked |= {"tile": mark.tile, "foot": mark.foot, "photograph": photograph}

        def job() -> Page:
            told, image = self._of(content, asked)
            (wide, high), (across, down) = told["points"], told["pixels"]
            return Page(image, told["form"], told["pages"], (wide, high), (across, down))

        return await self._run(job)

    async def stamped(self, content: Content, mark: Lines) -> bytes:
        """A PDF with the mark on every page. Raises as `count`."""
        asked = {"do": "stamp", "tile": mark.tile, "foot": mark.foot}
        return await self._run(lambda: self._asked(content.key, asked, _loaded(content))[1])

    def forget(self, key: str) -> None:
        """Have the process let go of a file soon, if there is a process. Waits for nothing."""
        with self._lock:
            if self._thread is not None:
                self._thread.submit(self._forget, key)

    def _forget(self, key: str) -> None:
        if self._process is None:
            return
        try:
            self._process.ask({"do": "forget", "key": key}, b"", self._seconds)
        except (Died, Hung):
            self._process = None

    def close(self) -> None:
        """End the process and what it is doing. The next job would start another."""
        with self._lock:
            thread, self._thread, self._closing = self._thread, None, True
        if thread is not None:
            process = self._process
            if process is not None:
                process.interrupt()
            thread.submit(self._end)
            thread.shutdown(wait=True)
        self._closing = False

    @property
    def running(self) -> int | None:
        """The number of the process that runs at this moment, if one does."""
        process = self._process
        return None if process is None else process.id

    async def _run(self, job: Callable[[], Made]) -> Made:
        """Queue a job. Raises Busy where too many wait, or it waited too long."""
        until = time.monotonic() + WAIT_SECONDS
        with self._lock:
            if self._waiting >= QUEUE:
                raise Busy(headers={"Retry-After": "5"})
            self._waiting += 1
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="rendering")
            future = self._thread.submit(lambda: self._in_time(job, until))
        future.add_done_callback(self._served)
        return await asyncio.wrap_future(future)

    def _in_time(self, job: Callable[[], Made], until: float) -> Made:
        if self._closing or time.monotonic() > until:
            raise Busy(headers={"Retry-After": "10"})
        return job()

    def _served(self, _: "Future[Any]") -> None:
        with self._lock:
            self._waiting -= 1

    def _of(self, content: Content, asked: dict[str, Any]) -> tuple[Any, bytes]:
        """Ask about a file; hand it over first where the process does not have it, and again where
        the process died of it once.
        """
        opening = {"do": "open", "key": content.key, "text": content.text}
        for _ in range(TRIES + 1):
            answer = self._asked(content.key, asked, b"")
            if "unknown" not in answer[0]:
                return answer
            self._asked(content.key, opening, _loaded(content))
        raise self._bad_for_now(content.key)

    def _asked(self, key: str, asked: dict[str, Any], body: bytes) -> tuple[Any, bytes]:
        """Ask the process, once more in a new one if it died. Raises NotViewable, PageNotRendered.

        What has hung it, or killed it twice, is not tried again for a minute: nobody else is to
        wait for the same file again and again.
        """
        if self._bad.get(key, 0.0) > time.monotonic():
            raise PageNotRendered
        for _ in range(TRIES):
            try:
                answer = self._running().ask(asked, body, self._seconds)
            except (Died, Hung) as failure:
                _log.warning("render process ended: %s", type(failure).__name__)
                self._process = None
                if self._closing:
                    raise Busy(headers={"Retry-After": "5"}) from failure
                if isinstance(failure, Hung):
                    break
                continue
            _refuse(answer[0])
            return answer
        raise self._bad_for_now(key)

    def _bad_for_now(self, key: str) -> PageNotRendered:
        now = time.monotonic()
        self._bad = {k: until for k, until in self._bad.items() if until > now}
        self._bad[key] = now + BAD_SECONDS
        return PageNotRendered()

    def _running(self) -> Process:
        if self._process is None:
            try:
                self._process = Process(PROGRAM, str(self.font or ""))
            except (Died, Hung, OSError) as failure:
                _log.error("no render process: %s", type(failure).__name__)
                raise NoRendering(headers={"Retry-After": "30"}) from failure
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            with suppress(OSError):
                self._process.end()
            self._process = None


def _loaded(content: Content) -> bytes:
    body = content.load()
    if len(body) > LARGEST:
        raise TooLargeToView
    return body


def _refuse(told: dict[str, Any]) -> None:
    why = told.get("refused")
    if why == "no_such_page":
        raise NoSuchPage(None, pages=told["pages"])
    if why is not None:
        raise TOLD.get(str(why), PageNotRendered)
