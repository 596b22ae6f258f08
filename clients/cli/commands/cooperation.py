"""Requests for cooperation: the council asks members and the think tank (ACT 62(6))."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil, Reason, choices
from clients.cli.parsing import needed_moment
from clients.sdk.calls import asking

app = noun("協力の求め（法62条6項）", "Requests for cooperation")
Request = Annotated[str, typer.Argument(help=t("求めの ID", "the request's id"))]
Addressee = Annotated[
    str | None,
    typer.Option(
        "--addressee",
        help=t("どの求め先として（複数ある場合）", "as which of those asked, if several"),
    ),
]
LINE = "id asks_for state asked_by asked_at due_at"
SHOWN = f"{LINE} subject text addressees may"
NONE: list[str] = []


@command(app, "ask", "協議会として協力を求めます。", "Ask on behalf of the council.")
def ask(
    desk: Desk,
    subject: Annotated[str, typer.Option(help=t("件名", "subject"))],
    text: Annotated[str, typer.Option(help=t("求める内容", "what is asked"))],
    due: Annotated[str, typer.Option(help=t("期限", "until when"))],
    asks_for: Annotated[
        str, typer.Option("--for", help=choices("material", "explanation", "views"))
    ] = "views",
    member: Annotated[
        list[str], typer.Option(help=t("構成員の ID（複数可）", "a member's id, repeatable"))
    ] = NONE,
    organisation: Annotated[
        list[str],
        typer.Option(
            help=t(
                "構成員でないシンクタンクの組織 ID（複数可）",
                "the id of a think tank that is no member, repeatable",
            )
        ),
    ] = NONE,
    council: InCouncil = None,
) -> None:
    """Ask for material, an explanation or views; those asked shall endeavour, and may decline."""
    of, due_at = desk.council(council), needed_moment(due, "--due")
    call = asking.ask_for_cooperation(of, asks_for, subject, text, due_at, member, organisation)
    desk.did(call, "求めを記録し、求め先に知らせます。", "Asked; they are told.", SHOWN)


@command(app, "list", "協力の求めの一覧。", "List requests for cooperation.")
def list_(
    desk: Desk,
    mine: Annotated[
        bool,
        typer.Option("--mine", help=t("自分に求められたもの", "those asked of me, in any council")),
    ] = False,
    council: InCouncil = None,
) -> None:
    """List what a council has asked for; `--mine`: what is asked of the caller, member or not."""
    if mine:
        desk.pages(asking.list_asked_cooperation(), f"{LINE} council")
    else:
        desk.pages(asking.list_cooperation_requests(desk.council(council)), LINE)


@command(app, "show", "協力の求めを表示します。", "Show a request for cooperation.")
def show(desk: Desk, request: Request) -> None:
    """Show a request and the replies."""
    desk.show(asking.read_cooperation_request(request), SHOWN)


@command(app, "answer", "協力の求めに回答します。", "Answer a request for cooperation.")
def answer(
    desk: Desk,
    request: Request,
    text: Annotated[str, typer.Option(help=t("回答", "the answer"))],
    document: Annotated[
        str | None,
        typer.Option(help=t("共有・提供した資料の ID", "a document you have shared or provided")),
    ] = None,
    addressee: Addressee = None,
) -> None:
    """Answer for one's member or organisation."""
    call = asking.answer_cooperation_request(request, text, document, addressee)
    desk.did(call, "回答を記録しました。", "Answered.", SHOWN)


@command(app, "decline", "理由を付して断ります。", "Decline, with a reason.")
def decline(desk: Desk, request: Request, reason: Reason, addressee: Addressee = None) -> None:
    """Decline; the reason is recorded and has no consequence (BR-38)."""
    call = asking.decline_cooperation_request(request, reason, addressee)
    desk.did(call, "記録しました。不利益はありません。", "Recorded; nothing follows.", SHOWN)


@command(app, "withdraw", "協力の求めを取り下げます。", "Take a request back.")
def withdraw(desk: Desk, request: Request) -> None:
    """Take a request of the council back."""
    call = asking.withdraw_cooperation_request(request)
    desk.did(call, "取り下げました。", "Withdrawn.", LINE)
