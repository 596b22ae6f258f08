"""Documents as marked pages: `document view`, `document print`.

Owns where the images land: files that only their owner reads, never one that is there already.
"""

import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.document import Version, app
from clients.cli.desk import Desk
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.cli.options import Document, Target
from clients.cli.transferring import keep
from clients.sdk.calls import pages
from clients.sdk.transfers import Stream

ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}


@command(
    app,
    "view",
    "資料をページの画像で見ます（閲覧者の表示入り）。",
    "View a document as images of its pages, marked with who views it.",
)
def view(
    desk: Desk,
    document: Document,
    page: Annotated[
        int | None,
        typer.Option("--page", min=1, help=t("ページ番号（省略すると全部）", "one page")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help=t("保存先（フォルダー、--page ではファイルも）", "file or folder")
        ),
    ] = None,
    open_: Annotated[
        bool, typer.Option("--open", help=t("保存した画像を開く", "open what was saved"))
    ] = False,
    width: Annotated[
        int | None, typer.Option("--width", min=200, max=2400, help=t("画像の幅", "pixels wide"))
    ] = None,
    version: Version = None,
) -> None:
    """Save the pages as images; without -o, say only how many there are."""
    told = desk.runner().run_plain(pages.read_pages(document, version))
    found = pages.read_pages(document).read(told)
    if out is None or not found.viewable:
        desk.show_plain(told, found, "viewable pages why_not says")
        if not found.viewable:
            raise typer.Exit(1)
        return
    numbers: Iterable[int] = range(1, (found.pages or 0) + 1) if page is None else [page]
    saved = [_save(desk, document, n, _place(out, n, page), width, version) for n in numbers]
    if desk.as_json:
        desk.print_json({"pages": found.pages, "files": [str(file) for file in saved]})
    else:
        for file in saved:
            print(file)
    if open_ and saved:
        typer.launch(str(saved[0]))


def _place(out: Path, number: int, only: int | None) -> Path:
    """Where a page goes, its ending still open: the file named, or a numbered one in a folder."""
    if only is not None and not out.is_dir():
        return out
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    return out / f"{number:04}"


def _save(
    desk: Desk, document: str, number: int, place: Path, width: int | None, version: str | None
) -> Path:
    image = BytesIO()
    call = pages.read_page(document, str(number), version, width)
    fetched = desk.runner().fetch(call, Stream(image))
    ending = ENDINGS.get(fetched.media_type or "", ".img")
    file = place if place.suffix else place.with_suffix(ending)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Mistake(
            t(
                f"{file} は既にあります。-o で別の保存先を指定してください。",
                f"{file} exists: choose another -o.",
            )
        ) from None
    with os.fdopen(descriptor, "wb") as out:
        out.write(image.getvalue())
    return file


@command(
    app,
    "print",
    "印刷用の PDF を保存します（印刷者の表示入り、提供者が認めた場合）。",
    "Save a PDF to print, marked with who prints it, where the provider allows it.",
)
def print_(desk: Desk, document: Document, out: Target, version: Version = None) -> None:
    """Save marked page images as one PDF."""
    keep(desk, pages.read_print(document, version), out, document)
