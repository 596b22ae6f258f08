"""A council's papers as one archive, and how much may be stored and moved (`council …`)."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.council import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Council, Target
from clients.cli.transferring import keep
from clients.sdk.calls import taking_out

Chosen = Annotated[
    list[str] | None,
    typer.Option("--document", help=t("この資料だけ（複数可）", "only this document, repeatable")),
]


@command(
    app,
    "export",
    "協議会の資料を一つの ZIP に保存します。",
    "Keep the council's papers in one ZIP archive.",
)
def export(desk: Desk, council: Council, out: Target, document: Chosen = None) -> None:
    """Keep every paper the caller may take; `manifest.csv` in it names what was left out, too."""
    keep(desk, taking_out.read_archive(council, document or ()), out, council)


@command(
    app,
    "limits",
    "保存・送受信できる量と使用量を表示します。",
    "Show how much may be stored and moved, and how much is used.",
)
def limits(desk: Desk, council: Council) -> None:
    """Show the limits, in bytes, of the council's papers and of one's own day."""
    names = "council largest_file stored uploaded_today downloaded_today"
    desk.show(taking_out.read_limits(council), names)
