"""What waits for me: days left, and what happens if I do nothing."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.sdk.calls import notices

app = noun("自分を待っているもの", "What waits for you")
SHOWN = "number what council_name deadline days_left otherwise command"


@command(
    app, "waiting", "自分を待っているものを、期限の順に表示します。", "List what waits for you."
)
def waiting(
    desk: Desk,
    calendar: Annotated[
        Path | None,
        typer.Option(
            help=t("期限をカレンダーファイルに書く（- は標準出力）", "write a calendar file")
        ),
    ] = None,
) -> None:
    """List what waits, the nearest deadline first; or write its deadlines as a calendar file."""
    if calendar is None:
        desk.pages(notices.list_waiting(), SHOWN)
        return
    text = desk.run(notices.read_calendar()).calendar
    if str(calendar) == "-":
        sys.stdout.write(text)
        return
    # As the format has it: lines end in CR LF on every system (RFC 5545, 3.1).
    calendar.write_bytes(text.encode())
    desk.say(t(f"{calendar} に書きました。", f"Written to {calendar}."))
