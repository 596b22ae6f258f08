"""Research results: registering, reading, publishing."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil
from clients.cli.parsing import json_file
from clients.sdk.calls import publication

app = noun("研究成果", "Results")
Result = Annotated[str, typer.Argument(help=t("成果の ID", "the result's id"))]
Persons = Annotated[list[str], typer.Option(help=t("人の ID（複数可）", "person's id, repeatable"))]
SHOWN = (
    "id council title summary state owner co_owners registered_at know_how reveals readers "
    "publication may"
)


@command(app, "register", "自分の成果を登録します。", "Register one's result.")
def register(
    desk: Desk,
    title: Annotated[str, typer.Option(help=t("題名", "title"))],
    summary: Annotated[str, typer.Option(help=t("要旨", "summary"))],
    owner: Annotated[
        str | None, typer.Option(help=t("PO が登録するときの研究者", "the researcher, for a PO"))
    ] = None,
    co_owner: Persons = [],  # noqa: B006  read only
    reader: Persons = [],  # noqa: B006
    reveals: Annotated[
        str | None,
        typer.Option(
            help=t(
                "提供情報を了知させる箇所の JSON: [{document, passages}]",
                "JSON file of passages that reveal provided secrets: [{document, passages}]",
            )
        ),
    ] = None,
    open_to_council: Annotated[
        bool,
        typer.Option("--open-to-council", help=t("全構成員に開く", "every member may read it")),
    ] = False,
    council: InCouncil = None,
) -> None:
    """Register a result: it is publishable from then on, and nobody is asked (BR-25)."""
    call = publication.register_result(
        desk.council(council),
        title,
        summary,
        owner=owner,
        co_owners=co_owner,
        reveals=json_file(reveals) if reveals else (),
        readers=reader,
        open_to_council=open_to_council,
    )
    desk.did(call, "登録しました。", "Registered.", SHOWN)


@command(app, "list", "成果の一覧。", "List results.")
def list_(desk: Desk, council: InCouncil = None) -> None:
    """List the results the caller may read; of one council with --council."""
    listing = publication.list_council_results(council) if council else publication.list_results()
    desk.pages(listing, "id council state title owner")


@command(app, "show", "成果を表示します。", "Show a result.")
def show(desk: Desk, result: Result) -> None:
    """Show a result."""
    desk.show(publication.read_result(result), SHOWN)


@command(app, "publish", "自分の成果を公表します。", "Publish one's result.")
def publish(
    desk: Desk,
    result: Result,
    title: Annotated[str, typer.Option(help=t("公表する題名", "title as published"))],
    abstract: Annotated[str | None, typer.Option(help=t("概要", "abstract"))] = None,
    reference: Annotated[str | None, typer.Option(help=t("掲載先", "where it appears"))] = None,
    secrets_left_out: Annotated[
        bool,
        typer.Option(
            "--secrets-left-out",
            help=t("提供された秘密を除いた", "secrets provided are left out of it"),
        ),
    ] = False,
    know_how_left_out: Annotated[
        bool,
        typer.Option(
            "--know-how-left-out", help=t("ノウハウを除いた", "know-how is left out of it")
        ),
    ] = False,
) -> None:
    """Publish; nobody approves it. What is held must be stated to be left out (BR-24, BR-29)."""
    call = publication.publish_result(
        result,
        title,
        abstract=abstract,
        reference=reference,
        secrets_left_out=secrets_left_out,
        know_how_left_out=know_how_left_out,
    )
    desk.did(call, "公表しました。", "Published.", "id number title published_at")


@command(app, "readers", "成果を読める人を選びます。", "Choose who may read one's result.")
def readers(
    desk: Desk,
    result: Result,
    add: Persons = [],  # noqa: B006  read only
    remove: Persons = [],  # noqa: B006
    open_to_council: Annotated[
        bool | None,
        typer.Option(
            "--open-to-council/--not-open-to-council",
            help=t("全構成員に開くか", "whether every member may read it"),
        ),
    ] = None,
) -> None:
    """Let persons of the council, or every member, read one's result, or no longer."""
    call = publication.choose_result_readers(result, add, remove, open_to_council)
    desk.did(call, "変更しました。", "Changed.", "id title readers")


@command(app, "hold", "手続が終わるまで公表を待ちます。", "Accept to wait until a round closes.")
def hold(
    desk: Desk,
    result: Result,
    round_id: Annotated[str, typer.Argument(help=t("手続の ID", "the round's id"))],
) -> None:
    """Accept to wait with publishing; one may still publish."""
    call = publication.accept_hold(result, round_id)
    desk.did(call, "待つことを記録しました。", "Recorded.", "id state")
