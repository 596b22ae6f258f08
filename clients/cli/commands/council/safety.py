"""Safe management of members: how each stands, confirming, taking back (`council …`)."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.council import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Council, Reason
from clients.cli.parsing import needed_moment
from clients.sdk.calls import councils, duties, people

LINE = "membership state organisation person since until confirmation.checklist confirmation.id"


@command(
    app,
    "safety",
    "構成員ごとの安全管理措置の状態（失効したものから）。",
    "Show each member's safe management, lapsed ones first.",
)
def safety(desk: Desk, council: Council) -> None:
    """Show how each member stands: lapsed, revoked, missing, ending, valid."""
    desk.pages(duties.list_safety(council), LINE, council=council)


@command(
    app,
    "confirm-safe-management",
    "構成員の安全管理措置を確認したことを記録します。",
    "Record that a member's safe management is in place.",
)
def confirm_safe_management(
    desk: Desk,
    council: Council,
    membership: Annotated[str, typer.Argument(help=t("構成員の ID", "the membership's id"))],
    evidence: Annotated[str, typer.Option(help=t("確認した根拠", "what was found"))],
    until: Annotated[str, typer.Option(help=t("有効期限", "until when it holds"))],
    item: Annotated[
        list[str],
        typer.Option(help=t("確認した項目（省くと全て）", "an item in place (left out: all)")),
    ] = [],  # noqa: B006  read only
    checklist: Annotated[
        str | None, typer.Option(help=t("点検表の版", "the version that was gone through"))
    ] = None,
) -> None:
    """Confirm the items of the checklist in force, until a date (BR-16)."""
    end = needed_moment(until, "--until")
    present = desk.run(duties.read_text("safe-management"))
    found = item or [each.id for each in present.items]
    call = councils.confirm_safe_management(
        council, membership, checklist or present.id, found, evidence, end
    )
    names = "id membership checklist items measures valid_to"
    desk.did(call, "記録しました。", "Recorded.", names, council)


@command(
    app, "safe-management", "安全管理措置の確認の一覧。", "List safe-management confirmations."
)
def safe_management(desk: Desk, council: Council) -> None:
    """List every safe-management confirmation of a council's members."""
    names = "id membership measures checklist confirmed_by valid_from valid_to"
    desk.pages(councils.list_confirmations(council), names, council=council)


@command(
    app,
    "revoke-safe-management",
    "安全管理措置の確認を取り消します。",
    "Take a safe-management confirmation back.",
)
def revoke_safe_management(
    desk: Desk,
    council: Council,
    confirmation: Annotated[str, typer.Argument(help=t("確認の ID", "the confirmation's id"))],
    reason: Reason,
) -> None:
    """End a confirmation; provided secrets close to the member's recipients at once (BR-16)."""
    call = people.revoke_confirmation(council, confirmation, reason)
    desk.did(call, "取り消しました。", "Revoked.")
