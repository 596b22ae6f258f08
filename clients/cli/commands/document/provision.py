"""Provided secrets: drafting, providing, acknowledging, suspending (`document …`)."""

from pathlib import Path
from typing import Annotated

import typer

from clients.cli.audience import ask_whether_meant, before_providing, say_draft
from clients.cli.command import command
from clients.cli.commands.document import SHOWN, app
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import (
    Answers,
    DesignatedSecret,
    Document,
    File,
    InCouncil,
    NoWait,
    Reason,
    Yes,
    choices,
    not_empty,
)
from clients.cli.parsing import moment, needed_moment
from clients.cli.prompting import confirm
from clients.cli.uploading import share_content
from clients.sdk.calls import documents

Persons = Annotated[list[str], typer.Option(help=t("人の ID（複数可）", "person's id, repeatable"))]
Subject = Annotated[str, typer.Option(help=t("対象", "what it is about"))]
Until = Annotated[str, typer.Option(help=t("期間の終わり（例 2030-03-31）", "until when"))]
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
Handling = Annotated[
    str,
    typer.Option(help=choices("view_only", "print", "download", field="handling")),
]
Event = Annotated[
    str | None,
    typer.Option(
        help=t(
            "期間の終わりとなる出来事（--until はその最終期限）",
            "an event that ends it; --until is then the latest date",
        )
    ),
]
Draft = Annotated[bool, typer.Option("--draft", help=t("案のまま残す", "leave it a draft"))]
NONE: list[str] = []


@command(app, "draft", "情報提供の案を作ります。", "Begin a draft; its file comes later.")
def draft(
    desk: Desk,
    title: Annotated[str, typer.Option(help=t("題名", "title"))],
    own_result: OwnResult,
    designated_secret: DesignatedSecret,
    subject: Annotated[str | None, typer.Option(help=t("対象", "what it is about"))] = None,
    to: Persons = NONE,
    until: Annotated[str | None, typer.Option(help=t("期間の終わり", "until when"))] = None,
    event: Event = None,
    reason: Annotated[str | None, typer.Option(help=t("理由", "why"))] = None,
    worth: Annotated[
        str | None, typer.Option(help=t("実質的に秘密として守る理由", "why it deserves protection"))
    ] = None,
    not_publicly_known: NotKnown = True,
    legal_basis: LegalBasis = None,
    handling: Handling = "view_only",
    answers: Answers = None,
    council: InCouncil = None,
) -> None:
    """Draft a provision without a file, and say what is missing, for whom and before providing."""
    call = documents.draft_secret(
        desk.council(council),
        title,
        contains_designated_secret=designated_secret,
        is_own_result=own_result,
        recipients=to,
        ends_at=moment(until, "--until"),
        event=event,
        handling=handling,
        subject=subject,
        reason=reason,
        legal_basis=legal_basis,
        substance=_substance(not_publicly_known, worth),
        answers=answers,
    )
    made = desk.run(call)
    say_draft(desk, desk.run(documents.read_document(made.id)))
    _leave(desk, made.id)


def _substance(not_publicly_known: bool, worth: str | None) -> dict[str, object] | None:
    if worth is None and not_publicly_known:
        return None  # nothing was said yet
    return {"not_publicly_known": not_publicly_known, "why_worth_protecting": worth}


def _leave(desk: Desk, document: str) -> None:
    desk.show(documents.read_document(document), SHOWN)
    again = desk.again("document", "provide-draft", document)
    desk.say(
        t(
            f"案 {document} を残しました。提供するには → {again} [ファイル]",
            f"Draft {document} is kept. To provide it → {again} [FILE]",
        )
    )


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
    event: Event = None,
    handling: Handling = "view_only",
    answers: Answers = None,
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
        event=event,
        handling=handling,
        subject=subject,
        reason=reason,
        legal_basis=legal_basis,
        substance=_substance(not_publicly_known, worth),
        answers=answers,
    )
    share_content(desk, made := desk.run(call).id, file, wait=not no_wait)
    (_leave if draft else _provide_now)(desk, made)


@command(app, "provide-draft", "提供案を提供します。", "Provide a draft.")
def provide_draft(
    desk: Desk,
    document: Document,
    file: Annotated[
        Path | None,
        typer.Argument(
            exists=True,
            dir_okay=False,
            callback=not_empty,
            help=t("ファイル", "the file, unless sent"),
        ),
    ] = None,
    yes: Yes = False,
) -> None:
    """Go on with a draft: say whom it would reach and what is missing, send the file, provide."""
    found = desk.run(documents.read_document(document))
    say_draft(desk, found, with_file=file is not None)
    ask_whether_meant(yes)
    if file is not None:
        share_content(desk, document, file, wait=True)
    _provide(desk, document)


def _provide_now(desk: Desk, document: str) -> None:
    again = desk.again("document", "provide-draft", document)
    desk.say(t(f"案 {document} を提供します（{again}）。", f"Providing {document} ({again})."))
    _provide(desk, document)


def _provide(desk: Desk, document: str) -> None:
    call = documents.provide_secret(document)
    answer = desk.runner().run_plain(call)
    provided = call.read(answer)
    desk.show_plain(answer, provided, f"{SHOWN} blocked")
    desk.say(t("提供しました。", "Provided."))
    if provided.blocked:
        desk.say(
            t(
                "「届いていない人」には、所属する構成員の安全管理措置の確認が済むまで届きません。",
                "Not delivered to those in `blocked`: their safe management is unconfirmed.",
            )
        )


@command(app, "restate", "提供案の対象・理由を書き直します。", "Say anew what a draft is about.")
def restate(
    desk: Desk,
    document: Document,
    subject: Subject,
    reason: Reason,
    worth: Worth,
    not_publicly_known: NotKnown = True,
    legal_basis: LegalBasis = None,
) -> None:
    """Replace everything that was said of a draft; what is left out is no longer said."""
    call = documents.restate_secret(
        document, subject, reason, legal_basis, _substance(not_publicly_known, worth)
    )
    desk.did(call, "書き直しました。", "Restated.")


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
        from clients.sdk import verify  # brings the cryptography

        verify.scope(summary.scope)
        desk.present(summary, "id council state provider provided_at ends_at suspended")
        desk.present(summary.scope.text, f"id effective_on {t('ja', 'en')} citations counsel_note")
        desk.present(summary, "scope.event scope.digest")
        confirm(t("確認しましたか。", "Do you acknowledge this?"), yes)
        scope = summary.scope.digest
    call = documents.acknowledge_document(document, scope)
    desk.did(call, "確認を記録しました。読むことができます。", "Acknowledged; it opens now.")


@command(app, "suspend", "閲覧を停止します。", "Suspend access.")
def suspend(desk: Desk, document: Document, reason: Reason) -> None:
    """Suspend access for everybody but the provider and the officers."""
    desk.did(documents.suspend_document(document, reason), "停止しました。", "Suspended.")


@command(app, "resume", "閲覧の停止を終えます。", "End a suspension.")
def resume(desk: Desk, document: Document) -> None:
    """End the suspension."""
    desk.did(documents.resume_document(document), "停止を終えました。", "Resumed.")
