"""The render process: what it makes, what it survives, and that it holds nobody up."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from server.problems import Busy
from server.rendering import checkup, fonts, renderer
from server.rendering.problems import (
    Broken,
    NoRendering,
    NotText,
    NotViewable,
    PageNotRendered,
    TooLargeToView,
)
from server.rendering.renderer import Content, Lines, Page, Renderer
from tests.making.pages import bomb, filled_form, japanese_pdf, laughing_pdf, picture

MARK = Lines(("山田（架空）", "7K3QF-9XW2M-B4T8C"), ("山田（架空）", "符号 7K3QF-9XW2M-B4T8C"))
FONT = fonts.find(None)
PAPER = japanese_pdf(2)


@pytest.fixture
def made() -> Iterator[Renderer]:
    one = Renderer(FONT)
    yield one
    one.close()


@pytest.fixture
def hasty() -> Iterator[Renderer]:
    """One that gives a job a second and a half."""
    one = Renderer(FONT, seconds=1.5)
    yield one
    one.close()


def content(data: bytes, key: str = "one", *, text: bool = False) -> Content:
    return Content(key, lambda: data, text)


async def page(of: Renderer, data: bytes, key: str = "one", width: int = 300, **how: Any) -> Page:
    return await of.page(content(data, key, **how), 1, width, MARK)


async def started(of: Renderer) -> int:
    """The number of the process, once it runs."""
    await page(of, PAPER, "first")
    assert of.running is not None
    return of.running


def test_a_file_is_handed_over_once_and_asked_for_again_after_it_was_forgotten(
    made: Renderer,
) -> None:
    read: list[str] = []

    def load() -> bytes:
        read.append("read")
        return PAPER

    async def look() -> None:
        one = Content("k", load)
        assert await made.count(one) == 2
        pages = [await made.page(one, number, 300, MARK) for number in (1, 2, 1)]
        assert pages[0].image == pages[2].image != pages[1].image
        assert read == ["read"]
        made.forget("k")
        await made.page(one, 1, 300, MARK)

    asyncio.run(look())
    assert read == ["read", "read"]


def test_images_are_turned_as_their_maker_said_and_no_more_than_pixels_leave(
    made: Renderer,
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a secret comment"
    photograph = picture((400, 200), "blue", "JPEG", exif=exif)

    seen = asyncio.run(page(made, photograph))

    across, down = seen.points
    assert across < down
    assert b"secret" not in seen.image
    assert not Image.open(BytesIO(seen.image)).getexif()


def test_every_page_of_a_tiff_is_shown_and_deep_or_transparent_images_too(made: Renderer) -> None:
    pages = [Image.new("1", (90, 120), n % 2) for n in range(3)]
    tiff, deep, clear = BytesIO(), BytesIO(), BytesIO()
    pages[0].save(tiff, "TIFF", save_all=True, append_images=pages[1:])
    Image.new("I;16", (9, 9), 40_000).save(deep, "PNG")
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(clear, "PNG")

    async def look() -> None:
        assert await made.count(content(tiff.getvalue(), "tiff")) == 3
        assert (await page(made, deep.getvalue(), "deep")).form == "png"
        nothing = Image.open(BytesIO((await page(made, clear.getvalue(), "clear")).image))
        assert nothing.convert("L").getextrema()[1] == 255

    asyncio.run(look())


def test_what_was_filled_into_a_form_is_drawn(made: Renderer) -> None:
    seen = asyncio.run(page(made, filled_form(), "form"))

    assert Image.open(BytesIO(seen.image)).convert("RGB").getpixel((90, 200)) != (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "text", "problem"),
    [
        (bomb(), False, TooLargeToView),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), False, Broken),
        (b"%PDF-1.4 cut", False, Broken),
        (b"GIF89a", False, Broken),
        (b"\x81\xff\x00 no text", True, NotText),
        ("行\n".encode() * 200_000, True, TooLargeToView),
        (b"\x00\x01\x02", False, NotViewable),
        (b"x" * (renderer.LARGEST + 1), False, TooLargeToView),
    ],
    ids=["bomb", "png", "pdf", "gif", "no text", "long text", "unknown", "large"],
)
def test_what_cannot_be_shown_is_told_apart_and_harms_nothing(
    made: Renderer, data: bytes, text: bool, problem: type[Exception]
) -> None:
    async def look() -> None:
        with pytest.raises(problem):
            await page(made, data, "bad", text=text)
        before = await started(made)
        assert (await page(made, PAPER)).pages == 2
        assert made.running == before

    asyncio.run(look())


def test_a_page_that_hangs_is_ended_and_others_wait_no_longer_than_the_timeout(
    hasty: Renderer,
) -> None:
    async def look() -> None:
        before = await started(hasty)
        endless = laughing_pdf(9)
        bad, good = await asyncio.gather(
            page(hasty, endless, "bad"), page(hasty, PAPER, "good"), return_exceptions=True
        )
        assert isinstance(bad, PageNotRendered)
        assert isinstance(good, Page)
        now = hasty.running
        assert now != before
        with pytest.raises(PageNotRendered):  # for a while nobody is held up by it again
            await page(hasty, endless, "bad")
        assert hasty.running == now

    asyncio.run(look())


def test_a_killed_process_is_replaced_and_the_page_comes_from_the_next(made: Renderer) -> None:
    slow = laughing_pdf(5)  # about a second of work

    async def look() -> None:
        before = await started(made)
        os.kill(before, signal.SIGKILL)
        assert (await page(made, PAPER)).pages == 2
        running = asyncio.create_task(page(made, slow, "slow"))
        await asyncio.sleep(0.1)
        between = await asyncio.to_thread(lambda: made.running)
        assert between not in (None, before)
        os.kill(int(between or 0), signal.SIGKILL)
        assert (await running).pages == 1
        assert made.running not in (before, between)

    asyncio.run(look())


def test_a_long_queue_says_so_at_once(hasty: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderer, "QUEUE", 2)

    async def look() -> None:
        waiting = [asyncio.create_task(page(hasty, laughing_pdf(9), "bad"))]
        await asyncio.sleep(0)
        waiting.append(asyncio.create_task(page(hasty, PAPER)))
        await asyncio.sleep(0)
        with pytest.raises(Busy) as refused:
            await page(hasty, PAPER)
        assert refused.value.headers["Retry-After"]
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(ended[0], PageNotRendered)
        assert isinstance(ended[1], Page)
        assert (await page(hasty, PAPER)).pages == 2

    asyncio.run(look())


def test_closing_does_not_wait_for_a_page_that_hangs(made: Renderer) -> None:
    async def look() -> None:
        running = asyncio.create_task(page(made, laughing_pdf(9), "bad"))
        process = await asyncio.to_thread(_when_running, made)
        waiting = asyncio.create_task(page(made, PAPER))
        await asyncio.sleep(0)
        await asyncio.to_thread(made.close)
        for each in (running, waiting):
            with pytest.raises(Busy):
                await each
        assert made.running is None
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)

    asyncio.run(look())


def _when_running(of: Renderer) -> int:
    while of.running is None:
        time.sleep(0.01)
    return of.running


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_the_process_holds_no_file_and_may_write_none(made: Renderer) -> None:
    process = asyncio.run(started(made))

    limits = Path(f"/proc/{process}/limits").read_text("ascii")
    for name in ("Max file size", "Max core file size", "Max processes"):
        [line] = [line for line in limits.splitlines() if line.startswith(name)]
        assert line.removeprefix(name).split()[:2] == ["0", "0"]


def test_without_a_japanese_font_code_and_time_are_still_written() -> None:
    plain = Renderer(None)
    try:
        with_, without = (
            asyncio.run(plain.page(content(PAPER), 1, 600, Lines(tile, tile)))
            for tile in (("山田", "7K3QF-9XW2M-B4T8C 2026-11-21"), ("山田", ""))
        )
    finally:
        plain.close()
    dark = [
        sum(Image.open(BytesIO(p.image)).convert("L").histogram()[:90]) for p in (with_, without)
    ]
    assert dark[0] > dark[1] + 100


def test_a_process_that_cannot_start_is_told_apart_from_a_file_that_cannot_be_shown(
    tmp_path: Path,
) -> None:
    no_font = tmp_path / "font.ttf"
    no_font.write_bytes(b"no font")
    broken = Renderer(no_font)
    try:
        for _ in range(2):
            with pytest.raises(NoRendering) as told:
                asyncio.run(page(broken, PAPER))
            assert told.value.status == 503
    finally:
        broken.close()
    assert ("wrong" in {state for state, _ in checkup.examine(no_font)}) is True


def test_doctor_says_what_is_written_with_and_how_to_get_a_font(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert any(str(FONT) in words for state, words in checkup.examine(None) if state == "ok")
    monkeypatch.setattr(fonts, "find", lambda _: None)
    [note] = [words for state, words in checkup.examine(None) if "フォント" in words]
    assert "apt-get install" in note


def test_pdfium_is_built_without_scripts_and_xfa() -> None:
    assert not {"V8", "XFA"} & {flag.upper() for flag in pypdfium2.PDFIUM_INFO.flags}
