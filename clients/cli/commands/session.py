"""One's own sessions."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import identity

app = noun("自分のセッション", "One's sessions")


@command(app, "list", "自分のセッションの一覧。", "List your sessions.")
def list_(desk: Desk) -> None:
    """List the caller's sessions."""
    desk.pages(identity.list_sessions(), "id created_at seen_at expires_at current")


@command(app, "end", "自分のセッションを終了します。", "End one of your sessions.")
def end(
    desk: Desk,
    session: Annotated[str, typer.Argument(help=t("セッション ID", "the session's id"))],
) -> None:
    """End a session of the caller, such as one on a lost computer."""
    desk.did(identity.end_session(session), "終了しました。", "Ended.")
