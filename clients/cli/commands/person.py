"""Persons: registering, the link for their first passkey, where they belong, disabling."""

from typing import Annotated

import typer

from clients.cli.command import command, noun
from clients.cli.desk import Desk
from clients.cli.language import t
from clients.cli.options import Reason
from clients.cli.parsing import moment
from clients.sdk.calls import identity, people

app = noun("人の登録と所属", "Persons, and where they belong")
Person = Annotated[str, typer.Argument(help=t("人の ID", "the person's id"))]
Organisation = Annotated[str, typer.Argument(help=t("組織の ID", "the organisation's id"))]
LINE = "organisation title since until"
GONE = "seats offices signed_out unspoken"


@command(app, "register", "人を登録します。", "Register a person.")
def register(
    desk: Desk,
    name: Annotated[str, typer.Option(help=t("氏名", "name"))],
    kana: Annotated[str, typer.Option(help=t("フリガナ", "name in kana"))],
    email: Annotated[str, typer.Option(help=t("メール", "e-mail address"))],
    organisation: Annotated[str, typer.Option(help=t("所属する組織の ID", "organisation's id"))],
    title: Annotated[str, typer.Option(help=t("肩書", "title"))],
) -> None:
    """Register a person; it gives no credential yet."""
    call = identity.register_person(name, kana, email, organisation, title)
    desk.did(call, "登録しました。", "Registered.", "id name organisation")


@command(
    app,
    "invite",
    "最初のパスキーを登録するリンクを作ります。",
    "Make the link for the first passkey.",
)
def invite(desk: Desk, person: Person) -> None:
    """Make a one-time enrolment link."""
    desk.did(
        identity.invite_person(person),
        "このリンクは一度だけ表示されます。本人にだけ渡してください。",
        "This link is shown once. Hand it to that person and nobody else.",
        "person link hours",
    )


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
    title: Annotated[str, typer.Option(help=t("肩書", "title"))],
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
