"""Offices of the installation and of councils."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import choices
from clients.cli.parsing import moment
from clients.sdk.calls import identity

app = noun("役職", "Offices")


@command(app, "appoint", "役職に任命します（二人で行う）。", "Appoint to an office (two persons).")
def appoint(
    desk: Desk,
    role: Annotated[
        str,
        typer.Argument(
            help=choices(
                "secretariat",
                "compliance_officer",
                "auditor",
                "key_custodian",
                "system_administrator",
            )
        ),
    ],
    person: Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))],
    council: Annotated[
        str | None, typer.Option(help=t("この協議会だけ", "of this council only"))
    ] = None,
    until: Annotated[str | None, typer.Option(help=t("任期の終わり", "end of term"))] = None,
) -> None:
    """Appoint a person; another officer does the same to confirm."""
    call = identity.appoint(role, person, council, moment(until, "--until"))
    desk.did(call, "任命しました。", "Appointed.", "id role person council since until")


@command(app, "end", "役職を終了します（二人で行う）。", "End an office (two persons).")
def end(
    desk: Desk, office: Annotated[str, typer.Argument(help=t("役職の ID", "the office's id"))]
) -> None:
    """End an office at once; another officer does the same to confirm."""
    desk.did(identity.end_office(office), "終了しました。", "Ended.")


@command(app, "list", "役職の一覧。", "List offices.")
def list_(desk: Desk) -> None:
    """List who holds which office."""
    desk.pages(identity.list_offices(), "id person role name council since until")
