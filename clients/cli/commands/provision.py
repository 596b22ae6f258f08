"""Provided secrets: providing, acknowledging, and changing or ending their scope (`document …`)."""

from typing import Annotated

import typer

from clients.cli.asking import confirm
from clients.cli.audience import before_providing
from clients.cli.command import command
from clients.cli.commands.document import SHOWN, app
from clients.cli.contents import share_content
from clients.cli.desk import Desk
from clients.cli.given import needed_moment
from clients.cli.language import t
from clients.cli.options import (
    DesignatedSecret,
    Document,
    File,
    InCouncil,
    NoWait,
    Reason,
    Yes,
    choices,
)
from clients.sdk.calls import councils, documents

Persons = Annotated[list[str], typer.Option(help=t("人の ID（複数可）", "person's id, repeatable"))]


Subject = Annotated[str, typer.Option(help=t("対象", "what it is about"))]
Until = Annotated[str, typer.Option(help=t("期間の終わり", "until when"))]
Worth = Annotated[
    str, typer.Option(help=t("実質的に秘密として守る理由", "why it deserves protection"))
]
NotKnown = Annotated[
    bool,
    typer.Option(
        "--not-publicly-known/--publicly-known",
        help=t("公に知られていないか", "whether it is not publicly known"),
    ),
]
OwnResult = Annotated[
    bool,
    typer.Option(
        "--own-result/--not-own-result",
        help=t("研究者自らの成果か", "whether it is a researcher's own result"),
    ),
]
Title = Annotated[str | None, typer.Option(help=t("題名", "title"))]
LegalBasis = Annotated[str | None, typer.Option(help=t("根拠", "legal basis"))]
Draft = Annotated[bool, typer.Option("--draft", help=t("案のまま残す", "leave it a draft"))]


@command(app, "provide", "情報を秘密として提供します。", "Provide a secret to named persons.")
def provide(
    desk: Desk,
    file: File,
    subject: Subject,
    to: Persons,
    until: Until,
    reason: Reason,
    worth: Worth,
    not_publicly_known: NotKnown,
    own_result: OwnResult,
    designated_secret: DesignatedSecret,
    title: Title = None,
    legal_basis: LegalBasis = None,
    council: InCouncil = None,
    no_wait: NoWait = False,
    draft: Draft = False,
    yes: Yes = False,
) -> None:
    """Draft, upload and provide (BR-14 to BR-17, BR-19, BR-23); says first whom it would reach."""
    of, ends_at = desk.council(council), needed_moment(until, "--until")
    before_providing(desk, of, to, ends_at, yes)
    call = documents.draft_secret(
        of,
        title or subject,
        contains_designated_secret=designated_secret,
        is_own_result=own_result,
        recipients=to,
        ends_at=ends_at,
        subject=subject,
        reason=reason,
        legal_basis=legal_basis,
        substance={"not_publicly_known": not_publicly_known, "why_worth_protecting": worth},
    )
    made = desk.run(call)
    share_content(desk, made.id, file, wait=not no_wait)
    if draft:
        desk.show(documents.read_document(made.id), SHOWN)
        return
    again = f"kyogikai document provide-draft {made.id}"
    desk.say(t(f"案 {made.id} を提供します（{again}）。", f"Providing {made.id} ({again})."))
    _provide(desk, made.id)


@command(app, "provide-draft", "提供案を提供します。", "Provide a draft.")
def provide_draft(desk: Desk, document: Document) -> None:
    """Provide a draft that was left, for instance for want of a step-up."""
    _provide(desk, document)


def _provide(desk: Desk, document: str) -> None:
    desk.did(
        documents.provide_secret(document),
        "提供しました。「届いていない人」は、所属する構成員の安全管理措置の確認が必要です。",
        "Provided. Not delivered to those in `blocked` (their safe management is unconfirmed).",
        f"{SHOWN} blocked",
    )


@command(app, "acknowledge", "提供情報の範囲と義務を確認します。", "Acknowledge scope and duty.")
def acknowledge(
    desk: Desk,
    document: Document,
    scope: Annotated[
        str | None, typer.Option(help=t("読んだ範囲のダイジェスト", "digest of the scope"))
    ] = None,
    yes: Yes = False,
) -> None:
    """Show the scope and duty of a secret provided to the caller, then acknowledge it (BR-36)."""
    if scope is None:
        summary = desk.run(documents.read_document_summary(document))
        if summary.scope is None:
            desk.say(t("確認すべきものはありません。", "There is nothing to acknowledge."))
            return
        duty = desk.run(councils.read_duty(summary.council))
        from clients.sdk import verify  # brings the cryptography

        verify.scope(summary.scope, duty)
        desk.present(summary, "id council state provider provided_at ends_at suspended")
        desk.present(duty, f"id effective_on {t('ja', 'en')} citations counsel_note")
        desk.present(summary, "scope.digest")
        confirm(t("確認しましたか。", "Do you acknowledge this?"), yes)
        scope = summary.scope.digest
    call = documents.acknowledge_document(document, scope)
    desk.did(call, "確認を記録しました。読むことができます。", "Acknowledged; it opens now.")


@command(app, "recipients", "受領者を追加・終了します。", "Name or end recipients.")
def recipients(
    desk: Desk,
    document: Document,
    add: Persons = [],  # noqa: B006  read only
    remove: Persons = [],  # noqa: B006
) -> None:
    """Name further recipients, or end the naming of some; only the provider may (BR-17)."""
    call = documents.name_recipients(document, add, remove)
    desk.did(call, "範囲を変更しました。", "Scope changed.", "id ends_at recipients")


@command(app, "period", "秘密とする期間を変更します。", "Change until when it is a secret.")
def period(
    desk: Desk,
    document: Document,
    until: Until,
    reason: Annotated[
        str | None, typer.Option(help=t("延長する理由", "why it is prolonged"))
    ] = None,
) -> None:
    """Set a new end; a later one needs a reason."""
    call = documents.set_period(document, needed_moment(until, "--until"), reason)
    desk.did(call, "期間を変更しました。", "Period changed.", "id ends_at recipients")


@command(app, "release", "秘密を解除し協議会限りにします。", "Release a secret to the council.")
def release(
    desk: Desk,
    document: Document,
    ground: Annotated[str, typer.Option(help=choices("provider", "publicly_known"))] = "provider",
    reason: Annotated[str | None, typer.Option(help=t("理由", "why"))] = None,
) -> None:
    """Let a secret become council-internal now."""
    desk.did(documents.release_secret(document, ground, reason), "解除しました。", "Released.")


@command(app, "suspend", "閲覧を停止します。", "Suspend access.")
def suspend(desk: Desk, document: Document, reason: Reason) -> None:
    """Suspend access for everybody but the provider and the officers."""
    desk.did(documents.suspend_document(document, reason), "停止しました。", "Suspended.")


@command(app, "resume", "閲覧の停止を終えます。", "End a suspension.")
def resume(desk: Desk, document: Document) -> None:
    """End the suspension."""
    desk.did(documents.resume_document(document), "停止を終えました。", "Resumed.")
