"""Requests for information: from a person of the council to a member of it."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil, Reason
from clients.sdk.calls import asking

app = noun("情報の求め", "Requests for information")
Request = Annotated[str, typer.Argument(help=t("求めの ID", "the request's id"))]
LINE = "id membership asked_by asked_at state"
SHOWN = f"{LINE} wanted why document title persons answer may"
NONE: list[str] = []


@command(app, "ask", "構成員に情報を求めます。", "Ask a member for information.")
def ask(
    desk: Desk,
    member: Annotated[str, typer.Argument(help=t("構成員の ID", "the member's id"))],
    wanted: Annotated[str, typer.Option(help=t("知りたいこと", "what you want to know"))],
    why: Annotated[str, typer.Option(help=t("理由", "why"))],
    document: Annotated[
        str | None,
        typer.Option(help=t("聞き及んだ資料の ID", "the id of a document you have heard of")),
    ] = None,
    person: Annotated[
        list[str],
        typer.Option(
            help=t("加えてほしい同じ構成員の人（複数可）", "a colleague to be added, repeatable")
        ),
    ] = NONE,
    council: InCouncil = None,
) -> None:
    """Ask; the member answers by providing, by adding, or by a reason (BR-18)."""
    of = desk.council(council)
    call = asking.ask_for_information(of, member, wanted, why, document, person)
    desk.did(call, "求めを記録し、構成員に知らせます。", "Asked; the member is told.", LINE)


@command(app, "list", "情報の求めの一覧。", "List requests for information.")
def list_(
    desk: Desk,
    summaries: Annotated[
        bool,
        typer.Option(
            "--summaries", help=t("役職者向け（内容なし）", "for officers, without what was asked")
        ),
    ] = False,
    council: InCouncil = None,
) -> None:
    """List one's own requests and those to one's member, or for officers all, without text."""
    of = desk.council(council)
    if summaries:
        desk.pages(asking.list_information_request_summaries(of), LINE)
    else:
        desk.pages(asking.list_information_requests(of), LINE)


@command(app, "show", "情報の求めを表示します。", "Show a request for information.")
def show(desk: Desk, request: Request) -> None:
    """Show a request, and how to answer it for whom it waits."""
    call = asking.read_information_request(request)
    told = desk.runner().run_plain(call)
    shown = call.read(told)
    desk.show_plain(told, shown, SHOWN)
    if "decline" in shown.may:
        desk.say(
            t(
                f"答えるには、kyogikai document の provide・draft・recipients・share のいずれかに "
                f"--answers {request} を付けるか、request decline で理由を記します。",
                f"To answer: --answers {request} with `kyogikai document` provide, draft, "
                f"recipients or share; or say why not with `request decline`.",
            )
        )


@command(app, "decline", "理由を付して断ります。", "Say why nothing is provided.")
def decline(desk: Desk, request: Request, reason: Reason) -> None:
    """Answer for one's member by a reason."""
    call = asking.decline_information_request(request, reason)
    desk.did(call, "回答を記録しました。", "Answered.", f"{LINE} answer")


@command(app, "withdraw", "求めを取り下げます。", "Take a request back.")
def withdraw(desk: Desk, request: Request) -> None:
    """Take one's own request back."""
    call = asking.withdraw_information_request(request)
    desk.did(call, "取り下げました。", "Withdrawn.", LINE)
