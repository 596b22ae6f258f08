"""From the code on a photographed page to who was shown it: `kyogikai trace CODE`."""

from typing import Annotated, Any

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil
from clients.sdk.call import Call
from clients.sdk.calls import councils, pages
from clients.sdk.problems import NotFound, Problem, Refused

app = noun("表示の符号からの追跡", "From the code of a mark to its entry")
SHOWN = "code seq time act person name organisation document version page leaf_hash"


@command(
    app,
    "trace",
    "ページの符号から、誰がいつ見たかの記録を探します（情報管理責任者）。",
    "Find who was shown the page with this code, and when (compliance officers).",
)
def trace(
    desk: Desk,
    code: Annotated[str, typer.Argument(help=t("符号（小文字・空白も可）", "the code, any case"))],
    council: InCouncil = None,
) -> None:
    """Find the entry of a code: in one council, or in each the caller has to do with."""
    places = [council] if council else [each.id for each in desk.runner().each(_all())]
    missing: Problem | None = None
    for place in places:
        try:
            told = desk.runner().run_plain(pages.read_trace(place, code))
        except (NotFound, Refused) as problem:
            # What is said: that it is nowhere, or, where the caller traces nothing, that.
            if missing is None or problem.code == "no_such_mark":
                missing = problem
            continue
        desk.show_plain(told, pages.read_trace(place, code).read(told), SHOWN, place)
        return
    if missing is not None:
        raise missing
    desk.say(t("協議会がありません。", "You have no council."))
    raise typer.Exit(1)


def _all() -> Call[Any]:
    return councils.list_councils()
