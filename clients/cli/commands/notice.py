"""Notices: what one was told, how one wants to be told, and which mails do not get through."""

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.options import Limit
from clients.sdk.calls import notices

app = noun("通知", "Notices")


@command(app, "list", "自分への通知の一覧。", "List what you were told.")
def list_(desk: Desk, limit: Limit = 50) -> None:
    """List notices, newest first, whether or not a mail left."""
    names = "number made_at what council_name deadline state command"
    desk.pages(notices.list_notices(min(limit, 200)), names, limit)


@command(app, "failing", "届かないメールの一覧。", "List mails that do not get through.")
def failing(desk: Desk) -> None:
    """List them for who runs the server: no address, no content."""
    names = "number person topic made_at tries error given_up_at"
    desk.pages(notices.list_failing_notices(), names)


@command(app, "show", "通知の受け方を表示します。", "Show how you are told.")
def show(desk: Desk) -> None:
    """Show whether mail comes at once or once a morning."""
    desk.show(notices.read_notice_preference(), "daily mailed")


@command(app, "daily", "急がないものは朝に一通で受け取ります。", "Be told once a morning.")
def daily(desk: Desk) -> None:
    """One mail a morning (08:00 in Japan) for what is not urgent."""
    call = notices.choose_notices(daily=True)
    desk.did(call, "急がないものは朝8時に一通で届きます。", "One mail at 08:00 JST, if not urgent.")


@command(app, "immediate", "その都度受け取ります。", "Be told at once.")
def immediate(desk: Desk) -> None:
    """A mail for each, at once."""
    desk.did(notices.choose_notices(daily=False), "その都度届きます。", "Each at once.")
