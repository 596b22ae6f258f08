"""Closing a council: announced, taken back, shown. Adds to the noun `council`."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.council import app
from clients.cli.desk import Desk
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.cli.options import Council, Reason, Yes
from clients.cli.parsing import needed_moment
from clients.cli.prompting import confirm
from clients.sdk.calls import closing

SHOWN = (
    "council state closing.id closing.closes_at closing.reason closing.proposed_by "
    "closing.announced_by closing.announced_at closing.noted_at proposed"
)


@command(app, "closing", "協議会の閉会の予告を表示します。", "Show whether a council closes.")
def shown(desk: Desk, council: Council) -> None:
    """Show when and why a council closes, and what the other ministry has proposed."""
    desk.show(closing.read_closing(council), SHOWN, council)


@command(
    app,
    "announce-closing",
    "協議会の閉会を予告します（両大臣）。",
    "Announce that a council closes (both ministers).",
)
def announce(
    desk: Desk,
    council: Council,
    on: Annotated[str, typer.Option("--on", help=t("閉会の日時", "when it closes"))],
    reason: Reason,
    notice_days: Annotated[
        int, typer.Option(min=1, max=366, help=t("予告の日数", "at least so many days ahead"))
    ] = 30,
) -> None:
    """Announce a closing; the other ministry's person does exactly the same.

    Until then every provider decides what becomes of its secrets. What is undecided is kept.
    """
    call = closing.announce_closing(council, needed_moment(on, "--on"), reason, notice_days)
    desk.did(call, "閉会を予告しました。", "The closing is announced.", SHOWN, council)


@command(
    app,
    "withdraw-closing",
    "閉会の予告を取り消します（両大臣）。",
    "Take the announcement back (both ministers).",
)
def withdraw(desk: Desk, council: Council, yes: Yes = False) -> None:
    """Take the announcement that stands back; the other ministry's person does the same."""
    standing = desk.run(closing.read_closing(council)).closing
    if standing is None:
        raise Mistake(t("閉会は予告されていません。", "No closing is announced."))
    desk.present(standing, "id closes_at reason", council)
    confirm(t("この予告を取り消しますか。", "Take this announcement back?"), yes)
    call = closing.withdraw_closing(council, standing.id)
    desk.did(call, "予告を取り消しました。", "Taken back.")
