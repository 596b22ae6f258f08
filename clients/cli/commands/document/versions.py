"""Versions of a document: listing them, and restoring an older one (`document …`)."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.document import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Document, Limit
from clients.sdk.calls import uploads

OLD = Annotated[str, typer.Argument(help=t("版の ID", "the version's id"))]
LINE = "id state created_at created_by file_name size sha256 reason detail scan origin"
SHOWN = f"{LINE} media_type parts detected"


@command(app, "versions", "版の一覧（ダイジェストと状態）。", "List the versions of a document.")
def versions(desk: Desk, document: Document, limit: Limit = 1000) -> None:
    """List the versions the caller may know of, with digests, states and reasons."""
    desk.pages(uploads.list_versions(document), LINE, limit)


@command(app, "restore", "古い版を新しい版として復元します。", "Restore an older version.")
def restore(desk: Desk, document: Document, version: OLD) -> None:
    """Make an older version the newest one; nothing is rewritten, and the history stays."""
    desk.did(
        uploads.restore_version(document, version),
        "復元しました。内容の確認が済むと開けます。",
        "Restored. It opens once the server has checked the content.",
        SHOWN,
    )
