"""What a member that left owes for the secrets it received, and its certificates (`member …`)."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.member import Membership, app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import choices
from clients.sdk.calls import duties

SHOWN = "membership ended_at received uncertified certificates"
OUTCOMES = ("returned", "destroyed", "nothing_held")
Outcome = Annotated[str, typer.Option(help=choices(*OUTCOMES))]
Statement = Annotated[str, typer.Option(help=t("証明の文", "what is certified, in words"))]
Documents = Annotated[
    list[str],
    typer.Option("--document", help=t("資料の ID（省くと未了の全て）", "left out: all open")),
]


@command(app, "returns", "返却・廃棄の証明の状況。", "Show what is to be returned or destroyed.")
def returns(desk: Desk, membership: Membership) -> None:
    """Show what a member received, what is certified of it, and what is open."""
    desk.show(duties.list_returns(membership), SHOWN)


@command(
    app,
    "certify-return",
    "離れた構成員の返却・廃棄を証明します（最後の代表）。",
    "Certify return or destruction (who represented the member last).",
)
def certify_return(
    desk: Desk,
    membership: Membership,
    outcome: Outcome,
    statement: Statement,
    document: Documents = [],  # noqa: B006  read only
) -> None:
    """Certify what became of what was received; the duty continues."""
    call = duties.certify_return(membership, outcome, statement, document)
    desk.did(call, "証明しました。守秘義務は続きます。", "Certified. The duty continues.", SHOWN)


@command(
    app,
    "record-return",
    "書面で受けた返却・廃棄の証明を記録します（情報管理責任者）。",
    "Record a certificate that came on paper (compliance officer).",
)
def record_return(
    desk: Desk,
    membership: Membership,
    outcome: Outcome,
    statement: Statement,
    document: Documents = [],  # noqa: B006
) -> None:
    """Record a certificate given on paper."""
    call = duties.record_return(membership, outcome, statement, document)
    desk.did(call, "記録しました。", "Recorded.", SHOWN)
