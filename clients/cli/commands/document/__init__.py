"""Documents: sharing, listing, moving content, who read them. Secrets' scope is in `provision`."""

from pathlib import Path
from typing import Annotated

import typer

from clients.cli.audience import before_sharing, lines
from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import (
    Answers,
    DesignatedSecret,
    Document,
    File,
    InCouncil,
    Limit,
    NoWait,
    Yes,
)
from clients.cli.rendering import clean
from clients.cli.transferring import landed, shown, standard_output
from clients.cli.uploading import share_content
from clients.sdk.calls import documents, rights
from clients.sdk.transfers import Stream

app = noun("資料", "Documents")
LINE = "id state title provider ends_at handling"
SHOWN = (
    "id council title state under_duty provider created_by created_at provided_at ends_at "
    "released_at ended handling event suspended missing statement recipients versions may"
)
Version = Annotated[str | None, typer.Option("--version", help=t("版の ID", "a version's id"))]


@command(app, "list", "資料の一覧。", "List documents.")
def list_(desk: Desk, council: InCouncil = None, limit: Limit = 1000) -> None:
    """List the documents of a council that the caller may read."""
    desk.pages(documents.list_documents(desk.council(council)), LINE, limit)


@command(
    app, "waiting", "題名なしで知らされている資料の一覧。", "List what you are told of untitled."
)
def waiting(desk: Desk, council: InCouncil = None, limit: Limit = 1000) -> None:
    """List documents told of without title, such as one waiting to be acknowledged."""
    call = documents.list_document_summaries(desk.council(council))
    desk.pages(call, "id state provider provided_at ends_at suspended", limit)


@command(app, "show", "資料を表示します。", "Show a document.")
def show(desk: Desk, document: Document) -> None:
    """Show a document: state, scope, versions."""
    desk.show(documents.read_document(document), SHOWN)


@command(app, "summary", "題名と内容を除いて表示します。", "Show that it is there, without title.")
def summary(desk: Desk, document: Document) -> None:
    """Show a document without title or content; for a named person, what to acknowledge."""
    names = "id council state under_duty provider provided_at ends_at suspended recipients scope"
    desk.show(documents.read_document_summary(document), f"{names} may")


@command(app, "share", "資料を協議会に共有します。", "Share a document with the council.")
def share(
    desk: Desk,
    file: File,
    title: Annotated[str, typer.Option(help=t("題名", "title"))],
    designated_secret: DesignatedSecret,
    council: InCouncil = None,
    no_wait: NoWait = False,
    answers: Answers = None,
    yes: Yes = False,
) -> None:
    """Share a paper with every member of the council; says first who will read it."""
    of = desk.council(council)
    before_sharing(desk, of, yes)
    call = documents.share_document(
        of, title, contains_designated_secret=designated_secret, answers=answers
    )
    made = desk.run(call)
    share_content(desk, made.id, file, wait=not no_wait)
    desk.show(documents.read_document(made.id), SHOWN)
    desk.say(t("共有しました。", "Shared."))


@command(app, "upload", "新しい版を送ります。", "Upload a new version.")
def upload(desk: Desk, document: Document, file: File, no_wait: NoWait = False) -> None:
    """Upload a new version, with its digest, in constant memory."""
    version = share_content(desk, document, file, wait=not no_wait)
    if desk.as_json:
        desk.print_json(version)
    desk.say(t("送りました。", "Uploaded."))


@command(app, "download", "資料を保存します。", "Download a document.")
def download(
    desk: Desk,
    document: Document,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", "-o", help=t("保存先（- は標準出力）", "file (- for standard output)")
        ),
    ] = None,
    version: Version = None,
) -> None:
    """Keep a document's content; an interrupted download is continued."""
    target = to or Path(document)
    call = documents.read_download(document, version)
    with shown(document, desk.as_json) as progress:
        if str(target) == "-":
            desk.runner().fetch(call, Stream(standard_output()), progress)
            return
        if target.exists() and not target.is_file():
            # A device or a pipe is written to; a file's way, by renaming, would take its place.
            with target.open("wb") as out:
                fetched = desk.runner().fetch(call, Stream(out), progress)
        else:
            fetched = desk.runner().fetch(call, target, progress)
    landed(desk, target, fetched)


@command(app, "read", "資料の内容を標準出力に表示します。", "Print a document's content.")
def read(desk: Desk, document: Document, version: Version = None) -> None:
    """Print a document's content on standard output: to read it, not to keep it."""
    desk.runner().fetch(documents.read_content(document, version), Stream(standard_output()))


@command(app, "audience", "誰が読めるかを表示します。", "Say who can read a document.")
def audience(desk: Desk, document: Document) -> None:
    """Say how many persons of which members read it, until when; its provider is told names."""
    call = rights.read_audience(document)
    answer = desk.runner().run_plain(call)
    if desk.as_json:
        desk.print_json(answer)
        return
    for line in lines(call.read(answer)):
        print(clean(line))


@command(app, "readers", "誰が読んだかを表示します。", "List who read a document.")
def readers(desk: Desk, document: Document, limit: Limit = 1000) -> None:
    """List every access: who, when, what of it, and the number of its log entry."""
    desk.pages(documents.list_readers(document), "seq person time name act", limit)
