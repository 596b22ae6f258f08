"""The programme's visions."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.parsing import json_file
from clients.sdk.calls import programme

app = noun("研究開発ビジョン", "Research and development visions")


@command(app, "list", "ビジョンの一覧。", "List the visions.")
def list_(desk: Desk) -> None:
    """List the visions."""
    desk.pages(programme.list_visions(), "id name_ja decided_on technologies")


@command(app, "amend", "決定されたビジョンの改定を記録します。", "Record a decided amendment.")
def amend(
    desk: Desk,
    vision: Annotated[str, typer.Argument(help=t("ビジョンの ID", "the vision's id"))],
    on: Annotated[str, typer.Option(help=t("決定日 YYYY-MM-DD", "decided on, YYYY-MM-DD"))],
    reason: Annotated[str, typer.Option(help=t("理由", "why"))],
    technologies: Annotated[
        str,
        typer.Option(
            help=t(
                "追加する技術の JSON ファイル（- は標準入力）: [{id, domain, name_ja}]",
                "JSON file of added technologies (- for standard input): [{id, domain, name_ja}]",
            )
        ),
    ],
) -> None:
    """Record an amendment with the technologies it adds (BR-53)."""
    call = programme.amend_vision(vision, on, reason, json_file(technologies))
    desk.did(call, "記録しました。", "Recorded.", "id name_ja technologies amendments")
