"""The scope of a provided secret: recipients, period, handling, its end, its history."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.document import app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Answers, Document, InCouncil, Limit, Yes, choices
from clients.cli.parsing import needed_moment
from clients.cli.prompting import confirm
from clients.sdk.answers.rights import Lack, MemberProspects
from clients.sdk.calls import documents, rights

SET = "id ends_at event handling recipients"
Persons = Annotated[list[str], typer.Option(help=t("人の ID（複数可）", "person's id, repeatable"))]
Why = Annotated[
    str | None,
    typer.Option(
        "--reason", help=t("理由（提供後に広げるとき）", "why (to widen what is provided)")
    ),
]

ENDS_NOW = t(
    "秘密は直ちに終わり、協議会の全構成員が読めるようになります。元に戻せません。続けますか。",
    "The secret ends at once and every member may read it, for good. Go on?",
)


@dataclass(frozen=True, slots=True)
class ProspectLine:
    """One person of a member, in a line."""

    name: str
    person: str
    role: str
    member: str
    missing: tuple[Lack, ...]


@command(app, "prospects", "提供先にできる人と不足を示します。", "Say who could be named.")
def prospects(desk: Desk, council: InCouncil = None, limit: Limit = 1000) -> None:
    """List who could receive a secret, by member, and what each still lacks; sends nothing."""
    call = rights.list_prospects(desk.council(council))
    desk.pages(call, "person name member role missing", limit, spread=_lines)


def _lines(member: MemberProspects) -> Iterator[ProspectLine]:
    for each in member.persons:
        yield ProspectLine(each.name, each.person, each.role, member.name, each.missing)


@command(app, "recipients", "受領者を追加・終了します。", "Name or end recipients.")
def recipients(
    desk: Desk,
    document: Document,
    add: Persons = [],  # noqa: B006  read only
    remove: Persons = [],  # noqa: B006
    reason: Why = None,
    answers: Answers = None,
) -> None:
    """Name further recipients, or end the naming of some; only the provider may (BR-17)."""
    call = documents.name_recipients(document, add, remove, reason, answers)
    desk.did(call, "範囲を変更しました。", "Scope changed.", SET)


@command(app, "period", "秘密とする期間を変更します。", "Change until when it is a secret.")
def period(
    desk: Desk,
    document: Document,
    until: Annotated[str, typer.Option(help=t("期間の終わり", "until when"))],
    event: Annotated[
        str | None,
        typer.Option(help=t("これより早く終える出来事", "an event that ends it earlier")),
    ] = None,
    without_event: Annotated[
        bool, typer.Option("--without-event", help=t("出来事を外す", "take the event away"))
    ] = False,
    reason: Why = None,
) -> None:
    """Set a new end; a longer period needs a reason, a shorter one takes effect at once."""
    call = documents.set_period(
        document,
        needed_moment(until, "--until"),
        reason,
        event=event,
        without_event=without_event,
    )
    desk.did(call, "期間を変更しました。", "Period changed.", SET)


@command(app, "handling", "取扱いを変更します。", "Change how recipients may handle it.")
def handling(
    desk: Desk,
    document: Document,
    level: Annotated[
        str, typer.Argument(help=choices("view_only", "print", "download", field="handling"))
    ],
    reason: Why = None,
) -> None:
    """Say whether recipients see, print or keep it; allowing more needs a reason."""
    call = documents.set_handling(document, level, reason)
    desk.did(call, "取扱いを変更しました。", "Handling changed.", SET)


@command(app, "release", "秘密を解除し協議会限りにします。", "Release a secret to the council.")
def release(
    desk: Desk,
    document: Document,
    ground: Annotated[
        str,
        typer.Option(help=choices("provider", "publicly_known", "event_occurred", field="ground")),
    ] = "provider",
    reason: Annotated[str | None, typer.Option(help=t("理由", "why"))] = None,
    yes: Yes = False,
) -> None:
    """Let a secret become council-internal now."""
    if sys.stdin.isatty():
        confirm(ENDS_NOW, yes)
    desk.did(documents.release_secret(document, ground, reason), "解除しました。", "Released.")


@command(app, "history", "範囲の履歴を示します。", "Show the history of its scope.")
def history(desk: Desk, document: Document, limit: Limit = 1000) -> None:
    """Show who was named or removed when and why, the periods, the handling, and the end."""
    shown = "time act by person ends_at event handling ground reason"
    desk.pages(documents.list_scope_history(document), shown, limit)
