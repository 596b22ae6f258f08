"""The duty register: what binds oneself, links that outlive an account, whom a secret binds."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Document, choices
from clients.sdk.calls import duties

app = noun("守秘義務の台帳", "The register of the duty of confidentiality")
ITEM = (
    "document council_title provider title state acknowledged_at first_opened last_opened until"
    " ended_at why certificate text"
)
LINK = "id person made_by made_at expires_at"
Person = Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
Whose = Annotated[
    str | None,
    typer.Option("--person", help=t("人の ID（省くと自分）", "whose (left out: your own)")),
]
Link = Annotated[str, typer.Argument(help=t("リンクの ID", "the link's id"))]
TEXTS = ("duty-of-confidentiality", "item-acknowledgement", "safe-management")


@command(app, "list", "自分が負っている義務の一覧。", "List the secrets that bind you.")
def list_(desk: Desk) -> None:
    """List every secret the caller acknowledged, in any council, also after leaving."""
    desk.pages(duties.list_duties(), ITEM)


@command(app, "bound", "その秘密の義務を負う人の一覧。", "List whom a secret binds.")
def bound(desk: Desk, document: Document) -> None:
    """List whom a secret binds, since when, and whether they left (for its provider)."""
    desk.pages(
        duties.list_bound(document),
        "person name membership acknowledged_at first_opened last_opened left_at certificate"
        " certificate_owed text",
    )


@command(app, "text", "確認する文や点検表を表示します。", "Show a text that is acknowledged.")
def text(
    desk: Desk,
    name: Annotated[str, typer.Argument(help=choices(*TEXTS))] = "duty-of-confidentiality",
    version: Annotated[int | None, typer.Option(help=t("版（過去のもの）", "the version"))] = None,
) -> None:
    """Show a text in the version in force, or in an earlier one."""
    names = f"id effective_on since {t('ja', 'en')} items citations counsel_note digest"
    desk.show(duties.read_text(name, version), names)


@command(
    app,
    "make-link",
    "アカウントがなくても台帳を読めるリンクを作ります。",
    "Make a link to your register that works without an account.",
)
def make_link(desk: Desk) -> None:
    """Make a link to one's own register; an earlier one ends."""
    desk.did(
        duties.make_duty_link(),
        "このリンクは二度と表示されません。安全な場所に保管してください。前のリンクは終わりました。",
        "This link is never shown again: keep it safe. The one before has ended.",
        "id expires_at link",
    )


@command(app, "links", "台帳のリンクを表示します。", "Show the link to a register.")
def links(desk: Desk, person: Whose = None) -> None:
    """Show that there is a link, until when; the link itself is not kept."""
    call = duties.list_duty_links() if person is None else duties.list_duty_links_of(person)
    desk.pages(call, LINK)


@command(app, "revoke-link", "台帳のリンクを終えます。", "End a link to a register.")
def revoke_link(desk: Desk, link: Link, person: Whose = None) -> None:
    """End a link at once."""
    own = duties.revoke_duty_link(link)
    call = own if person is None else duties.withdraw_duty_link(person, link)
    desk.did(call, "終えました。", "Ended.")


@command(
    app,
    "issue-link",
    "席も役職もなくなった人に台帳のリンクを発行します（情報管理責任者）。",
    "Issue a link for a person who has no part any more (compliance officer).",
)
def issue_link(desk: Desk, person: Person) -> None:
    """Issue a link, to be handed to that person and nobody else."""
    desk.did(
        duties.issue_duty_link(person),
        "このリンクは二度と表示されません。本人にだけ渡してください。",
        "This link is never shown again. Hand it to that person and nobody else.",
        "id person expires_at link",
    )


@command(app, "read", "リンクで台帳を読みます（サインイン不要）。", "Read a register by its link.")
def read(
    desk: Desk,
    link: Annotated[str, typer.Argument(help=t("リンクの全体", "the whole link"))],
) -> None:
    """Read a register without signing in; the reading is recorded."""
    runner = desk.runner(signed_in=False)
    call = duties.open_duty_register(link)
    document = runner.run_plain(call)
    desk.show_plain(document, call.read(document), "name expires_at items")
