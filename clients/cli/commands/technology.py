"""The technologies the programme supports."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import DOMAINS
from clients.sdk.calls import programme

app = noun("支援対象とする技術", "Technologies to be supported")


@command(app, "list", "技術の一覧。", "List the technologies.")
def list_(
    desk: Desk,
    domain: Annotated[str | None, typer.Option(help=DOMAINS)] = None,
    vision: Annotated[str | None, typer.Option(help=t("ビジョンの ID", "a vision's id"))] = None,
) -> None:
    """List technologies by domain and vision."""
    desk.pages(
        programme.list_technologies(domain, vision, limit=200),
        "id domain name_ja vision_id concept_ids",
    )
