"""Documents as pages: images with a mark in their pixels, one after another or as a file to print.

Owns the first transaction of each and what is answered. Each page is decided on by itself; what the
render process keeps is a version's bytes, never a right. A file that cannot be shown is said to be
so, and never sent instead.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Annotated

from fastapi import Path, Query, Request, Response

from server.access.grant import Grant
from server.access.transfer import Transfer
from server.documents import destruction, endings
from server.documents.content import download_limits, versions
from server.documents.content.flowing import Flowing, decided, safe_headers
from server.documents.content.manifest import Manifest
from server.documents.content.sending import ToSend, read_whole
from server.documents.content.unlocking import to_send
from server.documents.content.versions import StoredVersion
from server.documents.viewing import marking
from server.documents.viewing.marking import PRINTED, VIEWED, Mark
from server.documents.viewing.schemas import PagesOut
from server.documents.viewing.viewable import can_be_viewed, viewable
from server.problems import wants_english
from server.rendering.printing import PictureBook
from server.rendering.problems import NotViewable, TooLargeToView
from server.rendering.renderer import LARGEST, Content, Page
from server.schemas import Uuid
from server.vault import Vault

NARROWEST, WIDTH, WIDEST = 200, 1240, 2400  # pixels; 1240 is A4 at 150 dpi
MOST_PRINTED = 300
MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg"}
OFFICE = ("officedocument", "msword", "ms-excel", "ms-powerpoint", "opendocument", "rtf")

PageNumber = Annotated[int, Path(ge=1, le=1_000_000, description="from 1")]
Width = Annotated[
    int, Query(ge=NARROWEST, le=WIDEST, description="how many pixels the image is wide")
]


class OfficeNotViewable(NotViewable):
    code = "office_not_viewable"
    ja = (
        "Word・Excel・PowerPoint などの文書は、ここではページとして表示できません。"
        "ダウンロードを認めるかどうかは、情報の提供者が決めます。"
    )
    en = (
        "Word, Excel, PowerPoint and the like cannot be shown as pages here. Whether they may be "
        "downloaded is for the provider to decide."
    )


class TooManyToPrint(NotViewable):
    code = "too_many_pages_to_print"
    ja = f"一度に印刷できるのは {MOST_PRINTED} ページまでです。ページごとに表示してください。"
    en = f"At most {MOST_PRINTED} pages are printed at once. View it page by page."


@dataclass(frozen=True, slots=True)
class Shown:
    """What the first transaction gives: a version that can be shown, its keys, the mark."""

    wanted: ToSend
    text: bool
    page: int
    width: int
    mark: Mark | None

    @property
    def manifest(self) -> Manifest:
        """The version's manifest."""
        return self.wanted.manifest

    def content(self, vault: Vault) -> Content:
        """The file for the render process, read when it is needed there."""
        return Content(self.manifest.version, partial(read_whole, vault, self.wanted), self.text)


def prepare_count(grant: Grant, version: Uuid | None = None) -> Shown | type[NotViewable]:
    """First transaction of looking how many pages there are; or why there are none."""
    stored = _found(grant, version)
    return _why_not(stored) or _shown(grant, stored)


def prepare_page(
    grant: Grant, page: PageNumber, version: Uuid | None = None, width: Width = WIDTH
) -> Shown:
    """First transaction of one page.

    Raises NotReady, Quarantined, NotFound, ContentDestroyed, NotViewable, DownloadsToday, Damaged.
    """
    stored = _viewable(grant, version)
    download_limits.check_room(grant)
    grant.note(page=page)
    return _shown(grant, stored, page, width, marking.mark(grant))


def prepare_print(grant: Grant, version: Uuid | None = None) -> Shown:
    """First transaction of all pages in one file. Raises as `prepare_page`."""
    stored = _viewable(grant, version)
    download_limits.check_room(grant)
    return _shown(grant, stored, mark=marking.mark(grant))


def _found(grant: Grant, version: Uuid | None) -> StoredVersion:
    endings.settle(grant)
    destruction.check_there(grant)
    stored = versions.to_serve(grant, version)
    grant.note(version=stored.manifest.version)
    return stored


def _viewable(grant: Grant, version: Uuid | None) -> StoredVersion:
    stored = _found(grant, version)
    if (why := _why_not(stored)) is not None:
        raise why
    return stored


def _why_not(stored: StoredVersion) -> type[NotViewable] | None:
    manifest = stored.manifest
    if not can_be_viewed(stored):
        said = f"{stored.detected or ''} {manifest.media_type}".lower()
        return OfficeNotViewable if any(word in said for word in OFFICE) else NotViewable
    return TooLargeToView if manifest.total > LARGEST else None


def _shown(
    grant: Grant, stored: StoredVersion, page: int = 1, width: int = WIDTH, mark: Mark | None = None
) -> Shown:
    manifest = stored.manifest
    types = manifest.media_type if stored.detected is None else stored.detected
    text = any(viewable(each) and "text/" in each.lower() for each in types.split(","))
    return Shown(to_send(grant, stored), text, page, width, mark)


async def count(transfer: Transfer[Shown | type[NotViewable]], request: Request) -> Response:
    """How many pages there are to view; or that there are none, and why."""
    shown = transfer.prepared
    try:
        if not isinstance(shown, Shown):
            raise shown
        pages = await transfer.parts.renderer.count(shown.content(transfer.parts.vault))
        told = PagesOut(viewable=True, pages=pages, why_not=None, says=None)
    except NotViewable as why:
        says = why.en if wants_english(request) else why.ja
        told = PagesOut(viewable=False, pages=None, why_not=why.code, says=says)
    return Response(told.model_dump_json(), 200, {"Cache-Control": "no-store"}, "application/json")


async def send_page(transfer: Transfer[Shown], _: Request) -> Response:
    """One page as an image, marked with who sees it, when, and the code of this very answer."""
    transfer.still, shown = destruction.check_there, transfer.prepared
    page = await _page(transfer, shown.page, VIEWED)
    await transfer.keep_deciding(0)
    await download_limits.count_page(transfer.grant, page.image)
    name = f"{PurePath(shown.manifest.file_name).stem}-{shown.page}.{page.form}"
    return Response(page.image, 200, safe_headers("inline", name), MEDIA_TYPES[page.form])


async def send_print(transfer: Transfer[Shown], _: Request) -> Response:
    """A PDF of marked page images, made while it leaves."""
    transfer.still, shown = destruction.check_there, transfer.prepared
    pages = await transfer.parts.renderer.count(shown.content(transfer.parts.vault))
    if pages > MOST_PRINTED:
        raise TooManyToPrint
    await download_limits.expect(transfer.grant, pages * download_limits.PAGE)
    first = await _printed(transfer, 1)
    name = f"{PurePath(shown.manifest.file_name).stem}.pdf"
    headers = {**safe_headers("inline", name), "Content-Type": "application/pdf"}
    return Flowing(decided(transfer, shown.manifest.version, _book(transfer, first)), headers)


async def _book(transfer: Transfer[Shown], first: Page) -> AsyncGenerator[bytes, None]:
    book, page = PictureBook(), first
    yield book.head()
    for number in range(1, first.pages + 1):
        if number > 1:
            page = await _printed(transfer, number)
        yield book.page(page.image, page.pixels, page.points)
    yield book.tail()


async def _printed(transfer: Transfer[Shown], number: int) -> Page:
    page = await _page(transfer, number, PRINTED, photograph=True)
    await download_limits.count_page(transfer.grant, page.image)
    return page


async def _page(
    transfer: Transfer[Shown], number: int, act: str, *, photograph: bool = False
) -> Page:
    shown = transfer.prepared
    if shown.mark is None:
        raise AssertionError("a page without a mark never leaves")
    content, lines = shown.content(transfer.parts.vault), shown.mark.lines(act, number)
    renderer = transfer.parts.renderer
    return await renderer.page(content, number, shown.width, lines, photograph=photograph)
