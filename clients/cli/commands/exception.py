"""Requests not to publish certain information of a result."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil
from clients.cli.parsing import json_file, needed_moment
from clients.sdk.calls import publication

app = noun("公開の例外の要請", "Exceptions from publication")
Request = Annotated[str, typer.Argument(help=t("要請の ID", "the request's id"))]
LINE = "id result round state closes_at"


@command(
    app, "request", "公開しないことを要請します。", "Ask that certain information stay unpublished."
)
def request(
    desk: Desk,
    result: Annotated[str, typer.Argument(help=t("成果の ID", "the result's id"))],
    finding: Annotated[str, typer.Option(help=t("認定の ID", "the finding's id"))],
    harm: Annotated[str, typer.Option(help=t("公開による支障", "what harm it would do"))],
    information: Annotated[str, typer.Option(help=t("対象の情報", "exactly which information"))],
    until: Annotated[str, typer.Option(help=t("いつまで", "until when"))],
    authorised: Annotated[
        list[str], typer.Option(help=t("扱える人（複数可）", "who may handle it, repeatable"))
    ] = [],  # noqa: B006  read only
    new_facts: Annotated[str | None, typer.Option(help=t("新しい事実", "new facts"))] = None,
) -> None:
    """Ask for an exception; that alone restricts nothing (BR-26 to BR-28)."""
    end = needed_moment(until, "--until")
    call = publication.request_exception(
        result, finding, harm, information, end, authorised, new_facts
    )
    desk.did(call, "要請しました。", "Requested.", f"{LINE} information until")


@command(app, "list", "要請の一覧。", "List requests.")
def list_(desk: Desk, council: InCouncil = None) -> None:
    """List the requests of a council and where they stand."""
    desk.pages(publication.list_exceptions(desk.council(council)), LINE)


@command(app, "show", "要請を表示します。", "Show a request.")
def show(desk: Desk, exception: Request) -> None:
    """Show a request in full."""
    names = f"{LINE} requester harm information until authorised new_facts know_how may"
    desk.show(publication.read_exception(exception), names)


@command(app, "summary", "要請の状況だけを表示します。", "Show where a request stands.")
def summary(desk: Desk, exception: Request) -> None:
    """Show where a request stands, without what it says."""
    desk.show(publication.read_exception_summary(exception), f"{LINE} may")


@command(app, "open-round", "全構成員に同意を求めます。", "Ask every member for consent.")
def open_round(
    desk: Desk,
    exception: Request,
    days: Annotated[int, typer.Option(min=1, max=30, help=t("回答日数", "days to answer"))] = 30,
    text: Annotated[
        str | None,
        typer.Option(
            help=t(
                "変更した文の JSON: {information, until, authorised}",
                "JSON file of a changed text: {information, until, authorised}",
            )
        ),
    ] = None,
) -> None:
    """Fix the text and ask every member; a changed text voids the round that was open (BR-31)."""
    call = publication.open_round(exception, days, json_file(text) if text else None)
    desk.did(call, "同意手続を始めました。", "Round opened.", LINE)


@command(app, "withdraw", "要請を取り下げます。", "Withdraw a request.")
def withdraw(desk: Desk, exception: Request) -> None:
    """Take the request of one's member back; an open round closes with it."""
    call = publication.withdraw_exception(exception)
    desk.did(call, "取り下げました。", "Withdrawn.", LINE)
