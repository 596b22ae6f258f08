"""Invitations to become a member: deciding, consenting, declining, what members say of it."""

from contextlib import suppress
from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil, Yes
from clients.cli.prompting import confirm
from clients.sdk.calls import councils, notices
from clients.sdk.problems import NotFound, Refused

app = noun("招請と参加", "Invitations to join")
Admission = Annotated[str, typer.Argument(help=t("招請の ID", "the invitation's id"))]
SHOWN = (
    "id council category organisation person source as_written state nominee decisions consented "
    "statement digest membership may"
)
TO_CONSENT = (
    "id council category organisation person source as_written nominee decisions statement digest"
)


@command(app, "list", "招請の一覧。", "List invitations.")
def list_(desk: Desk, council: InCouncil = None) -> None:
    """List the invitations of a council."""
    call = councils.list_admissions(desk.council(council))
    desk.pages(call, "id category organisation.name_ja person.name state nominee.name consented")


@command(app, "show", "招請を表示します。", "Show an invitation.")
def show(desk: Desk, admission: Admission) -> None:
    """Show an invitation and what is consented to."""
    desk.show(councils.read_admission(admission), SHOWN)


@command(app, "decide", "大臣のために参加を決定します。", "Decide for one's minister.")
def decide(
    desk: Desk,
    admission: Admission,
    admit: Annotated[
        bool, typer.Option("--admit/--refuse", help=t("認めるか", "whether to admit"))
    ],
    reason: Annotated[str | None, typer.Option(help=t("理由", "why"))] = None,
) -> None:
    """Admit or refuse; both ministers decide (BR-07)."""
    call = councils.decide_admission(admission, "admit" if admit else "refuse", reason)
    desk.did(call, "決定を記録しました。", "Decided.", "id state decisions membership")


@command(app, "consent", "参加に同意します。", "Consent to join.")
def consent(
    desk: Desk,
    admission: Admission,
    digest: Annotated[
        str | None, typer.Option(help=t("読んだ文のダイジェスト", "digest of what you have read"))
    ] = None,
    yes: Yes = False,
) -> None:
    """Consent to exactly what the statement says, after showing it."""
    if digest is None:
        now = desk.run(councils.read_admission(admission))
        from clients.sdk import verify  # brings the cryptography

        verify.statement(now.statement, now.digest)
        with suppress(NotFound, Refused):
            desk.present(desk.run(councils.read_council(now.council)), "concept_id title state")
        desk.present(now, TO_CONSENT, now.council)
        confirm(t("この内容に同意しますか。", "Consent to this?"), yes)
        digest = now.digest
    call = councils.consent_to_join(admission, digest)
    desk.did(call, "同意を記録しました。", "Consent recorded.", "id state consented membership")


@command(app, "decline", "参加を辞退します。", "Decline to join.")
def decline(desk: Desk, admission: Admission) -> None:
    """Decline, as the nominee."""
    desk.did(councils.decline_admission(admission), "辞退しました。", "Declined.", "id state")


@command(app, "withdraw", "招請を取り下げます。", "Take an invitation back.")
def withdraw(desk: Desk, admission: Admission) -> None:
    """Withdraw an invitation."""
    desk.did(councils.withdraw_admission(admission), "取り下げました。", "Withdrawn.", "id state")


@command(app, "comments", "参加についての意見の一覧。", "List what members say about who joins.")
def comments(desk: Desk, admission: Admission) -> None:
    """List the comments, and until when there may be more."""
    desk.show(notices.list_comments(admission), "until open items")


@command(app, "comment", "参加について意見を述べます。", "Comment on who is to join.")
def comment(
    desk: Desk,
    admission: Admission,
    text: Annotated[str, typer.Option(help=t("意見", "what the ministers should consider"))],
) -> None:
    """Comment for one's member, within the period; it never holds the ministers up."""
    call = notices.add_comment(admission, text)
    desk.did(call, "意見を記録しました。", "Recorded.", "id person organisation text made_at")
