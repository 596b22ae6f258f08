"""Incidents: what seems to be here that must not be (BR-50)."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Document, InCouncil, Yes, choices
from clients.cli.prompting import confirm
from clients.sdk.calls import asking

app = noun("情報管理上の事案", "Incidents")
Incident = Annotated[str, typer.Argument(help=t("事案の ID", "the incident's id"))]
LINE = "id origin about state membership document opened_at outcome"
SHOWN = (
    "id state origin about membership document version opened_at reported_by note"
    " closed_at closed_by outcome done destroyed_at may"
)


@command(app, "report", "資料についての事案を報告します。", "Report an incident about a document.")
def report(
    desk: Desk,
    document: Document,
    note: Annotated[
        str,
        typer.Option(
            help=t(
                "どこで何に気づいたか（情報そのものは書かない）",
                "where and what you noticed, without the information itself",
            )
        ),
    ],
    about: Annotated[
        str, typer.Option(help=choices("designated_secret", "wrong_disclosure"))
    ] = "designated_secret",
    yes: Yes = False,
) -> None:
    """Report; the document is at once taken from everybody but the information officers."""
    confirm(
        t(
            "報告すると、資料は情報管理責任者以外の全員（提供者を含む）から直ちに閉ざされます。"
            "報告しますか。",
            "At once nobody but the officers will reach the document, not even its provider. "
            "Report it?",
        ),
        yes,
    )
    call = asking.report_incident(document, about, note)
    desk.did(call, "報告しました。資料を停止しました。", "Reported; it is suspended.", LINE)


@command(app, "list", "事案の一覧。", "List incidents.")
def list_(desk: Desk, council: InCouncil = None) -> None:
    """List the incidents one is told of."""
    desk.pages(asking.list_incidents(desk.council(council)), LINE)


@command(app, "show", "事案を表示します。", "Show an incident.")
def show(desk: Desk, incident: Incident) -> None:
    """Show an incident in full, as an information officer."""
    desk.show(asking.read_incident(incident), SHOWN)


@command(app, "close", "事案を終えます。", "Close an incident.")
def close(
    desk: Desk,
    incident: Incident,
    outcome: Annotated[
        str,
        typer.Option(
            help=choices("released", "to_be_destroyed", "nothing_stored", field="outcome")
        ),
    ],
    done: Annotated[str, typer.Option(help=t("講じた措置", "what was done"))],
) -> None:
    """Say what was done; released, the document is served again."""
    call = asking.close_incident(incident, outcome, done)
    desk.did(call, "事案を終えました。", "Closed.", SHOWN)


@command(app, "destroy", "事案の資料の内容を廃棄します。", "Destroy what an incident is about.")
def destroy(desk: Desk, incident: Incident, yes: Yes = False) -> None:
    """Destroy the content, all versions; only after closing with `to_be_destroyed`."""
    confirm(
        t(
            "資料の全ての版の内容を廃棄します。元に戻せません。廃棄しますか。",
            "Every version's content will be destroyed for good. Destroy it?",
        ),
        yes,
    )
    desk.did(asking.destroy_reported(incident), "廃棄しました。", "Destroyed.", SHOWN)
