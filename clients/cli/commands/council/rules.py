"""A council's rules about access: shown, and set by two. Adds to the noun `council`."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.council import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Council
from clients.cli.parsing import moment
from clients.sdk.calls import access_rules

SHOWN = "comment_days review_days networks device_bound since proposed_by made_by"
DeviceBound = Annotated[
    bool | None,
    typer.Option(
        "--device-bound/--any-passkey",
        help=t("取り出せないパスキーに限るか", "only passkeys that stay in their device"),
    ),
]


@command(app, "rules", "アクセスの規則を表示します。", "Show the rules about access.")
def rules(
    desk: Desk,
    council: Council,
    at: Annotated[str | None, typer.Option(help=t("いつの時点か", "as of when"))] = None,
) -> None:
    """Show from where a council is reached, with which passkeys, and how long procedures take."""
    desk.show(access_rules.read_access_rules(council, moment(at, "--at")), SHOWN, council)


@command(
    app,
    "set-rules",
    "アクセスの規則を変えます（情報管理責任者と設置大臣の二人）。",
    "Change the rules about access (a compliance officer and a minister's person).",
)
def set_rules(
    desk: Desk,
    council: Council,
    comment_days: Annotated[
        int | None, typer.Option(help=t("意見を出せる営業日数", "working days for comments"))
    ] = None,
    review_days: Annotated[
        int | None, typer.Option(help=t("席の点検の間隔（日）", "days between reviews"))
    ] = None,
    network: Annotated[
        list[str] | None,
        typer.Option(help=t("使えるネットワーク（CIDR、複数可）", "allowed network (CIDR)")),
    ] = None,
    any_network: Annotated[
        bool, typer.Option("--any-network", help=t("どのネットワークからも使える", "from anywhere"))
    ] = False,
    device_bound: DeviceBound = None,
    accept_lock_out: Annotated[
        bool,
        typer.Option(
            "--accept-lock-out",
            help=t("自分が使えなくなる変更でもよい", "even if it shuts yourself out"),
        ),
    ] = False,
) -> None:
    """Change what is given and leave the rest; the other of the two does the same."""
    now = desk.run(access_rules.read_access_rules(council))
    networks = [] if any_network else list(network or now.networks)
    call = access_rules.set_access_rules(
        council,
        comment_days=now.comment_days if comment_days is None else comment_days,
        review_days=now.review_days if review_days is None else review_days,
        networks=networks,
        device_bound=now.device_bound if device_bound is None else device_bound,
        accept_lock_out=accept_lock_out,
    )
    desk.did(call, "変更しました。", "Changed.", SHOWN, council)
