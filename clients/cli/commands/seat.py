"""Who acts for a member: naming and ending seats."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import choices
from clients.cli.parsing import moment
from clients.sdk.calls import councils, people

app = noun("席（代表・代理・従事者）", "Seats")
SCOPES = choices("answer", "provide", field="scope")
Membership = Annotated[str, typer.Argument(help=t("構成員の ID", "the membership's id"))]


@command(
    app, "name", "自分の組織の従事者などを指名します。", "Name a person to act for one's member."
)
def name(
    desk: Desk,
    membership: Membership,
    person: Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))],
    role: Annotated[str, typer.Option(help=choices("seat_representative", "deputy", "handler"))],
    until: Annotated[str | None, typer.Option(help=t("任期の終わり", "end of term"))] = None,
    since: Annotated[
        str | None, typer.Option("--from", help=t("代理の始まり", "a deputy's beginning"))
    ] = None,
    scope: Annotated[
        str | None, typer.Option(help=t("代理の範囲: ", "a deputy's: ") + SCOPES)
    ] = None,
) -> None:
    """Name a deputy, a handler, or one's successor."""
    end, start = moment(until, "--until"), moment(since, "--from")
    call = councils.name_seat(membership, person, role, end, start, scope)
    desk.did(call, "指名しました。", "Named.", "id person role scope valid_from valid_to lapses_at")


@command(app, "list", "自分の席の一覧（終わったものも）。", "List your own seats, also ended ones.")
def list_(desk: Desk) -> None:
    """List one's own seats: those to come, those held, those that ended, when and why."""
    desk.pages(
        people.list_own_seats(),
        "council membership role scope state valid_from valid_to ended_at why",
    )


@command(app, "end", "席を終了します。", "End a seat.")
def end(
    desk: Desk,
    membership: Membership,
    seat: Annotated[str, typer.Argument(help=t("席の ID", "the seat's id"))],
) -> None:
    """End a seat of one's own member; its rights end at once."""
    desk.did(councils.end_seat(membership, seat), "終了しました。", "Ended.")
