"""Sharing the files of a ZIP archive, each as a paper (`document import`)."""

import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

import typer

from clients.cli import archive_reading
from clients.cli.archive_reading import Found
from clients.cli.audience import before_sharing
from clients.cli.command import command
from clients.cli.commands.document import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import DesignatedSecret, InCouncil, NoWait, Yes
from clients.cli.rendering import clean
from clients.cli.uploading import share_content
from clients.sdk.calls import documents

Archive = Annotated[Path, typer.Argument(help=t("ZIP ファイル", "a ZIP archive"))]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help=t("何を共有するか示すだけ", "only show what it would share")),
]


@command(
    app,
    "import",
    "ZIP の中の各ファイルを資料として共有します。",
    "Share each file of a ZIP archive as a paper.",
)
def import_(
    desk: Desk,
    archive: Archive,
    designated_secret: DesignatedSecret,
    council: InCouncil = None,
    dry_run: DryRun = False,
    no_wait: NoWait = False,
    yes: Yes = False,
) -> None:
    """Show what the archive holds; then, unless it is a dry run, share it, each file as a paper.

    Without a terminal nothing is shared unless `--yes` is given.
    """
    with archive_reading.opened(archive) as opened:
        files = archive_reading.found(opened)
        _show(desk, files)
        wanted = [file for file in files if file.skipped is None]
        if dry_run or not wanted or not (yes or sys.stdin.isatty()):
            desk.say(t("何も共有していません。", "Nothing was shared."))
            return
        of = desk.council(council)
        before_sharing(desk, of, yes)
        shared = [
            _share(desk, of, opened, file, designated_secret, wait=not no_wait) for file in wanted
        ]
    if desk.as_json:
        desk.print_json({"shared": shared})
    desk.say(t(f"{len(shared)} 件を共有しました。", f"{len(shared)} shared."))


def _show(desk: Desk, files: list[Found]) -> None:
    """What would be shared, by which name, and what is passed over: a line each."""
    for file in files:
        about = f"{clean(file.path)} ({file.size})"
        if file.skipped is None:
            desk.say(t(f"共有する：{about}", f"to share: {about}"))
        else:
            desk.say(t(f"除く：{about}：{file.skipped}", f"left out: {about}: {file.skipped}"))


def _share(
    desk: Desk,
    council: str,
    archive: zipfile.ZipFile,
    file: Found,
    designated_secret: bool,
    *,
    wait: bool,
) -> dict[str, str]:
    """Unpack one file where nobody else reads it, share it, and forget it."""
    with tempfile.TemporaryDirectory(prefix="kyogikai-") as folder:
        path = archive_reading.unpack(archive, file, Path(folder))
        title = path.stem or path.name
        call = documents.share_document(
            council, title, contains_designated_secret=designated_secret
        )
        made = desk.run(call)
        share_content(desk, made.id, path, wait=wait)
    if not desk.as_json:
        print(f"{made.id}\t{clean(file.path)}")
    return {"id": made.id, "file": file.path}
