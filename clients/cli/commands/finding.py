"""Findings that public use of a result is foreseeable."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import InCouncil
from clients.sdk.calls import publication

app = noun("公的利用の認定", "Findings of public use")


@command(app, "record", "公的利用が見込まれることを記録します。", "Record a finding.")
def record(
    desk: Desk,
    result: Annotated[str, typer.Argument(help=t("成果の ID", "the result's id"))],
    on: Annotated[str, typer.Option(help=t("認定日 YYYY-MM-DD", "found on, YYYY-MM-DD"))],
    evidence: Annotated[str, typer.Option(help=t("根拠", "evidence"))],
    meeting: Annotated[str | None, typer.Option(help=t("会合", "which meeting"))] = None,
    council: InCouncil = None,
) -> None:
    """Record that public-sector use of a result has become foreseeable (BR-26)."""
    call = publication.record_finding(desk.council(council), result, on, evidence, meeting)
    desk.did(call, "記録しました。", "Recorded.", "id result found_on evidence")


@command(app, "list", "認定の一覧。", "List findings.")
def list_(desk: Desk, council: InCouncil = None) -> None:
    """List the findings about results the caller may read."""
    call = publication.list_findings(desk.council(council))
    desk.pages(call, "id result found_on evidence")
