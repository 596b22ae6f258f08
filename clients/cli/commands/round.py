"""Rounds: reading the question, and answering for one's member."""

from dataclasses import replace
from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.faults import Mistake
from clients.cli.language import t
from clients.cli.options import Yes, choices
from clients.cli.prompting import confirm
from clients.cli.terms import word
from clients.sdk.calls import consents

app = noun("同意手続", "Rounds of consent")
Round = Annotated[str, typer.Argument(help=t("手続の ID", "the round's id"))]
# What is asked first, then what it stands on.
ORDER = ("about", "information", "until", "authorised", "holder", "harm", "effect")
LINE = "id subject subject_kind state outcome closes_at asked"


@command(app, "list", "自分が関わる同意手続の一覧。", "List the rounds you take part in.")
def list_(
    desk: Desk,
    state: Annotated[str | None, typer.Option(help=choices("open", "closed"))] = None,
) -> None:
    """List rounds in which a membership of the caller is asked."""
    desk.pages(consents.list_rounds(state), LINE)


@command(app, "show", "同意手続を表示します。", "Show a round.")
def show(desk: Desk, round_id: Round) -> None:
    """Show the exact question, who is asked, every answer, the outcome."""
    names = (
        "id council state question question_sha256 roster answers opened_at closes_at opened_by "
        "outcome may"
    )
    desk.show(consents.read_round(round_id), names)


@command(app, "summary", "同意手続の状況だけを表示します。", "Show where a round stands.")
def summary(desk: Desk, round_id: Round) -> None:
    """Show a round without what it asks or who said what."""
    desk.show(consents.read_round_summary(round_id), f"{LINE} may")


@command(app, "answer", "構成員として回答します。", "Answer for one's member.")
def answer(
    desk: Desk,
    round_id: Round,
    consent: Annotated[bool, typer.Option("--consent", help=t("同意する", "consent"))] = False,
    object_: Annotated[bool, typer.Option("--object", help=t("反対する", "object"))] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help=t("前の回答を取り消す", "take the answer back"))
    ] = False,
    reason: Annotated[str | None, typer.Option(help=t("理由（反対に必要）", "why"))] = None,
    researchers_heard: Annotated[
        str | None,
        typer.Option(help=t("研究者の意見を聴いた日時と方法", "when and how they were heard")),
    ] = None,
    question: Annotated[
        str | None,
        typer.Option(help=t("読んだ質問の SHA-256", "SHA-256 of the question you have read")),
    ] = None,
    yes: Yes = False,
) -> None:
    """Consent, object or withdraw, to exactly the question whose digest is sent."""
    verdict, council = _verdict(consent, object_, withdraw), None
    if question is None:
        asked = desk.run(consents.read_round(round_id))
        from clients.sdk import verify  # brings the cryptography

        verify.question(asked)
        said_first = {each: asked.question[each] for each in ORDER if each in asked.question}
        shown = replace(asked, question=said_first | asked.question)
        desk.present(shown, "id council question closes_at question_statement question_sha256")
        said = word(verdict)
        confirm(t(f"この文に「{said}」と回答しますか。", f"Answer this ({said})?"), yes)
        question, council = asked.question_sha256, asked.council
    call = consents.answer_round(round_id, question, verdict, reason, researchers_heard)
    desk.did(call, "回答を記録しました。", "Answer recorded.", "answer.verdict answer.given_at "
             "answer.attestation outcome.state outcome.missing", council)  # fmt: skip


def _verdict(consent: bool, object_: bool, withdraw: bool) -> str:
    given = {"consent": consent, "objection": object_, "withdrawal": withdraw}
    chosen = [verdict for verdict, said in given.items() if said]
    if len(chosen) != 1:
        raise Mistake(
            t(
                "--consent、--object、--withdraw のどれか一つを付けてください。",
                "Give one of --consent, --object, --withdraw.",
            )
        )
    return chosen[0]
