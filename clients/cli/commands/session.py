"""One's own sessions."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.sdk.calls import identity

app = noun("自分のセッション", "One's sessions")


@command(app, "list", "自分のセッションの一覧。", "List your sessions.")
def list_(desk: Desk) -> None:
    """List the caller's sessions."""
    desk.pages(identity.list_sessions(), "id method agent created_at seen_at expires_at current")


@command(app, "end", "自分のセッションを終了します。", "End one of your sessions.")
def end(
    desk: Desk,
    session: Annotated[
        str | None, typer.Argument(help=t("セッション ID", "the session's id"))
    ] = None,
    others: Annotated[
        bool, typer.Option("--others", help=t("これ以外のすべて", "every one but this"))
    ] = False,
) -> None:
    """End a session of the caller, such as one on a lost computer, or every other one."""
    if (session is None) is not others:
        raise Mistake(t("セッション ID か --others です。", "Give a session's id, or --others."))
    call = identity.end_session(session) if session else identity.end_other_sessions()
    desk.did(call, "終了しました。", "Ended.")
