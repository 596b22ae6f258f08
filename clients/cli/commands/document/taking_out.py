"""Handing a document over to others, sealed to their keys (`document hand-over`)."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.document import Version, app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Document, Target
from clients.cli.transferring import keep
from clients.sdk.calls import taking_out

Keys = Annotated[
    list[str],
    typer.Option(
        "--to",
        help=t(
            "受け取る人の公開鍵（age1… か ssh-ed25519 …、複数可）",
            "a recipient's public key (age1… or ssh-ed25519 …), repeatable",
        ),
    ),
]


@command(
    app,
    "hand-over",
    "受け取る人の鍵で暗号化したファイルにします（age）。",
    "Write a document as a file sealed to its recipients' keys (age).",
)
def hand_over(
    desk: Desk, document: Document, to: Keys, out: Target, version: Version = None
) -> None:
    """Write an age file that only the holders of the named keys open; every key is recorded."""
    keep(desk, taking_out.hand_over(document, to, version), out, document)
