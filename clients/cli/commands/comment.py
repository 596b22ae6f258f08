"""What members say about who is to join: further commands of `kyogikai admission`."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.admission import Admission, app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import notices


@command(app, "comments", "参加についての意見の一覧。", "List what members say about who joins.")
def comments(desk: Desk, admission: Admission) -> None:
    """List the comments, and until when there may be more."""
    desk.show(notices.list_comments(admission), "until open items")


@command(app, "comment", "参加について意見を述べます。", "Comment on who is to join.")
def comment(
    desk: Desk,
    admission: Admission,
    text: Annotated[str, typer.Option(help=t("意見", "what the ministers should consider"))],
) -> None:
    """Comment for one's member, within the period; it never holds the ministers up."""
    call = notices.add_comment(admission, text)
    desk.did(call, "意見を記録しました。", "Recorded.", "id person organisation text made_at")
