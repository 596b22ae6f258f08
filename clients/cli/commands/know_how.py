"""Know-how entries: information agreed not to be published, until a date."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil
from clients.sdk.calls import publication

app = noun("ノウハウ", "Know-how entries")


@command(app, "list", "ノウハウの一覧。", "List know-how entries.")
def list_(desk: Desk, council: InCouncil = None) -> None:
    """List the agreed entries of a council, without what they say."""
    call = publication.list_know_how(desk.council(council))
    desk.pages(call, "id result state since until review_at")


@command(app, "show", "ノウハウを表示します。", "Show a know-how entry.")
def show(
    desk: Desk, entry: Annotated[str, typer.Argument(help=t("ノウハウの ID", "the entry's id"))]
) -> None:
    """Show an entry in full."""
    names = "id state marking information authorised result round since until review_at may"
    desk.show(publication.read_know_how(entry), names)
