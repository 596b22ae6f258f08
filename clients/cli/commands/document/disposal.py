"""The end of content: what a closing does to it, destroying it, the certificate (`document …`)."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.document import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Document, Reason, Yes, choices
from clients.cli.prompting import confirm
from clients.sdk.calls import closing

SHOWN = (
    "document council closes_at decision.choice decision.received decision.decided_by "
    "decision.decided_at held destruction.id destruction.ground destruction.reason "
    "destruction.decided_by destruction.destroyed_at destruction.removed destruction.entry "
    "destruction.row_digest destruction.proof destruction.contents"
)
GONE = t(
    "内容は元に戻せません。廃棄しますか。",
    "Nothing brings the content back. Destroy it?",
)


@command(
    app,
    "dispose",
    "閉会時に提供した内容をどうするかを決めます（提供者）。",
    "Decide what becomes of what you provided as the council closes (its provider).",
)
def dispose(
    desk: Desk,
    document: Document,
    choice: Annotated[
        str | None, typer.Argument(help=choices("returned", "destroyed", "kept", field="choice"))
    ] = None,
    received: Annotated[
        bool,
        typer.Option(
            "--received", help=t("返却された内容を受け取った", "what is returned has arrived")
        ),
    ] = False,
    yes: Yes = False,
) -> None:
    """Show what is decided; with a choice, decide. Undecided content is kept.

    What is returned is downloaded first, and destroyed here once you say that you have it.
    """
    if choice is None:
        desk.show(closing.read_destruction(document), SHOWN)
        return
    if choice == "destroyed" or received:
        confirm(GONE, yes)
    call = closing.decide_disposition(document, choice, received)
    desk.did(call, "決定を記録しました。", "Decided.", SHOWN)


@command(
    app,
    "destroy",
    "自分の提供した内容を廃棄します（提供者）。",
    "Destroy the content of what you provided (its provider).",
)
def destroy(desk: Desk, document: Document, reason: Reason, yes: Yes = False) -> None:
    """Destroy every version of a secret, a draft, or a paper that never was a secret.

    Title, history and duty stay on record; backups and copies taken out are not reached.
    """
    confirm(GONE, yes)
    call = closing.destroy_content(document, reason)
    desk.did(call, "内容を廃棄しました。証明を保管してください。", "Destroyed.", SHOWN)


@command(app, "destruction", "廃棄の証明を表示します。", "Show the certificate of destruction.")
def destruction(desk: Desk, document: Document) -> None:
    """Show what was decided and destroyed, with the entry of the log that vouches for it."""
    desk.show(closing.read_destruction(document), SHOWN)
