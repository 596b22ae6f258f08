"""Conflicts of interest: keeping one document from one person."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Document, Reason
from clients.sdk.calls import people

app = noun("利益相反", "Conflicts of interest")
Person = Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
LINE = "person name since recorded_by reason"


@command(app, "list", "資料についての利益相反の一覧。", "List the conflicts about a document.")
def list_(desk: Desk, document: Document) -> None:
    """List from whom a conflict of interest keeps the document."""
    desk.pages(people.list_conflicts(document), LINE)


@command(app, "record", "利益相反を記録します。", "Record a conflict of interest.")
def record(desk: Desk, document: Document, person: Person, reason: Reason) -> None:
    """Take the document from a person, at once."""
    call = people.record_conflict(document, person, reason)
    desk.did(call, "記録しました。", "Recorded.", LINE)


@command(app, "end", "利益相反を終えます。", "End a conflict of interest.")
def end(desk: Desk, document: Document, person: Person, reason: Reason) -> None:
    """Let the person be again what they were to the document."""
    call = people.end_conflict(document, person, reason)
    desk.did(call, "終了しました。", "Ended.")
