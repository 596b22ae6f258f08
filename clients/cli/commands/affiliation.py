"""Where people belong: joining an organisation, leaving it; disabling a person."""

from typing import Annotated

import typer

from clients.cli.command import command
from clients.cli.commands.person import app
from clients.cli.desk import Desk
from clients.cli.given import moment
from clients.cli.language import t
from clients.cli.options import Reason
from clients.sdk.calls import people

Person = Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
Organisation = Annotated[str, typer.Argument(help=t("組織の ID", "the organisation's id"))]
LINE = "organisation title since until"
GONE = "seats offices signed_out unspoken"


@command(app, "belongs", "所属を表示します。", "Show where a person belongs.")
def belongs(
    desk: Desk,
    person: Person,
    at: Annotated[str | None, typer.Option(help=t("いつの時点か", "as of when"))] = None,
) -> None:
    """List a person's affiliations, now or at a moment."""
    desk.pages(people.list_affiliations(person, moment(at, "--at")), LINE)


@command(app, "join", "新しい所属を記録します。", "Record a new affiliation.")
def join(
    desk: Desk,
    person: Person,
    organisation: Organisation,
    title: Annotated[str, typer.Option(help=t("役職", "title"))],
    since: Annotated[str | None, typer.Option("--from", help=t("始期", "from when"))] = None,
) -> None:
    """Record that a person belongs to a further organisation; it gives no right by itself."""
    call = people.add_affiliation(person, organisation, title, moment(since, "--from"))
    desk.did(call, "記録しました。", "Recorded.", LINE)


@command(app, "leave", "所属の終わりを記録します。", "Record the end of an affiliation.")
def leave(
    desk: Desk,
    person: Person,
    organisation: Organisation,
    at: Annotated[str | None, typer.Option(help=t("いつ終わるか", "when it ends"))] = None,
) -> None:
    """Record that a person leaves an organisation; every seat that rests on it ends then."""
    desk.did(
        people.end_affiliation(person, organisation, moment(at, "--at")),
        "記録しました。守秘義務は続きます。",
        "Recorded. The duty of confidentiality continues.",
        GONE,
    )


@command(app, "disable", "利用を停止します（二人）。", "Disable a person (two persons).")
def disable(desk: Desk, person: Person, reason: Reason) -> None:
    """End everything a person has here, at once; the second person does the same act."""
    desk.did(
        people.disable_person(person, reason),
        "利用を停止しました。守秘義務は続きます。",
        "Disabled. The duty of confidentiality continues.",
        GONE,
    )
